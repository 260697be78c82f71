"""Reads of registrations, clients, accounts and letters; each asks first whether the thing is this actor's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from nesie.foundation.access.queries import own_id
from nesie.foundation.access.rules import Known
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.rules import BANK_CODES, parse_iin
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients import rules
from nesie.journey.clients.gateways import PortraitMeter, Wiring
from nesie.journey.clients.models import (
    Acknowledgement,
    Client,
    ClientAccount,
    ClientTransition,
    GivenConsent,
    Letter,
    Registration,
    RegistrationTransition,
)
from nesie.journey.clients.queries.details import (
    STOP_PURPOSE,
    details_change,
    details_changes,
    details_to_apply,
    details_to_expire,
    documents_to_warn_of,
    paper_sha256,
    stop_link,
    stoppable,
)
from nesie.journey.clients.queries.leaks import check_operations, leak_view, leaks, open_leak, phone_answers
from nesie.journey.clients.queries.scope import may_see_client, may_see_registration
from nesie.journey.clients.rules import (
    AccountView,
    AcknowledgementView,
    Authority,
    AuthorityView,
    Capacity,
    ClientStatus,
    ClientSummary,
    ClientView,
    Consent,
    Difference,
    Direction,
    DocumentKind,
    LetterView,
    Matter,
    Progress,
    RegistrationStatus,
    RegistrationView,
    TransitionView,
)
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import ClientId, MessageId, RegistrationId
from nesie.kernel.refused import NotFound

__all__ = [
    "STOP_PURPOSE",
    "ClientsKnown",
    "account",
    "accounts",
    "acknowledgements",
    "active_client",
    "bank_codes",
    "changing_client",
    "check_operations",
    "client",
    "client_history",
    "client_with_bin",
    "client_with_iban",
    "client_with_iin",
    "clients",
    "details_change",
    "details_changes",
    "details_to_apply",
    "details_to_expire",
    "documents_to_warn_of",
    "has_acknowledged",
    "leak_view",
    "leaks",
    "letter_view",
    "letters",
    "lock_registration",
    "may_see_client",
    "may_see_registration",
    "open_leak",
    "paper_sha256",
    "phone_answers",
    "portrait_meter",
    "progress",
    "questions",
    "registration",
    "registration_history",
    "registrations_in_review",
    "stop_link",
    "stoppable",
    "unread_count",
    "unread_letters",
]

_LIST = 50


def portrait_meter() -> PortraitMeter:
    """The meter in force, as `config` wired it."""
    return Wiring.portrait_meter


def bank_codes() -> frozenset[str]:
    """Bank codes an IBAN may bear; in the demo also that of the simulated bank, which no real bank has."""
    return BANK_CODES | frozenset(getattr(settings, "NESIE_DEMO_BANK_CODES", ()))


def registration(actor: Actor, registration_id: RegistrationId) -> RegistrationView:
    """One registration with what was entered; raises `NotFound`."""
    row = Registration.objects.filter(id=registration_id).first()
    if row is None or not may_see_registration(actor, registration_id):
        raise NotFound
    return _registration_view(row)


def questions(actor: Actor, registration_id: RegistrationId) -> list[MessageId]:
    """What the state was asked for this registration and has not been recorded; raises `NotFound`."""
    row = Registration.objects.filter(id=registration_id).first()
    if row is None or not may_see_registration(actor, registration_id):
        raise NotFound
    return [MessageId(one) for one in (row.state_message_id, row.business_message_id) if one is not None]


def registrations_in_review(actor: Actor) -> list[RegistrationView]:
    """Registrations that wait for the staff, oldest first; raises `NotFound` for others."""
    if not _reads(actor):
        return []
    return [
        _registration_view(row)
        for row in Registration.objects.filter(status=RegistrationStatus.REVIEW).order_by("started_at")[:_LIST]
    ]


def registration_history(actor: Actor, registration_id: RegistrationId) -> list[TransitionView]:
    """Every move of a registration, oldest first; raises `NotFound`."""
    if not may_see_registration(actor, registration_id):
        raise NotFound
    rows = RegistrationTransition.objects.filter(registration_id=registration_id).order_by("id")
    return [TransitionView(RegistrationStatus(row.to), row.at, row.by_id, row.reason) for row in rows]


def lock_registration(actor: Actor, registration_id: RegistrationId, now: datetime) -> Registration:
    """The applicant's open registration, locked for the caller's transaction.

    Raises `NotFound` when it is not theirs, `RegistrationClosed` when it does not go on.
    """
    if not (actor.id == registration_id or actor.has(Role.WORKER)):
        raise NotFound
    row = Registration.objects.select_for_update().filter(id=registration_id).first()
    if row is None:
        raise NotFound
    if row.status != RegistrationStatus.OPEN or now >= row.expires_at:
        raise rules.RegistrationClosed
    return row


def progress(row: Registration) -> Progress:
    """Which steps of a registration are done."""
    given = GivenConsent.objects.filter(owner_id=row.id, text_version=rules.CONSENT_TEXT)
    return Progress(
        capacity=Capacity(row.capacity),
        entity=row.entity_saved_at is not None,
        authority=row.authority_reviewed_at is not None,
        phone=row.phone_confirmed_at is not None,
        person=row.person_saved_at is not None,
        document=row.document_saved_at is not None,
        photo=row.photo_document_id is not None,
        consents={Consent(one) for one in given.values_list("consent", flat=True)} == set(Consent),
        state_check=row.state_checked_at is not None,
        statement=row.statement_document_id is not None,
        biometric=row.biometric_proof_id is not None,
        eds=row.eds_proof_id is not None,
    )


def client(actor: Actor, client_id: ClientId) -> ClientView:
    """One client with everything known of them; raises `NotFound`."""
    row = Client.objects.select_related("iin_row").filter(id=client_id).first()
    if row is None or not may_see_client(actor, client_id):
        raise NotFound
    return _client_view(row)


class ClientsKnown:
    """Serves access: how a client is reached and told apart. No actor asks: the caller acts on the client's behalf."""

    def known(self, client_id: UUID) -> Known | None:
        """As the gateway says."""
        row = Client.objects.select_related("iin_row").filter(id=client_id).first()
        if row is None:
            return None
        return Known(language=row.language, phone=row.phone, email=row.email or "", iin=row.iin_row.iin)


