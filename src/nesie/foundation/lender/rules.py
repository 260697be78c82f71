"""The organisation's facts: their shape, what makes them whole, and who may publish its rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from nesie.kernel.actor import Role
from nesie.kernel.refused import NotFound, Refused, noop

# Documents the lender itself owns hang on this id: the organisation is one row nowhere, only a configuration.
LENDER_ID = UUID("6e657369-6500-4000-8000-6c656e646572")

LANGUAGES = ("kk", "ru")  # languages in which a document binds; English is only for reading the pages

PERMITTED: dict[str, frozenset[Role]] = {
    "publish_rules": frozenset({Role.ADMINISTRATOR, Role.WORKER}),
}
FOUR_EYES: frozenset[str] = frozenset()


class OrganisationType(StrEnum):
    """Kinds of organisation the Rules tell apart (clause 8-1)."""

    MFO = "mfo"
    CREDIT_PARTNERSHIP = "credit_partnership"
    PAWNSHOP = "pawnshop"


class RulesKind(StrEnum):
    """Texts every client reads before an application (clauses 8.2 and 8.5)."""

    GRANTING_RULES = "granting_rules"
    RIGHTS_AND_DUTIES = "rights_and_duties"


class BrandIncomplete(ValueError):
    """The configuration lacks a fact or has one of the wrong shape: the system must not start with it."""


class RulesUnchanged(Refused):
    """Publishing the text that is already in force would only blur which version was read."""

    message = noop("This text is already the published version.")


class RulesNotPublished(NotFound):
    """Nothing of this kind has been published in this language yet."""

    message = noop("The lender has not published this document yet.")


class LanguageUnfit(Refused):
    """A document binds in the state language and in Russian only."""

    message = noop("A published text is in Kazakh or in Russian.")
    status = 422


class RulesEmpty(Refused):
    """A published text says something."""

    message = noop("The text is empty.")
    status = 422


@dataclass(frozen=True, slots=True)
class InLanguages:
    """One fact in the three languages of the pages."""

    kk: str
    ru: str
    en: str

    def __getitem__(self, language: str) -> str:
        """The fact in a language code such as `kk` or `ru-kz`; Kazakh when the language is not one of ours."""
        return {"ru": self.ru, "en": self.en}.get(language[:2], self.kk)


@dataclass(frozen=True, slots=True)
class Brand:
    """What makes a page visibly this lender's (clause 24.1)."""

    name: str
    domain: str
    logo: str
    mark: str
    primary: str
    primary_dark: str
    accent: str
    surface: str


@dataclass(frozen=True, slots=True)
class RepaymentAccount:
    """Where a client's bank transfer goes (clause 7.6)."""

    bank: InLanguages
    bik: str
    iban: str
    kbe: str
    knp: str


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """The lender as the client must see it (clause 7.2)."""

    type: OrganisationType
    name: InLanguages
    bin: str
    licence_number: str
    licence_issued_on: date
    legal_address: InLanguages
    actual_address: InLanguages
    phones: tuple[str, ...]
    fax: str
    email: str
    site: str
    head_name: str
    head_position: InLanguages
    repayment: RepaymentAccount
    brand: Brand


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """One published version of a text; `document_id` is its PDF among the documents."""

    id: UUID
    kind: RulesKind
    language: str
    version: int
    title: str
    body: str
    sha256: str
    document_id: UUID | None
    published_at: datetime


def check_text(language: str, title: str, body: str) -> None:
    """A text fit to be published, or LanguageUnfit, RulesEmpty."""
    if language not in LANGUAGES:
        raise LanguageUnfit(field="text_language")
    if not title.strip():
        raise RulesEmpty(field="title")
    if not body.strip():
        raise RulesEmpty(field="body")


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a text: what blank lines part."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", body.strip())]


def parse(configuration: Mapping[str, Any]) -> OrganisationView:
    """The organisation from its configuration; BrandIncomplete names the first fact that is missing or misshapen."""
    organisation = _table(configuration, "organisation")
    phones = tuple(str(phone) for phone in _fact(organisation, "phones"))
    if not phones:
        raise BrandIncomplete("organisation.phones is empty")
    issued_on = _fact(organisation, "licence_issued_on")
    if not isinstance(issued_on, date):
        raise BrandIncomplete("organisation.licence_issued_on is not a date")
    return OrganisationView(
        type=OrganisationType(_text(organisation, "type")),
        name=_languages(organisation, "name"),
        bin=_matching(organisation, "bin", r"\d{12}"),
        licence_number=_text(organisation, "licence_number"),
        licence_issued_on=issued_on,
        legal_address=_languages(organisation, "legal_address"),
        actual_address=_languages(organisation, "actual_address"),
        phones=phones,
        fax=_text(organisation, "fax"),
        email=_text(organisation, "email"),
        site=_text(organisation, "site"),
        head_name=_text(organisation, "head_name"),
        head_position=_languages(organisation, "head_position"),
        repayment=_repayment(_table(configuration, "repayment")),
        brand=_brand(_table(configuration, "brand")),
    )


def _repayment(table: Mapping[str, Any]) -> RepaymentAccount:
    return RepaymentAccount(
        bank=_languages(table, "bank"),
        bik=_text(table, "bik"),
        iban=_matching(table, "iban", r"KZ\d{2}[0-9A-Z]{16}"),
        kbe=_matching(table, "kbe", r"\d{2}"),
        knp=_matching(table, "knp", r"\d{3}"),
    )


def _brand(table: Mapping[str, Any]) -> Brand:
    colour = r"#[0-9a-fA-F]{6}"
    return Brand(
        name=_text(table, "name"),
        domain=_text(table, "domain"),
        logo=_text(table, "logo"),
        mark=_text(table, "mark"),
        primary=_matching(table, "primary", colour),
        primary_dark=_matching(table, "primary_dark", colour),
        accent=_matching(table, "accent", colour),
        surface=_matching(table, "surface", colour),
    )


def _table(configuration: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = configuration.get(name)
    if not isinstance(table, Mapping):
        raise BrandIncomplete(f"[{name}] is missing")
    return table


def _fact(table: Mapping[str, Any], name: str) -> Any:
    if name not in table:
        raise BrandIncomplete(f"{name} is missing")
    return table[name]


def _text(table: Mapping[str, Any], name: str) -> str:
    text = str(_fact(table, name)).strip()
    if not text:
        raise BrandIncomplete(f"{name} is empty")
    return text


def _matching(table: Mapping[str, Any], name: str, pattern: str) -> str:
    text = _text(table, name)
    if not re.fullmatch(pattern, text):
        raise BrandIncomplete(f"{name} has the wrong shape")
    return text


def _languages(table: Mapping[str, Any], name: str) -> InLanguages:
    return InLanguages(*(_text(table, f"{name}_{language}") for language in ("kk", "ru", "en")))
