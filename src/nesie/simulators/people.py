"""The demo people: invented persons whom every simulator of the outside world knows alike.

Nobody real: the serial part of each IIN and the bank code are taken from the far end of their ranges, the check
digits are right. A portrait is drawn, not photographed, and is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from nesie.simulators.portrait import Look, draw

BANK_CODE = "999"  # the simulated bank's code inside an IBAN; no bank of Kazakhstan bears it
BANK_BIC = "NSDMKZKA"
BANK_NAME = "Демо Банк"


class Trait(StrEnum):
    """What is special about a demo person for the lender's checks."""

    CLEAN = "clean"
    EXPIRED_DOCUMENT = "expired_document"
    LISTED = "listed"  # stands on the list of persons linked to terrorism
    ARREARS = "arrears"  # pays another lender late
    VOLUNTARY_REFUSAL = "voluntary_refusal"  # has forbidden lenders to lend to him


@dataclass(frozen=True, slots=True)
class Person:
    """One demo person. Dates are days; `monthly_income_tiyn` is what the bureau reports, in tiyn."""

    key: str  # short name for pages, command lines and file names
    surname: str
    given_name: str
    patronymic: str
    sex: str  # "m" or "f"
    birth_on: date
    iin: str
    document_kind: str
    document_number: str
    document_issuer: str
    document_issued_on: date
    document_valid_until: date
    phone: str  # E.164
    email: str
    address: str
    iban: str  # an account of his at the simulated bank
    monthly_income_tiyn: int
    trait: Trait
    look: Look

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic, as the document has them."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    def portrait(self) -> bytes:
        """The face on the state's photo of him, JPEG 600 x 800, the same bytes at each call."""
        return _portrait(self.key)


@dataclass(frozen=True, slots=True)
class Organisation:
    """The demo lender, for a legal entity's certificate. `head_key` names the demo person at its head."""

    name: str
    bin: str
    iban: str
    head_key: str


@dataclass(frozen=True, slots=True)
class Business:
    """A business of a demo person: a sole proprietor by the IIN, a legal entity by its BIN."""

    number: str
    form: str  # "entrepreneur" or "legal_entity"
    name: str
    registered_on: date
    head: Person
    iban: str


