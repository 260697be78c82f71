"""What an act of servicing would make of a loan, beside what it is: shown before anything is done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from nesie.entrypoints.web import words
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import acts
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts.rules import ChangeProposal
from nesie.journey.loans import queries, rules
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money


def case_of(request: Request, loan_id: LoanId) -> acts.Case:
    """The loan an act is about; NotFound when it is not the actor's to see."""
    queries.visible(request.actor, loan_id)
    book = queries.book(loan_id)
    today = max(business_day(request.now), book.accrued_on)
    return acts.Case(request.actor, request.now, loan_id, book, queries.events_of(request.actor, loan_id), today)


def effect_of(request: Request, case: acts.Case, name: str, arguments: acts.Arguments) -> dict[str, Any]:
    """Rows of before and after, and the new schedule when there is one; Refused as the act itself would."""
    service = acts.ACTS[name]
    if service.happenings is None:
        wanted = acts.wanted_of(name, arguments)
        return _proposed(queries.foreseen_change(request.actor, case.loan_id, wanted))
    happenings = service.happenings(case, arguments)
    seen = queries.foreseen(request.actor, case.loan_id, *happenings)
    effect: dict[str, Any] = {"rows": _rows(seen.before, seen.after), "day": seen.after.accrued_on}
    returned = Money.total(_given_back(one) for one in happenings)
    if returned:
        effect["rows"].append(_row(_("Returned to the client, ordered at once"), ZERO, returned))
    ahead = [row for row in rules.schedule_rows(seen.after) if row.number >= seen.after.period]
    if _days(seen.before) != _days(seen.after) and ahead:
        effect["plan"] = ahead
    return effect


def _given_back(happening: rules.AnyEvent) -> Money:
    """What goes to the client's account by an event."""
    if isinstance(happening, rules.WrittenOff):
        return happening.returned
    return happening.amount if isinstance(happening, rules.CreditRefunded) else ZERO


def servicing_facts(request: Request, service: acts.Act, arguments: acts.Arguments) -> list[tuple[str, Any]]:
    """For the page of approvals: which loan, and how its figures would change."""
    case = case_of(request, arguments["loan_id"])
    facts: list[tuple[str, Any]] = [(_("Loan"), case.book.facts.number)]
    try:
        rows = effect_of(request, case, service.name, arguments)["rows"]
    except rules.LoanEnded as refusal:
        return [*facts, (_("Now"), words.refusal(refusal))]
    return [*facts, *((row["title"], f"{row['before']} → {row['after']}") for row in rows if row["changed"])]


def _days(book: rules.Book) -> list[tuple[Any, Money]]:
    return [(due.due_on, due.principal) for due in book.dues]


def _rows(before: rules.Book, after: rules.Book) -> list[dict[str, Any]]:
    overdue = (rules.overdue(before), rules.overdue(after))
    upcoming = [one.total if one else "—" for one in map(rules.next_payment, (before, after))]
    pairs: list[tuple[str, Any, Any]] = [
        (_("Debt"), before.debt, after.debt),
        (_("Principal"), before.principal, after.principal),
        (_("Interest"), before.interest, after.interest),
        (_("Penalty"), before.penalty_owed, after.penalty_owed),
        (_("Interest held apart"), before.held, after.held),
        (_("Overdue principal"), overdue[0][0], overdue[1][0]),
        (_("Overdue interest"), overdue[0][1], overdue[1][1]),
        (_("Days past due"), str(overdue[0][2]), str(overdue[1][2])),
        (_("Client's money with us"), before.credit, after.credit),
        (_("Next payment"), upcoming[0], upcoming[1]),
        (_("Annual rate"), before.annual_rate, after.annual_rate),
        (_("State"), label(before.status.value, "loan"), label(after.status.value, "loan")),
    ]
    apart: list[tuple[str, Any, Any]] = [
        (_("Interest that may not be demanded"), before.memo_interest, after.memo_interest),
        (_("Penalty that may not be demanded"), before.memo_penalty, after.memo_penalty),
        (_("Claim off the books"), before.recourse.total, after.recourse.total),
    ]
    return [_row(*pair) for pair in (*pairs, *(one for one in apart if one[1] or one[2]))]


def _row(title: str, before: Any, after: Any) -> dict[str, Any]:
    return {
        "title": title,
        "before": words.plain(before),
        "after": words.plain(after),
        "changed": before != after,
        "by": after - before if isinstance(before, Money) and isinstance(after, Money) else None,
    }


def _proposed(found: ChangeProposal) -> dict[str, Any]:
    was, new = found.before, found.after
    pairs: list[tuple[str, Any, Any]] = [
        (_("Principal that remains"), was.plan.totals.principal, new.plan.totals.principal),
        (_("Interest by the schedule"), was.plan.totals.interest, new.plan.totals.interest),
        (_("Overdue interest, paid apart"), was.claimed_interest, new.claimed_interest),
        (_("Penalty, paid apart"), was.claimed_penalty, new.claimed_penalty),
        (_("Still to be paid in all"), was.total, new.total),
        (_("Payments left"), str(len(was.plan.rows)), str(len(new.plan.rows))),
        (_("Last payment"), was.plan.rows[-1].due_on, new.plan.rows[-1].due_on),
        (_("Annual rate"), was.annual_rate, new.annual_rate),
    ]
    return {
        "rows": [_row(*pair) for pair in pairs],
        "plan": new.plan.rows,
        "claims": new.claims,
        "day": found.effective_on,
    }