def active_client(actor: Actor, client_id: ClientId) -> ClientView:
    """The same, of a client for whom operations go on.

    Raises `NotFound`, `ClientNotActive`, and after a leak of data what is to be proven first (clause 36).
    """
    view = _served(actor, client_id)
    rules.check_proven(open_leak(client_id))
    return view


def _served(actor: Actor, client_id: ClientId) -> ClientView:
    view = client(actor, client_id)
    if view.status is not ClientStatus.ACTIVE:
        raise rules.ClientNotActive
    return view


def client_history(actor: Actor, client_id: ClientId) -> list[TransitionView]:
    """Every move of a client from status to status, oldest first; raises `NotFound`."""
    if not may_see_client(actor, client_id):
        raise NotFound
    rows = ClientTransition.objects.filter(client_id=client_id).order_by("id")
    return [TransitionView(ClientStatus(row.to), row.at, row.by_id, row.reason) for row in rows]


def clients(actor: Actor, *, search: str = "") -> list[ClientSummary]:
    """Clients for the staff: the newest, or the one with exactly this IIN, phone or document number.

    The search goes through the blind index, so only whole numbers find somebody. Raises `NotFound` for others.
    """
    if not _reads(actor):
        return []
    rows = Client.objects.order_by("-registered_at")
    if search.strip():
        found = [vault.find_owner(field, value) for field, value in _searched(search)]
        rows = rows.filter(id__in=[owner for owner in found if owner is not None])
    return _summaries(list(rows[:_LIST]))


def client_with_iin(iin: str) -> ClientId | None:
    """Whose IIN this is among the clients, for rooms that get news by IIN (lists, bank messages)."""
    owner = vault.find_owner(IndexedField.IIN, iin)
    return ClientId(owner) if owner is not None and Client.objects.filter(id=owner).exists() else None


