"""Run the rules of granting over everything that is known of a case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries as clients
from nesie.journey.creditworthiness import queries, rules
from nesie.journey.creditworthiness.models import Assessment
from nesie.journey.creditworthiness.rules import Case, NormBook, Replaced, Stage
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ClientId, new_id
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment kept; `queries.decision_of` gives every rule's result."""

    assessment_id: UUID
    outcome: Outcome


@use_case
def assess_case(
    actor: Actor,
    now: datetime,
    *,
    client_id: ClientId,
    case_id: UUID,
    stage: Stage,
    amount: Money,
    new_monthly_payment: Money | None,
    consumer: bool = True,
    replaces: Replaced | None = None,
) -> Assessed:
    """Decide on the grounds of the Law (clause 10) and keep inputs, each rule's result and the norms it went by.

    `new_monthly_payment` is what the new loan adds to the monthly payments; None when no schedule could be made.
    `consumer`: the loan serves no business. `replaces`: debt to this lender that the money repays, or that is in the
    amount already; it counts once. What is not known holds. NotFound.
    """
    client = clients.client(actor, client_id)
    on = business_day(now)
    case = Case(
        at=now,
        on=on,
        birth_on=None if client.is_entity else client.birth_on,
        amount=amount,
        new_monthly_payment=new_monthly_payment,
        report=queries.report(case_id, stage),
        refusal=queries.refusal(case_id, stage),
        own=queries.own_standing(client_id, on, without=replaces),
        consumer=consumer,
        entity=client.is_entity,
        standing=queries.business_standing(case_id, stage),
    )
    decision = rules.assess(case, NormBook(queries.norms_on(on)))
    row = Assessment.objects.create(
        id=new_id(),
        client_id=client_id,
        case_id=case_id,
        stage=stage,
        assessed_at=now,
        norms_on=on,
        outcome=decision.outcome,
        results=decision.as_data(),
        inputs=json.dumps(case.as_data()),
    )
    return Assessed(row.id, decision.outcome)
