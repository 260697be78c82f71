"""Is this listed person the client? By IIN for certain, by name and birth date for a person to judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nesie.journey.aml.rules.lists import ListedPerson
from nesie.journey.aml.rules.names import fold, name_key


class MatchKind(StrEnum):
    """How strong the likeness is."""

    IIN = "iin"  # certain
    NAME_AND_BIRTH = "name_and_birth"  # strong; the list has no IIN
    NAME_ONLY = "name_only"  # possible; the list has neither IIN nor birth date
    IIN_DIFFERS = "iin_differs"  # same name and birth date under another IIN: a slip of the list, or a namesake


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom we screen."""

    iin: str
    surname: str
    given_name: str
    patronymic: str
    birth_on: date | None


def name_keys(subject: Subject) -> frozenset[str]:
    """Folded names under which the subject may stand in a list: with the patronymic and without."""
    with_all = name_key(subject.surname, subject.given_name, subject.patronymic)
    return frozenset({name_key(subject.surname, subject.given_name), with_all}) - {""}


def match_kind(subject: Subject, listed: ListedPerson) -> MatchKind | None:
    """How the listed person is like the subject; None when not the same. Order of names does not matter."""
    if subject.iin and subject.iin == listed.iin:
        return MatchKind.IIN
    if name_key(listed.surname, listed.given_name) not in name_keys(subject):
        return None
    if _patronymics_differ(subject, listed) and listed.birth_on is None:
        return None
    if listed.birth_on is None or subject.birth_on is None:
        return None if listed.iin else MatchKind.NAME_ONLY
    if listed.birth_on != subject.birth_on:
        return None
    return MatchKind.IIN_DIFFERS if listed.iin else MatchKind.NAME_AND_BIRTH


def _patronymics_differ(subject: Subject, listed: ListedPerson) -> bool:
    mine, theirs = fold(subject.patronymic), fold(listed.patronymic)
    return bool(mine and theirs and mine != theirs)
