"""The client consents to conclude the contract, before it."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._give_consent import give_consent
from nesie.journey.contracts.actions._move import require
from nesie.journey.contracts.rules import ConsentKind, ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, ProofId


@use_case
def consent_to_conclude(
    actor: Actor, now: datetime, *, contract_id: ContractId, code: str = "", eds_proof_id: ProofId | None = None
) -> rules.ConsentOutcome:
    """Confirm the consent's own document by a one-time code or EDS (Law, art. 3 p. 3-3 part 5).

    A wrong code is an outcome. Raises MoveRefused once the contract is signed or given up, NotYetConsentable, NotFound.
    """
    row = queries.lock(actor, contract_id)
    require(row, ContractStatus.DRAFTED, ContractStatus.SIGNED)
    consent = queries.newest_consent(row, ConsentKind.CONCLUDE)
    return give_consent(actor, now, row, consent, code=code, eds_proof_id=eds_proof_id)
