"""The registration of an individual (clause 6): steps, checks of what is entered, comparison with the state record."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from nesie.foundation.identification.rules import bin_problem, iban_problem, iin_problem, parse_iin, plain_iban
from nesie.foundation.identification.rules.persons import PersonFacts, PersonRecord, mismatches
from nesie.foundation.identification.rules.standing import BusinessRecord, entity_problem, entrepreneur_problem
from nesie.journey.clients.rules import refusals as no
from nesie.journey.clients.rules.words import Authority, Capacity, Difference, DocumentKind, StateOutcome, Step

_T = TypeVar("_T")

OPERATION = "register"  # what the proofs of a registration are made for
REGISTRATION_LIFE = timedelta(days=7)
CONSENT_TEXT = "2026-11"  # version of the consents' wording, in the statement's template
STATE_CHECKS = 3  # tries with the state record before a person looks at the registration


_NOT_ASKED: dict[Capacity, frozenset[Step]] = {
    Capacity.INDIVIDUAL: frozenset({Step.ENTITY, Step.AUTHORITY}),
    Capacity.ENTREPRENEUR: frozenset({Step.ENTITY, Step.AUTHORITY, Step.EDS}),
    Capacity.LEGAL_ENTITY: frozenset({Step.EDS}),
}


def steps_of(capacity: Capacity) -> tuple[Step, ...]:
    """What is asked of an applicant, in its order (clause 6): EDS of individuals only, papers of entities only."""
    return tuple(step for step in Step if step not in _NOT_ASKED[capacity])


@dataclass(frozen=True, slots=True)
class Progress:
    """Which steps of a registration are done."""

    capacity: Capacity = Capacity.INDIVIDUAL
    phone: bool = False
    person: bool = False
    entity: bool = False
    document: bool = False
    photo: bool = False
    consents: bool = False
    state_check: bool = False
    authority: bool = False
    statement: bool = False
    biometric: bool = False
    eds: bool = False

    def done(self, step: Step) -> bool:
        """Whether one step is done; COMPLETE never is."""
        return step is not Step.COMPLETE and bool(getattr(self, step.value))

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is asked of this applicant, in its order."""
        return steps_of(self.capacity)

    @property
    def next_step(self) -> Step:
        """The first step that is not done: where the applicant goes on."""
        return next((step for step in self.steps if not self.done(step)), Step.COMPLETE)

    def require(self, *steps: Step) -> None:
        """These steps are done, or `StepNotReached`."""
        for step in steps:
            if not self.done(step):
                raise no.StepNotReached(field=step.value)

    def require_before(self, step: Step) -> None:
        """Every step before this one is done, and this one is asked at all, or `StepNotReached`."""
        if step not in self.steps:
            raise no.StepNotReached(field=step.value)
        self.require(*self.steps[: self.steps.index(step)])


def saved(value: _T | None, step: Step) -> _T:
    """What a step has saved; raises `StepNotReached` when it has not."""
    if value is None:
        raise no.StepNotReached(field=step.value)
    return value


