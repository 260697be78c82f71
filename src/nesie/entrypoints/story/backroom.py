"""The worker's work, done when asked for: messages carried, the journey's table moved, the bank's statement read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from nesie.entrypoints.jobs import exchange, journey, statement
from nesie.foundation.exchange.gateways import Carrier
from nesie.journey.payments.gateways import Bank

ROUNDS_MAX = 12


@dataclass(frozen=True)
class Backroom:
    """The same three jobs as the worker's, one after another. `clock` is business time, `machine` the machine's."""

    carrier: Carrier
    bank: Bank
    clock: Callable[[], datetime]
    machine: Callable[[], datetime]
    steps: Iterable[journey.Step] = journey.STEPS

    def carry(self) -> int:
        """Carry the messages that are due now; how many."""
        return exchange.deliver_due(self.carrier, self.clock, self.machine)

    def work(self) -> None:
        """Go round until nothing is left to do at this moment."""
        for _ in range(ROUNDS_MAX):
            done = self.carry() + journey.move(self.clock(), self.steps)
            done += statement.read_statement(self.bank, self.clock())
            if not done:
                return
