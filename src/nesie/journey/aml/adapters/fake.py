"""A list in memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from nesie.journey.aml.rules import ListedPerson

NOBODY = ListedPerson("1", "ПРИМЕРОВ", "ОБРАЗЕЦ", "ВЫМЫШЛЕНОВИЧ")


def list_xml(persons: Iterable[ListedPerson], organisations: Iterable[str] = ()) -> bytes:
    """The persons, and organisations by name, in the agency's format; a person nobody is always first, since an empty
    list is refused."""
    rows = "".join(_row(person) for person in (NOBODY, *persons))
    firms = "".join(f"<org><num>1</num><org_name>{escape(name)}</org_name></org>" for name in organisations)
    return f"<xml><persons>{rows}</persons><organisations>{firms}</organisations><organisationscis/></xml>".encode()


def _row(person: ListedPerson) -> str:
    birth = f"{person.birth_on:%d.%m.%Y}" if person.birth_on else ""
    cells = {
        "num": person.number,
        "lname": person.surname,
        "fname": person.given_name,
        "mname": person.patronymic,
        "birthdate": birth,
        "iin": person.iin,
        "note": person.note,
    }
    return "<person>" + "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in cells.items()) + "</person>"


class FakeLists:
    """Serves the gateway. `failure` is raised instead of an answer."""

    def __init__(self, persons: Iterable[ListedPerson] = ()) -> None:
        self.persons = tuple(persons)
        self.organisations: tuple[str, ...] = ()
        self.failure: Exception | None = None

    def active(self, now: datetime) -> bytes:
        """As the gateway says."""
        if self.failure is not None:
            raise self.failure
        return list_xml(self.persons, self.organisations)
