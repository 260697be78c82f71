"""The checks made again before money goes; joined by every way of paying out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.journey.aml import actions as aml
from nesie.journey.contracts.rules import ContractTerms
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness import queries as credit
from nesie.journey.creditworthiness.rules import Stage
from nesie.journey.payments import rules
from nesie.journey.payments.models import PayoutScreening
from nesie.journey.payments.rules import RequestOutcome
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import new_id
from nesie.kernel.money import Money


def screen_payout(
    actor: Actor,
    now: datetime,
    *,
    terms: ContractTerms,
    case_id: UUID,
    change_id: UUID | None,
    amount: Money,
    held: bool = False,
) -> RequestOutcome:
    """The register of voluntary refusals and the lists, as they stand now; what they say is kept.

    `held`: something else does not let the money go now, whatever they say.
    """
    client_id = terms.client_id
    rechecked = creditworthiness.recheck_case(
        actor, now, client_id=client_id, case_id=case_id, stage=Stage.PAYOUT, amount=amount
    )
    screened = aml.screen_client(actor, now, client_id=client_id)
    if screened.outcome is Outcome.DECLINE:
        aml.refuse_client(actor, now, subject_id=case_id, screening_id=screened.screening_id)
    outcome = rules.request_outcome(register=rechecked.outcome, screened=screened.outcome)
    if held:
        outcome = RequestOutcome.HELD
    if outcome is RequestOutcome.CHECKS_UNDER_WAY and not credit.waiting(case_id, Stage.PAYOUT):
        creditworthiness.request_checks(actor, now, client_id=client_id, case_id=case_id, stage=Stage.PAYOUT)
    PayoutScreening.objects.create(
        id=new_id(),
        contract_id=terms.contract_id,
        change_id=change_id,
        screening_id=screened.screening_id,
        outcome=outcome,
        screened_at=now,
    )
    return outcome
