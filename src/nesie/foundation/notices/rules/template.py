"""The shape of a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """How a person is told."""

    SMS = "sms"
    EMAIL = "email"
    IN_APP = "in_app"


@dataclass(frozen=True, slots=True)
class Said:
    """One notice in one language. `sms` stays within three parts (201 characters with the brand before it)."""

    subject: str
    text: str
    sms: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A notice in every language. `secret` names the parameter that only the addressee may ever see."""

    name: str
    channels: frozenset[Channel]
    params: frozenset[str]
    said: Mapping[str, Said]
    secret: str = ""


def letter(
    name: str,
    kk: Said,
    ru: Said,
    en: Said,
    params: str = "",
    channels: frozenset[Channel] = frozenset(Channel),
    secret: str = "",
) -> Template:
    """A template by what it says in each language; `params` are the names of its parameters, by blanks."""
    return Template(name, channels, frozenset(params.split()), {"kk": kk, "ru": ru, "en": en}, secret)
