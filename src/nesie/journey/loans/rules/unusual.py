"""What few books have beside the ordinary, in the words of a stored row: another rate, halts, a write-off.

Some of it (`by_rules`) is beyond the statement of the day close: such books are reckoned by the rules themselves on the
days their pace changes, all others in the database's own arithmetic.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from nesie.journey.loans.rules.book import Book, Goes, Halt, HaltKind, Parts
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate


def unusual(book: Book) -> dict[str, Any] | None:
    """What makes a book unusual, as JSON; None for an ordinary one."""
    found: dict[str, Any] = {
        "rate": [book.rate.ratio.numerator, book.rate.ratio.denominator] if book.rate is not None else None,
        "issued": book.issued.tiyn if book.issued is not None else None,
        "period_from": book.period_from.isoformat() if book.period_from else None,
        "halts": [_halt(halt) for halt in book.halts],
        "delay_stopped_since": book.delay_stopped_since.isoformat() if book.delay_stopped_since else None,
        "grace_over": book.grace_over,
        "penalty_rates": [str(rate.ratio) for rate in book.penalty_rates] if book.penalty_rates else None,
        "recourse": [book.recourse.principal.tiyn, book.recourse.interest.tiyn, book.recourse.penalty.tiyn],
    }
    found = {name: value for name, value in found.items() if value and value != [0, 0, 0]}
    return found or None


def by_rules(book: Book) -> bool:
    """True when changes of pace are for the rules alone: halts, level payments, flat interest, equal periods, grace,
    a lower penalty, and a period that a change began, until it ends.

    Another rate, or more paid out than at first, is in the pace itself.
    """
    level = any(due.payment is not None for due in book.dues)
    held = bool(book.halts) or book.delay_stopped_since is not None
    facts = book.facts
    special = facts.flat or facts.equal_periods or facts.grace_interest > 0
    return held or level or special or book.penalty_rates is not None or book.period_from is not None


def fields_of(kept: dict[str, Any]) -> dict[str, Any]:
    """The fields of the book out of what `unusual` made."""
    found: dict[str, Any] = {}
    if "rate" in kept:
        found["rate"] = Rate(Fraction(*kept["rate"]))
    if "issued" in kept:
        found["issued"] = Money(kept["issued"])
    if "grace_over" in kept:
        found["grace_over"] = True
    if "penalty_rates" in kept:
        first, later = kept["penalty_rates"]
        found["penalty_rates"] = (Rate(Fraction(first)), Rate(Fraction(later)))
    if "recourse" in kept:
        found["recourse"] = Parts(*(Money(tiyn) for tiyn in kept["recourse"]))
    if "halts" in kept:
        found["halts"] = tuple(_halt_of(row) for row in kept["halts"])
    for name in ("period_from", "delay_stopped_since"):
        if name in kept:
            found[name] = date.fromisoformat(kept[name])
    return found


def _halt(halt: Halt) -> dict[str, Any]:
    return {
        "ref": halt.ref,
        "kind": halt.kind.value,
        "since": halt.since.isoformat(),
        "until": halt.until.isoformat() if halt.until else None,
        "interest": halt.interest.value,
        "stops_penalty": halt.stops_penalty,
        "stops_delay": halt.stops_delay,
    }


def _halt_of(row: dict[str, Any]) -> Halt:
    return Halt(
        ref=row["ref"],
        kind=HaltKind(row["kind"]),
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        interest=Goes(row["interest"]),
        stops_penalty=row["stops_penalty"],
        stops_delay=row["stops_delay"],
    )