PEOPLE: tuple[Person, ...] = (
    Person(
        key="aigerim",
        surname="Сәрсенова",
        given_name="Әйгерім",
        patronymic="Қайратқызы",
        sex="f",
        birth_on=date(1992, 3, 15),
        iin="920315499901",
        document_kind="id_card",
        document_number="099900001",
        document_issuer="МВД РК",
        document_issued_on=date(2023, 4, 10),
        document_valid_until=date(2033, 4, 9),
        phone="+77770990001",
        email="aigerim@example.kz",
        address="Алматы қ., Абай даңғылы 10, 25-пәтер",
        iban="KZ02999NSE0000001001",
        monthly_income_tiyn=420_000_00,
        trait=Trait.CLEAN,
        look=Look(skin="#e7bd98", hair="#1d1612", eyes="#3a2416", shirt="#2b5c6b", long_hair=True),
    ),
    Person(
        key="daniyar",
        surname="Ахметов",
        given_name="Данияр",
        patronymic="Серикович",
        sex="m",
        birth_on=date(1988, 7, 19),
        iin="880719399901",
        document_kind="id_card",
        document_number="099900002",
        document_issuer="МВД РК",
        document_issued_on=date(2021, 9, 1),
        document_valid_until=date(2031, 8, 31),
        phone="+77770990002",
        email="daniyar@example.kz",
        address="г. Астана, ул. Кенесары, д. 40, кв. 7",
        iban="KZ38999NSE0000002002",
        monthly_income_tiyn=550_000_00,
        trait=Trait.CLEAN,
        look=Look(
            skin="#d9a77c",
            hair="#17120f",
            eyes="#2c1b10",
            shirt="#34495e",
            beard=True,
            eye_gap=6,
            nose_width=1.35,
            jaw=14,
            width=1.06,
        ),
    ),
    Person(
        key="viktor",
        surname="Орлов",
        given_name="Виктор",
        patronymic="Петрович",
        sex="m",
        birth_on=date(1975, 11, 2),
        iin="751102399903",
        document_kind="id_card",
        document_number="099900003",
        document_issuer="МВД РК",
        document_issued_on=date(2014, 2, 20),
        document_valid_until=date(2024, 2, 19),
        phone="+77770990003",
        email="viktor@example.kz",
        address="г. Караганда, пр. Бухар-Жырау, д. 51, кв. 12",
        iban="KZ74999NSE0000003003",
        monthly_income_tiyn=310_000_00,
        trait=Trait.EXPIRED_DOCUMENT,
        look=Look(
            skin="#ecc8ab",
            hair="#7a746d",
            eyes="#5b7f95",
            shirt="#6b4f3a",
            brow_grey=True,
            glasses=True,
            nose=22,
            nose_width=1.15,
            mouth=14,
            mouth_width=0.8,
            lips=0.55,
            width=0.9,
            jaw=-8,
        ),
    ),
    Person(
        key="timur",
        surname="Жақсыбеков",
        given_name="Тимур",
        patronymic="Ерланұлы",
        sex="m",
        birth_on=date(1999, 6, 21),
        iin="990621399901",
        document_kind="id_card",
        document_number="099900004",
        document_issuer="МВД РК",
        document_issued_on=date(2022, 6, 30),
        document_valid_until=date(2032, 6, 29),
        phone="+77770990004",
        email="timur@example.kz",
        address="Шымкент қ., Тәуке хан даңғылы 5, 3-пәтер",
        iban="KZ13999NSE0000004004",
        monthly_income_tiyn=280_000_00,
        trait=Trait.LISTED,
        look=Look(
            skin="#cf9a6c",
            hair="#0f0c0a",
            eyes="#22140b",
            shirt="#4a4a4a",
            eye_gap=-8,
            eye_size=0.74,
            brow=-7,
            nose=-20,
            nose_width=0.8,
            mouth=-20,
            mouth_width=1.12,
            width=1.14,
            jaw=10,
        ),
    ),
    Person(
        key="olga",
        surname="Ким",
        given_name="Ольга",
        patronymic="Викторовна",
        sex="f",
        birth_on=date(1984, 12, 5),
        iin="841205499909",
        document_kind="id_card",
        document_number="099900005",
        document_issuer="МВД РК",
        document_issued_on=date(2020, 1, 15),
        document_valid_until=date(2030, 1, 14),
        phone="+77770990005",
        email="olga@example.kz",
        address="г. Алматы, мкр. Аксай-4, д. 77, кв. 19",
        iban="KZ49999NSE0000005005",
        monthly_income_tiyn=240_000_00,
        trait=Trait.ARREARS,
        look=Look(
            skin="#f0cfae",
            hair="#2a1a12",
            eyes="#2f1c10",
            shirt="#7b3f57",
            long_hair=True,
            glasses=True,
            eye_size=1.12,
            brow=8,
            mouth_width=1.1,
            lips=1.3,
            width=0.94,
        ),
    ),
    Person(
        key="madina",
        surname="Төлегенова",
        given_name="Мадина",
        patronymic="",
        sex="f",
        birth_on=date(1995, 9, 28),
        iin="950928499906",
        document_kind="passport",
        document_number="N09990006",
        document_issuer="МВД РК",
        document_issued_on=date(2024, 5, 3),
        document_valid_until=date(2034, 5, 2),
        phone="+77770990006",
        email="madina@example.kz",
        address="Ақтөбе қ., Әбілқайыр хан даңғылы 62, 14-пәтер",
        iban="KZ85999NSE0000006006",
        monthly_income_tiyn=350_000_00,
        trait=Trait.VOLUNTARY_REFUSAL,
        look=Look(
            skin="#e2b189",
            hair="#3b2114",
            eyes="#4a2f1b",
            shirt="#3f6b4c",
            long_hair=True,
            eye_gap=12,
            brow=10,
            nose=16,
            nose_width=1.4,
            mouth=6,
            jaw=22,
            lips=0.7,
            width=1.08,
        ),
    ),
)


def by_iin(iin: str) -> Person | None:
    """The demo person with this IIN, or None."""
    return next((person for person in PEOPLE if person.iin == iin), None)


def by_key(key: str) -> Person:
    """The demo person with this short name; KeyError when there is none."""
    for person in PEOPLE:
        if person.key == key:
            return person
    raise KeyError(key)


BUSINESSES: tuple[Business, ...] = (
    Business(
        "880719399901",
        "entrepreneur",
        "ИП Ахметов Данияр Серикович",
        date(2021, 4, 12),
        by_key("daniyar"),
        "KZ37999NSE0000022002",
    ),
    Business(
        "230340999023",
        "legal_entity",
        "ТОО «Алатау Сауда»",
        date(2023, 3, 6),
        by_key("aigerim"),
        "KZ49999NSE0000031001",
    ),
)

ORGANISATION = Organisation(
    name="ТОО «МФО «Несие Демо»",
    bin="221140099901",
    iban="KZ58999NSE0000090009",
    head_key="daniyar",
)


@lru_cache(maxsize=len(PEOPLE))
def _portrait(key: str) -> bytes:
    return draw(by_key(key).look)
