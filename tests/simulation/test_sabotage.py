"""The checkers are worth something: each thing broken here on purpose is found, and the unbroken run finds nothing.

Breaking means putting a wrong function in the place of a right one in the running program, for the length of one small
run; what is found must come under the name of the checker meant for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nesie.foundation.audit import use_case
from nesie.foundation.exchange.models import Counter
from nesie.foundation.ledger import actions as ledger
from nesie.journey.contracts.rules import CoolingOff
from nesie.journey.loans import rules as loan_rules
from nesie.journey.loans.models import LoanState
from nesie.journey.payments.rules import KIND_PAY
from tests.simulation.checkers import AT_THE_END, Day, findings
from tests.simulation.faults import Fault, Faults
from tests.simulation.plans import Flaw, Paying, Plan, Will, Wish
from tests.simulation.run import Simulation, SimulationFailed
from tests.simulation.wiring import connected

SHORT = Wish(
    product="short", tenge=40_000, term=5, draft=0, will=Will.TAKES, sign_after_days=0, consent_early=False,
    consent_after_hours=0, paying=Paying.ON_TIME, late_days=0, same_day_again=False,
)  # fmt: skip
LARGE = replace(SHORT, product="instalment", tenge=400_000, term=6, consent_early=True)
TWO = replace(LARGE, tenge=200_000, same_day_again=True, consent_early=False)  # each below 75 MRP, both above


def somebody(wish: Wish) -> Plan:
    """One person without a flaw."""
    return Plan(
        arrives_on=0, slot=0, language="ru", flaw=Flaw.NONE, flaw_since=0, whole=False, registers=False,
        types_badly=False, wishes=(wish,),
    )  # fmt: skip


def small_run(wish: Wish, days: int) -> Simulation:
    """One loan over good lines."""
    return Simulation(seed=1, clients=1, days=days, share=0.0, plans=[somebody(wish)])


@contextmanager
def broken(where: Any, name: str, wrong: Any) -> Iterator[None]:
    """The program with one thing wrong."""
    right = where.__dict__[name]
    setattr(where, name, wrong)
    try:
        yield
    finally:
        setattr(where, name, right)


def found_by(checker: str, run: Simulation) -> None:
    """The run fails, and it is this checker that says so."""
    with pytest.raises(SimulationFailed, match=checker):
        run.run()


@pytest.mark.parametrize(("wish", "days"), [(SHORT, 10), (LARGE, 4), (TWO, 5)])
def test_nothing_is_found_when_nothing_is_broken(fresh_db, wish, days) -> None:
    run = small_run(wish, days).run()
    assert run.trace.counts["has the money"] == (2 if wish is TWO else 1)
    assert run.trace.counts["repaid"] == (1 if wish is SHORT else 0)


def test_a_cooling_off_shorter_by_a_second_is_found(fresh_db) -> None:
    """Whoever comes at 23:59:59 is shown the text of the consent."""

    def over(self: CoolingOff, now: Any) -> bool:
        return now >= self.over_at - timedelta(seconds=1)

    with broken(CoolingOff, "over", over):
        found_by("money_waits_for_the_hours_and_the_consent", small_run(LARGE, 4))


def test_money_without_the_later_consent_is_found(fresh_db) -> None:
    queries = sys.modules["nesie.journey.contracts.queries"]
    never = replace(LARGE, will=Will.NEVER_CONSENTS)
    with (
        broken(queries.rules, "lacks_consent", lambda *_: False),
        broken(queries.rules, "money_may_go", lambda cooling, consent_at, now: cooling.over(now)),
        broken(queries.rules, "check_money_may_go", lambda *_: None),
    ):
        found_by("money_waits_for_the_hours_and_the_consent", small_run(never, 4))


def test_a_receipt_used_twice_is_found(fresh_db) -> None:
    """The loan is paid twice over by one receipt; the books hold it once."""
    recording = sys.modules["nesie.journey.loans.actions.recording"]
    right = recording.keep

    def twice(before: Any, after: Any, now: Any) -> None:
        right(before, after, now)
        LoanState.objects.filter(loan_id=before.facts.loan_id).update(credit_tiyn=after.credit.tiyn + 5_000_00)

    with broken(recording, "keep", twice):
        found_by("loans_equal_ledger", small_run(SHORT, 10))


def test_interest_after_the_end_of_a_loan_is_found(fresh_db) -> None:
    accrual = sys.modules["nesie.journey.loans.actions.accrual"]

    # The statement of a day that also takes loans that have ended.
    everybody = accrual.day_sql.DAY.replace("state.closed_on IS NULL", "true")
    later = replace(SHORT, term=9)
    run = Simulation(seed=1, clients=2, days=12, share=0.0, plans=[somebody(SHORT), somebody(later)])
    with broken(accrual.day_sql, "DAY", everybody):
        found_by("nothing_accrues_where_nothing_may", run)


def test_a_hold_that_is_not_given_back_is_found(fresh_db) -> None:
    run = small_run(SHORT, 4)
    decline_the_first_payment(run.faults)
    with broken(ledger, "void_hold", lambda *_: None):
        found_by("holds_never_leak", run)


def test_a_refused_order_is_paid_after_the_bank_is_asked_anew(fresh_db) -> None:
    run = small_run(SHORT, 6)
    decline_the_first_payment(run.faults)
    assert run.run().trace.counts["has the money"] == 1


def decline_the_first_payment(faults: Faults) -> None:
    """The bank says no once."""
    right, left = faults.next, [Fault.DECLINE]
    faults.next = lambda kind, about: left.pop() if kind == KIND_PAY and left else right(kind, about)


def test_an_act_that_leaves_no_record_is_found(fresh_db) -> None:
    right: Callable[..., None] = use_case._record

    def silent(case: Any, outcome: Any, **rest: Any) -> None:
        if case.act != "open_loan":
            right(case, outcome, **rest)

    with broken(use_case, "_record", silent):
        found_by("every_transition_is_audited", small_run(SHORT, 2))


def test_a_number_left_out_is_found(fresh_db) -> None:
    claiming = sys.modules["nesie.foundation.exchange.actions.claim_message"]
    right = claiming._next_number

    def leaping(destination: str) -> int:
        number = right(destination)
        return number if number != 2 else right(destination)

    with broken(claiming, "_next_number", leaping):
        found_by("sequences_have_no_gaps", small_run(SHORT, 3))
    assert Counter.objects.exists()


def test_a_penalty_of_too_many_days_is_found(fresh_db) -> None:
    """Interest and penalties go on past 90 days of delay."""
    opening = sys.modules["nesie.journey.loans.actions.opening"]
    right = opening.delay_norms

    def endless(**norms: Any) -> loan_rules.DelayNorms:
        return replace(right(**norms), stop_days=None)

    with broken(opening, "delay_norms", endless):
        found_by("nothing_accrues_where_nothing_may", small_run(replace(SHORT, paying=Paying.NEVER), 110))


def test_a_bent_trail_is_found(fresh_db, owner_sql) -> None:
    run = small_run(SHORT, 2).run()
    owner_sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    owner_sql(
        "UPDATE audit_auditrecord SET arguments = '{}' WHERE id = (SELECT min(id) + 20 FROM audit_auditrecord"
        " WHERE arguments <> '{}')"
    )
    day = Day(run.world, run.clock.today, run.clock.now, run.clock.now)
    with connected(run.world):
        assert any(one.startswith("seals_hold") for one in findings(AT_THE_END, day))
