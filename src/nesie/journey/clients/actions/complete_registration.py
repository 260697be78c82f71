"""Make a client of an applicant."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from nesie.foundation.access.actions import end_sessions_of, open_client_login, open_session
from nesie.foundation.access.rules import Factor, SessionKind
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices.actions import notify
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField, IndexTaken
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import move_registration
from nesie.journey.clients.actions._proofs import spend_proof
from nesie.journey.clients.models import (
    Client,
    ClientBin,
    ClientIin,
    ClientTransition,
    Registration,
    SignatoryAuthority,
)
from nesie.journey.clients.rules import (
    AlreadyRegistered,
    Capacity,
    ClientStatus,
    Completed,
    DocumentKind,
    RegistrationStatus,
    Step,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, RegistrationId


@use_case
def complete_registration(actor: Actor, now: datetime, *, registration_id: RegistrationId) -> Completed:
    """The last step: spends both proofs, takes the IIN, opens the account and the sign-in (clause 6).

    Impossible without the biometric proof of this very statement, and of an individual without the EDS proof. Raises
    `StepNotReached`, `AlreadyRegistered`, `DocumentExpired`, `NotFound`, `RegistrationClosed`, and `ProofUnfit`,
    `ProofSpent`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.COMPLETE)
    spend_proof(row, row.biometric_proof_id, ProofKind.BIOMETRIC, now)
    if Step.EDS in rules.steps_of(Capacity(row.capacity)):
        spend_proof(row, row.eds_proof_id, ProofKind.EDS, now)
    rules.checked_document(
        DocumentKind(row.document_kind),
        row.document_number,
        row.document_issued_on,
        rules.saved(row.document_valid_until, Step.DOCUMENT),
        business_day(now),
    )
    _take_numbers(row)
    _make_client(row, actor, now)
    move_registration(row, RegistrationStatus.COMPLETED, actor, now)
    notify(
        row.id,
        template="registration_complete",
        params={},
        language=row.language,
        now=now,
        phone=row.phone,
        email=row.email or None,
    )
    _forget_draft(row)
    open_client_login(row.id, now)
    end_sessions_of(row.id, now)
    key = open_session(
        SessionKind.CLIENT, now, channel=actor.channel, subject_id=row.id, origin=actor.origin, by=Factor.CODE
    )
    return Completed(ClientId(row.id), key)


def _take_numbers(row: Registration) -> None:
    try:
        if row.capacity == Capacity.LEGAL_ENTITY:  # its signatory may be a client as well, in their own name
            claim_index(row.id, IndexedField.BIN, row.bin)
            return
        claim_index(row.id, IndexedField.IIN, row.iin)
        claim_index(row.id, IndexedField.DOCUMENT_NUMBER, row.document_number)
    except IndexTaken:
        raise AlreadyRegistered from None


def _make_client(row: Registration, actor: Actor, now: datetime) -> None:
    client = Client(
        id=row.id,
        registration=row,
        capacity=row.capacity,
        business_name=row.business_name,
        language=row.language,
        surname=row.surname,
        given_name=row.given_name,
        patronymic=row.patronymic or "",
        phone=row.phone,
        email=row.email or "",
        address=row.address,
        document_kind=row.document_kind,
        document_number=row.document_number,
        document_issuer=row.document_issuer,
        document_issued_on=row.document_issued_on,
        document_valid_until=rules.saved(row.document_valid_until, Step.DOCUMENT),
        photo_document_id=rules.saved(row.photo_document_id, Step.PHOTO),
        statement_document_id=rules.saved(row.statement_document_id, Step.STATEMENT),
        registered_at=now,
    )
    client.save(force_insert=True)
    ClientIin(id=uuid4(), client=client, iin=row.iin).save(force_insert=True)
    if row.capacity == Capacity.LEGAL_ENTITY:
        ClientBin(id=uuid4(), client=client, bin=row.bin).save(force_insert=True)
        SignatoryAuthority.objects.create(
            client=client,
            kind=row.authority,
            number=row.authority_number,
            issued_on=rules.saved(row.authority_issued_on, Step.ENTITY),
            valid_until=row.authority_valid_until,
            document_id=rules.saved(row.authority_document_id, Step.ENTITY),
            accepted_at=rules.saved(row.authority_reviewed_at, Step.AUTHORITY),
        )
    ClientTransition.objects.create(client=client, to=ClientStatus.ACTIVE, at=now, by_id=actor.id)


def _forget_draft(row: Registration) -> None:
    """What was entered stands in the client's row and in the signed statement: a third copy would only be a risk."""
    row.phone = row.surname = row.given_name = row.patronymic = ""
    row.bin = row.business_name = row.iin = row.address = row.email = row.document_number = None
    row.save()
