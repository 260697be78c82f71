"""Where loans stand, for clients and staff (clause 7.5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from nesie.foundation.terms import rules as terms
from nesie.journey.loans import rules
from nesie.journey.loans.models import Allocation, AllocationPart, Loan, LoanState, ScheduleVersion
from nesie.journey.loans.queries.books import book, books
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, DocumentId, LoanId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


def position(actor: Actor, loan_id: LoanId) -> rules.PositionView:
    """Where a loan stands after its last accrued day (clause 7.5); NotFound when it is not the actor's to see."""
    loan = visible(actor, loan_id)
    return _positions([book(LoanId(loan.id))])[0]


def positions_of_client(actor: Actor, client_id: ClientId) -> tuple[rules.PositionView, ...]:
    """All loans of a client, newest first; nothing for another client."""
    if not rules.may_see(actor, client_id):
        return ()
    ids = Loan.objects.filter(client_id=client_id).values_list("id", flat=True)
    found = _positions(books(ids))
    return tuple(sorted(found, key=lambda view: (view.opened_on, view.number), reverse=True))


@dataclass(frozen=True, slots=True)
class ScheduleGiven:
    """A version of the schedule and its papers; no papers for the one the contract itself shows."""

    number: int
    effective_on: date
    plan: terms.Schedule
    document_kk_id: DocumentId | None
    document_ru_id: DocumentId | None


def schedules(actor: Actor, loan_id: LoanId) -> tuple[ScheduleGiven, ...]:
    """Every version of a loan's schedule, oldest first; NotFound when it is not the actor's to see."""
    visible(actor, loan_id)
    return tuple(
        ScheduleGiven(
            row.number,
            row.effective_on,
            terms.Schedule.from_json(row.schedule),
            DocumentId(row.document_kk_id) if row.document_kk_id else None,
            DocumentId(row.document_ru_id) if row.document_ru_id else None,
        )
        for row in ScheduleVersion.objects.filter(loan_id=loan_id).order_by("number")
    )


def quote_payoff(actor: Actor, loan_id: LoanId, on: date) -> rules.PayoffQuote:
    """What repays the loan in full on a day, to the tiyn of what would be posted then.

    NotFound when it is not the actor's to see, QuoteInThePast for a day before the last accrued one.
    """
    loan = visible(actor, loan_id)
    found = book(LoanId(loan.id))
    rules.check_quote_day(on, found.accrued_on)
    order = rules.order_for(consumer=found.facts.consumer, contract_on=found.facts.contract_on)
    return rules.payoff(rules.advance(found, on, order))