def client_with_bin(bin: str) -> ClientId | None:
    """Which legal entity among the clients has this BIN."""
    owner = vault.find_owner(IndexedField.BIN, bin)
    return ClientId(owner) if owner is not None and Client.objects.filter(id=owner).exists() else None


def client_with_iban(iban: str) -> ClientId | None:
    """Whose account this is among the clients."""
    owner = vault.find_owner(IndexedField.IBAN, iban)
    return ClientId(owner) if owner is not None and Client.objects.filter(id=owner).exists() else None


def accounts(actor: Actor, client_id: ClientId) -> list[AccountView]:
    """A client's bank accounts, newest first; raises `NotFound`."""
    if not may_see_client(actor, client_id):
        raise NotFound
    rows = ClientAccount.objects.filter(client_id=client_id).order_by("-added_at", "id")
    return [_account_view(row) for row in rows]


def account(actor: Actor, account_id: UUID) -> AccountView:
    """One bank account; raises `NotFound`."""
    row = ClientAccount.objects.filter(id=account_id).first()
    if row is None or not may_see_client(actor, row.client_id):
        raise NotFound
    return _account_view(row)


def acknowledgements(actor: Actor, client_id: ClientId) -> list[AcknowledgementView]:
    """What the client has read, newest first; raises `NotFound`."""
    if not may_see_client(actor, client_id):
        raise NotFound
    rows = Acknowledgement.objects.filter(client_id=client_id).order_by("-acknowledged_at", "matter")
    return [AcknowledgementView(Matter(row.matter), row.text_id, row.sha256, row.acknowledged_at) for row in rows]


def has_acknowledged(client_id: ClientId, sha256s: Iterable[str]) -> bool:
    """Whether the client has read every one of these very texts (clauses 8.2 and 8.5)."""
    wanted = set(sha256s)
    rows = Acknowledgement.objects.filter(client_id=client_id, sha256__in=wanted)
    return set(rows.values_list("sha256", flat=True)) == wanted


def changing_client(actor: Actor, client_id: ClientId) -> ClientView:
    """A client who may change their details: also one whose phone turned out not to be theirs.

    Raises `NotFound`, `ClientNotActive`, `IdentificationDue`.
    """
    view = _served(actor, client_id)
    rules.check_identified(open_leak(client_id))
    return view


def letters(actor: Actor, client_id: ClientId) -> list[LetterView]:
    """The letters between a client and the lender, newest first; raises `NotFound`."""
    if not may_see_client(actor, client_id):
        raise NotFound
    rows = Letter.objects.filter(client_id=client_id).order_by("-sent_at", "id").prefetch_related("attachments")
    return [letter_view(row) for row in rows]


def unread_letters(actor: Actor) -> list[LetterView]:
    """Letters of clients that nobody of the staff has read, oldest first; raises `NotFound` for others."""
    if not _reads(actor):
        return []
    rows = Letter.objects.filter(direction=Direction.FROM_CLIENT, read_at=None).order_by("sent_at")[:_LIST]
    return [letter_view(row) for row in rows.prefetch_related("attachments")]


def unread_count(actor: Actor) -> int:
    """How many letters of the lender the client has not read."""
    return Letter.objects.filter(client_id=own_id(actor), direction=Direction.TO_CLIENT, read_at=None).count()


def letter_view(row: Letter) -> LetterView:
    """One letter for strangers, its text out of the original bytes."""
    return LetterView(
        id=row.id,
        client_id=ClientId(row.client_id),
        direction=Direction(row.direction),
        subject=row.subject,
        text=documents.content(row.document_id).decode(),
        sent_at=row.sent_at,
        read_at=row.read_at,
        reply_to=row.reply_to_id,
        document_id=row.document_id,
        attachment_ids=tuple(attachment.document_id for attachment in row.attachments.all()),
    )


def _reads(actor: Actor) -> bool:
    """Whether this member of the staff sees clients at all; raises `NotFound` for anybody else."""
    if not actor.is_staff:
        raise NotFound
    return actor.has(*rules.READERS)


