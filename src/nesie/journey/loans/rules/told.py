"""What the paper about an event says, as data for the template `loans/event`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from nesie.foundation.terms import rules as terms
from nesie.journey.contracts.rules import METHODS
from nesie.journey.loans.rules import events as happened
from nesie.journey.loans.rules.book import Book
from nesie.journey.loans.rules.events import AnyEvent
from nesie.journey.loans.rules.remaining import plan_ahead

# Money received is on the client's page and in the statement: a paper is made only of the schedule it changed.
_WITHOUT_PAPER = (happened.Received, happened.Rescheduled)


def has_paper(event: AnyEvent) -> bool:
    """True when the client is given a paper about the event itself, whatever it does to the schedule."""
    return not isinstance(event, _WITHOUT_PAPER)


def event_data(
    event: AnyEvent,
    before: Book,
    after: Book,
    *,
    method: terms.Method,
    borrower_name: str,
    borrower_iin: str,
    made_on: date,
    with_schedule: bool,
) -> dict[str, Any]:
    """What `loans/event` shows; the words of the codes are the template's."""
    facts = before.facts
    return {
        "kind": event.kind,
        "number": facts.number,
        "contract_on": facts.contract_on,
        "made_on": made_on,
        "borrower": {"name": borrower_name, "iin": borrower_iin},
        "facts": _facts(event),
        "before": _debt(before),
        "after": _debt(after),
        "schedule": schedule_ahead(after, method, borrower_name, borrower_iin) if with_schedule else None,
    }


def schedule_ahead(book: Book, method: terms.Method, name: str, iin: str) -> dict[str, Any] | None:
    """What `contracts/schedule_form` shows of what remains; None when nothing does."""
    plan = plan_ahead(book)
    if not plan.rows or not plan.totals.principal:
        return None
    rate = terms.gesv([terms.Flow(plan.disbursed_on, plan.totals.principal), *_payments(plan)])
    until = f"{plan.last_due_on:%d.%m.%Y}"
    return {
        "number": book.facts.number,
        "dated_on": book.facts.contract_on,
        "borrower": {"name": name, "iin": iin},
        "principal": plan.totals.principal,
        "term_kk": f"{until} дейін",
        "term_ru": f"до {until}",
        "disbursed_on": plan.disbursed_on,
        "rate": _shown(book.annual_rate.as_percent(6)),
        "gesv": str(rate.shown_pct),
        "total": plan.totals.payment,
        "overpayment": plan.overpayment,
        "method_kk": METHODS[method]["kk"],
        "method_ru": METHODS[method]["ru"],
        "rows": [
            {
                "due_on": row.due_on,
                "payment": row.payment,
                "interest": row.interest,
                "principal": row.principal,
                "balance": row.balance,
            }
            for row in plan.rows
        ],
    }


def _payments(plan: terms.Schedule) -> list[terms.Flow]:
    return [terms.Flow(row.due_on, -row.payment) for row in plan.rows]


def _shown(percent: Any) -> str:
    text = f"{percent:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _debt(book: Book) -> dict[str, Any]:
    return {
        "principal": book.principal,
        "interest": book.interest,
        "penalty": book.penalty_owed,
        "debt": book.debt,
    }


def _facts(event: AnyEvent) -> list[dict[str, Any]]:
    found: list[tuple[str, Any, str]] = [("on", event.on, "day")]
    for name, (code, shown) in _SHOWN.items():
        value = getattr(event, name, None)
        if value:
            found.append((code, value.value if isinstance(value, StrEnum) else value, shown))
    if isinstance(event, happened.Resumed):
        found.append(("with_interest", "yes" if event.with_interest else "no", "word"))
    if isinstance(event, happened.Forgiven):
        found.append(("amount", event.parts.total, "money"))
    if isinstance(event, happened.RateChanged):
        found.append(("rate", _shown(event.rate.as_percent(6)), "percent"))
    if event.sequence and not isinstance(event, happened.MONEY):
        found.append(("reference", event.sequence, "text"))
    return [{"code": code, "value": value, "shown": shown} for code, value, shown in found]


# Fields of events that are shown as they are: code of the label, and how.
_SHOWN: dict[str, tuple[str, str]] = {
    "ground": ("ground", "word"),
    "halt": ("ground", "word"),
    "until": ("until", "day"),
    "amount": ("amount", "money"),
    "due_on": ("due_on", "day"),
    "to": ("assignee", "text"),
    "by": ("by", "text"),
    "returned": ("returned", "money"),
}
