"""The life of one client, as a story told by waiting: every `yield` is the moment at which the person comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId
from nesie.kernel.refused import Refused
from tests.simulation.clock import SLOTS, Clock, at, next_slot
from tests.simulation.people import Invented
from tests.simulation.plans import Plan
from tests.simulation.trace import Trace
from tests.simulation.world import World

T = TypeVar("T")
Story = Iterator[datetime]

_PATIENCE = timedelta(seconds=45)  # at the screen


class Nothing:
    """What a refused page answers."""

    def __bool__(self) -> bool:
        return False


_REFUSED = Nothing()


class Life:
    """One person with a clock to look at, a phone, a bank, and the lender's pages."""

    actor: Actor  # as the lender's session knows the person; set by the registration

    def __init__(self, index: int, clock: Clock, world: World, trace: Trace) -> None:
        self.index, self.clock, self.world, self.trace = index, clock, world, trace
        self.who: Invented = world.people[index]
        self.plan: Plan = world.plans[index]
        self.took_more = False  # more money of the same lender: once in a life
        self.owes: list[ContractId] = []  # what such a loan made it besides

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.clock.now

    def tell(self, event: str, *what: object) -> None:
        """Write into the trace what happened to the person."""
        self.trace.tell(self.now, self.who.key, event, *what)

    def does(self, act: Callable[..., T], **arguments: Any) -> T:
        """Use the lender's page; a refusal ends the run."""
        self.trace.acts += 1
        return act(self.actor, self.now, **arguments)

    def tries(self, act: Callable[..., Any], *allowed: type[Refused], **arguments: Any) -> bool:
        """Use the lender's page where these refusals may come; whether it was done."""
        return self.gets(act, *allowed, **arguments) is not _REFUSED

    def gets(self, act: Callable[..., T], *allowed: type[Refused], **arguments: Any) -> T | Nothing:
        """As `tries`, for what the page answers."""
        try:
            return self.does(act, **arguments)
        except allowed as refused:
            self.tell("refused", act.__name__, refused.code)
            return _REFUSED

    def a_minute(self) -> datetime:
        """Waiting at the screen."""
        return self.now + _PATIENCE

    def half_an_hour(self) -> datetime:
        """Coming back after the lender had time."""
        return self.now + timedelta(minutes=25)

    def later(self) -> datetime:
        """Putting it off to the next time of affairs."""
        return next_slot(self.now) + timedelta(seconds=self.index)

    def days_on(self, days: int, slot: int | None = None) -> datetime:
        """The time of affairs of a later day."""
        when = SLOTS[self.plan.slot if slot is None else slot]
        return at(self.clock.today + timedelta(days=days), when) + timedelta(seconds=self.index)

    def code(self, ask: Callable[[], bool]) -> Iterator[datetime]:
        """Have a one-time code sent and wait for the SMS; asks again when none comes. Returns the code."""
        for patience in range(12):
            known = len(self.world.codes(self.who.phone))
            if ask():
                yield self.a_minute()
                codes = self.world.codes(self.who.phone)
                if len(codes) > known:
                    return codes[-1]
            yield self.half_an_hour() if patience % 4 else self.later()
        self.tell("no code came")
        return None
