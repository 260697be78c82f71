"""The client consents to receive the money, after the 24 hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._awaited_money import awaited_money
from nesie.journey.contracts.actions._give_consent import give_consent
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, ProofId


@use_case
def consent_to_receive(
    actor: Actor,
    now: datetime,
    *,
    contract_id: ContractId,
    code: str = "",
    eds_proof_id: ProofId | None = None,
    change_id: UUID | None = None,
) -> rules.ConsentOutcome:
    """Confirm the consent's own document by a one-time code or EDS (Rules, 9-1, subparagraph 2).

    `change_id`: of the increase or the draw whose money it is. Refused at 23:59:59 after the signing, taken at
    24:00:00. A wrong code is an outcome. Raises ConsentTooEarly, NotYetConsentable (the document comes first),
    MoveRefused, ChangeMoveRefused, NotFound.
    """
    row = queries.lock(actor, contract_id)
    awaited = awaited_money(row, change_id, now)
    rules.check_consent_moment(awaited.cooling, now)
    drafted = awaited.consent
    if drafted is None or not awaited.cooling.over(drafted.drafted_at):
        raise rules.NotYetConsentable
    return give_consent(actor, now, row, drafted, code=code, eds_proof_id=eds_proof_id)
