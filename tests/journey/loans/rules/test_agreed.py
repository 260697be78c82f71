"""Changes put before the client, in figures that can be checked by head: on the 26th of February, proposed on the 24th.

By then two instalments are late: 60,000 of principal, 2,400 of interest and 2,652 of penalty; 480 of interest run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms.rules import Method
from nesie.journey.contracts.rules import ChangeClaim, ChangeKind, ChangeProposal, ChangeUnfit, Forgiven, Standing
from nesie.journey.loans import rules
from nesie.journey.loans.rules import from_json
from nesie.journey.loans.rules.agreed import Wanted, proposal
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.rules.thousandth import LAW, TERMS, after, feb, mar, opened, paid, t, to

CALENDAR = Calendar({})
ON = feb(26)
BOOK = to(feb(24))
FREE = replace(TERMS, annual_rate=Rate.percent(0))


def proposed(kind: ChangeKind, book: rules.Book = BOOK, **wanted: Any) -> ChangeProposal:
    asked = Wanted(kind, **{"effective_on": ON, **wanted})
    return proposal(book, book.facts.terms or TERMS, CALENDAR, asked, ref="c")


def rows(made: ChangeProposal) -> list[tuple[date, Money, Money]]:
    return [(row.due_on, row.principal, row.interest) for row in made.after.plan.rows]


def test_the_debt_of_the_day_it_takes_effect() -> None:
    made = proposed(ChangeKind.PROLONGATION, instalments=6)
    assert made.standing == Standing(t(120_000), t(60_000), t(480), t(2400), t(2652))
    assert (made.effective_on, made.granted_on, made.one_sided, made.payout) == (ON, feb(2), False, ZERO)
    before = made.before.plan.rows
    assert [(row.due_on, row.principal) for row in before] == [
        (ON, t(60_000)), (mar(4), t(30_000)), (mar(14), t(30_000)),
    ]  # fmt: skip
    assert made.before.claims == (ChangeClaim(ON, t(2400), t(2652)),)
    assert (made.before.penalty_day_rate, made.before.penalty_later_day_rate) == (
        Rate.percent("0.5"), Rate.percent("0.03"),
    )  # fmt: skip


def test_arrears_stand_beside_the_new_rows_in_equal_parts() -> None:
    made = proposed(ChangeKind.PROLONGATION, instalments=7)
    event = from_json(dict(made.event))
    assert isinstance(event, rules.Rescheduled)
    assert [row.penalty for row in event.rows] == [Money(37_885)] * 6 + [Money(37_890)]
    assert [row.interest for row in event.rows[1:]] == [Money(34_285)] * 5 + [Money(34_290)]
    assert event.rows[0].interest == Money(34_285) + t(480)
    assert sum(row.principal.tiyn for row in event.rows) == t(120_000).tiyn
    assert [row.due_on for row in event.rows[:3]] == [mar(4), mar(14), mar(24)]
    assert (event.change, event.on) == (rules.Change.PROLONGED, ON)
    # Interest of the running period is of the first row; the overdue is a claim beside it.
    assert rows(made)[0][2] == t(480) + t(6 * 120)
    assert [claim.penalty for claim in made.after.claims] == [row.penalty for row in event.rows]
    assert [claim.interest for claim in made.after.claims[:2]] == [Money(34_285)] * 2
    done = after(to(ON), event)
    assert done.interest == t(2880)
    assert made.after.plan.totals.principal == t(120_000)


def test_the_days_and_the_rate_that_are_wanted() -> None:
    made = proposed(
        ChangeKind.RESTRUCTURING, instalments=2, first_due_on=mar(20), annual_rate=Rate.percent("18.25"),
    )  # fmt: skip
    assert [due_on for due_on, *_ in rows(made)] == [mar(20), mar(30)]
    assert made.after.annual_rate == Rate.percent("18.25")
    assert rows(made)[0][2] == t(480 + 22 * 60)
    plain = proposed(ChangeKind.DUE_DAY)
    assert [due_on for due_on, *_ in rows(plain)] == [mar(4), mar(14)], "as many as are ahead, on their days"
    late = to(mar(20), opened(delay=replace(LAW, stop_days=None)))
    assert [due_on for due_on, *_ in rows(proposed(ChangeKind.DEFERRAL, late, effective_on=mar(20)))] == [mar(30)], (
        "one at least, a step on"
    )


@pytest.mark.parametrize(
    ("gone", "carried", "overdue"),
    [
        (Forgiven(interest=t(2400)), 480, 0),
        (Forgiven(interest=t(2500)), 380, 0),
        (Forgiven(interest=t(2880)), 0, 0),
        (Forgiven(interest=t(400)), 480, 2000),
    ],
)
def test_what_is_forgiven_of_the_interest_is_the_overdue_first(gone: Forgiven, carried: int, overdue: int) -> None:
    made = proposed(ChangeKind.FORGIVENESS, instalments=2, forgiven=gone)
    event = from_json(dict(made.event))
    assert isinstance(event, rules.Rescheduled)
    assert sum(row.interest.tiyn for row in event.rows) == t(carried + overdue).tiyn
    assert rows(made)[0][2] == t(carried + 6 * 120)
    assert sum(claim.interest.tiyn for claim in made.after.claims) == t(overdue).tiyn
    assert event.forgiven == rules.Parts(interest=gone.interest)


def test_principal_and_penalty_forgiven_are_not_in_the_rows() -> None:
    made = proposed(ChangeKind.FORGIVENESS, instalments=2, forgiven=Forgiven(t(20_000), ZERO, t(652)))
    event = from_json(dict(made.event))
    assert isinstance(event, rules.Rescheduled)
    assert sum(row.principal.tiyn for row in event.rows) == t(100_000).tiyn
    assert [row.penalty for row in event.rows] == [t(1000), t(1000)]


def test_service_puts_the_instalments_off_by_whole_steps() -> None:
    made = proposed(ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=mar(14))
    event = from_json(dict(made.event))
    assert isinstance(event, rules.Rescheduled)
    assert made.one_sided
    assert [(row.due_on, row.principal, row.interest, row.penalty) for row in event.rows] == [
        (mar(24), t(90_000), t(2880), t(2652)), (date(2026, 4, 3), t(30_000), ZERO, ZERO),
    ]  # fmt: skip
    on_its_day = proposed(ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=mar(13))
    assert rows(on_its_day)[0][0] == mar(14)
    with pytest.raises(ChangeUnfit):
        proposed(ChangeKind.CONSCRIPT_DEFERRAL)
    with pytest.raises(ChangeUnfit):
        proposed(ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=feb(25))
    assert proposed(ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=ON)
    late = to(mar(20), opened(delay=replace(LAW, stop_days=None)))
    last = proposed(ChangeKind.CONSCRIPT_DEFERRAL, late, effective_on=mar(20), deferred_until=mar(25))
    event = from_json(dict(last.event))
    assert isinstance(event, rules.Rescheduled)
    assert [(row.due_on, row.principal, row.interest) for row in event.rows] == [
        (date(2026, 4, 4), t(120_000), t(5520)),
    ]  # fmt: skip


def test_a_lower_rate_or_penalty_is_the_lenders_own_and_needs_its_figure() -> None:
    lower = proposed(ChangeKind.RATE_REDUCTION, annual_rate=Rate.percent("18.25"))
    assert (lower.one_sided, lower.before.annual_rate, lower.after.annual_rate) == (
        True, Rate.percent("36.5"), Rate.percent("18.25"),
    )  # fmt: skip
    rates = (Rate.percent("0.1"), Rate.percent("0.01"))
    softer = proposed(ChangeKind.PENALTY_REDUCTION, penalty_rates=rates)
    assert (softer.after.penalty_day_rate, softer.after.penalty_later_day_rate) == rates
    assert softer.one_sided
    none = (Rate.percent(0), Rate.percent(0))
    assert proposed(ChangeKind.PENALTY_REDUCTION, penalty_rates=none).after.penalty_day_rate == none[0]
    for kind, wanted in (
        (ChangeKind.RATE_REDUCTION, {}),
        (ChangeKind.PENALTY_REDUCTION, {}),
        (ChangeKind.PENALTY_REDUCTION, {"penalty_rates": (Rate.of("0.0000000001"), rates[1])}),
        (ChangeKind.PROLONGATION, {"amount": t(1)}),
        (ChangeKind.INCREASE, {}),
        (ChangeKind.INCREASE, {"amount": t(1), "annual_rate": Rate.percent(9)}),
        (ChangeKind.INCREASE, {"amount": t(1), "forgiven": Forgiven(t(1))}),
    ):
        with pytest.raises(ChangeUnfit):
            proposed(kind, **wanted)
    repaid = after(to(feb(5)), paid(to(feb(5)), 120_360))
    with pytest.raises(ChangeUnfit):
        proposed(ChangeKind.PROLONGATION, repaid, effective_on=feb(6))


class TestMoreMoney:
    """Without interest, on the 6th of February."""

    book = to(feb(6), opened(replace(FREE, method=Method.ANNUITY, principal_parts=None)))

    def made(self, **wanted: Any) -> tuple[ChangeProposal, rules.TranchePaid]:
        made = proposed(ChangeKind.INCREASE, self.book, effective_on=feb(6), amount=t(60_000), **wanted)
        event = from_json(dict(made.event))
        assert isinstance(event, rules.TranchePaid)
        return made, event

    def test_over_the_instalments_as_they_stand(self) -> None:
        made, event = self.made()
        assert event.rows == ()
        assert [part for _, part, _ in rows(made)] == [t(45_000)] * 4
        assert (made.payout, made.after.plan.totals.principal) == (t(60_000), t(180_000))

    def test_over_as_many_as_are_wanted_or_from_a_day(self) -> None:
        made, event = self.made(instalments=6)
        assert [(row.due_on, row.principal) for row in event.rows][:2] == [(feb(12), t(30_000)), (feb(22), t(30_000))]
        assert [part for _, part, _ in rows(made)] == [t(30_000)] * 6
        made, event = self.made(first_due_on=mar(10))
        assert [row.due_on for row in event.rows] == [mar(10), mar(20), mar(30), date(2026, 4, 9)]

    def test_of_a_loan_repaid_over_as_many_as_were_agreed(self) -> None:
        repaid = after(self.book, paid(self.book, 120_000))
        made = proposed(ChangeKind.INCREASE, repaid, effective_on=feb(6), amount=t(60_000))
        event = from_json(dict(made.event))
        assert isinstance(event, rules.TranchePaid)
        assert [row.principal for row in event.rows] == [t(15_000)] * 4
        assert event.rows[0].due_on == feb(16)

    def test_paid_so_late_that_its_first_day_is_gone_it_begins_a_step_on(self) -> None:
        made, event = self.made(instalments=6)
        args: dict[str, Any] = {"ref": "x", "amount": t(60_000)}
        in_time = rules.paid_out(made, self.book.facts.terms, CALENDAR, on=feb(11), **args)
        assert (in_time.rows, in_time.on, in_time.ref) == (event.rows, feb(11), "x")
        late = rules.paid_out(made, self.book.facts.terms, CALENDAR, on=feb(12), **args)
        assert [row.due_on for row in late.rows][:2] == [feb(22), mar(4)]
        assert [row.principal for row in late.rows] == [t(30_000)] * 6


def test_a_signed_change_fits_while_no_more_is_owed() -> None:
    standing = proposed(ChangeKind.PROLONGATION).standing
    assert rules.still_fits(BOOK, standing)
    assert not rules.still_fits(BOOK, replace(standing, principal=t("119999.99")))
    repaid = after(to(feb(5)), paid(to(feb(5)), 120_360))
    assert not rules.still_fits(repaid, standing)
    lost = after(BOOK, rules.WrittenOff(ref="w", on=feb(24)))
    assert not rules.still_fits(lost, standing)
