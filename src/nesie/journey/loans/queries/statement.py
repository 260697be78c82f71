"""The history of a loan: each day and each payment, and what it was counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery

from nesie.journey.loans import rules
from nesie.journey.loans.models import Accrual, LoanState, LoanTransition, Statement
from nesie.journey.loans.queries.position import payments_of, visible
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money


def statement(actor: Actor, loan_id: LoanId) -> tuple[rules.StatementLine, ...]:
    """Every accrual and every payment of a loan in order, with the debt after each; NotFound when not the actor's."""
    loan = visible(actor, loan_id)
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
        for payment in payments_of([loan_id])[loan_id]
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
    visible(actor, loan_id)
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
    moves = LoanTransition.objects.filter(loan_id=OuterRef("loan_id")).order_by("-number").values("number")[:1]
    made = Statement.objects.filter(loan_id=OuterRef("loan_id"), closing=True, closed_number=OuterRef("closed_number"))
    closed = (
        LoanState.objects.filter(closed_on__isnull=False)
        .annotate(closed_number=Subquery(moves))
        .annotate(languages=Subquery(made.values("loan_id").annotate(made=Count("id")).values("made")))
        .filter(Q(languages__isnull=True) | Q(languages__lt=2))
    )
    return tuple(LoanId(loan_id) for loan_id in closed.order_by("closed_on").values_list("loan_id", flat=True))
