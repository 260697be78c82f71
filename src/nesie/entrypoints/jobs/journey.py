"""The journey as a table: what is ready at one stage is taken by the next (design, section 5).

Nothing pushes. Every row asks an earlier stage "what is ready?" and calls one use case for each thing found. The worker
goes through the table again and again; the simulation drives the same table with its own clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

import structlog

from nesie.foundation.ledger.rules import Reconciled
from nesie.foundation.norms.rules import business_day
from nesie.journey.aml import actions as aml_actions
from nesie.journey.aml import queries as aml
from nesie.journey.applications import actions as applications_actions
from nesie.journey.applications import queries as applications
from nesie.journey.clients import actions as clients_actions
from nesie.journey.clients import queries as clients
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
PAGE = 100
REST_FIRST, REST_MOST = timedelta(seconds=1), timedelta(minutes=10)
RESTING_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what is ready (ids or views, at most so many), and the use case that takes one of them."""

    name: str
    ready: Callable[[datetime, int], Iterable[Any]]
    take: Callable[[Actor, datetime, Any], Any]


@dataclass(slots=True)
class Rest:
    """Things whose use case refused or failed, and until when each is left alone: longer after each try.

    A thing that is stuck for days would otherwise leave two records a second in the audit trail. Kept by one worker.
    """

    until: dict[tuple[str, Any], tuple[datetime, timedelta]] = field(default_factory=dict)

    def asleep(self, key: tuple[str, Any], now: datetime) -> bool:
        """True while a thing is left alone."""
        return key in self.until and now < self.until[key][0]

    def failed(self, key: tuple[str, Any], now: datetime) -> None:
        """Leave it alone for twice as long as the last time."""
        pause = min(self.until[key][1] * 2, REST_MOST) if key in self.until else REST_FIRST
        if len(self.until) >= RESTING_MOST:
            self.until.clear()  # then some are tried too early: no harm
        self.until[key] = (now + pause, pause)

    def done(self, key: tuple[str, Any]) -> None:
        """It went through."""
        self.until.pop(key, None)


def move(now: datetime, steps: Iterable[Step] | None = None, rest: Rest | None = None) -> int:
    """Go through the table until nothing is ready; how many things were taken.

    A thing whose use case refuses, or fails, stays where it is and is not tried again in this call, nor, with `rest`,
    in the calls soon after; the refusal is in the audit trail. One bad thing never stops the others, and a page full
    of bad things never hides those behind it.
    """
    table = list(STEPS if steps is None else steps)
    offered: set[tuple[str, Any]] = set()
    resting = Rest() if rest is None else rest
    taken = idle = 0
    for step in islice(cycle(table), ROUNDS_MAX * len(table)):
        before = len(offered)
        taken += _take_all(step, now, offered, resting)
        idle = 0 if len(offered) > before else idle + 1
        if idle == len(table):  # every row was asked since anything was found
            break
    return taken


def _take_all(step: Step, now: datetime, offered: set[tuple[str, Any]], rest: Rest) -> int:
    taken = 0
    for thing in _fresh(step, now, offered, rest):
        key = (step.name, thing)
        offered.add(key)  # each thing is offered to a step once a call
        try:
            step.take(worker(), now, thing)
        except Refused as refused:
            rest.failed(key, now)
            _log.info("step_refused", step=step.name, reason=refused.code)
        except Exception as error:
            rest.failed(key, now)
            # The words of an error may hold personal data; its kind does not.
            _log.error("step_failed", step=step.name, error=type(error).__name__)
        else:
            rest.done(key)
            taken += 1
    return taken


def _fresh(step: Step, now: datetime, offered: set[tuple[str, Any]], rest: Rest) -> list[Any]:
    """What is ready and may be tried; the page grows until something is found behind what is stuck."""
    limit = PAGE
    while True:
        things = list(step.ready(now, limit))
        keys = ((step.name, thing) for thing in things)
        fresh = [key[1] for key in keys if key not in offered and not rest.asleep(key, now)]
        if fresh or len(things) < limit:
            return fresh
        limit *= 2


def _alarm(found: Reconciled) -> None:
    """Loans that differ from the books are shouted about; the staff pages show them until they agree again."""
    if not found.agrees:
        _log.error("loans_differ_from_the_books", day=found.as_of.isoformat(), differing=found.differing)


