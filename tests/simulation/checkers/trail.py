"""Traces: the audit trail, the exchange's numbers, answers acted on, loans told again from the beginning."""

from __future__ import annotations

from datetime import timedelta

from nesie.foundation.audit import queries as audit
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms.rules import Schedule
from nesie.journey.loans import queries as loans
from nesie.journey.loans import rules
from nesie.journey.loans.models import Allocation, LoanEvent, LoanState, ScheduleVersion
from nesie.journey.loans.queries import history
from nesie.kernel.money import Money
from tests.simulation.checkers.day import Day, rows, told

_TRANSITIONS = {
    "clients_registration_transition": "registration_id",
    "clients_client_transition": "client_id",
    "applications_transition": "application_id",
    "contracts_contracttransition": "contract_id",
    "loans_loantransition": "loan_id",
}
# A client's credit may end a loan on its due day: the day close speaks of all loans at once.
_BY_THE_DAY_CLOSE = """
AND NOT (move.status = 'closed' AND EXISTS (
  SELECT FROM audit_auditrecord AS record WHERE record.act = 'accrue_day' AND record.business_at = move.at
))
"""
_KINDS_WITH_CONSEQUENCES = ("payments.%", "creditworthiness.%", "aml.%")


def every_transition_is_audited(day: Day) -> list[str]:
    """Each move of a registration, client, application, contract or loan is told of by a record of the same moment."""
    found = []
    for table, thing in _TRANSITIONS.items():
        unseen = rows(
            f"""
            SELECT move.{thing}, move.at FROM {table} AS move WHERE move.at > %s AND NOT EXISTS (
              SELECT FROM audit_auditrecord AS record
              JOIN audit_auditsubject AS subject ON subject.record_id = record.id
              WHERE subject.subject_id = move.{thing} AND record.business_at = move.at AND record.outcome = 'done'
            ) {_BY_THE_DAY_CLOSE if table == "loans_loantransition" else ""}
            """,
            day.since,
        )
        found += told(f"{table} without a record", unseen)
    return found


def sequences_have_no_gaps(day: Day) -> list[str]:
    """Each destination's messages are numbered 1, 2, 3, and each message's attempts; the counter stands at the last."""
    numbers = rows("""
        SELECT destination, count(sequence), max(sequence), max(counter.last) FROM exchange_message
        JOIN exchange_counter AS counter USING (destination) WHERE sequence IS NOT NULL
        GROUP BY destination HAVING count(sequence) <> max(sequence) OR max(sequence) <> max(counter.last)
    """)
    attempts = rows(
        """
        SELECT message.id, message.attempts, count(*) FROM exchange_message AS message
        JOIN exchange_attempt AS attempt ON attempt.message_id = message.id WHERE attempt.begun_at > %s
        GROUP BY message.id HAVING max(attempt.number) <> message.attempts
            OR max(attempt.number) - min(attempt.number) + 1 <> count(*)
        """,
        day.since,
    )
    return told("gap in a destination's numbers", numbers) + told("gap in a message's attempts", attempts)


def answers_are_acted_on(day: Day) -> list[str]:
    """An answer that has consequences is acted on within a day, and an open message is not left alone for a month."""
    idle = rows(
        "SELECT kind, key, settled_at FROM exchange_message WHERE NOT consumed AND settled_at < %s"
        " AND status IN ('answered', 'failed') AND kind LIKE ANY (%s)",
        day.since - timedelta(days=1),
        list(_KINDS_WITH_CONSEQUENCES),
    )
    left = rows(
        "SELECT kind, key, status, intended_at FROM exchange_message WHERE settled_at IS NULL AND intended_at < %s",
        day.now - timedelta(days=30),
    )
    return told("answered, and nobody acted", idle) + told("open for a month", left)


def seals_hold(day: Day) -> list[str]:
    """The whole trail stands as it was sealed, and all of it is sealed."""
    finding, state = audit.verify(), audit.seal_state(day.now)
    return ([str(finding)] if finding else []) + ([f"{state.waiting} records not sealed"] if state.waiting else [])


def loans_replay_by_the_pure_rules(day: Day) -> list[str]:
    """Every fifth loan paid as planned, and each other one, told again, ends where it stands."""
    planned = {"kind": "received", "details__wish": rules.Wish.KEEP.value}
    eventful = set(LoanEvent.objects.exclude(**planned).values_list("loan_id", flat=True))
    ids = LoanState.objects.order_by("loan__number").values_list("loan_id", flat=True)
    plain = [one for one in ids if one not in eventful][::5]
    found = [book for book in loans.books(plain) if _again(book) != _comparable(book)]
    found += [book for book in loans.books(eventful) if _by_events(book) != book]
    return [f"{book.facts.number} ends elsewhere" for book in found]


def _by_events(book: rules.Book) -> rules.Book:
    """The loan as its events make it, whatever the order in which they were heard of."""
    facts = book.facts
    plan, calendar = history.opening_plan(facts.loan_id)
    return rules.replay(facts, plan, calendar, history.events(facts.loan_id), book.accrued_on).book


def _again(book: rules.Book) -> tuple[object, ...]:
    """The loan from the day it was opened, receipts at the days they took effect."""
    facts = book.facts
    plan = Schedule.from_json(ScheduleVersion.objects.get(loan_id=facts.loan_id, number=1).schedule)
    order = rules.order_for(consumer=facts.consumer, contract_on=facts.contract_on)
    again = rules.open_book(facts, plan, norms.calendar())
    money = Allocation.objects.filter(loan_id=facts.loan_id, receipt_id__isnull=False).order_by("on", "at")
    for on, tiyn in money.values_list("on", "received_tiyn"):
        again = rules.advance(again, on, order)
        again = rules.settle(again, Money(tiyn), order).book
    return _comparable(rules.advance(again, book.accrued_on, order))


def _comparable(book: rules.Book) -> tuple[object, ...]:
    return (book.principal, book.interest, book.penalty, book.credit, book.dues)
