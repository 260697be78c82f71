"""Numbers that name people, organisations and accounts in Kazakhstan: their structure and check digits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Bank codes inside a KZ IBAN, as commonly listed (recalled, to be confirmed with the National Bank's directory).
BANK_CODES: frozenset[str] = frozenset(
    {
        "070", "125", "319", "432", "435", "551", "563", "601", "700", "722", "766", "774", "781", "821", "826",
        "832", "844", "851", "856", "883", "886", "890", "896", "907", "913", "914", "926", "935", "948", "949",
        "965", "972", "998",
    }
)  # fmt: skip

_IIN_LENGTH = 12
_IBAN_LENGTH = 20
_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


class Sex(StrEnum):
    """As the seventh digit of the IIN tells it."""

    MALE = "male"
    FEMALE = "female"


class NumberProblem(StrEnum):
    """Why a number cannot be right."""

    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    DATE = "date"
    CENTURY = "century"
    KIND = "kind"
    CHECK_DIGIT = "check_digit"
    COUNTRY = "country"
    CHARACTERS = "characters"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class IinFacts:
    """What an IIN says of its bearer."""

    birth_on: date
    sex: Sex


def iin_problem(iin: str) -> NumberProblem | None:
    """Why this is not an IIN, or None when it is well formed (clause 6): length, birth date, century and check digit.

    For numbers typed in. Numbers of test certificates fail the check digit, so a certificate is never judged by this.
    """
    problem = _digits_problem(iin)
    if problem is not None:
        return problem
    if iin[6] not in _CENTURY:
        return NumberProblem.CENTURY
    if _birth_date(iin) is None:
        return NumberProblem.DATE
    return None if _check_digit(iin) == iin[-1] else NumberProblem.CHECK_DIGIT


def parse_iin(iin: str) -> IinFacts:
    """Birth date and sex of a well-formed IIN; ValueError (without the number) otherwise."""
    problem = iin_problem(iin)
    birth_on = None if problem else _birth_date(iin)
    if birth_on is None:
        raise ValueError(f"not an IIN: {problem}")
    return IinFacts(birth_on, Sex.MALE if int(iin[6]) % 2 else Sex.FEMALE)


def bin_problem(number: str) -> NumberProblem | None:
    """Why this is not a BIN, or None: registration month, kind of organisation (4-6), part (0-4), check digit."""
    problem = _digits_problem(number)
    if problem is not None:
        return problem
    if not 1 <= int(number[2:4]) <= 12:
        return NumberProblem.DATE
    if number[4] not in "456" or number[5] not in "01234":
        return NumberProblem.KIND
    return None if _check_digit(number) == number[-1] else NumberProblem.CHECK_DIGIT


def iban_problem(iban: str, *, bank_codes: Collection[str] | None = None) -> NumberProblem | None:
    """Why this is not a Kazakhstan IBAN, or None: length, country, characters, bank code, mod 97 (clause 8.7).

    Written without spaces, in capitals (`plain_iban`). `bank_codes` None leaves the bank unchecked. A right number does
    not prove ownership: the bank is asked for that (clause 9).
    """
    if len(iban) != _IBAN_LENGTH:
        return NumberProblem.LENGTH
    if not iban.startswith("KZ"):
        return NumberProblem.COUNTRY
    if not (iban.isascii() and iban.isalnum() and iban == iban.upper() and iban[2:7].isdigit()):
        return NumberProblem.CHARACTERS
    if bank_codes is not None and iban[4:7] not in bank_codes:
        return NumberProblem.BANK
    number = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    return None if int(number) % 97 == 1 else NumberProblem.CHECK_DIGIT


def plain_iban(typed: str) -> str:
    """An IBAN as typed, without its spaces and in capitals."""
    return "".join(typed.split()).upper()


def iban_bank_code(iban: str) -> str:
    """The three-digit bank code of a well-formed KZ IBAN."""
    return iban[4:7]


def _digits_problem(number: str) -> NumberProblem | None:
    if not (number.isascii() and number.isdigit()):
        return NumberProblem.NOT_DIGITS
    return None if len(number) == _IIN_LENGTH else NumberProblem.LENGTH


def _birth_date(iin: str) -> date | None:
    try:
        return date(_CENTURY[iin[6]] + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None


def _check_digit(number: str) -> str:
    """The twelfth digit; "" when both rounds of weights give 10, as no issued number does."""
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11
        if remainder < 10:
            return str(remainder)
    return ""
