"""Decide an application by all rules together: the worst wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.aml import queries as aml
from nesie.journey.aml import rules as aml_rules
from nesie.journey.aml.actions import refuse_client, screen_client
from nesie.journey.applications import queries, rules
from nesie.journey.applications.actions._drafting import drafts_of, whole_cost
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.models import Application, ScreeningDecision
from nesie.journey.applications.rules import MoveNotAllowed, Status
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.creditworthiness.actions import assess_case
from nesie.journey.creditworthiness.rules import Replaced, Stage
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Decision, worst
from nesie.kernel.ids import ApplicationId, ClientId, ContractId
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ApplicationScreened:
    """Where the application stands now; `decided` is False while answers are waited for."""

    status: Status
    decided: bool


@use_case
def screen_application(actor: Actor, now: datetime, *, application_id: ApplicationId) -> ApplicationScreened:
    """Decide when everything is answered, or without the answers after the time limit, which then is a hold.

    Asks AML (8.1, 10-aml), the grounds of the Law (10-law) and the caps on cost; keeps every rule's result. A held
    application may be decided again at any time. NotFound, MoveNotAllowed.
    """
    row = queries.lock_application(actor, application_id)
    before = Status(row.status)
    if before not in (Status.SCREENING, Status.HELD):
        raise MoveNotAllowed(before=before.value, after=before.value)
    waiting = creditworthiness.waiting(row.id, Stage.APPLICATION)
    asked_at = row.asked_at or row.submitted_at
    if before is Status.SCREENING and not rules.no_later_than(asked_at, now, waiting, queries.pace()):
        return ApplicationScreened(before, decided=False)
    decision = _decide(row, actor, now)
    ScreeningDecision.objects.create(
        application=row, decided_at=now, outcome=decision.outcome, results=decision.as_data()
    )
    row.screened_at = now
    after = rules.status_after(decision.outcome)
    if after is before:
        row.save()
    else:
        move(row, after, actor, now, decision.reasons)
    return ApplicationScreened(after, decided=True)


def _decide(row: Application, actor: Actor, now: datetime) -> Decision:
    client_id = ClientId(row.client_id)
    today = business_day(now)
    drafts, gap = drafts_of(row, today)
    screened = screen_client(actor, now, client_id=client_id)
    assessed = assess_case(
        actor,
        now,
        client_id=client_id,
        case_id=row.id,
        stage=Stage.APPLICATION,
        amount=Money(row.limit_tiyn or row.amount_tiyn),
        new_monthly_payment=rules.monthly_equivalent(whole_cost(row, drafts, today)) if drafts else None,
        consumer=not rules.Purpose(row.purpose).business,
        replaces=Replaced(ContractId(row.refinances_id), Money(row.amount_tiyn)) if row.refinances_id else None,
    )
    by_aml = aml.decision_of(screened.screening_id)
    if aml_rules.ground_of(by_aml) is not None:
        refuse_client(actor, now, subject_id=row.id, screening_id=screened.screening_id)
    by_law = creditworthiness.decision_of(assessed.assessment_id)
    return worst([by_aml, by_law, Decision((rules.cost_rule(drafts, gap),))])
