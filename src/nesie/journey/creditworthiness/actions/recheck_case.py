"""Look again at the register of voluntary refusals, right before the money goes."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries as clients
from nesie.journey.creditworthiness import queries, rules
from nesie.journey.creditworthiness.actions.assess_case import Assessed
from nesie.journey.creditworthiness.models import Assessment
from nesie.journey.creditworthiness.rules import Case, Stage
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, new_id
from nesie.kernel.money import Money


@use_case
def recheck_case(
    actor: Actor, now: datetime, *, client_id: ClientId, case_id: UUID, stage: Stage, amount: Money
) -> Assessed:
    """Decide by the newest word of the register for this case and stage, asked for by `request_checks` before.

    No word, or one that is not of now: hold (the Law, art. 3 p. 3-3). The result is kept as an assessment.
    """
    on = business_day(now)
    entity = clients.client(actor, client_id).is_entity  # of entities the register knows nothing
    case = Case(
        at=now,
        on=on,
        birth_on=None,
        amount=amount,
        new_monthly_payment=None,
        report=None,
        refusal=queries.refusal(case_id, stage),
        own=None,
        entity=entity,
    )
    decision = rules.recheck(case)
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
