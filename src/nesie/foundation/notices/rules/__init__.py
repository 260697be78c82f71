"""What may be told to whom, in which words and by which way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from nesie.foundation.norms.rules import ALMATY
from nesie.foundation.notices.rules.entry import ENTRY
from nesie.foundation.notices.rules.identity import IDENTITY
from nesie.foundation.notices.rules.letters import LETTERS
from nesie.foundation.notices.rules.secrets import SECRETS
from nesie.foundation.notices.rules.servicing import SERVICING
from nesie.foundation.notices.rules.template import Channel, Template
from nesie.kernel.actor import Role
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound

__all__ = [
    "EVERY_CHANNEL",
    "LANGUAGES",
    "PERMITTED",
    "SECRET_SHOWN",
    "TEMPLATES",
    "Channel",
    "NoWayToTell",
    "NoticeNotFound",
    "ParamsDiffer",
    "Template",
    "Words",
    "shown",
    "ways",
    "words",
]

PERMITTED: dict[str, frozenset[Role]] = {"mark_read": frozenset({Role.CLIENT})}
FOUR_EYES: frozenset[str] = frozenset()

LANGUAGES = ("kk", "ru", "en")
EVERY_CHANNEL = (Channel.SMS, Channel.EMAIL, Channel.IN_APP)
TEMPLATES: Mapping[str, Template] = {
    template.name: template for template in (*SECRETS, *ENTRY, *IDENTITY, *LETTERS, *SERVICING)
}
SECRET_SHOWN = "••••••"  # noqa: S105 - what stands in a secret's place


class ParamsDiffer(ValueError):
    """A bug of the caller: no such template, or not its parameters."""


class NoWayToTell(ValueError):
    """A bug of the caller: no channel of the template can be used with the addresses given."""


class NoticeNotFound(NotFound):
    """No such notice, or another's."""


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in words. `sms` is empty when the template has no SMS."""

    subject: str
    text: str
    sms: str


def words(template: str, params: Mapping[str, object], language: str, *, brand: str, contact: str) -> Words:
    """The notice in one language (Kazakh when it is not one of ours).

    ParamsDiffer unless `params` are exactly the template's. `contact` stands under an e-mail or in-app text.
    """
    known = TEMPLATES.get(template)
    if known is None or set(params) != known.params:
        raise ParamsDiffer(f"{template} takes {sorted(known.params) if known else 'nothing: unknown template'}")
    language = language[:2] if language[:2] in LANGUAGES else "kk"
    places = {name: shown(value, language) for name, value in params.items()}
    said = known.said[language]
    return Words(
        subject=said.subject.format(**places),
        text=f"{said.text.format(**places)}\n\n{brand}\n{contact}",
        sms=f"{brand}: {said.sms.format(**places)}" if said.sms else "",
    )


def shown(value: object, language: str) -> str:
    """A parameter as people of this language write it: sums in tenge, days, moments in Almaty."""
    if isinstance(value, Money):
        tenge, tiyn = divmod(abs(value.tiyn), 100)
        point = "." if language == "en" else ","
        grouped = f"{tenge:,}".replace(",", "\u00a0")
        return f"{'−' if value.tiyn < 0 else ''}{grouped}{f'{point}{tiyn:02d}' if tiyn else ''}\u00a0₸"
    if isinstance(value, datetime):
        return f"{value.astimezone(ALMATY):%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)


def ways(template: str, asked: Collection[Channel], *, phone: str | None, email: str | None) -> tuple[Channel, ...]:
    """The channels to use: those asked for, that the template has, for which there is an address; NoWayToTell."""
    reachable = {Channel.SMS: bool(phone), Channel.EMAIL: bool(email), Channel.IN_APP: True}
    found = tuple(c for c in EVERY_CHANNEL if c in asked and c in TEMPLATES[template].channels and reachable[c])
    if not found:
        raise NoWayToTell(f"{template} by {sorted(asked)}")
    return found