# What the fonts of our papers can show: a sign they lack would stop the statement from being made.
_SHOWABLE = re.compile("[ -~\u00a0-\u024f\u0400-\u052f№–—«»“”„’‘ʼ]*")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’ʼ.-])*\.?", re.UNICODE)
_DOCUMENT_NUMBERS = {
    DocumentKind.ID_CARD: re.compile(r"[0-9]{9}"),
    DocumentKind.PASSPORT: re.compile(r"[A-Z][0-9]{7,8}"),
    DocumentKind.RESIDENCE_PERMIT: re.compile(r"[A-Z]{0,2}[0-9]{6,9}"),
}
_AUTHORITY_NUMBER = 40
_MOBILE = re.compile(r"\+77(?:0[0-8]|47|6[0-4]|7[0-8])[0-9]{7}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def person_name(text: str, *, field: str, optional: bool = False) -> str:
    """A name as in the document, spaces mended; empty only when optional (a patronymic). Raises `NameUnfit`."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name and optional:
        return ""
    if len(name) > 100 or not _NAME.fullmatch(name) or not _SHOWABLE.fullmatch(name):
        raise no.NameUnfit(field=field)
    return name


def checked_iin(text: str) -> str:
    """Twelve digits with a right date, sex and century digit, and control digit; raises `IinUnfit`."""
    iin = re.sub(r"\s", "", text)
    problem = iin_problem(iin)
    if problem is not None:
        raise no.IIN_REFUSALS.get(problem, no.IinUnfit)(field="iin")
    return iin


def checked_bin(text: str) -> str:
    """Twelve digits of a business number: month of registration, kind, control digit; raises `BinUnfit`."""
    number = re.sub(r"\s", "", text)
    if bin_problem(number) is not None:
        raise no.BinUnfit(field="bin")
    return number


def business_name(text: str) -> str:
    """The name of a legal entity in letters our papers can show; raises `BusinessNameUnfit`."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 2 <= len(name) <= 200 or not _SHOWABLE.fullmatch(name):
        raise no.BusinessNameUnfit(field="business_name")
    return name


def checked_authority(kind: Authority, number: str, issued_on: date, valid_until: date | None, today: date) -> str:
    """The number of the paper by which somebody signs for a legal entity, as our papers can show it.

    An order that appoints a head may have no last day; a power of attorney has one. Raises AuthorityNumberUnfit,
    AuthorityTermUnfit, AuthorityEnded.
    """
    plain = " ".join(number.split())
    if not 1 <= len(plain) <= _AUTHORITY_NUMBER or not _SHOWABLE.fullmatch(plain):
        raise no.AuthorityNumberUnfit(field="authority_number")
    if issued_on > today:
        raise no.AuthorityTermUnfit(field="authority_issued_on")
    if valid_until is None:
        if kind is Authority.POWER_OF_ATTORNEY:
            raise no.AuthorityTermUnfit(field="authority_valid_until")
        return plain
    if valid_until < issued_on:
        raise no.AuthorityTermUnfit(field="authority_valid_until")
    if valid_until < today:
        raise no.AuthorityEnded(field="authority_valid_until")
    return plain


def checked_document(kind: DocumentKind, number: str, issued_on: date | None, valid_until: date, today: date) -> str:
    """The document's number in its one form; refuses a birth certificate and an expired document (clause 6)."""
    if kind is DocumentKind.BIRTH_CERTIFICATE:
        raise no.BirthCertificateRefused(field="document_kind")
    plain = re.sub(r"[\s№-]", "", number).upper()
    if not _DOCUMENT_NUMBERS[kind].fullmatch(plain):
        raise no.DocumentNumberUnfit(field="document_number")
    if issued_on is not None and not issued_on <= today:
        raise no.DocumentTermUnfit(field="document_issued_on")
    if issued_on is not None and valid_until <= issued_on:
        raise no.DocumentTermUnfit(field="document_valid_until")
    if valid_until < today:
        raise no.DocumentExpired(field="document_valid_until")
    return plain


def mobile(text: str) -> str:
    """A Kazakhstan mobile number in E.164, `+77012345678`, from any usual way of writing; raises `PhoneUnfit`."""
    digits = re.sub(r"[\s().\-]", "", text)
    if re.fullmatch(r"8\d{10}", digits):
        digits = "+7" + digits[1:]
    elif re.fullmatch(r"7\d{10}", digits):
        digits = "+" + digits
    elif re.fullmatch(r"7\d{9}", digits):
        digits = "+7" + digits
    if not _MOBILE.fullmatch(digits):
        raise no.PhoneUnfit(field="phone")
    return digits


def email_address(text: str) -> str:
    """An e-mail address with the shape of one, or empty; raises `EmailUnfit`."""
    address = text.strip()
    if address and (len(address) > 254 or not _EMAIL.fullmatch(address)):
        raise no.EmailUnfit(field="email")
    return address


def postal_address(text: str) -> str:
    """The place of residence in letters our papers can show; raises `AddressUnfit`."""
    address = " ".join(text.split())
    if not 5 <= len(address) <= 300 or not _SHOWABLE.fullmatch(address):
        raise no.AddressUnfit(field="address")
    return address


def issuer_name(text: str) -> str:
    """Who issued a document, as far as our papers can show it."""
    return state_name(text)[:100]


def state_name(text: str) -> str:
    """The state's name of a business, as far as our papers can show it; whole, for it is held against the lists."""
    return " ".join("".join(sign for sign in text if _SHOWABLE.fullmatch(sign)).split())


LIKENESS = 0.40  # cosine of two faces' embeddings; strangers stayed below 0.38 (docs/decisions/0021-portrait.md)


def differences(
    entered: PersonFacts, record: PersonRecord | None, likeness: float | None, on: date
) -> tuple[Difference, ...]:
    """What the state record does not bear out (clause 6: name, IIN and photo are verified); empty when all agrees.

    `likeness` compares the portrait with the state's photo; None when the state has given none, and then the photo
    is verified by the biometric identification alone.
    """
    found = [Difference(one.value) for one in mismatches(entered, record, on=on)]
    if likeness is not None and likeness < LIKENESS:
        found.append(Difference.PHOTO)
    return tuple(found)


_NOT_TYPING = frozenset({Difference.NOT_ALIVE, Difference.DOCUMENT_EXPIRED})


def business_difference(capacity: Capacity, number: str, name: str, record: BusinessRecord | None) -> Difference | None:
    """What the state says against this business (clause 6); None for an individual, and when all agrees."""
    if capacity is Capacity.INDIVIDUAL:
        return None
    if capacity is Capacity.ENTREPRENEUR:
        found = entrepreneur_problem(record, number)
    else:
        found = entity_problem(record, number, name)
    return Difference(found.value) if found is not None else None


def state_outcome(found: tuple[Difference, ...], tries: int) -> StateOutcome:
    """What follows: a slip may be mended `STATE_CHECKS` times, anything else is for the staff."""
    if not found:
        return StateOutcome.MATCHES
    if _NOT_TYPING.intersection(found) or tries >= STATE_CHECKS:
        return StateOutcome.REVIEW
    return StateOutcome.MISMATCH


def checked_iban(text: str, bank_codes: frozenset[str] | None) -> str:
    """A Kazakhstan account number with right control digits and a known bank (clause 8.7); raises `IbanUnfit`."""
    iban = plain_iban(text)
    problem = iban_problem(iban, bank_codes=bank_codes)
    if problem is not None:
        raise no.IBAN_REFUSALS.get(problem, no.IbanForm)(field="iban")
    return iban


def birth_date(iin: str) -> date:
    """The date of birth that a checked IIN tells."""
    return parse_iin(iin).birth_on
