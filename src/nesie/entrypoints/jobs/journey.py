"""The journey as a table: what is ready at one stage is taken by the next (design, section 5).

Nothing pushes. Every row asks an earlier stage "what is ready?" and calls one use case for each thing found. The worker
goes through the table again and again; the simulation drives the same table with its own clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.identification.rules.standing import PHONE_OWNER_KIND
from nesie.foundation.ledger.rules import Reconciled
from nesie.foundation.norms.rules import business_day
from nesie.journey.aml import actions as aml_actions
from nesie.journey.aml import queries as aml
from nesie.journey.aml.rules import LIST_MESSAGE
from nesie.journey.applications import actions as applications_actions
from nesie.journey.applications import queries as applications
from nesie.journey.clients import actions as clients_actions
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import actions as contracts_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.creditworthiness import actions as creditworthiness_actions
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.creditworthiness.rules import InquiryKind, message_kind
from nesie.journey.loans import actions as loans_actions
from nesie.journey.loans import queries as loans
from nesie.journey.payments import actions as payments_actions
from nesie.journey.payments import queries as payments
from nesie.journey.payments.rules import KIND_OWNERSHIP, KIND_PAY, KIND_REFUND
from nesie.kernel.actor import Actor, worker
from nesie.kernel.refused import Refused

_log = structlog.get_logger("nesie.journey")
ROUNDS_MAX = 20
PAGE = 100
REST_FIRST, REST_MOST = timedelta(seconds=1), timedelta(minutes=10)
RESTING_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what is ready (ids or views, at most so many), the use case that takes one of them, and what follows.

    `then` names the rows in which a thing taken here may turn up at once: they are asked again. A row that is
    forgotten there is asked in the next call of `move`. `hears` are the kinds of messages whose answers it takes, when
    it takes nothing else: it is not asked while none of these is answered.
    """

    name: str
    ready: Callable[[datetime, int], Iterable[Any]]
    take: Callable[[Actor, datetime, Any], Any]
    then: tuple[str, ...] = ()
    hears: tuple[str, ...] = ()


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


def move(
    now: datetime,
    steps: Iterable[Step] | None = None,
    rest: Rest | None = None,
    *,
    beginning: Collection[str] | None = None,
) -> int:
    """Go through the table until nothing is ready; how many things were taken.

    Every row is asked once, in the table's order, and again when a row it follows on took something; with
    `beginning`, only these rows and what follows on them, for whoever knows what has happened since the last call.
    A thing whose use case refuses, or fails, stays where it is and is not tried again in this call, nor, with `rest`,
    in the calls soon after; the refusal is in the audit trail. One bad thing never stops the others, and a page full
    of bad things never hides those behind it.
    """
    table = list(STEPS if steps is None else steps)
    told = exchange.answered_kinds() if any(step.hears for step in table) else frozenset()
    to_ask = {
        step.name
        for step in table
        if (beginning is None or step.name in beginning) and (not step.hears or not told.isdisjoint(step.hears))
    }
    offered: set[tuple[str, Any]] = set()
    resting = Rest() if rest is None else rest
    taken = 0
    for _ in range(ROUNDS_MAX * len(table)):
        step = next((step for step in table if step.name in to_ask), None)
        if step is None:
            break
        to_ask.remove(step.name)
        done = _take_all(step, now, offered, resting)
        if done:
            taken += done
            to_ask.update(step.then)
    return taken


def _take_all(step: Step, now: datetime, offered: set[tuple[str, Any]], rest: Rest) -> int:
    taken, more = 0, True
    while more:
        things, more = _fresh(step, now, offered, rest)
        more = more and bool(things)
        for thing in things:
            taken += _take(step, now, thing, offered, rest)
    return taken


def _take(step: Step, now: datetime, thing: Any, offered: set[tuple[str, Any]], rest: Rest) -> bool:
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
        return True
    return False


def _fresh(step: Step, now: datetime, offered: set[tuple[str, Any]], rest: Rest) -> tuple[list[Any], bool]:
    """What is ready and may be tried, and whether more may wait behind it; the page grows past what is stuck."""
    limit = PAGE
    while True:
        things = list(step.ready(now, limit))
        keys = ((step.name, thing) for thing in things)
        fresh = [key[1] for key in keys if key not in offered and not rest.asleep(key, now)]
        more = len(things) >= limit
        if fresh or not more:
            return fresh, more
        limit *= 2


def _alarm(found: Reconciled) -> None:
    """Loans that differ from the books are shouted about; the staff pages show them until they agree again."""
    if not found.agrees:
        _log.error("loans_differ_from_the_books", day=found.as_of.isoformat(), differing=found.differing)


