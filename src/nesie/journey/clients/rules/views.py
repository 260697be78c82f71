"""What strangers see of this room: frozen, and never a row of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from nesie.foundation.identification.rules.eds import Holder
from nesie.journey.clients.rules.refusals import AuthorityEnded
from nesie.journey.clients.rules.registration import Progress
from nesie.journey.clients.rules.words import (
    Authority,
    Capacity,
    ClientStatus,
    Difference,
    Direction,
    DocumentKind,
    Matter,
    PhoneOutcome,
    RegistrationStatus,
    StateOutcome,
)
from nesie.kernel.ids import ClientId, RegistrationId


@dataclass(frozen=True, slots=True)
class RegistrationStarted:
    """A registration begun; its code is on the way to the phone."""

    registration_id: RegistrationId


@dataclass(frozen=True, slots=True)
class PhoneConfirmed:
    """What the code led to. `session_key` is set when a registration goes on; it belongs in the cookie only."""

    outcome: PhoneOutcome
    registration_id: RegistrationId | None = None
    session_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StateChecked:
    """The outcome of the state check with what differs."""

    outcome: StateOutcome
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Completed:
    """A registration become a client; `session_key` is the new client session's."""

    client_id: ClientId
    session_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """A registration with what was entered, for its applicant and for the staff who review it."""

    id: RegistrationId
    status: RegistrationStatus
    progress: Progress
    capacity: Capacity
    language: str
    phone: str
    email: str
    surname: str
    given_name: str
    patronymic: str
    iin: str
    birth_on: date | None
    business_name: str
    bin: str
    authority: Authority | None
    authority_number: str
    authority_issued_on: date | None
    authority_valid_until: date | None
    authority_document_id: UUID | None
    head_signs: bool | None  # whether the state names the signatory as the head; None before it was asked
    address: str
    document_kind: DocumentKind | None
    document_number: str
    document_issuer: str
    document_issued_on: date | None
    document_valid_until: date | None
    photo_document_id: UUID | None
    statement_document_id: UUID | None
    statement_sha256: str
    differences: tuple[Difference, ...]
    state_tries: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """The paper by which somebody signs for a legal entity; an order may have no last day."""

    kind: Authority
    number: str
    issued_on: date
    valid_until: date | None
    document_id: UUID

    def in_force(self, on: date) -> bool:
        """Whether it serves on a day."""
        return self.issued_on <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client with everything known of them. Of a legal entity the person is its signatory."""

    id: ClientId
    status: ClientStatus
    capacity: Capacity
    business_name: str  # of the sole proprietor or legal entity; empty for an individual
    bin: str
    authority: AuthorityView | None  # of a legal entity's signatory
    language: str
    surname: str
    given_name: str
    patronymic: str
    iin: str
    birth_on: date
    sex: str
    phone: str
    email: str
    address: str
    document_kind: DocumentKind
    document_number: str
    document_issuer: str
    document_issued_on: date | None
    document_valid_until: date
    photo_document_id: UUID
    statement_document_id: UUID
    registered_at: datetime

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic, as in the document."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @property
    def is_entity(self) -> bool:
        """Whether it is a legal entity, for which its signatory acts."""
        return self.capacity is Capacity.LEGAL_ENTITY

    @property
    def party_name(self) -> str:
        """Whose debts and accounts these are: the legal entity, or the person."""
        return self.business_name if self.is_entity else self.full_name

    @property
    def party_number(self) -> str:
        """The BIN of a legal entity, the IIN of a person."""
        return self.bin if self.is_entity else self.iin

    @property
    def holder(self) -> Holder:
        """In what capacity he must hold the certificate he signs with: an organisation's key is not a person's."""
        if not self.is_entity or self.authority is None:
            return Holder.INDIVIDUAL
        return Holder.HEAD if self.authority.kind is Authority.ORDER else Holder.SIGNATORY


def check_authority(client: ClientView, on: date) -> None:
    """Raises AuthorityEnded unless whoever acts for a legal entity has a paper in force; persons need none."""
    if client.is_entity and (client.authority is None or not client.authority.in_force(on)):
        raise AuthorityEnded


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """A line of the staff's list of clients."""

    id: ClientId
    status: ClientStatus
    full_name: str  # of a legal entity its name
    phone: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class AccountView:
    """A client's bank account; `bank_code` is the three digits inside the IBAN."""

    id: UUID
    client_id: ClientId
    iban: str
    bank_code: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class AcknowledgementView:
    """That a client has read one version of a text of the lender."""

    matter: Matter
    text_id: UUID
    sha256: str
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True)
class TransitionView:
    """One move of a registration or a client."""

    to: RegistrationStatus | ClientStatus
    at: datetime
    by_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter between a client and the lender; attachments are documents in their original bytes."""

    id: UUID
    client_id: ClientId
    direction: Direction
    subject: str
    text: str
    sent_at: datetime
    read_at: datetime | None
    reply_to: UUID | None
    document_id: UUID
    attachment_ids: tuple[UUID, ...]
