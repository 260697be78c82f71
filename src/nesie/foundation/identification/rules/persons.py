"""What the state and the identification centre say of a person, and whether it agrees with what he said himself."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from nesie.kernel.refused import noop

PERSON_KIND = "person"  # the exchange's kind of a question to the state base


class Unanswered(Exception):
    """An outside system could not be heard, or answered what nobody can read. Nothing is known; ask again later."""


class Refusal(Exception):
    """An outside system says plainly no: a wrong or spent code, no access."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who somebody is and by which document, as one side tells it. Personal data: nothing of it is shown by repr."""

    iin: str = field(repr=False)
    surname: str = field(repr=False)
    given_name: str = field(repr=False)
    patronymic: str = field(default="", repr=False)
    birth_on: date | None = field(default=None, repr=False)
    document_number: str = field(default="", repr=False)
    document_valid_until: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """An answer of the state base: facts, photo (JPEG) and the answer's own bytes, kept as they came."""

    facts: PersonFacts
    alive: bool
    document_kind: str
    photo: bytes = field(repr=False)
    original: bytes = field(repr=False)
    media_type: str = "text/xml"

    def as_data(self) -> dict[str, Any]:
        """For a sealed message."""
        facts = self.facts
        return {
            "iin": facts.iin,
            "surname": facts.surname,
            "given_name": facts.given_name,
            "patronymic": facts.patronymic,
            "birth_on": _iso(facts.birth_on),
            "document_number": facts.document_number,
            "document_valid_until": _iso(facts.document_valid_until),
            "document_kind": self.document_kind,
            "alive": self.alive,
            "photo": base64.b64encode(self.photo).decode(),
            "original": base64.b64encode(self.original).decode(),
            "media_type": self.media_type,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PersonRecord:
        """Back from `as_data`; KeyError or ValueError for anything else."""
        names = ("iin", "surname", "given_name", "patronymic", "document_number")
        facts = PersonFacts(
            **{name: str(data[name]) for name in names},
            birth_on=_day(data["birth_on"]),
            document_valid_until=_day(data["document_valid_until"]),
        )
        return cls(
            facts,
            alive=bool(data["alive"]),
            document_kind=str(data["document_kind"]),
            photo=base64.b64decode(data["photo"]),
            original=base64.b64decode(data["original"]),
            media_type=str(data["media_type"]),
        )


class Mismatch(StrEnum):
    """In what the two sides differ."""

    UNKNOWN = "unknown"
    IIN = "iin"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    DOCUMENT = "document"
    DOCUMENT_EXPIRED = "document_expired"
    NOT_ALIVE = "not_alive"


MISMATCH_MESSAGES: dict[Mismatch, str] = {
    Mismatch.UNKNOWN: noop("The state base does not know this IIN."),
    Mismatch.IIN: noop("The state base answered about another IIN."),
    Mismatch.NAME: noop("The name differs from the one in the state base."),
    Mismatch.BIRTH_DATE: noop("The date of birth differs from the one in the state base."),
    Mismatch.DOCUMENT: noop("The identity document differs from the one in the state base."),
    Mismatch.DOCUMENT_EXPIRED: noop("The identity document is no longer valid."),
    Mismatch.NOT_ALIVE: noop("The state base does not confirm this person."),
}

# Letters people type for one another: Latin twins of Cyrillic ones, and ё for е.
_TWINS = str.maketrans("ABCEHKMOPTXYaceopxyiIЁё", "АВСЕНКМОРТХУасеорхуіІЕе")


def same_name(first: str, second: str) -> bool:
    """True when two spellings are one name: case, ё, Latin twins, spaces and hyphens aside. Empty equals empty only."""
    return _plain(first) == _plain(second)


def mismatches(given: PersonFacts, record: PersonRecord | None, *, on: date) -> tuple[Mismatch, ...]:
    """In what a person's own statement differs from the state's record (clause 6: name and IIN are verified).

    `record` None: the base does not know the IIN. Data the person did not give (None, "") is not compared, except the
    patronymic: not to have one is a statement.
    """
    if record is None:
        return (Mismatch.UNKNOWN,)
    told, found = record.facts, []
    if given.iin != told.iin:
        found.append(Mismatch.IIN)
    names = ((given.surname, told.surname), (given.given_name, told.given_name), (given.patronymic, told.patronymic))
    if not all(same_name(ours, theirs) for ours, theirs in names):
        found.append(Mismatch.NAME)
    if given.birth_on is not None and given.birth_on != told.birth_on:
        found.append(Mismatch.BIRTH_DATE)
    number = given.document_number and _plain(given.document_number) != _plain(told.document_number)
    until = given.document_valid_until is not None and given.document_valid_until != told.document_valid_until
    if number or until:
        found.append(Mismatch.DOCUMENT)
    if told.document_valid_until is not None and told.document_valid_until < on:
        found.append(Mismatch.DOCUMENT_EXPIRED)
    if not record.alive:
        found.append(Mismatch.NOT_ALIVE)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class BiometricRequest:
    """What the identification centre is asked: to look at this person, for this session."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    iin: str = field(repr=False)
    phone: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class BiometricAnswer:
    """What the centre says of one visit. `original` is kept as it came (clause 34)."""

    transaction_id: str
    nonce: str = field(repr=False)
    iin: str = field(repr=False)
    success: bool
    error_code: str
    liveness_ppm: int
    similarity_ppm: int
    phone_confirmed: bool
    completed_at: datetime
    photo: bytes = field(repr=False)
    original: bytes = field(repr=False)
    facts: PersonFacts | None = field(default=None, repr=False)
    media_type: str = "application/json"


class BiometricFailure(StrEnum):
    """Why a visit to the centre proves nothing."""

    CANCELLED = "cancelled"
    OWN_DEVICE = "own_device"  # the lender's own devices say why: liveness.Fault
    UNAVAILABLE = "unavailable"
    NOT_IN_STATE_BASE = "not_in_state_base"
    LIVENESS = "liveness"
    OTHER_FACE = "other_face"
    OTHER_PERSON = "other_person"
    PHONE_NOT_CONFIRMED = "phone_not_confirmed"
    OTHER_SESSION = "other_session"
    STALE = "stale"
    REFUSED = "refused"
    SPENT = "spent"
    EXPIRED = "expired"
    REPLAYED = "replayed"


BIOMETRIC_MESSAGES: dict[BiometricFailure, str] = {
    BiometricFailure.OWN_DEVICE: noop("A living person could not be recognised. Look into the camera yourself."),
    BiometricFailure.CANCELLED: noop("You cancelled the identification. You can start it again."),
    BiometricFailure.UNAVAILABLE: noop("The identification centre cannot answer now. Try again a little later."),
    BiometricFailure.NOT_IN_STATE_BASE: noop("The state base does not know this IIN."),
    BiometricFailure.LIVENESS: noop("A living person could not be recognised. Look into the camera yourself."),
    BiometricFailure.OTHER_FACE: noop("The face does not match the photo in the state base."),
    BiometricFailure.OTHER_PERSON: noop("The identification centre recognised another person."),
    BiometricFailure.PHONE_NOT_CONFIRMED: noop("The phone number was not confirmed at the identification centre."),
    BiometricFailure.OTHER_SESSION: noop("This identification belongs to another session. Start it again."),
    BiometricFailure.STALE: noop("This identification was not made just now. Start it again."),
    BiometricFailure.REFUSED: noop("The identification centre did not confirm who you are."),
    BiometricFailure.SPENT: noop("This identification has already been used. Start it again."),
    BiometricFailure.EXPIRED: noop("The time for identification is over. Start it again."),
    BiometricFailure.REPLAYED: noop("This identification has already been used. Start it again."),
}

# Below these the centre's own "success" is not believed. Ours, not of the law.
MIN_LIVENESS_PPM = 500_000
MIN_SIMILARITY_PPM = 500_000


def judge_biometric(
    answer: BiometricAnswer,
    *,
    iin: str,
    nonce_matches: bool,
    opened_at: datetime,
    now: datetime,
    skew_seconds: int = 300,
) -> BiometricFailure | None:
    """Why this answer proves nothing, or None when the centre recognised this living person in this session."""
    if not nonce_matches:
        return BiometricFailure.OTHER_SESSION
    if answer.error_code:
        known = {"1": BiometricFailure.UNAVAILABLE, "2": BiometricFailure.NOT_IN_STATE_BASE}
        return known.get(answer.error_code, BiometricFailure.REFUSED)
    if answer.iin != iin:
        return BiometricFailure.OTHER_PERSON
    if answer.liveness_ppm < MIN_LIVENESS_PPM:
        return BiometricFailure.LIVENESS
    if answer.similarity_ppm < MIN_SIMILARITY_PPM:
        return BiometricFailure.OTHER_FACE
    if not answer.phone_confirmed:
        return BiometricFailure.PHONE_NOT_CONFIRMED
    if not answer.success or not answer.transaction_id:
        return BiometricFailure.REFUSED
    before = (opened_at - answer.completed_at).total_seconds() > skew_seconds
    if before or (answer.completed_at - now).total_seconds() > skew_seconds:
        return BiometricFailure.STALE
    return None


def _plain(name: str) -> str:
    return "".join(sign for sign in name.translate(_TWINS).casefold() if sign.isalnum())


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
