"""Reads of loans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Sum

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart
from nesie.foundation.terms import rules as terms
from nesie.journey.creditworthiness.rules import OwnStanding
from nesie.journey.loans import rules
from nesie.journey.loans.models import (
    Accrual,
    Allocation,
    AllocationPart,
    Due,
    Loan,
    LoanState,
    ScheduleVersion,
    Statement,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, DocumentId, LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound

_A_MONTH = timedelta(days=30)


def to_accrue(day: date) -> bool:
    """True when a running loan is not yet accrued to the end of a day: the day close has work."""
    return LoanState.objects.filter(closed_on__isnull=True, accrued_on__lt=day).exists()


def loan_of_contract(contract_id: ContractId) -> LoanId | None:
    """The loan opened under a contract."""
    found = Loan.objects.filter(contract_id=contract_id).values_list("id", flat=True).first()
    return LoanId(found) if found else None


def book(loan_id: LoanId) -> rules.Book:
    """The loan as the pure rules know it; NotFound otherwise."""
    found = books([loan_id])
    if not found:
        raise NotFound
    return found[0]


def books(loan_ids: Iterable[UUID]) -> list[rules.Book]:
    """Many loans in three reads, in order of id."""
    states = LoanState.objects.filter(loan_id__in=list(loan_ids)).select_related("loan").order_by("loan_id")
    dues: defaultdict[UUID, list[rules.Due]] = defaultdict(list)
    for due in Due.objects.filter(loan_id__in=[state.loan_id for state in states]).order_by("loan_id", "number"):
        dues[due.loan_id].append(
            rules.Due(
                number=due.number,
                due_on=due.due_on,
                grace_until_on=due.grace_until_on,
                principal=Money(due.principal_tiyn),
                interest=Money(due.interest_tiyn),
                principal_paid=Money(due.principal_paid_tiyn),
                interest_paid=Money(due.interest_paid_tiyn),
            )
        )
    return [_book(state, tuple(dues[state.loan_id])) for state in states]


def position(actor: Actor, loan_id: LoanId) -> rules.PositionView:
    """Where a loan stands after its last accrued day (clause 7.5); NotFound when it is not the actor's to see."""
    loan = _visible(actor, loan_id)
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
    _visible(actor, loan_id)
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
    loan = _visible(actor, loan_id)
    found = book(LoanId(loan.id))
    rules.check_quote_day(on, found.accrued_on)
    order = rules.order_for(consumer=found.facts.consumer, contract_on=found.facts.contract_on)
    return rules.payoff(rules.advance(found, on, order))


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
    closed = set(LoanState.objects.filter(closed_on__isnull=False).values_list("loan_id", flat=True))
    rows = [_row(one, closed=one.facts.loan_id in closed) for one in found]
    if overdue_only:
        rows = [row for row in rows if row.days_past_due]
    rows.sort(key=lambda row: (row.opened_on, row.number), reverse=True)
    return tuple(rows[:limit])


def statement(actor: Actor, loan_id: LoanId) -> tuple[rules.StatementLine, ...]:
    """Every accrual and every payment of a loan in order, with the debt after each; NotFound when not the actor's."""
    loan = _visible(actor, loan_id)
    amount = Money(loan.amount_tiyn)
    opened = rules.StatementLine(loan.opened_on, loan.opened_on, rules.LineKind.OPENED, amount, amount, ZERO, ZERO)
    accrued = [
        rules.StatementLine(
            row.day, row.day, rules.LineKind.ACCRUED, ZERO, ZERO, Money(row.interest_tiyn), Money(row.penalty_tiyn)
        )
        for row in Accrual.objects.filter(loan_id=loan_id).order_by("day")
        if row.interest_tiyn or row.penalty_tiyn
    ]
    paid = [
        rules.StatementLine(
            on=payment.on,
            since=payment.on,
            kind=rules.LineKind.RECEIVED if payment.amount else rules.LineKind.CREDIT_USED,
            amount=payment.amount,
            principal=-payment.principal,
            interest=-payment.interest,
            penalty=-payment.penalty,
        )
        for payment in _payments([loan_id])[loan_id]
    ]
    # Within a day interest comes first, then money: the sort is stable.
    return rules.with_debt((opened, *sorted((*accrued, *paid), key=lambda line: line.on)))


