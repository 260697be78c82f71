"""The portfolio on a day: three loans, one late, one later; the same figures on a past day as on that day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.recording import record
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound
from tests.journey.loans.books import OPENED_ON, at, close_days, open_, receive, rolled_back

DAY = timedelta(days=1)


def late(days: int, tenge: int) -> rules.LateLoan:
    return rules.LateLoan(new_id(), days, Money.tenge(tenge))


def test_bands_hold_every_loan_once_and_shares_add_up() -> None:
    loans = [late(days, 100) for days in (0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366, 4000)]
    found = rules.portfolio(OPENED_ON, loans)
    assert [(band.first, band.last, band.loans) for band in found.bands] == [
        (0, 0, 1), (1, 30, 2), (31, 60, 2), (61, 90, 2), (91, 180, 2), (181, 365, 2), (366, None, 2),
    ]  # fmt: skip
    assert found.total.loans == len(loans)
    assert sum(band.share for band in found.bands) == pytest.approx(100)
    assert found.at_risk(0) == pytest.approx(100 * 12 / 13)
    assert found.at_risk(90) == pytest.approx(100 * 6 / 13)
    assert rules.portfolio(OPENED_ON, []).at_risk(0) == 0


@pytest.mark.usefixtures("db")
def test_any_closed_day_is_told_by_the_day_close_and_the_books() -> None:
    with rolled_back():
        punctual, behind = open_().facts, open_().facts
        first = queries.book(punctual.loan_id).dues[0]
        close_days(first.due_on)
        receive(punctual, Money.tenge(60_000), first.due_on)
        close_days(first.grace_until_on + 20 * DAY)
        then = first.grace_until_on + 5 * DAY
        with pytest.raises(rules.DayNotClosed):
            queries.late_loans(worker(), first.grace_until_on + 21 * DAY)
        with pytest.raises(NotFound):
            queries.late_loans(client(new_id()), then)
        found = {one.loan_id: one for one in queries.late_loans(worker(), then)}
        assert (found[behind.loan_id].days, found[punctual.loan_id].days) == (5, 0)
        for chart, name in ((Chart.PRINCIPAL_RECEIVABLE, "principal"), (Chart.PENALTY_RECEIVABLE, "penalty")):
            for loan_id, one in found.items():
                assert getattr(one, name) == ledger.balance(AccountRef(chart.value, loan_id), then)
        assert found[behind.loan_id].penalty > ZERO
        # Heard of later: it had been paid on its day. The past day is told as it is known now.
        receive(behind, Money.tenge(60_000), first.due_on, now=at(first.grace_until_on + 20 * DAY), posted_on=then)
        found = {one.loan_id: one for one in queries.late_loans(worker(), then)}
        assert (found[behind.loan_id].days, found[behind.loan_id].penalty) == (0, ZERO)
        lost = rules.WrittenOff(ref="lost", on=first.grace_until_on + 20 * DAY, ground="uncollectable")
        record(behind.loan_id, lost, at(first.grace_until_on + 20 * DAY))
        assert queries.last_day_closed() == first.grace_until_on + 20 * DAY
        left = queries.late_loans(worker(), first.grace_until_on + 20 * DAY)
        assert [one.loan_id for one in left] == [punctual.loan_id]
