"""Attach the biometric proof to the registration."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients import queries
from nesie.journey.clients.actions._proofs import check_proof
from nesie.journey.clients.rules import AlreadyRegistered, Capacity, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId, RegistrationId


@use_case
def record_biometric_step(actor: Actor, now: datetime, *, registration_id: RegistrationId, proof_id: ProofId) -> None:
    """The applicant is who they say, by face, for this very statement (clause 6, biometric identification).

    Only now is it told that this person is a client already: nobody else may learn it. Raises `AlreadyRegistered`,
    `NotFound`, `RegistrationClosed`, `StepNotReached`, and `ProofUnfit`, `ProofSpent` of identification.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.BIOMETRIC)
    check_proof(row, proof_id, ProofKind.BIOMETRIC, now)
    entity = row.capacity == Capacity.LEGAL_ENTITY
    field, number = (IndexedField.BIN, row.bin) if entity else (IndexedField.IIN, row.iin)
    if vault.find_owner(field, number) not in (None, row.id):
        raise AlreadyRegistered
    row.biometric_proof_id = proof_id
    row.save(update_fields=["biometric_proof_id"])