DAY_CLOSE = "a day has begun that is not accrued"
STEPS: tuple[Step, ...] = (
    Step(
        "the list of terrorists is due",
        lambda now, limit: ["list"] if aml.list_is_due(now) else [],
        lambda actor, now, _: aml_actions.request_list(actor, now),
    ),
    Step(
        "a list came",
        lambda now, limit: aml.lists_to_record(limit),
        lambda actor, now, message: aml_actions.record_list(actor, now, message_id=message),
    ),
    Step(
        "the bureau answered",
        lambda now, limit: creditworthiness.answers_to_record(limit),
        lambda actor, now, message: creditworthiness_actions.record_inquiry_answer(actor, now, message_id=message),
    ),
    Step(
        "an application was submitted, or held and is to be asked again",
        lambda now, limit: [*applications.submitted(limit), *applications.to_ask_again(now, limit)],
        lambda actor, now, one: applications_actions.begin_screening(actor, now, application_id=one),
    ),
    Step(
        "everything is answered, or the time for it is over",
        lambda now, limit: applications.to_screen(now, limit),
        lambda actor, now, one: applications_actions.screen_application(actor, now, application_id=one),
    ),
    Step(
        "an application was approved",
        lambda now, limit: applications.approved(limit),
        lambda actor, now, one: applications_actions.make_offers(actor, now, application_id=one),
    ),
    Step(
        "nobody chose, or nobody decided",
        lambda now, limit: applications.to_expire(now, limit),
        lambda actor, now, one: applications_actions.expire_application(actor, now, application_id=one),
    ),
    Step(
        "24 hours are over and the client's consent is awaited",
        lambda now, limit: contracts.to_announce_cooling_off_over(now, limit),
        lambda actor, now, one: contracts_actions.announce_cooling_off_over(actor, now, contract_id=one),
    ),
    Step(
        "a client's agreed change of details has waited long enough",
        clients.details_to_apply,
        lambda actor, now, change: clients_actions.apply_details_change(actor, now, change_id=change),
    ),
    Step(
        "a change of details was not agreed to in time",
        clients.details_to_expire,
        lambda actor, now, change: clients_actions.expire_details_change(actor, now, change_id=change),
    ),
    Step(
        "an identity document ends soon, or has ended",
        lambda now, limit: clients.documents_to_warn_of(now, limit),
        lambda actor, now, client: clients_actions.warn_of_document(actor, now, client_id=client),
    ),
    Step(
        "the base of phones told whose a number is",
        lambda now, limit: clients.phone_answers(limit),
        lambda actor, now, message: clients_actions.record_phone_owner(actor, now, message_id=message),
    ),
    Step(
        "a change was not signed in time",
        contracts.changes_to_expire,
        lambda actor, now, change: contracts_actions.expire_change(actor, now, change_id=change),
    ),
    Step(
        "a contract may be paid out soon: is the account the client's?",
        lambda now, limit: [ready.contract_id for ready in payments.to_check(now, limit)],
        lambda actor, now, one: payments_actions.request_ownership_check(actor, now, contract_id=one),
    ),
    Step(
        "the bank told whose account it is",
        lambda now, limit: payments.ownership_answers(limit),
        lambda actor, now, message: payments_actions.record_ownership_answer(actor, now, message_id=message),
    ),
    Step(
        "24 hours are over and the consent was given after them",
        lambda now, limit: [ready.contract_id for ready in payments.to_request(now, limit)],
        lambda actor, now, one: payments_actions.request_disbursement(actor, now, contract_id=one),
    ),
    Step(
        "the bank told what became of a payment",
        lambda now, limit: payments.payment_answers(limit),
        lambda actor, now, message: payments_actions.record_disbursement_result(actor, now, message_id=message),
    ),
    Step(
        "the bank told what became of a refund",
        lambda now, limit: payments.refund_answers(limit),
        lambda actor, now, message: payments_actions.record_refund_result(actor, now, message_id=message),
    ),
    Step(
        "24 hours are over and the consent to the money of a change is awaited",
        lambda now, limit: contracts.changes_to_announce_cooling_off_over(now, limit),
        lambda actor, now, one: contracts_actions.announce_cooling_off_over(
            actor, now, contract_id=one.contract_id, change_id=one.change_id
        ),
    ),
    Step(
        "the money of a change may be paid out soon: is the account the client's?",
        payments.changes_to_check,
        lambda actor, now, one: payments_actions.request_ownership_check(
            actor, now, contract_id=one.contract_id, change_id=one.change_id
        ),
    ),
    Step(
        "24 hours are over and the consent to the money of a change was given after them",
        payments.changes_to_request,
        lambda actor, now, one: payments_actions.request_disbursement(
            actor, now, contract_id=one.contract_id, change_id=one.change_id
        ),
    ),
    Step(
        "a new loan may repay an old one",
        lambda now, limit: [ready.contract_id for ready in payments.to_refinance(now, limit)],
        lambda actor, now, one: loans_actions.refinance_loan(actor, now, contract_id=one),
    ),
    Step(
        "the money of a change was disbursed",
        lambda now, limit: [paid.disbursement_id for paid in payments.disbursed_changes(limit)],
        lambda actor, now, one: loans_actions.pay_tranche(actor, now, disbursement_id=one),
    ),
    Step(
        "money was disbursed",
        lambda now, limit: [paid.disbursement_id for paid in payments.disbursed(limit)],
        lambda actor, now, one: loans_actions.open_loan(actor, now, disbursement_id=one),
    ),
    Step(
        DAY_CLOSE,
        lambda now, limit: loans.chunks_behind(business_day(now), limit=limit),
        lambda actor, now, one: loans_actions.accrue_day(actor, now, day=one.day, chunk=one.chunk),
    ),
    Step(
        "money came for a loan",
        lambda now, limit: [receipt.receipt_id for receipt in payments.unallocated(limit)],
        lambda actor, now, one: loans_actions.allocate_receipt(actor, now, receipt_id=one),
    ),
    Step(
        "a payment is late and the client is to be told",
        loans.arrears_to_tell,
        lambda actor, now, loan: loans_actions.send_arrears_notice(actor, now, loan_id=loan),
    ),
    Step(
        "a day is closed, and the loans are not held against the books yet",
        lambda now, limit: [business_day(now)] if loans.to_reconcile(business_day(now)) else [],
        lambda actor, now, day: _alarm(loans_actions.reconcile_loans(actor, now, day=day)),
    ),
    Step(
        "a change agreed with the client takes effect",
        lambda now, limit: [change.change_id for change in contracts.changes_to_apply(now, limit)],
        lambda actor, now, one: loans_actions.apply_change(actor, now, change_id=one),
    ),
    Step(
        "a loan was closed",
        lambda now, limit: [(loan, lang) for loan in loans.without_closing_statement() for lang in ("kk", "ru")],
        lambda actor, now, one: loans_actions.issue_statement(actor, now, loan_id=one[0], language=one[1]),
    ),
)
