"""What can happen to a loan. Events are the truth; a book is what they come to, in the order of their days.

`on` is the day an event takes effect. `sequence` is its place among others of that day and kind: a stable text, such as
the bank's key of a booking, never the order of entry. `ref` names the event for ever; a reversal names it.
What begins or ends with a day (`Suspended`, `Resumed`, `Halted`, `Released`) counts from the beginning of `on`: of that
day's interest and penalty too. Everything else comes after them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, Self

from nesie.journey.loans.rules.book import Goes, HaltKind, Parts
from nesie.journey.loans.rules.paying import Wish
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate


class Change(StrEnum):
    """What a new schedule of the whole debt is called in its paper."""

    RESTRUCTURED = "restructured"
    PROLONGED = "prolonged"
    DEFERRED = "deferred"
    PAYMENT_REDUCED = "payment_reduced"
    CALLED = "called"  # all of it at once, before its time


class Keep(StrEnum):
    """What stays when later instalments are made anew by the engine."""

    PRINCIPAL = "principal"  # the parts of principal
    TERM = "term"  # the days; payments follow
    PAYMENT = "payment"  # the payments; fewer of them, or the last takes the rest


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An instalment of a new schedule. `interest` and `penalty`: of what is owed already, payable with it; neither
    bears interest (Law 56-V, art. 4 p. 6, 7), and no penalty is reckoned from a penalty."""

    due_on: date
    grace_until_on: date
    principal: Money
    interest: Money = ZERO
    penalty: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has."""

    kind: ClassVar[str]
    ref: str
    on: date
    sequence: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dict that `from_json` reads back exactly; money in tiyn."""
        return {"kind": self.kind, **{name.name: _plain(getattr(self, name.name)) for name in fields(self)}}

    @classmethod
    def details(cls, data: dict[str, Any]) -> Self:
        """The event of this kind as `to_json` wrote it."""
        return cls(**{one.name: _READ[one.name](data[one.name]) for one in fields(cls) if one.name in data})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Event):
    """Money of the client came in."""

    kind: ClassVar[str] = "received"
    amount: Money
    wish: Wish = Wish.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRefunded(Event):
    """Money that lay with us goes back to the client; no more than lies there."""

    kind: ClassVar[str] = "credit_refunded"
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Event):
    """Accrual and claims stand still from this day (Rules, 13); the interest of the pause is held."""

    kind: ClassVar[str] = "suspended"
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Event):
    """Accrual goes on from this day; the interest of the pause becomes a claim, or not.

    Since 31.08.2025 the lender accrues it; under the edition of 2023 that was a right, not a duty (`with_interest`).
    """

    kind: ClassVar[str] = "resumed"
    with_interest: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted(Event):
    """Something stands still by another fact: a call-up, bankruptcy, a collector's work, a court.

    What stands still follows from the kind where the Law or the Rules say so (`changes.HALTS`), and is said here where
    an act of the case does: of a bankruptcy, of a court. `until`: its last day, if known.
    """

    kind: ClassVar[str] = "halted"
    halt: HaltKind
    until: date | None = None
    interest: Goes | None = None
    stops_penalty: bool | None = None
    stops_delay: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Event):
    """The halt `of` ended: this is the first day after it."""

    kind: ClassVar[str] = "released"
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged(Event):
    """Another rate for the nights after this day."""

    kind: ClassVar[str] = "rate_changed"
    rate: Rate
    keep: Keep = Keep.TERM


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyLowered(Event):
    """Lower rates of penalty a day for the nights after this day: the lender's improvement (Law 56-V, art. 3 p. 6)."""

    kind: ClassVar[str] = "penalty_lowered"
    first_rate: Rate
    later_rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescheduled(Event):
    """A new schedule of everything owed, agreed with the client; arrears are in it.

    `rows` are those of the signed paper. If the debt on the day turns out another (a payment found later), the rows
    stay and the difference is at their end. `forgiven` is taken off first. Interest and penalty owed are never made
    principal: they are in the rows as what they are.
    """

    kind: ClassVar[str] = "rescheduled"
    change: Change
    rows: tuple[PlanRow, ...]
    rate: Rate | None = None
    forgiven: Parts = field(default_factory=Parts)

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("a new schedule has at least one instalment")


