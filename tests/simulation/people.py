"""Invented people: right check digits, numbers from the far end of their ranges, one for each index of a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from nesie.simulators.people import BANK_CODE, Person, Trait
from nesie.simulators.portrait import Look

_SURNAMES = ("Ахметов", "Сейітов", "Ким", "Орлов", "Жұмабаев", "Нұрланов", "Цой", "Смаилов", "Төлеген", "Абдрахманов")
_NAMES = ("Әлия", "Данияр", "Ольга", "Ержан", "Мәдина", "Виктор", "Айгүл", "Тимур", "Сәуле", "Нұрсұлтан")
_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_PLAIN = Look(skin="#e7bd98", hair="#1d1612", eyes="#3a2416", shirt="#2b5c6b")


@dataclass(frozen=True, slots=True)
class Invented(Person):
    """A person of the simulation; the face is a few bytes, since nobody looks at it here."""

    def portrait(self) -> bytes:
        return b"\xff\xd8" + self.key.encode() + b"\xff\xd9"


def person(index: int, chance: Random) -> Invented:
    """The person of an index."""
    born = date(1960, 1, 1) + timedelta(days=chance.randrange(44 * 365))
    letters = "".join(chance.choices("абвгдежиклмнорстуф", k=4))
    return Invented(
        key=f"sim{index:05d}",
        surname=chance.choice(_SURNAMES) + letters,  # nobody is like anybody on a list unless meant to be
        given_name=chance.choice(_NAMES),
        patronymic=chance.choice(("Серікұлы", "Петрович", "")),
        sex="m",
        birth_on=born,
        iin=iin(born, index),
        document_kind="id_card",
        document_number=f"{800_000_000 + index}",
        document_issuer="МВД РК",
        document_issued_on=date(2024, 1, 15),
        document_valid_until=date(2034, 1, 14),
        phone=f"+7777{index:07d}",
        email=f"sim{index}@example.kz",
        address=f"Алматы қ., Абай даңғылы {index + 1}, 5-пәтер",
        iban=iban(index),
        monthly_income_tiyn=chance.choice((250_000_00, 400_000_00, 600_000_00, 900_000_00)),
        trait=Trait.CLEAN,
        look=_PLAIN,
    )


def iin(born: date, index: int) -> str:
    """Birth date, century and sex, a serial number, and the check digit; the serial steps on where there is none."""
    century = 3 if born.year < 2000 else 5
    for serial in range(index % 1000, 10_000, 1000):
        digits = f"{born:%y%m%d}{century}{serial:04d}"
        check = _check(digits)
        if check is not None:
            return digits + str(check)
    raise ValueError(f"no IIN for {index}")


def _check(digits: str) -> int | None:
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def iban(number: int) -> str:
    """An account at the simulated bank."""
    tail = f"{BANK_CODE}SIM{number:010d}"
    turned = "".join(str(int(sign, 36)) for sign in tail + "KZ00")
    return f"KZ{98 - int(turned) % 97:02d}{tail}"