def _searched(text: str) -> list[tuple[IndexedField, str]]:
    plain = re.sub(r"[\s()\-]", "", text)
    digits = plain.lstrip("+")
    found = [(IndexedField.DOCUMENT_NUMBER, plain.upper())] if plain else []
    if digits.isdigit() and len(digits) in (10, 11):
        found.append((IndexedField.PHONE, plain))
    if digits.isdigit() and len(digits) == 12:
        found += [(IndexedField.IIN, digits), (IndexedField.BIN, digits)]
    return found


def _summaries(rows: list[Client]) -> list[ClientSummary]:
    vault.load_keys(row.id for row in rows)
    return [
        ClientSummary(
            id=ClientId(row.id),
            status=ClientStatus(row.status),
            full_name=row.business_name
            if row.capacity == Capacity.LEGAL_ENTITY
            else " ".join(part for part in (row.surname, row.given_name, row.patronymic) if part),
            phone=row.phone,
            registered_at=row.registered_at,
        )
        for row in rows
    ]


def _account_view(row: ClientAccount) -> AccountView:
    return AccountView(row.id, ClientId(row.client_id), row.iban, row.bank_code, row.added_at)


def _client_view(row: Client) -> ClientView:
    iin = row.iin_row.iin
    facts = parse_iin(iin)
    return ClientView(
        id=ClientId(row.id),
        status=ClientStatus(row.status),
        capacity=Capacity(row.capacity),
        business_name=row.business_name or "",
        bin=row.bin_row.bin if row.capacity == Capacity.LEGAL_ENTITY else "",
        authority=_authority(row) if row.capacity == Capacity.LEGAL_ENTITY else None,
        language=row.language,
        surname=row.surname,
        given_name=row.given_name,
        patronymic=row.patronymic,
        iin=iin,
        birth_on=facts.birth_on,
        sex=facts.sex.value,
        phone=row.phone,
        email=row.email,
        address=row.address,
        document_kind=DocumentKind(row.document_kind),
        document_number=row.document_number,
        document_issuer=row.document_issuer,
        document_issued_on=row.document_issued_on,
        document_valid_until=row.document_valid_until,
        photo_document_id=row.photo_document_id,
        statement_document_id=row.statement_document_id,
        registered_at=row.registered_at,
    )


def _authority(row: Client) -> AuthorityView | None:
    found = row.authorities.order_by("-accepted_at", "-id").first()
    if found is None:
        return None
    return AuthorityView(Authority(found.kind), found.number, found.issued_on, found.valid_until, found.document_id)


def _registration_view(row: Registration) -> RegistrationView:
    statement = documents.described(row.statement_document_id) if row.statement_document_id else None
    return RegistrationView(
        id=RegistrationId(row.id),
        status=RegistrationStatus(row.status),
        progress=progress(row),
        capacity=Capacity(row.capacity),
        language=row.language,
        phone=row.phone,
        email=row.email or "",
        surname=row.surname or "",
        given_name=row.given_name or "",
        patronymic=row.patronymic or "",
        iin=row.iin or "",
        birth_on=parse_iin(row.iin).birth_on if row.iin else None,
        business_name=row.business_name or "",
        bin=row.bin or "",
        authority=Authority(row.authority) if row.authority else None,
        authority_number=row.authority_number,
        authority_issued_on=row.authority_issued_on,
        authority_valid_until=row.authority_valid_until,
        authority_document_id=row.authority_document_id,
        head_signs=row.head_signs,
        address=row.address or "",
        document_kind=DocumentKind(row.document_kind) if row.document_kind else None,
        document_number=row.document_number or "",
        document_issuer=row.document_issuer,
        document_issued_on=row.document_issued_on,
        document_valid_until=row.document_valid_until,
        photo_document_id=row.photo_document_id,
        statement_document_id=row.statement_document_id,
        statement_sha256=statement.sha256 if statement else "",
        differences=tuple(Difference(one) for one in row.state_differences),
        state_tries=row.state_tries,
        started_at=row.started_at,
    )
