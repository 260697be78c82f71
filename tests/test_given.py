"""The builder everybody starts from gives a loan that agrees with the books."""

from __future__ import annotations

from datetime import datetime, timedelta

from nesie.journey.loans import queries as loans
from nesie.kernel.money import ZERO, Money
from tests import given


def test_an_active_loan_is_a_loan_on_the_books(db: None, now: datetime) -> None:
    with given.active_loan(now) as loan:
        assert loan.position().principal == Money.tenge(400_000)
        later = loan.opened_at + timedelta(days=10)
        loan.accrue(later)
        assert loan.position().interest > ZERO
        loan.repay(later, Money.tenge(1_000))
        assert [paid.amount for paid in loan.position().payments] == [Money.tenge(1_000)]
        assert loans.differences() == ()
