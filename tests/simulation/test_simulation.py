"""A run of the simulation is the same again by its seed; longer runs of other people wait under `make soak`."""

from __future__ import annotations

from random import SystemRandom

import pytest

from tests.simulation.dice import Dice
from tests.simulation.plans import plan
from tests.simulation.run import Simulation

_digests: dict[int, str] = {}


@pytest.mark.xdist_group("same_seed")
@pytest.mark.parametrize("again", [False, True])
def test_the_same_seed_is_the_same_run(fresh_db, seed, again) -> None:
    """Ids and codes are random each time; what happens to whom and when is not."""
    run = Simulation(seed, clients=6, days=14).run()
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
