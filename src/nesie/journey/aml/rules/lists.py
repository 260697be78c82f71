"""Outside lists: how a file of the financial monitoring agency (AFM) is read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import defusedxml.ElementTree as safe_xml
from defusedxml import DefusedXmlException

from nesie.foundation.identification.rules.organisations import bare_name
from nesie.kernel.refused import Refused, noop


class ListSource(StrEnum):
    """Which list."""

    AFM_ACTIVE = "afm_active"  # persons and organisations tied to terrorism and extremism, now in force


LIST_MESSAGE = "aml.list"  # kind of the message of the exchange that fetches a list


class ListOrigin(StrEnum):
    """How it came."""

    FETCHED = "fetched"
    UPLOADED = "uploaded"


class ListUnreadable(Refused):
    """The file is not a list in the agency's format; the list in force stays as it was."""

    message = noop("The file is not a list in the known format ({why}).")


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One listed person as published. Personal data: sealed at rest, never in logs."""

    number: str
    surname: str
    given_name: str
    patronymic: str = ""
    birth_on: date | None = None  # None when not given or not a whole date
    iin: str = ""
    note: str = ""

    def as_text(self) -> str:
        """Canonical JSON, for sealing and for the fingerprint."""
        data = asdict(self) | {"birth_on": self.birth_on.isoformat() if self.birth_on else None}
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    def identity_text(self) -> str:
        """What makes it the same listed person in the next version of the list: not its number or note."""
        birth = self.birth_on.isoformat() if self.birth_on else ""
        return "|".join((self.iin, self.surname, self.given_name, self.patronymic, birth)).casefold()

    @classmethod
    def from_text(cls, text: str) -> ListedPerson:
        """Back from `as_text`."""
        data = json.loads(text)
        birth_on = date.fromisoformat(data.pop("birth_on")) if data["birth_on"] else data.pop("birth_on")
        return cls(birth_on=birth_on, **data)


@dataclass(frozen=True, slots=True)
class ParsedList:
    """What a file holds. An organisation stands under each of its names, as a person with a surname only."""

    persons: tuple[ListedPerson, ...]
    organisations: int
    entities: tuple[ListedPerson, ...] = ()


def parse_list(content: bytes) -> ParsedList:
    """Read the agency's XML (`<xml><persons><person>...`). ListUnreadable when it is not that, or names nobody.

    An empty list is refused: an error page that happens to parse must not clear everybody.
    """
    try:
        root = safe_xml.fromstring(content, forbid_dtd=True)
    except (safe_xml.ParseError, DefusedXmlException, ValueError) as error:
        raise ListUnreadable(why="not_xml") from error
    rows = root.findall("./persons/person")
    persons = tuple(person for row in rows if (person := _person(row)) is not None)
    if not persons:
        raise ListUnreadable(why="no_persons")
    organisations = [*root.findall("./organisations/org"), *root.findall("./organisationscis/org")]
    return ParsedList(persons, len(organisations), tuple(each for row in organisations for each in _entities(row)))


def _entities(row: Any) -> tuple[ListedPerson, ...]:
    number, note = ((row.findtext(tag) or "").strip() for tag in ("num", "note"))
    names = (bare_name(row.findtext(tag) or "") for tag in ("org_name", "org_name_en"))
    return tuple(ListedPerson(number, name, "", note=note) for name in dict.fromkeys(names) if name)


def _person(row: Any) -> ListedPerson | None:
    def text(tag: str) -> str:
        return " ".join((row.findtext(tag) or "").split())

    person = ListedPerson(
        number=text("num"),
        surname=text("lname"),
        given_name=text("fname"),
        patronymic=text("mname"),
        birth_on=_day(text("birthdate")),
        iin=_iin(text("iin")),
        note=text("note"),
    )
    names_nobody = not (person.surname or person.given_name or person.iin)
    return None if names_nobody else person


def _day(text: str) -> date | None:
    for shape in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a birth date has no zone
        except ValueError:
            continue
    return None


def _iin(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isdecimal())
    return digits if len(digits) == 12 else ""
