"""The client agrees to a change of their details."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.identification.actions import consume_proof
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.norms.rules import business_day
from nesie.foundation.vault import queries as vault
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._details import lock_change, lock_served, move, own, tell
from nesie.journey.clients.actions.apply_details_change import take_effect
from nesie.journey.clients.models import DetailsChange
from nesie.journey.clients.rules import ClientView, DetailKind, DetailsStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ProofId

_COMING = {DetailKind.PHONE: "phone_change_coming", DetailKind.ACCOUNT: "account_change_coming"}
_UNPROVEN = {DetailKind.PHONE: rules.NewPhoneNotProven, DetailKind.DOCUMENT: rules.DocumentNotConfirmed}


@use_case
def agree_to_details_change(
    actor: Actor,
    now: datetime,
    *,
    change_id: UUID,
    biometric_proof_id: ProofId | None,
    eds_proof_id: ProofId | None,
    document_sha256: str,
) -> datetime:
    """Agree by biometrics AND EDS over this very document; returns the moment it takes effect (clause 6).

    Either proof alone is refused, of an individual entrepreneur too; a legal entity's key is its signatory's. The
    present number is told at once, with a link that stops the change while its delay runs. Raises `BothProofsNeeded`,
    `NewPhoneNotProven`, `DocumentNotConfirmed`, `NotTheDetailsShown`, `AnsweredTooLate`, `AuthorityEnded`,
    `DetailsMoveRefused`, `ClientNotActive`, `NotFound`, and `ProofUnfit`, `ProofSpent` of identification.
    """
    lock_served(actor)
    client = queries.changing_client(actor, ClientId(own(actor)))
    rules.check_authority(client, business_day(now))
    row = lock_change(actor, change_id)
    rules.check_move(DetailsStatus(row.status), DetailsStatus.AGREED)
    if now >= row.answer_until:
        raise rules.AnsweredTooLate
    kind = DetailKind(row.kind)
    if kind in _UNPROVEN and row.confirmed_at is None:
        raise _UNPROVEN[kind]
    sha256 = queries.paper_sha256(row)
    if document_sha256 != sha256:
        raise rules.NotTheDetailsShown
    _spend(client, row, biometric_proof_id, eds_proof_id, sha256, now)
    row.biometric_proof_id, row.eds_proof_id = biometric_proof_id, eds_proof_id
    row.agreed_at, row.takes_effect_at = now, now + rules.delay_of(kind)
    documents.record_event(row.paper_id, Event.SIGNED, now=now, channel=actor.channel, reference=str(eds_proof_id))
    secret = secrets.token_urlsafe(16)
    row.cancel_hash = vault.keyed_hash(queries.STOP_PURPOSE, secret) if kind in _COMING else None
    move(row, DetailsStatus.AGREED, actor, now)
    if kind in _COMING:
        tell(row.client, _COMING[kind], now, at=row.takes_effect_at, link=queries.stop_link(secret))
    else:
        take_effect(row, actor, now)
    return row.takes_effect_at


def _spend(
    client: ClientView, row: DetailsChange, face: ProofId | None, key: ProofId | None, sha256: str, now: datetime
) -> None:
    given = {ProofKind.BIOMETRIC: face, ProofKind.EDS: key}
    rules.check_both(frozenset(kind for kind, proof in given.items() if proof is not None))
    for kind, proof in given.items():
        if proof is not None:
            consume_proof(
                proof,
                subject_id=row.client_id,
                operation=rules.CHANGE_OPERATION,
                document_sha256=sha256,
                kind=kind,
                now=now,
                holder=client.holder,
                bin=client.bin,
            )
