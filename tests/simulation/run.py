"""The run: people come and go, the worker works, a day ends and everything is checked."""

from __future__ import annotations

import gc
import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from structlog.testing import capture_logs

from nesie.entrypoints.jobs import exchange as lines
from nesie.entrypoints.jobs import journey
from nesie.entrypoints.jobs.statement import read_statement
from nesie.foundation.audit.actions.seal_records import seal_records
from nesie.foundation.exchange.actions import record_answer
from nesie.foundation.exchange.models import Message
from nesie.foundation.norms.rules import business_day
from nesie.kernel.actor import worker
from tests.sealing import seal_all
from tests.simulation.borrowing import borrow
from tests.simulation.checkers import AT_THE_END, DAILY, Day, findings
from tests.simulation.clock import DAWN, EVENING, SLOTS, Clock, at
from tests.simulation.dice import Dice
from tests.simulation.faults import SHARE, Echo, Faults
from tests.simulation.joining import known, register
from tests.simulation.life import Life
from tests.simulation.office import Office
from tests.simulation.plans import ADVERTISED_EVERY, Plan, plan
from tests.simulation.repaying import repay
from tests.simulation.trace import Trace
from tests.simulation.wiring import connected
from tests.simulation.world import World

FIRST_DAY = date(2025, 11, 24)  # every norm of the simulation is in force from here on
_TOGETHER = timedelta(minutes=10)  # people so close after one another are served before the worker's next round
_ROUNDS = 8
_WRONG = frozenset({"step_failed", "carrier_failed"})


class SimulationFailed(AssertionError):
    """A checker found something, or somebody's page broke. Says how to see it again."""

    def __init__(self, seed: int, day: int, today: date, findings: Iterable[str]) -> None:
        told = "\n  ".join(findings)
        super().__init__(f"seed {seed}, day {day} ({today}):\n  {told}\nAgain: pytest tests/simulation --seed {seed}")