def early_ways(actor: Actor, loan_id: LoanId, amount: Money, on: date) -> tuple[rules.EarlyWay, ...]:
    """What an early payment in part on a day would change, by each wish; first the schedule without it.

    NotFound when it is not the actor's to see, QuoteInThePast, NothingEarly, ClosesTheLoan.
    """
    loan = visible(actor, loan_id)
    found = book(LoanId(loan.id))
    rules.check_quote_day(on, found.accrued_on)
    return rules.early_ways(rules.advance(found, on, found.facts.repayment_order), amount)


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan in a list of the staff."""

    loan_id: LoanId
    contract_id: ContractId
    client_id: ClientId
    number: str
    status: rules.Status
    opened_on: date
    amount: Money
    debt: Money
    days_past_due: int


def loans(actor: Actor, *, limit: int, overdue_only: bool = False) -> tuple[LoanRow, ...]:
    """The newest loans for staff; with `overdue_only` only those with an overdue instalment. NotFound for a client."""
    if not actor.is_staff:
        raise NotFound
    if not actor.reads_clients:
        return ()
    states = LoanState.objects.order_by("-loan__opened_at", "loan_id")
    if overdue_only:
        states = states.filter(closed_on__isnull=True)
    found = books(states.values_list("loan_id", flat=True)[: limit if not overdue_only else None])
    rows = [_row(one) for one in found]
    if overdue_only:
        rows = [row for row in rows if row.days_past_due]
    rows.sort(key=lambda row: (row.opened_on, row.number), reverse=True)
    return tuple(rows[:limit])


def visible(actor: Actor, loan_id: LoanId) -> Loan:
    """The loan's row; NotFound when it is not the actor's to see."""
    loan = Loan.objects.filter(id=loan_id).first()
    if loan is None or not rules.may_see(actor, ClientId(loan.client_id)):
        raise NotFound
    return loan


def _row(one: rules.Book) -> LoanRow:
    return LoanRow(
        loan_id=one.facts.loan_id,
        contract_id=one.facts.contract_id,
        client_id=one.facts.client_id,
        number=one.facts.number,
        status=one.status,
        opened_on=one.facts.opened_on,
        amount=one.facts.amount,
        debt=one.debt,
        days_past_due=rules.overdue(one)[2],
    )


def _positions(found: list[rules.Book]) -> list[rules.PositionView]:
    ids = [one.facts.loan_id for one in found]
    closed = dict(LoanState.objects.filter(loan_id__in=ids).values_list("loan_id", "closed_on"))
    payments = payments_of(ids)
    return [_position(one, closed[one.facts.loan_id], payments[one.facts.loan_id]) for one in found]


def _position(one: rules.Book, closed_on: date | None, payments: list[rules.Payment]) -> rules.PositionView:
    overdue_principal, overdue_interest, late = rules.overdue(one)
    return rules.PositionView(
        loan_id=one.facts.loan_id,
        contract_id=one.facts.contract_id,
        client_id=one.facts.client_id,
        number=one.facts.number,
        status=one.status,
        as_of=one.accrued_on,
        amount=one.facts.amount,
        opened_on=one.facts.opened_on,
        ends_on=one.dues[-1].due_on,
        closed_on=closed_on,
        principal=one.principal,
        interest=one.interest,
        penalty=one.penalty_owed,
        overdue_principal=overdue_principal,
        overdue_interest=overdue_interest,
        credit=one.credit,
        days_past_due=late,
        next_payment=rules.next_payment(one),
        rows=rules.schedule_rows(one),
        payments=tuple(payments),
    )


def payments_of(loan_ids: list[LoanId]) -> defaultdict[UUID, list[rules.Payment]]:
    """Every use of money by loan, in order."""
    parts: defaultdict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sums = (
        AllocationPart.objects.filter(allocation__loan_id__in=loan_ids)
        .values_list("allocation_id", "component")
        .annotate(tiyn=Sum("amount_tiyn"))
        .order_by()
    )
    for allocation_id, component, tiyn in sums:
        parts[allocation_id][component] += int(tiyn)
    # Rows of one move add up: what it does by what is known now, at the place where it was first heard of.
    moves: dict[tuple[UUID, UUID | None, date], list[Allocation]] = {}
    for row in Allocation.objects.filter(loan_id__in=loan_ids).order_by("on", "at", "id"):
        moves.setdefault((row.loan_id, row.event_id, row.on), []).append(row)
    found: defaultdict[UUID, list[rules.Payment]] = defaultdict(list)
    for (loan_id, _, on), rows in moves.items():
        payment = rules.Payment(
            on=on,
            amount=Money(sum(row.received_tiyn for row in rows)),
            principal=Money.total(_part(parts[row.id], *rules.PRINCIPAL) for row in rows),
            interest=Money.total(_part(parts[row.id], *rules.INTEREST) for row in rows),
            penalty=Money.total(_part(parts[row.id], rules.Component.PENALTY) for row in rows),
        )
        if payment.amount or payment.principal or payment.interest or payment.penalty:
            found[loan_id].append(payment)
    return found


def _part(parts: dict[str, int], *components: rules.Component) -> Money:
    return Money(sum(parts.get(component.value, 0) for component in components))
