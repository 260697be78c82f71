"""The steps of a registration (clause 6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from nesie.entrypoints.api.schemas.words import (
    Code,
    In,
    Language,
    Line,
    Name,
    OptionalName,
    Out,
    PaperLanguage,
    Phone,
)
from nesie.journey.clients.rules import (
    Authority,
    Capacity,
    Consent,
    Difference,
    DocumentKind,
    PhoneOutcome,
    RegistrationStatus,
    StateOutcome,
    Step,
)

Iin = Annotated[str, StringConstraints(min_length=12, max_length=12, pattern=r"^[0-9]*$")]
DocumentNumber = Annotated[str, StringConstraints(min_length=6, max_length=20, pattern=r"^[0-9A-Za-z №-]*$")]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[\x21-\x7E]*$")]


class NewRegistration(In):
    """A mobile number of Kazakhstan."""

    phone: Phone
    language: Language


class RegistrationStarted(Out):
    """A code is on its way to the phone."""

    registration_id: UUID


class GivenCode(In):
    """The one-time code out of the SMS."""

    code: Code


class PhoneConfirmed(Out):
    """A wrong code is an outcome. With `confirmed` or `resumed` the token is the applicant's, of that registration."""

    outcome: PhoneOutcome
    registration_id: UUID | None
    token: str | None = None


class PersonData(In):
    """As in the identity document."""

    surname: Name
    given_name: Name
    patronymic: OptionalName = ""
    iin: Iin
    address: Line
    email: Email = ""
    capacity: Capacity = Capacity.INDIVIDUAL


class LegalEntity(In):
    """The legal entity that the applicant signs for."""

    bin: Iin
    business_name: Line
    authority: Authority
    authority_number: Line
    authority_issued_on: date
    authority_valid_until: date | None = None


class IdentityDocument(In):
    """The identity document."""

    kind: DocumentKind
    number: DocumentNumber
    issued_on: date | None = None
    valid_until: date
    issuer: OptionalName = ""


class GivenConsents(In):
    """Every consent there is; fewer are refused."""

    consents: list[Consent] = Field(min_length=1, max_length=len(Consent))


class StatementLanguage(In):
    """In which language the statement is written."""

    language: PaperLanguage


class MadeDocument(Out):
    """A document was made; it is among the person's documents."""

    document_id: UUID


class Asked(Out):
    """The question is on its way; ask `record_state_check` for the answer."""

    message_id: UUID


class StateChecked(Out):
    """`no_answer`: ask again a little later."""

    outcome: StateOutcome
    differences: list[Difference]


class UsedProof(In):
    """A proof made by `record_signature` or `record_biometric`."""

    proof_id: UUID


class Completed(Out):
    """The applicant is a client now; the applicant's token is worth nothing any more, this one is."""

    client_id: UUID
    token: str


class Registration(Out):
    """What was entered, and where it goes on."""

    id: UUID
    status: RegistrationStatus
    next_step: Step = Field(alias="progress.next_step")
    language: Language
    phone: str
    email: str
    surname: str
    given_name: str
    patronymic: str
    iin: str
    birth_on: date | None
    address: str
    document_kind: DocumentKind | None
    document_number: str
    document_issuer: str
    document_issued_on: date | None
    document_valid_until: date | None
    photo_document_id: UUID | None
    statement_document_id: UUID | None
    statement_sha256: str
    differences: list[Difference]
    started_at: datetime
