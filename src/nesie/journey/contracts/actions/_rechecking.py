"""The checks made again when money is agreed on; joined by the signing of contracts and of changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.terms.rules import Schedule
from nesie.journey.aml import actions as aml
from nesie.journey.applications.rules import monthly_equivalent
from nesie.journey.contracts import rules
from nesie.journey.contracts.rules import SignOutcome
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness import queries as credit
from nesie.journey.creditworthiness.rules import Replaced, Stage
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ClientId
from nesie.kernel.money import Money


def check_again(
    actor: Actor,
    now: datetime,
    *,
    client_id: ClientId,
    case_id: UUID,
    amount: Money,
    plan: Schedule,
    consumer: bool,
    replaces: Replaced | None,
) -> SignOutcome:
    """The voluntary refusal, the grounds of the Law over a new bureau report, and the lists, as they stand now.

    Between decision and signature a loan elsewhere may have fallen overdue, or a new one been taken (Law, art. 3
    p. 3-2, art. 7 p. 3; Rules, 8.1, 10). `consumer`: the loan serves no business. `replaces`: what of the client's debt
    here is in the amount, or repaid by it.
    """
    rechecked = creditworthiness.recheck_case(
        actor, now, client_id=client_id, case_id=case_id, stage=Stage.SIGNING, amount=amount
    )
    assessed = creditworthiness.assess_case(
        actor,
        now,
        client_id=client_id,
        case_id=case_id,
        stage=Stage.SIGNING,
        amount=amount,
        new_monthly_payment=monthly_equivalent((plan,)),
        consumer=consumer,
        replaces=replaces,
    )
    screened = aml.screen_client(actor, now, client_id=client_id)
    if screened.outcome is Outcome.DECLINE:
        aml.refuse_client(actor, now, subject_id=case_id, screening_id=screened.screening_id)
    outcome = rules.sign_outcome(
        register=rechecked.outcome, law=credit.decision_of(assessed.assessment_id), screened=screened.outcome
    )
    if outcome is SignOutcome.CHECKS_UNDER_WAY and not credit.waiting(case_id, Stage.SIGNING):
        # The answers have grown old while the client was reading, or did not come: they are asked for anew.
        creditworthiness.request_checks(
            actor, now, client_id=client_id, case_id=case_id, stage=Stage.SIGNING, consumer=consumer
        )
    return outcome
