"""The journey as a table: what is ready at one stage is taken by the next (design, section 5).

Nothing pushes. Every row asks an earlier stage "what is ready?" and calls one use case for each thing found. The worker
goes through the table again and again; the simulation drives the same table with its own clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from nesie.foundation.norms.rules import business_day
from nesie.journey.aml import actions as aml_actions
from nesie.journey.aml import queries as aml
from nesie.journey.applications import actions as applications_actions
from nesie.journey.applications import queries as applications
from nesie.journey.contracts import actions as contracts_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.creditworthiness import actions as creditworthiness_actions
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.loans import actions as loans_actions
from nesie.journey.loans import queries as loans
from nesie.journey.payments import actions as payments_actions
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Actor, worker
from nesie.kernel.refused import Refused

_log = structlog.get_logger("nesie.journey")
ROUNDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what is ready (ids or views), and the use case that takes one of them."""

    name: str
    ready: Callable[[datetime], Iterable[Any]]
    take: Callable[[Actor, datetime, Any], Any]


def move(now: datetime, steps: Iterable[Step] | None = None) -> int:
    """Go through the table until nothing is ready; how many things were taken.

    A thing whose use case refuses, or fails, stays where it is and is not tried again in this call; the refusal is in
    the audit trail. One bad thing never stops the others.
    """
    table = list(STEPS if steps is None else steps)
    stuck: set[tuple[str, Any]] = set()
    taken = 0
    for _ in range(ROUNDS_MAX):
        moved = sum(_take_all(step, now, stuck) for step in table)
        taken += moved
        if not moved:
            break
    return taken


def _take_all(step: Step, now: datetime, stuck: set[tuple[str, Any]]) -> int:
    taken = 0
    for thing in list(step.ready(now)):
        if (step.name, thing) in stuck:
            continue
        stuck.add((step.name, thing))  # each thing is offered to a step once a call
        try:
            step.take(worker(), now, thing)
            taken += 1
        except Refused as refused:
            _log.info("step_refused", step=step.name, reason=refused.code)
        except Exception as error:
            # The words of an error may hold personal data; its kind does not.
            _log.error("step_failed", step=step.name, error=type(error).__name__)
    return taken


STEPS: tuple[Step, ...] = (
    Step(
        "the list of terrorists is due",
        lambda now: ["list"] if aml.list_is_due(now) else [],
        lambda actor, now, _: aml_actions.request_list(actor, now),
    ),
    Step(
        "a list came",
        lambda now: aml.lists_to_record(),
        lambda actor, now, message: aml_actions.record_list(actor, now, message_id=message),
    ),
    Step(
        "the bureau answered",
        lambda now: creditworthiness.answers_to_record(),
        lambda actor, now, message: creditworthiness_actions.record_inquiry_answer(actor, now, message_id=message),
    ),
    Step(
        "an application was submitted, or held and is to be asked again",
        lambda now: [*applications.submitted(), *applications.to_ask_again(now)],
        lambda actor, now, one: applications_actions.begin_screening(actor, now, application_id=one),
    ),
    Step(
        "everything is answered, or the time for it is over",
        lambda now: applications.to_screen(now),
        lambda actor, now, one: applications_actions.screen_application(actor, now, application_id=one),
    ),
    Step(
        "an application was approved",
        lambda now: applications.approved(),
        lambda actor, now, one: applications_actions.make_offers(actor, now, application_id=one),
    ),
    Step(
        "nobody chose, or nobody decided",
        lambda now: applications.to_expire(now),
        lambda actor, now, one: applications_actions.expire_application(actor, now, application_id=one),
    ),
    Step(
        "24 hours are over and the client's consent is awaited",
        lambda now: contracts.to_announce_cooling_off_over(now),
        lambda actor, now, one: contracts_actions.announce_cooling_off_over(actor, now, contract_id=one),
    ),
    Step(
        "a contract may be paid out soon: is the account the client's?",
        lambda now: [ready.contract_id for ready in payments.to_check(now)],
        lambda actor, now, one: payments_actions.request_ownership_check(actor, now, contract_id=one),
    ),
    Step(
        "the bank told whose account it is",
        lambda now: payments.ownership_answers(),
        lambda actor, now, message: payments_actions.record_ownership_answer(actor, now, message_id=message),
    ),
    Step(
        "24 hours are over and the consent was given after them",
        lambda now: [ready.contract_id for ready in payments.to_request(now)],
        lambda actor, now, one: payments_actions.request_disbursement(actor, now, contract_id=one),
    ),
    Step(
        "the bank told what became of a payment",
        lambda now: payments.payment_answers(),
        lambda actor, now, message: payments_actions.record_disbursement_result(actor, now, message_id=message),
    ),
    Step(
        "money was disbursed",
        lambda now: [paid.disbursement_id for paid in payments.disbursed()],
        lambda actor, now, one: loans_actions.open_loan(actor, now, disbursement_id=one),
    ),
    Step(
        "a day has begun that is not accrued",
        lambda now: [business_day(now)] if loans.to_accrue(business_day(now)) else [],
        lambda actor, now, day: loans_actions.accrue_day(actor, now, day=day),
    ),
    Step(
        "money came for a loan",
        lambda now: [receipt.receipt_id for receipt in payments.unallocated()],
        lambda actor, now, one: loans_actions.allocate_receipt(actor, now, receipt_id=one),
    ),
    Step(
        "a loan was closed",
        lambda now: [(loan, lang) for loan in loans.without_closing_statement() for lang in ("kk", "ru")],
        lambda actor, now, one: loans_actions.issue_statement(actor, now, loan_id=one[0], language=one[1]),
    ),
)