@dataclass(frozen=True, slots=True)
class AccrualView:
    """Why a day's figures are what they are: the bases they were counted from."""

    day: date
    principal: Money
    interest: Money
    overdue: Money
    penalty: Money
    days_past_due: int


def accruals(actor: Actor, loan_id: LoanId) -> tuple[AccrualView, ...]:
    """Each accrued day of a loan with its bases; NotFound when it is not the actor's to see."""
    _visible(actor, loan_id)
    return tuple(
        AccrualView(
            row.day,
            Money(row.principal_tiyn),
            Money(row.interest_tiyn),
            Money(row.overdue_tiyn),
            Money(row.penalty_tiyn),
            row.days_past_due,
        )
        for row in Accrual.objects.filter(loan_id=loan_id).order_by("day")
    )


def without_closing_statement() -> tuple[LoanId, ...]:
    """Closed loans whose closing statements are not made yet, in both languages; oldest first."""
    made = Statement.objects.filter(closing=True).values("loan_id").annotate(languages=Sum(1)).filter(languages__gte=2)
    closed = LoanState.objects.filter(closed_on__isnull=False).exclude(loan_id__in=made.values("loan_id"))
    return tuple(LoanId(loan_id) for loan_id in closed.order_by("closed_on").values_list("loan_id", flat=True))


@dataclass(frozen=True, slots=True)
class Difference:
    """A loan whose own figure is not the ledger's: an error of ours, never of the client's."""

    loan_id: UUID
    account: Chart
    loan: Money
    ledger: Money


_OWN: dict[Chart, Callable[[rules.Book], Money]] = {
    Chart.PRINCIPAL_RECEIVABLE: lambda one: one.principal,
    Chart.INTEREST_RECEIVABLE: lambda one: one.interest,
    Chart.PENALTY_RECEIVABLE: lambda one: one.penalty,
    Chart.CLIENT_CREDIT: lambda one: one.credit,
}


def differences() -> tuple[Difference, ...]:
    """Every loan against the ledger, account by account: must be empty."""
    every = books(LoanState.objects.values_list("loan_id", flat=True))
    found: list[Difference] = []
    for account in _OWN:
        booked = ledger.balances_by_sub(account)
        for one in every:
            mine, theirs = _OWN[account](one), booked.pop(one.facts.loan_id, ZERO)
            if mine != theirs:
                found.append(Difference(one.facts.loan_id, account, mine, theirs))
        found.extend(Difference(stranger, account, ZERO, money) for stranger, money in booked.items())
    return tuple(found)


class LoansStanding:
    """A client's running loans here, for the screening of a new application (creditworthiness.gateways.OwnLoans)."""

    def standing(self, client_id: ClientId, on: date) -> OwnStanding:
        """The longest delay now, the next month's payments, and what is owed in all."""
        running = LoanState.objects.filter(loan__client_id=client_id, closed_on__isnull=True)
        found = books(running.values_list("loan_id", flat=True))
        monthly = [row for one in found for row in rules.schedule_rows(one) if row.due_on <= on + _A_MONTH]
        return OwnStanding(
            delay_days=max((rules.overdue(one)[2] for one in found), default=0),
            monthly_payment=Money.total(row.left for row in monthly),
            balance=Money.total(one.debt for one in found),
        )


class OwedContracts:
    """Under which contracts anything is still owed, for matching a receipt (payments.gateways.OwedContracts)."""

    def owed_among(self, contract_ids: Collection[ContractId]) -> frozenset[ContractId]:
        """Those with a running loan, or with none opened yet."""
        closed = Loan.objects.filter(contract_id__in=contract_ids, state__closed_on__isnull=False)
        return frozenset(contract_ids) - frozenset(closed.values_list("contract_id", flat=True))


def _visible(actor: Actor, loan_id: LoanId) -> Loan:
    loan = Loan.objects.filter(id=loan_id).first()
    if loan is None or not rules.may_see(actor, ClientId(loan.client_id)):
        raise NotFound
    return loan


