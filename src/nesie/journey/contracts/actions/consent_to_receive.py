"""The client consents to receive the money, after the 24 hours."""

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
def consent_to_receive(
    actor: Actor, now: datetime, *, contract_id: ContractId, code: str = "", eds_proof_id: ProofId | None = None
) -> rules.ConsentOutcome:
    """Confirm the consent's own document by a one-time code or EDS (Rules, 9-1, subparagraph 2).

    Refused at 23:59:59 after the signing, taken at 24:00:00. A wrong code is an outcome. Raises ConsentTooEarly,
    NotYetConsentable (the document comes first), MoveRefused, NotFound.
    """
    row = queries.lock(actor, contract_id)
    require(row, ContractStatus.SIGNED, ContractStatus.PAYING)
    cooling = queries.cooling_of(row, now)
    rules.check_consent_moment(cooling, now)
    drafted = queries.newest_consent(row, ConsentKind.RECEIVE)
    if drafted is None or not cooling.over(drafted.drafted_at):
        raise rules.NotYetConsentable
    return give_consent(actor, now, row, ConsentKind.RECEIVE, code=code, eds_proof_id=eds_proof_id)
