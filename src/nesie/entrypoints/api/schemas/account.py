"""The client's own: who they are to the lender, accounts, what they have read, letters, notices, documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from nesie.entrypoints.api.schemas.words import In, Language, Line, Out, Page, PaperLanguage
from nesie.journey.clients.rules import ClientStatus, Direction, DocumentKind, Matter

Iban = Annotated[str, StringConstraints(min_length=15, max_length=34, pattern=r"^[0-9A-Za-z ]*$")]


class Client(Out):
    """The client as the lender knows them."""

    id: UUID
    status: ClientStatus
    language: Language
    surname: str
    given_name: str
    patronymic: str
    iin: str
    birth_on: date
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


class NewAccount(In):
    """An account of the client's own (clause 8.7)."""

    iban: Iban


class Account(Out):
    """A bank account of the client."""

    id: UUID
    iban: str
    bank_code: str
    added_at: datetime


class Acknowledge(In):
    """The text that was read, by the id of its version."""

    matter: Matter
    text_id: UUID


class Acknowledgement(Out):
    """That the client has read one version of a text."""

    matter: Matter
    text_id: UUID
    sha256: str
    acknowledged_at: datetime


class NewLetter(In):
    """A letter to the lender; files go beside it as `attachments`."""

    subject: Annotated[Line, Field(max_length=200)]
    text: Page
    reply_to: UUID | None = None


class Letter(Out):
    """A letter; its attachments are documents in their original bytes (clause 7.7)."""

    id: UUID
    direction: Direction
    subject: str
    text: str
    sent_at: datetime
    read_at: datetime | None
    reply_to: UUID | None
    document_id: UUID
    attachment_ids: list[UUID]


class Notice(Out):
    """What the lender told the client."""

    id: UUID
    template: str
    language: Language
    made_at: datetime
    read_at: datetime | None
    subject: str
    text: str


class Read(Out):
    """When it was first read."""

    read_at: datetime


class StoredDocument(Out):
    """A document without its content; `open_document` gives the bytes, whose SHA-256 this is."""

    id: UUID
    kind: str
    sha256: str
    size: int
    media_type: str
    file_name: str
    created_at: datetime
    language: str


class ConfirmationLanguage(In):
    """In which language the confirmation is written."""

    language: PaperLanguage


class Confirmation(Out):
    """The confirmation of delivery and the lender's detached signature over it (clause 12)."""

    document_id: UUID
    signature_id: UUID
    number: str