def _book(state: LoanState, dues: tuple[rules.Due, ...]) -> rules.Book:
    return rules.Book(
        facts=_facts(state.loan),
        dues=dues,
        accrued_on=state.accrued_on,
        period=state.period,
        period_weight=int(state.period_weight),
        period_accrued=Money(state.period_accrued_tiyn),
        period_paid=Money(state.period_paid_tiyn),
        penalty=Money(state.penalty_tiyn),
        penalty_year=state.penalty_year,
        penalty_exact=Decimal(state.penalty_exact),
        penalty_year_accrued=Money(state.penalty_year_accrued_tiyn),
        credit=Money(state.credit_tiyn),
    )


def _facts(loan: Loan) -> rules.LoanFacts:
    return rules.LoanFacts(
        loan_id=LoanId(loan.id),
        contract_id=ContractId(loan.contract_id),
        client_id=ClientId(loan.client_id),
        number=loan.number,
        amount=Money(loan.amount_tiyn),
        annual_rate=Rate(Fraction(loan.rate_numerator, loan.rate_denominator)),
        day_count=terms.DayCount(loan.day_count),
        opened_on=loan.opened_on,
        contract_on=loan.contract_on,
        consumer=loan.consumer,
        delay=rules.DelayNorms(
            first_day_rate=loan.penalty_first_day_rate,
            later_day_rate=loan.penalty_later_day_rate,
            switch_days=loan.penalty_switch_days,
            year_cap=loan.penalty_year_cap,
            stop_days=loan.stop_days,
        ),
    )


def _row(one: rules.Book, *, closed: bool) -> LoanRow:
    return LoanRow(
        loan_id=one.facts.loan_id,
        contract_id=one.facts.contract_id,
        client_id=one.facts.client_id,
        number=one.facts.number,
        status=rules.Status.CLOSED if closed else rules.Status.ACTIVE,
        opened_on=one.facts.opened_on,
        amount=one.facts.amount,
        debt=one.debt,
        days_past_due=rules.overdue(one)[2],
    )


def _positions(found: list[rules.Book]) -> list[rules.PositionView]:
    ids = [one.facts.loan_id for one in found]
    closed = dict(LoanState.objects.filter(loan_id__in=ids).values_list("loan_id", "closed_on"))
    payments = _payments(ids)
    return [_position(one, closed[one.facts.loan_id], payments[one.facts.loan_id]) for one in found]


def _position(one: rules.Book, closed_on: date | None, payments: list[rules.Payment]) -> rules.PositionView:
    overdue_principal, overdue_interest, late = rules.overdue(one)
    return rules.PositionView(
        loan_id=one.facts.loan_id,
        contract_id=one.facts.contract_id,
        client_id=one.facts.client_id,
        number=one.facts.number,
        status=rules.Status.ACTIVE if closed_on is None else rules.Status.CLOSED,
        as_of=one.accrued_on,
        amount=one.facts.amount,
        opened_on=one.facts.opened_on,
        ends_on=one.dues[-1].due_on,
        closed_on=closed_on,
        principal=one.principal,
        interest=one.interest,
        penalty=one.penalty,
        overdue_principal=overdue_principal,
        overdue_interest=overdue_interest,
        credit=one.credit,
        days_past_due=late,
        next_payment=rules.next_payment(one),
        rows=rules.schedule_rows(one),
        payments=tuple(payments),
    )


def _payments(loan_ids: list[LoanId]) -> defaultdict[UUID, list[rules.Payment]]:
    """Every use of money by loan, in order."""
    parts: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    sums = (
        AllocationPart.objects.filter(allocation__loan_id__in=loan_ids)
        .values_list("allocation_id", "component")
        .annotate(tiyn=Sum("amount_tiyn"))
        .order_by()
    )
    for allocation_id, component, tiyn in sums:
        parts[allocation_id][component] = int(tiyn)
    found: defaultdict[UUID, list[rules.Payment]] = defaultdict(list)
    for allocation in Allocation.objects.filter(loan_id__in=loan_ids).order_by("on", "at", "id"):
        mine = parts[allocation.id]
        found[allocation.loan_id].append(
            rules.Payment(
                on=allocation.on,
                amount=Money(allocation.received_tiyn),
                principal=_part(mine, *rules.PRINCIPAL),
                interest=_part(mine, *rules.INTEREST),
                penalty=_part(mine, rules.Component.PENALTY),
            )
        )
    return found


def _part(parts: dict[str, int], *components: rules.Component) -> Money:
    return Money(sum(parts.get(component.value, 0) for component in components))
