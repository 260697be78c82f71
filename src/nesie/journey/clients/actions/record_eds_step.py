"""Attach the proof of the electronic digital signature to the registration."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import queries
from nesie.journey.clients.actions._proofs import check_proof
from nesie.journey.clients.rules import Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId, RegistrationId


@use_case
def record_eds_step(actor: Actor, now: datetime, *, registration_id: RegistrationId, proof_id: ProofId) -> None:
    """The applicant has signed this very statement with their own key (clause 6, EDS).

    Raises `NotFound`, `RegistrationClosed`, `StepNotReached`, and `ProofUnfit`, `ProofSpent` of identification.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.EDS)
    check_proof(row, proof_id, ProofKind.EDS, now)
    row.eds_proof_id = proof_id
    row.save(update_fields=["eds_proof_id"])
