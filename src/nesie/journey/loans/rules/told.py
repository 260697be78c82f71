"""What the paper about an event says, as data for the template `loans/event`."""

from __future__ import annotations

from datetime import date
from typing import Any

from nesie.foundation.terms import rules as terms
from nesie.journey.contracts.rules import METHODS
from nesie.journey.loans.rules import events as happened
from nesie.journey.loans.rules.book import Book
from nesie.journey.loans.rules.events import AnyEvent
from nesie.journey.loans.rules.remaining import plan_ahead
from nesie.kernel.money import ZERO

# Money received is on the client's page and in the statement: a paper is made only of the schedule it changed.
_WITHOUT_PAPER = (happened.Received, happened.TranchePaid, happened.Refinanced, happened.Rescheduled)


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
    match event:
        case happened.Suspended(ground=ground) | happened.WrittenOff(ground=ground) if ground:
            found.append(("ground", ground, "word"))
        case happened.Halted(halt=halt, until=until):
            found.append(("ground", halt.value, "word"))
            found += [("until", until, "day")] if until else []
        case happened.Resumed(with_interest=with_interest):
            found.append(("with_interest", "yes" if with_interest else "no", "word"))
        case happened.CreditRefunded(amount=amount) | happened.Recovered(amount=amount):
            found.append(("amount", amount, "money"))
        case happened.Forgiven(parts=parts):
            found.append(("amount", parts.total, "money"))
        case happened.RateChanged(rate=rate):
            found.append(("rate", _shown(rate.as_percent(6)), "percent"))
        case happened.Reinstated(due_on=due_on):
            found.append(("due_on", due_on, "day"))
        case happened.Transferred(to=to):
            found.append(("assignee", to, "text"))
        case _:
            pass
    if isinstance(event, happened.WrittenOff) and event.returned > ZERO:
        found.append(("returned", event.returned, "money"))
    if event.sequence and not isinstance(event, happened.Received | happened.Recovered | happened.Reversed):
        found.append(("reference", event.sequence, "text"))
    return [{"code": code, "value": value, "shown": shown} for code, value, shown in found]