@dataclass(frozen=True, slots=True, kw_only=True)
class TranchePaid(Event):
    """More money paid out under the loan; without `rows` the instalments left are made anew by `keep`."""

    kind: ClassVar[str] = "tranche_paid"
    amount: Money
    rows: tuple[PlanRow, ...] = ()
    keep: Keep = Keep.TERM


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgiven(Event):
    """A part of the debt is let go; the oldest of each component first, no more than is owed."""

    kind: ClassVar[str] = "forgiven"
    parts: Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff(Event):
    """Everything owed leaves the books. `returned`: what the client had paid and gets back (Rules, 13).

    `recourse`: the claim lives on off the books, against whom a court finds at fault.
    """

    kind: ClassVar[str] = "written_off"
    ground: str = ""
    recourse: bool = True
    returned: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered(Event):
    """Money came in on a claim that is off the books; what is above the claim is the client's credit."""

    kind: ClassVar[str] = "recovered"
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstated(Event):
    """A court act brings a claim off the books back: due on a day, without interest until then or after."""

    kind: ClassVar[str] = "reinstated"
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(Event):
    """The claim is assigned: everything owed leaves the books."""

    kind: ClassVar[str] = "transferred"
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinanced(Event):
    """A new loan of this lender pays what is owed, or as much of it as `amount`, in the order of repayment."""

    kind: ClassVar[str] = "refinanced"
    amount: Money
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversed(Event):
    """The event `of` is taken back: the loan is as if it had never been."""

    kind: ClassVar[str] = "reversed"
    of: str


_ALL = (
    Received,
    CreditRefunded,
    Suspended,
    Resumed,
    Halted,
    Released,
    RateChanged,
    PenaltyLowered,
    Rescheduled,
    TranchePaid,
    Forgiven,
    WrittenOff,
    Recovered,
    Reinstated,
    Transferred,
    Refinanced,
    Reversed,
)
AnyEvent = (
    Received
    | CreditRefunded
    | Suspended
    | Resumed
    | Halted
    | Released
    | RateChanged
    | PenaltyLowered
    | Rescheduled
    | TranchePaid
    | Forgiven
    | WrittenOff
    | Recovered
    | Reinstated
    | Transferred
    | Refinanced
    | Reversed
)
KINDS: dict[str, type[AnyEvent]] = {kind.kind: kind for kind in _ALL}
MORNING = (Suspended, Resumed, Halted, Released)
MONEY = (Received, CreditRefunded, Recovered)


def from_json(data: dict[str, Any]) -> AnyEvent:
    """The event `to_json` wrote; KeyError or ValueError when it did not."""
    return KINDS[data["kind"]].details(data)


def order_in_day(event: AnyEvent) -> tuple[date, int, str, str]:
    """Where an event stands among all: by day, then what begins with the day, changes, money; then by sequence."""
    group = 0 if isinstance(event, MORNING) else 2 if isinstance(event, MONEY) else 1
    return event.on, group, event.sequence, event.ref


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.tiyn
    if isinstance(value, Rate):
        return str(value.ratio)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Parts | PlanRow):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value.value if isinstance(value, StrEnum) else value


def _parts(data: dict[str, int]) -> Parts:
    return Parts(**{name: Money(tiyn) for name, tiyn in data.items()})


def _rows(data: list[dict[str, Any]]) -> tuple[PlanRow, ...]:
    return tuple(
        PlanRow(
            _day(row["due_on"]),
            _day(row["grace_until_on"]),
            Money(row["principal"]),
            Money(row["interest"]),
            Money(row["penalty"]),
        )
        for row in data
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _as_it_is(value: Any) -> Any:
    return value


def _maybe(read: Any) -> Any:
    return lambda value: None if value is None else read(value)


_READ: dict[str, Any] = {
    "ref": _as_it_is,
    "on": _day,
    "sequence": _as_it_is,
    "amount": Money,
    "wish": Wish,
    "ground": _as_it_is,
    "with_interest": _as_it_is,
    "halt": HaltKind,
    "until": _maybe(_day),
    "interest": _maybe(Goes),
    "stops_penalty": _as_it_is,
    "stops_delay": _as_it_is,
    "of": _as_it_is,
    "rate": _maybe(lambda text: Rate(Fraction(text))),
    "first_rate": lambda text: Rate(Fraction(text)),
    "later_rate": lambda text: Rate(Fraction(text)),
    "keep": Keep,
    "change": Change,
    "rows": _rows,
    "forgiven": _parts,
    "parts": _parts,
    "recourse": _as_it_is,
    "returned": Money,
    "due_on": _day,
    "to": _as_it_is,
    "by": _as_it_is,
}
