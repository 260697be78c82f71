"""Two hundred people, four hundred days, an outside world that fails: at the end of each day everything holds.

People come with wrong data and without, are listed, bar themselves, never choose, sign late, ask for the money a second
too soon, cancel, pay on the day, late, in parts, too much, at once, never, or through a stranger. The lender's partners
refuse, time out, drop answers, answer late and twice. The journey's own table is driven by a clock of the simulation.

A failure names its seed and day; `pytest tests/simulation --seed N` lives the same days again.
"""

from __future__ import annotations

import pytest

from tests.simulation.conftest import DEFAULT_SEED
from tests.simulation.faults import Fault
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
    "no money came",
    "has the money",
    "pays himself",
    "pays through a stranger",
    "never pays",
    "repaid",
    "other terms applied",
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

ALSO = {0: ("never consents",), 104: ("other terms expired",)}  # what is rare happens to one half of the people


@pytest.mark.clause("9-1.1")
@pytest.mark.clause("9-1.2")
def test_thirty_people_through_four_hundred_days(fresh_db, seed) -> None:
    """The first of them in every build, so that it stays under its quarter of an hour; all under `make soak`."""
    run = Simulation(seed, clients=30, days=400).run()
    assert run.trace.counts["repaid"], "nobody lived to the end of a loan"


@pytest.mark.soak
@pytest.mark.parametrize(("first", "clients"), [(0, 104), (104, 96)])  # equally long
def test_two_hundred_people_through_four_hundred_days(fresh_db, seed, first, clients) -> None:
    """Two lenders with half of the people each: the two halves run beside each other on two processors."""
    run = Simulation(seed, clients=clients, days=400, first=first).run()
    if seed == DEFAULT_SEED:
        typeset = run.papers["application/pdf"]
        assert typeset, "no paper was laid out for people to read"
        assert 0.02 < typeset / run.papers.total() < 0.3, "every tenth client gets real papers"
        assert not _missing(run.trace, HAPPENED + ALSO[first]), "a run in which this never happens proves nothing of it"
        assert run.world.statement.told_days_late, "no receipt was heard of days late"
        assert {fault for fault in Fault if run.faults.met[fault.value]} == set(Fault) - {Fault.NONE}


def _missing(trace: Trace, events: tuple[str, ...]) -> set[str]:
    return {event for event in events if not trace.counts[event]}
