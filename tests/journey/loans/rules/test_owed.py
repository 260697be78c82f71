"""What a paper of an incident asks of the lender, and what the loan's own events show to be done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from nesie.foundation.norms.rules import Deadline
from nesie.journey.loans import rules
from nesie.journey.loans.rules import AnyEvent, DutyKind, FraudPaper, PaperFacts
from nesie.kernel.ids import new_id
from tests.journey.loans.rules.thousandth import feb

NEW, OLD = date(2025, 8, 31), date(2023, 11, 12)


def at(hours: int) -> datetime:
    return datetime(2026, 2, 10, tzinfo=UTC) + timedelta(hours=hours)


PAUSE: AnyEvent = rules.Suspended(ref="s", on=feb(10))
END: AnyEvent = rules.Resumed(ref="r", on=feb(11))
FRAUD: AnyEvent = rules.WrittenOff(ref="w", on=feb(11), ground="fraud")
DEATH: AnyEvent = rules.WrittenOff(ref="w", on=feb(11), ground="death")
SUSPEND, RESUME, WRITE_OFF, RETURN = (
    DutyKind.SUSPEND, DutyKind.RESUME, DutyKind.WRITE_OFF, DutyKind.RETURN_MONEY,
)  # fmt: skip


def done(
    *events: tuple[AnyEvent, int], money: tuple[int | None, ...] = (), runs: bool = True, recorded: int = 12
) -> dict[DutyKind, datetime | None]:
    """The paper came at hour 10 and was entered at hour 12."""
    facts = rules.facts_of(
        PaperFacts(at(10), at(recorded), runs=runs),
        [(event, at(hours)) for event, hours in events],
        tuple(at(hours) if hours is not None else None for hours in money),
    )
    return {kind: rules.done_by_events(kind, facts) for kind in (SUSPEND, RESUME, WRITE_OFF, RETURN)}


@pytest.mark.parametrize(
    ("events", "suspended", "resumed"),
    [
        ((), None, 10),
        (((PAUSE, 13),), 13, None),
        (((PAUSE, 5),), 10, None),  # it stood still already
        (((PAUSE, 5), (END, 9)), None, 10),  # and went on before the paper came
        (((PAUSE, 5), (END, 11)), None, 11),  # before it was entered
        (((PAUSE, 5), (END, 12)), None, 12),
        (((PAUSE, 5), (END, 13)), 10, 13),
        (((PAUSE, 5), (END, 10)), None, 10),
        (((PAUSE, 5), (END, 6), (PAUSE, 20)), 20, None),
        (((END, 11), (PAUSE, 13)), 13, None),
    ],
)
def test_when_it_was_suspended_and_resumed(
    events: tuple[tuple[AnyEvent, int], ...], suspended: int | None, resumed: int | None
) -> None:
    found = done(*events)
    assert found[SUSPEND] == (at(suspended) if suspended is not None else None)
    assert found[RESUME] == (at(resumed) if resumed is not None else None)


def test_of_a_loan_that_has_ended_there_is_nothing_to_suspend() -> None:
    assert done(runs=False)[SUSPEND] == at(10)
    assert done((PAUSE, 11), runs=False)[RESUME] == at(10)


def test_written_off_and_all_money_paid_back() -> None:
    assert done((DEATH, 20))[WRITE_OFF] is None
    assert done((FRAUD, 20))[WRITE_OFF] == at(20)
    assert done((FRAUD, 20))[RETURN] == at(20), "there was none"
    assert done((FRAUD, 20), money=(25, 22))[RETURN] == at(25)
    assert done((FRAUD, 20), money=(25, None))[RETURN] is None
    assert done((FRAUD, 20), money=(5,))[RETURN] == at(20)
    assert done(money=(5,))[RETURN] is None
    assert rules.done_by_events(DutyKind.TELL_CLIENT, rules.facts_of(PaperFacts(at(1), at(1), True), [], ())) is None


@pytest.mark.parametrize(
    ("paper", "since", "kinds"),
    [
        (FraudPaper.INCIDENT, NEW, ["tell_client", "tell_regulator", "stop_acts", "mend_consequences"]),
        (FraudPaper.SUBMISSION, NEW, ["suspend", "stop_collection"]),
        (FraudPaper.VICTIM, OLD, ["suspend", "stop_collection", "stop_bureau", "write_notice"]),
        (FraudPaper.CANCELLED, NEW, ["resume"]),
        (FraudPaper.COURT_ACT, NEW, ["write_off", "return_money"]),
        (FraudPaper.COURT_ACT, OLD, ["write_off", "return_money", "correct_bureau"]),
    ],
)
def test_what_a_paper_asks_by_its_edition(paper: FraudPaper, since: date, kinds: list[str]) -> None:
    assert [kind.value for kind, _ in rules.duties_of(paper, since)] == kinds


def duty(kind: DutyKind, ends: int | None, number: str = "1", done_at: int | None = None) -> rules.Duty:
    until = None if ends is None else Deadline(at(ends), feb(10))
    return rules.Duty(kind, new_id(), number, "x", at(0), until, done_at=at(done_at) if done_at is not None else None)


def test_the_most_urgent_first_and_the_clients_own_last() -> None:
    late, soon, open_end, theirs = (
        duty(SUSPEND, 1), duty(RESUME, 9, "2"), duty(WRITE_OFF, None), duty(DutyKind.CLIENT_APPLIES, 0),
    )  # fmt: skip
    assert rules.by_urgency([theirs, open_end, soon, late]) == (late, soon, open_end, theirs)
    assert [one.ours for one in (late, theirs)] == [True, False]
    assert late.is_over(at(2))
    assert not soon.is_over(at(2))
    assert not open_end.is_over(at(99))
    assert not theirs.is_over(at(99))
    assert duty(SUSPEND, 5, done_at=6).is_over(at(7)), "done, and late"
    assert not duty(SUSPEND, 5, done_at=4).is_over(at(7))
