"""How outside systems go wrong: refuse, time out, drop the answer, answer late, answer twice, take their time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from nesie.foundation.exchange.gateways import Carrier
from nesie.foundation.exchange.rules import Answer, NoAnswer, NotCarried
from nesie.journey.payments.adapters.fake import FakeBank
from nesie.journey.payments.rules import KIND_PAY
from tests.simulation.dice import Dice, Stream

SHARE = 0.14  # of calls that go wrong in some way


class Fault(StrEnum):
    """What happens to one call."""

    NONE = "none"
    REFUSE = "refuse"  # "busy, come later": nothing is done
    TIME_OUT = "time_out"  # nothing is done, and nothing heard
    DROP = "drop"  # done, and nothing heard
    LATE = "late"  # done; heard after we gave up
    TWICE = "twice"  # done once, answered twice
    SLOW = "slow"  # taken, decided on another day (payments)
    DECLINE = "decline"  # the bank says no this once (payments)


_ANYWHERE = (Fault.REFUSE, Fault.TIME_OUT, Fault.DROP, Fault.LATE, Fault.TWICE)
_AT_THE_BANK = (*_ANYWHERE, Fault.SLOW, Fault.DECLINE)


class Faults:
    """Which call goes wrong and how: decided by whom it is about and how many such calls there were, so by the seed."""

    def __init__(self, dice: Dice, share: float = SHARE) -> None:
        self._dice, self.share = dice, share
        self._streams: dict[tuple[str, str], Stream] = {}
        self.met: Counter[str] = Counter()

    def next(self, kind: str, about: str) -> Fault:
        """What happens to the next call of this kind about this person."""
        stream = self._streams.setdefault((kind, about), Stream(self._dice, "fault", kind, about))
        if stream.random.random() >= self.share:
            return Fault.NONE
        fault = stream.random.choice(_AT_THE_BANK if kind == KIND_PAY else _ANYWHERE)
        self.met[fault.value] += 1
        return fault


@dataclass(frozen=True, slots=True)
class Echo:
    """An answer that comes (again) when nobody waits for it."""

    kind: str
    key: str
    answer: Answer


class Unreliable:
    """Everything that leaves the building, over lines that fail. `about` names the person of a payload."""

    def __init__(
        self, inner: Carrier, faults: Faults, bank: FakeBank, about: Callable[[str, Mapping[str, Any]], str]
    ) -> None:
        self._inner, self._faults, self._bank, self._about = inner, faults, bank, about
        self._whose: dict[str, str] = {}
        self.echoes: list[Echo] = []

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """As the inner carrier, unless the line fails."""
        self._whose[key] = self._about(kind, payload)
        fault = self._before(kind, self._whose[key])
        self._bank.moment = now
        if fault is Fault.DECLINE:
            return self._declined(kind, key, sequence, payload, now)
        self._bank.holding_back = fault is Fault.SLOW
        answer = self._inner.carry(kind, key, sequence, payload, now)
        self._bank.holding_back = False
        return self._after(fault, kind, key, answer)

    def ask(self, kind: str, key: str) -> Answer | None:
        """As the inner carrier, unless the line fails."""
        fault = self._before(kind, self._whose.get(key, ""))
        answer = self._inner.ask(kind, key)
        return answer if answer is None else self._after(fault, kind, key, answer)

    def heard_late(self) -> list[Echo]:
        """The answers on their way to us, once."""
        heard, self.echoes = self.echoes, []
        return heard

    def _before(self, kind: str, about: str) -> Fault:
        fault = self._faults.next(kind, about)
        if fault is Fault.REFUSE:
            raise NotCarried("busy")
        if fault is Fault.TIME_OUT:
            raise NoAnswer("time out")
        return fault

    def _after(self, fault: Fault, kind: str, key: str, answer: Answer) -> Answer:
        if fault in (Fault.LATE, Fault.TWICE):
            self.echoes.append(Echo(kind, key, answer))
        if fault in (Fault.DROP, Fault.LATE):
            raise NoAnswer("dropped")
        return answer

    def _declined(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        account = self._bank.accounts[payload["payee_iban"]]
        closed, account.closed = account.closed, True
        answer = self._inner.carry(kind, key, sequence, payload, now)
        account.closed = closed
        return answer