@dataclass
class Simulation:
    """One run of a seed."""

    seed: int
    clients: int
    days: int
    first: int = 0  # the number of the first of them: people of a seed are numbered
    share: float = SHARE
    plans: Sequence[Plan] = ()  # instead of drawn ones
    trace: Trace = field(default_factory=Trace)

    def __post_init__(self) -> None:
        self.clock = Clock(at(FIRST_DAY, DAWN))
        self.day = 0
        dice = Dice(self.seed)
        self.faults = Faults(dice, self.share)
        numbers = range(self.first, self.first + self.clients)
        drawn = self.plans or [plan(number, self.days, dice) for number in numbers]
        self.world = World(dice, self.clock, drawn, self.faults, self.first)
        self._agenda: list[tuple[datetime, int, Iterator[datetime]]] = []
        self._order = count()
        self._echoes: list[tuple[Echo, int]] = []
        self._logs: list[Any] = []
        self.papers: Counter[str] = Counter()

    def run(self) -> Simulation:
        """All days; SimulationFailed at the first day that ends wrong."""
        with connected(self.world) as typesetter, _watched() as self._logs, _seldom_swept():
            self.office = Office(self.clock, self.world)
            self.world.office = self.office
            self.office.open()
            for index in range(self.clients):
                self._expect(self._arrives(index), self._life(Life(index, self.clock, self.world, self.trace)))
            for day in range(self.days):
                self.day = day
                self._live(FIRST_DAY + timedelta(days=day))
            seal_all(self.clock.now)
            self._report(findings(AT_THE_END, self._seen(self.clock.now)))
        self.papers = typesetter.made
        return self

    def _live(self, today: date) -> None:
        since = self.clock.now
        try:
            self._people(at(today, DAWN))
            self.clock.reach(at(today, DAWN))
            self.world.dawn(self.day)
            self._turn()
            self._people(at(today, EVENING))
            self.clock.reach(at(today, EVENING))
            worked = today.weekday() < 5 and self.office.work()
            if read_statement(self.world.statement, self.clock.now) or worked:
                self._turn()
            seal_records(self.clock.now)
        except SimulationFailed:
            raise
        except Exception as error:
            self.trace.tell(self.clock.now, "everybody", "stopped", type(error).__name__)
            raise SimulationFailed(self.seed, self.day, today, [f"{type(error).__name__}: {error}"]) from error
        self._report(findings(DAILY, self._seen(since)))

    def _people(self, until: datetime) -> None:
        """Serve whoever comes before a moment, the worker going round after each group."""
        while self._agenda and self._agenda[0][0] < until:
            group_ends, before = self._agenda[0][0] + _TOGETHER, self.trace.acts
            delivered = before
            while self._agenda and self._agenda[0][0] < min(group_ends, until):
                moment, _, story = heapq.heappop(self._agenda)
                self.clock.reach(moment)
                if self.trace.acts > delivered:
                    self._deliver()
                    delivered = self.trace.acts
                self._expect(next(story, None), story)
            if self.trace.acts > before:  # who only looked has left the worker nothing to do
                self.clock.advance(20)
                self._turn()

    def _turn(self) -> None:
        """The worker: read the statement, carry, move, until nothing is left to do now."""
        read_statement(self.world.statement, self.clock.now)
        self._deliver()
        journey.move(self.clock.now)
        for _ in range(_ROUNDS):
            self.clock.advance(5)  # a first retry is due after two seconds
            if not self._deliver():  # the table is empty until somebody outside answers
                break
            journey.move(self.clock.now, beginning=journey.ANSWERS)

    def _deliver(self) -> int:
        carried = lines.deliver_due(self.world.lines, self.clock, self.clock)
        self._hear_echoes()
        return carried

    def _hear_echoes(self) -> None:
        """Answers that come late, or twice: those kept from before are heard now, new ones later."""
        heard, self._echoes = self._echoes, []
        for echo, attempt in heard:
            row = Message.objects.get(kind=echo.kind, key=echo.key)
            record_answer(
                worker(),
                self.clock.now,
                message_id=row.pk,
                attempt=attempt,
                status=echo.answer.status,
                body=json.dumps(dict(echo.answer.body)).encode(),
                at=self.clock.now,
            )
        for echo in self.world.lines.heard_late():
            row = Message.objects.only("attempts").get(kind=echo.kind, key=echo.key)
            self._echoes.append((echo, row.attempts))

    def _life(self, life: Life) -> Iterator[datetime]:
        joined = (yield from register(life)) if life.plan.registers else known(life)
        if not joined:
            return
        yield life.half_an_hour()
        for wish in life.plan.wishes:
            for contract_id in (yield from borrow(life, wish)):
                yield from repay(life, wish, contract_id, FIRST_DAY + timedelta(days=self.days - 1))
            yield life.days_on(ADVERTISED_EVERY - (life.clock.today - FIRST_DAY).days % ADVERTISED_EVERY)

    def _arrives(self, index: int) -> datetime:
        plan = self.world.plans[index]
        return at(FIRST_DAY + timedelta(days=plan.arrives_on), SLOTS[plan.slot]) + timedelta(seconds=index)

    def _expect(self, moment: datetime | None, story: Iterator[datetime]) -> None:
        if moment is not None and business_day(moment) < FIRST_DAY + timedelta(days=self.days):
            heapq.heappush(self._agenda, (moment, next(self._order), story))

    def _seen(self, since: datetime) -> Day:
        return Day(self.world, FIRST_DAY + timedelta(days=self.day), since, self.clock.now)

    def _report(self, found: list[str]) -> None:
        wrong = [f"{one['event']}: {one}" for one in self._logs if one["event"] in _WRONG]
        self._logs.clear()
        if found or wrong:
            raise SimulationFailed(self.seed, self.day, self.clock.today, [*found, *wrong])


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """What Python keeps of a whole lender grows all the while: looking through all of it for cycles costs time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _watched() -> Iterator[list[Any]]:
    """What the house logs, to be looked through at the end of each day."""
    with capture_logs() as logs:
        yield logs