LIST_CAME = "a list came"
BUREAU_ANSWERED = "the bureau answered"
SCREENING = "everything is answered, or the time for it is over"
APPROVED = "an application was approved"
OWNER_TOLD = "the bank told whose account it is"
MONEY_MAY_GO = "24 hours are over and the consent was given after them"
PAYMENT_TOLD = "the bank told what became of a payment"
REFUND_TOLD = "the bank told what became of a refund"
REFINANCE = "a new loan may repay an old one"
CHANGE_MONEY_MAY_GO = "24 hours are over and the consent to the money of a change was given after them"
CHANGE_DISBURSED = "the money of a change was disbursed"
DISBURSED = "money was disbursed"
DAY_CLOSE = "a day has begun that is not accrued"
MONEY_CAME = "money came for a loan"
LATE = "a payment is late and the client is to be told"
RECONCILE = "a day is closed, and the loans are not held against the books yet"
CHANGE = "a change agreed with the client takes effect"
CLOSED = "a loan was closed"
# Rows in which money is sent when its 24 hours, consents and checks are there.
GOING = (MONEY_MAY_GO, CHANGE_MONEY_MAY_GO, REFINANCE)
# Rows that wait for a word from outside: all that can have changed when only messages were carried.
ANSWERS = (LIST_CAME, BUREAU_ANSWERED, OWNER_TOLD, PAYMENT_TOLD, REFUND_TOLD)
STEPS: tuple[Step, ...] = (
    Step(
        "the list of terrorists is due",
        lambda now, limit: ["list"] if aml.list_is_due(now) else [],
        lambda actor, now, _: aml_actions.request_list(actor, now),
    ),
    Step(
        LIST_CAME,
        lambda now, limit: aml.lists_to_record(limit),
        lambda actor, now, message: aml_actions.record_list(actor, now, message_id=message),
        then=(SCREENING, *GOING),
        hears=(LIST_MESSAGE,),
    ),
    Step(
        BUREAU_ANSWERED,
        lambda now, limit: creditworthiness.answers_to_record(limit),
        lambda actor, now, message: creditworthiness_actions.record_inquiry_answer(actor, now, message_id=message),
        then=(SCREENING, *GOING),
        hears=tuple(message_kind(kind) for kind in InquiryKind),
    ),
    Step(
        "an application was submitted, or held and is to be asked again",
        lambda now, limit: [*applications.submitted(limit), *applications.to_ask_again(now, limit)],
        lambda actor, now, one: applications_actions.begin_screening(actor, now, application_id=one),
        then=(SCREENING,),
    ),
    Step(
        SCREENING,
        lambda now, limit: applications.to_screen(now, limit),
        lambda actor, now, one: applications_actions.screen_application(actor, now, application_id=one),
        then=(APPROVED,),
    ),
    Step(
        APPROVED,
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
        hears=(PHONE_OWNER_KIND,),
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
        OWNER_TOLD,
        lambda now, limit: payments.ownership_answers(limit),
        lambda actor, now, message: payments_actions.record_ownership_answer(actor, now, message_id=message),
        then=GOING,
        hears=(KIND_OWNERSHIP,),
    ),
    Step(
        MONEY_MAY_GO,
        lambda now, limit: [ready.contract_id for ready in payments.to_request(now, limit)],
        lambda actor, now, one: payments_actions.request_disbursement(actor, now, contract_id=one),
    ),
    Step(
        PAYMENT_TOLD,
        lambda now, limit: payments.payment_answers(limit),
        lambda actor, now, message: payments_actions.record_disbursement_result(actor, now, message_id=message),
        then=(DISBURSED, CHANGE_DISBURSED),
        hears=(KIND_PAY,),
    ),
    Step(
        REFUND_TOLD,
        lambda now, limit: payments.refund_answers(limit),
        lambda actor, now, message: payments_actions.record_refund_result(actor, now, message_id=message),
        hears=(KIND_REFUND,),
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
        CHANGE_MONEY_MAY_GO,
        payments.changes_to_request,
        lambda actor, now, one: payments_actions.request_disbursement(
            actor, now, contract_id=one.contract_id, change_id=one.change_id
        ),
    ),
    Step(
        REFINANCE,
        lambda now, limit: [ready.contract_id for ready in payments.to_refinance(now, limit)],
        lambda actor, now, one: loans_actions.refinance_loan(actor, now, contract_id=one),
        then=(DISBURSED, MONEY_CAME, CLOSED),
    ),
    Step(
        CHANGE_DISBURSED,
        lambda now, limit: [paid.disbursement_id for paid in payments.disbursed_changes(limit)],
        lambda actor, now, one: loans_actions.pay_tranche(actor, now, disbursement_id=one),
    ),
    Step(
        DISBURSED,
        lambda now, limit: [paid.disbursement_id for paid in payments.disbursed(limit)],
        lambda actor, now, one: loans_actions.open_loan(actor, now, disbursement_id=one),
        then=(DAY_CLOSE, MONEY_CAME, CHANGE),
    ),
    Step(
        DAY_CLOSE,
        lambda now, limit: loans.chunks_behind(business_day(now), limit=limit),
        lambda actor, now, one: loans_actions.accrue_day(actor, now, day=one.day, chunk=one.chunk),
        then=(DAY_CLOSE, MONEY_CAME, LATE, RECONCILE, CHANGE, CLOSED),
    ),
    Step(
        MONEY_CAME,
        lambda now, limit: [receipt.receipt_id for receipt in payments.unallocated(limit)],
        lambda actor, now, one: loans_actions.allocate_receipt(actor, now, receipt_id=one),
        then=(CLOSED,),
    ),
    Step(
        LATE,
        loans.arrears_to_tell,
        lambda actor, now, loan: loans_actions.send_arrears_notice(actor, now, loan_id=loan),
    ),
    Step(
        RECONCILE,
        lambda now, limit: [business_day(now)] if loans.to_reconcile(business_day(now)) else [],
        lambda actor, now, day: _alarm(loans_actions.reconcile_loans(actor, now, day=day)),
    ),
    Step(
        CHANGE,
        lambda now, limit: [change.change_id for change in contracts.changes_to_apply(now, limit)],
        lambda actor, now, one: loans_actions.apply_change(actor, now, change_id=one),
        then=(DISBURSED, MONEY_CAME, CLOSED),
    ),
    Step(
        CLOSED,
        lambda now, limit: [(loan, lang) for loan in loans.without_closing_statement() for lang in ("kk", "ru")],
        lambda actor, now, one: loans_actions.issue_statement(actor, now, loan_id=one[0], language=one[1]),
    ),
)
