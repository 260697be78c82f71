"""The book of a loan as the pure rules know it, read from its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from nesie.foundation.terms import rules as terms
from nesie.journey.loans import rules
from nesie.journey.loans.models import Due, Loan, LoanState
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound


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
        status=rules.Status.ACTIVE if state.closed_on is None else rules.Status.CLOSED,
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
        terms=terms.Terms.from_json(loan.terms),
    )
