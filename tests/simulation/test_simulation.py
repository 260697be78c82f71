"""Two hundred people, four hundred days, an outside world that fails: at the end of each day everything holds.

People come with wrong data and without, are listed, bar themselves, never choose, sign late, ask for the money a second
too soon, cancel, pay on the day, late, in parts, too much, at once, never, or through a stranger. The lender's partners
refuse, time out, drop answers, answer late and twice. The journey's own table is driven by a clock of the simulation.

A failure names its seed and day; `pytest tests/simulation --seed N` lives the same days again.
"""

from __future__ import annotations

from random import SystemRandom

import pytest

from tests.simulation.conftest import DEFAULT_SEED
from tests.simulation.dice import Dice
from tests.simulation.faults import Fault
from tests.simulation.plans import plan
from tests.simulation.run import Simulation
from tests.simulation.trace import Trace

HAPPENED = (
    "registered",
    "application declined",
    "application offered",
    "refused draft_consent_to_receive ConsentTooEarly",
    "signed instalment must wait",
    "signed short need not wait",
    "asks again on the same day",
    "cancelled",
    "never consents",
    "no money came",
    "has the money",
    "pays himself",
    "pays through a stranger",
    "never pays",
    "repaid",
    "other terms applied",
    "other terms expired",
    "accrual stands still",
    "accrual goes on",
    "a pause is taken back",
    "a payment bounced",
    "the day of a payment is put right",
    "wants to repay early reduce_term",
    "wants to repay early reduce_payment",
    "more money increased applied",
    "more money draws applied",
    "refinancing disbursed",
)
_digests: dict[int, str] = {}


# Not green yet: on seed 20251124 the stored book of two loans differs from their replay (`make soak` runs it).
@pytest.mark.soak
@pytest.mark.parametrize(
    "first", [pytest.param(first, marks=pytest.mark.xdist_group(str(first))) for first in (0, 100)]
)
def test_two_hundred_people_through_four_hundred_days(fresh_db, seed, first) -> None:
    """A hundred people at a lender of their own, twice: the two halves run beside each other on two processors."""
    run = Simulation(seed, clients=100, days=400, first=first).run()
    if seed == DEFAULT_SEED:
        assert not _missing(run.trace, HAPPENED), "a run in which this never happens proves nothing of it"
        assert run.world.statement.told_days_late, "no receipt was heard of days late"
        assert {fault for fault in Fault if run.faults.met[fault.value]} == set(Fault) - {Fault.NONE}


@pytest.mark.xdist_group("same_seed")
@pytest.mark.parametrize("again", [False, True])
def test_the_same_seed_is_the_same_run(fresh_db, seed, again) -> None:
    """Ids and codes are random each time; what happens to whom and when is not."""
    run = Simulation(seed, clients=8, days=20).run()
    assert _digests.setdefault(seed, run.trace.digest()) == run.trace.digest()


def test_another_seed_is_another_run() -> None:
    mine, other = ([plan(index, 400, Dice(seed)) for index in range(20)] for seed in (1, 2))
    assert mine != other


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(3))
def test_years_of_other_people(fresh_db, pytestconfig, turn) -> None:
    """Three years, each time with people never seen before, unless a seed is given."""
    given = pytestconfig.getoption("--seed", default=None)
    drawn = SystemRandom().randrange(10**9) if given is None else given + turn
    Simulation(drawn, clients=400, days=1090).run()


def _missing(trace: Trace, events: tuple[str, ...]) -> set[str]:
    return {event for event in events if not trace.counts[event]}
