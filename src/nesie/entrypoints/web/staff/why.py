"""Why a figure of a loan is what it is: the rule, its inputs, the norms with sources, and the ledger beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nesie.entrypoints.web import words
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import why_apart
from nesie.entrypoints.web.staff.explained import Case, Explained, Facts, changing
from nesie.entrypoints.web.templatetags import web as shown
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import queries, rules
from nesie.journey.loans.rules import LineGround, LineKind, PositionView, StatementLine
from nesie.kernel.actor import CASE_ROLES, Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

LEDGER_LINES = 200
# Which legal numbers stand behind a rule, by the contract's date.
NORMS: dict[LineGround, tuple[str, ...]] = {
    LineGround.PENALTY: (
        "penalty_day_rate_first",
        "penalty_day_rate_after",
        "penalty_switch_days",
        "penalty_year_cap",
    ),
    LineGround.CAPPED: ("penalty_year_cap",),
    LineGround.STOPPED: ("stop_demand_days",),
}


@require_GET
@for_staff(*CASE_ROLES)
def why(request: Request, loan_id: UUID, figure: str) -> HttpResponse:
    """One figure explained; the whole page, or only its body when the loan's page asks for it."""
    view = queries.position(request.actor, LoanId(loan_id))
    case = case_of(request.actor, view)
    found = _explained(request.actor, case, figure)
    page = {
        "loan": view,
        "explained": found,
        "rules": _rules(case, found.lines),
        "norms": _norms(case, found.lines),
        "lines": [shown_line(line, case, found.column) for line in rules.folded(found.lines)],
        "entries": _entries(found.account, view.loan_id),
        "loan_address": reverse("staff:loan", args=[loan_id]),
    }
    asked = bool(request.headers.get("HX-Request"))
    template = "web/staff/why_body.html" if asked else "web/staff/why.html"
    return render(request, template, page | {"standalone": not asked})


def case_of(actor: Actor, view: PositionView) -> Case:
    """A loan with its whole statement."""
    return Case(view, queries.book(view.loan_id), queries.statement(actor, view.loan_id))


def _explained(actor: Actor, case: Case, figure: str) -> Explained:
    name, _dash, rest = figure.partition("-")
    if figure in FIGURES:
        return FIGURES[figure](case)
    if name == "instalment":
        return _instalment(case, rest)
    if name == "day":
        return _day(actor, case, rest)
    raise Http404


def _debt(case: Case) -> Explained:
    view = case.view
    return Explained(
        _("Debt"),
        view.debt,
        _("What is not paid of the principal, of the interest accrued and of the penalty, after the last accrued day."),
        facts=[(_("After the day"), words.plain(view.as_of))],
        parts=[
            (_("Principal"), "principal", view.principal),
            (_("Interest"), "interest", view.interest),
            (_("Penalty"), "penalty", view.penalty),
        ],
    )


def _principal(case: Case) -> Explained:
    return Explained(
        _("Principal"),
        case.view.principal,
        _("The money paid out, less what payments and changes took from it."),
        lines=changing(case, "principal"),
        account=Chart.PRINCIPAL_RECEIVABLE,
        column="principal",
    )


def _interest(case: Case) -> Explained:
    book = case.book
    facts: Facts = [
        (_("Annual rate"), words.plain(case.facts.annual_rate)),
        (_("Day count"), label(case.facts.day_count.value, "day_count")),
        (_("Base today"), words.plain(book.principal)),
    ]
    if book.next_due is not None:
        exact = case.facts.annual_rate.ratio * book.period_weight / terms.DENOMINATOR[case.facts.day_count] / 100
        facts += [
            (_("Number of the running period"), str(book.period)),
            (_("Interest of the running period before rounding"), f"{float(exact):.6f}".replace(".", ",") + " ₸"),
            (_("Rounded once, to the tiyn"), words.plain(book.period_accrued)),
        ]
    return Explained(
        _("Interest"),
        case.view.interest,
        _("Interest accrued day by day, less what payments and changes took from it."),
        facts=facts,
        lines=changing(case, "interest"),
        account=Chart.INTEREST_RECEIVABLE,
        column="interest",
    )


def _penalty(case: Case) -> Explained:
    delay = case.facts.delay
    most = delay.most_penalty_a_year(case.facts.amount)
    return Explained(
        _("Penalty"),
        case.view.penalty,
        _("Penalty accrued for each day of delay, less what payments and changes took from it."),
        facts=[
            (_("Most penalty in a year of the contract"), words.plain(most)),
            (_("Accrued in the running year of the contract"), words.plain(case.book.penalty_year_accrued)),
        ],
        lines=changing(case, "penalty"),
        account=Chart.PENALTY_RECEIVABLE,
        column="penalty",
    )


def _credit(case: Case) -> Explained:
    return Explained(
        _("Client's money with us"),
        case.view.credit,
        _("What came in above what was owed on the day, less what was used of it later or returned."),
        lines=changing(case, "credit"),
        account=Chart.CLIENT_CREDIT,
        column="credit",
    )


def _late(case: Case) -> list[rules.Due]:
    return [due for due in case.book.dues if due.is_late(case.book.accrued_on) and due.left]


def _overdue(case: Case) -> Explained:
    parts = [(_instalment_title(due.number), f"instalment-{due.number}", due.left) for due in _late(case)]
    return Explained(
        _("Overdue"),
        case.view.overdue_principal + case.view.overdue_interest,
        _("What is not paid of the instalments whose last day without delay is over."),
        facts=[
            (_("Overdue principal"), words.plain(case.view.overdue_principal)),
            (_("Overdue interest"), words.plain(case.view.overdue_interest)),
        ],
        parts=parts,
        lines=tuple(line for line in case.lines if line.kind is LineKind.FELL_DUE and line.on <= case.view.as_of),
    )


def _days_past_due(case: Case) -> Explained:
    late = _late(case)
    facts: Facts = []
    if late:
        oldest = min(late, key=lambda due: due.grace_until_on)
        facts = [
            (_("Oldest instalment not paid"), f"№ {oldest.number}"),
            (_("Its due day"), words.plain(oldest.due_on)),
            (_("Its last day without delay"), words.plain(oldest.grace_until_on)),
            (_("After the day"), words.plain(case.view.as_of)),
        ]
    days = case.view.days_past_due
    return Explained(
        _("Days past due"),
        ngettext("{days} day", "{days} days", days).format(days=days),
        _("Days from the last day without delay of the oldest instalment not paid to the last accrued day."),
        facts=facts,
        parts=[(_instalment_title(due.number), f"instalment-{due.number}", due.left) for due in late],
    )


def _next_payment(case: Case) -> Explained:
    upcoming = case.view.next_payment
    if upcoming is None:
        raise Http404
    return Explained(
        _("Next payment"),
        upcoming.total,
        _("All that is claimed already and the next instalment, less the client's money that lies with us."),
        facts=[
            (_("Due"), words.plain(upcoming.due_on)),
            (_("Last day without delay"), words.plain(upcoming.grace_until_on)),
            (_("Principal"), words.plain(upcoming.principal)),
            (_("Interest, as expected on the due day"), words.plain(upcoming.interest)),
            (_("Penalty"), words.plain(upcoming.penalty)),
            (_("Client's money with us"), words.plain(-upcoming.credit)),
        ],
    )


def _instalment_title(number: int) -> str:
    return _("Instalment {number}").format(number=number)


def _instalment(case: Case, rest: str) -> Explained:
    """An instalment: interest settled on its due day is the sum of its days, of a later one it is expected."""
    row = next((one for one in case.view.rows if str(one.number) == rest), None)
    if row is None:
        raise Http404
    before = next((one.due_on for one in case.view.rows if one.number == row.number - 1), case.view.opened_on)
    settled = row.due_on <= case.view.as_of
    said = (
        _("Its interest is the sum of the days of its period, settled on the due day.")
        if settled
        else _("Its interest is what the days of its period will come to if every payment is made on its day.")
    )
    facts: Facts = [
        (_("Due"), words.plain(row.due_on)),
        (_("Last day without delay"), words.plain(row.grace_until_on)),
        (_("Days of the period"), f"{shown.day(before)} – {shown.day(row.due_on)}: {(row.due_on - before).days}"),
        (_("Annual rate"), words.plain(case.facts.annual_rate)),
        (_("Day count"), label(case.facts.day_count.value, "day_count")),
        (_("Principal"), words.plain(row.principal)),
        (_("Interest"), words.plain(row.interest)),
        (_("Paid of the principal"), words.plain(row.principal_paid)),
        (_("Paid of the interest"), words.plain(row.interest_paid)),
        (_("Principal left after it"), words.plain(row.balance)),
    ]
    lines = tuple(
        line
        for line in case.lines
        if (line.kind is LineKind.INTEREST and before < line.on <= row.due_on)
        or (line.kind is LineKind.FELL_DUE and line.number == row.number)
        or any(part.number == row.number for part in line.parts)
    )
    return Explained(_instalment_title(row.number), row.payment, said, facts=facts, lines=lines)


def _day(actor: Actor, case: Case, rest: str) -> Explained:
    """Everything of one day."""
    try:
        on = date.fromisoformat(rest)
    except ValueError as error:
        raise Http404 from error
    lines = tuple(line for line in case.lines if line.on == on)
    if not lines:
        raise Http404
    return Explained(
        shown.day(on),
        lines[-1].after.debt,
        _("Within a day: interest and penalty of the night, what falls due, changes, then money."),
        facts=[
            (_("Principal"), words.plain(lines[-1].after.principal)),
            (_("Interest"), words.plain(lines[-1].after.interest)),
            (_("Penalty"), words.plain(lines[-1].after.penalty)),
            (_("Client's money with us"), words.plain(lines[-1].after.credit)),
        ],
        lines=lines,
        reasons=_reasons(queries.explained_day(actor, case.view.loan_id, on)),
    )


def _reasons(found: rules.Explained) -> list[dict[str, Any]]:
    """Each figure of a day in a sentence, with the running total that was rounded when there was one."""
    figures = [*found.figures, *(figure for _move, several in found.moves for figure in several)]
    return [
        {
            "name": label(one.name, "figure"),
            "amount": one.amount,
            "said": _(one.rule).format(**{name: _told(value) for name, value in one.inputs.items()}),
            "source": one.source,
            "running": _running(one.inputs),
        }
        for one in figures
    ]


def _told(value: Any) -> Any:
    """An input in words: a rate of penalty is kept as a ratio and read as percent."""
    return shown.percent(Rate.of(value)) if isinstance(value, Decimal) else words.plain(value)


def _running(inputs: Mapping[str, Any]) -> str:
    """The exact running totals before and after the night, in tenge, where the rule had them."""
    if "weight_after" not in inputs:
        return ""
    exact = [
        Decimal(inputs["numerator"]) * Decimal(inputs[name]) / Decimal(inputs["denominator"]) / 100
        for name in ("weight_before", "weight_after")
    ]
    return " → ".join(f"{total:.6f}".replace(".", ",") for total in exact)


FIGURES: dict[str, Callable[[Case], Explained]] = {
    "debt": _debt,
    **why_apart.FIGURES,
    "principal": _principal,
    "interest": _interest,
    "penalty": _penalty,
    "credit": _credit,
    "overdue": _overdue,
    "days_past_due": _days_past_due,
    "next_payment": _next_payment,
}


def _language() -> str:
    return (get_language() or "kk")[:2]


def event_title(kind: str) -> str:
    """An event in words, as the statement calls it."""
    said = rules.event_words(_language()).get(kind, kind)
    return said[:1].upper() + said[1:]


def _rules(case: Case, lines: Iterable[StatementLine]) -> list[dict[str, str]]:
    said = rules.statement_words(_language(), case.facts.delay)
    used = {line.ground for line in lines}
    return [
        {"text": said["rules"][ground.value], "source": said["sources"][ground.value]}
        for ground in LineGround
        if ground in used
    ]


def _norms(case: Case, lines: Iterable[StatementLine]) -> list[dict[str, Any]]:
    """The legal numbers of the contract's date, as the register of parameters has them."""
    used = {line.ground for line in lines}
    codes = [code for ground, behind in NORMS.items() if ground in used for code in behind]
    return [
        {
            "code": code,
            "value": one.value,
            "unit": label(one.unit, "norm_unit"),
            "valid_from": one.valid_from,
            "source": one.source,
            "confirmed": one.confirmed,
        }
        for code in codes
        if (one := norms.governing(code, case.facts.contract_on))
    ]


def shown_line(line: StatementLine, case: Case, column: str = "") -> dict[str, Any]:
    """A line of the statement as the pages show it; with the change and the balance of one component when asked."""
    said = rules.statement_words(_language(), case.facts.delay)
    operation = said["kinds"][line.kind.value]
    event = said["events"].get(line.event, line.event)
    if line.kind is LineKind.CHANGED and event:
        operation = event[:1].upper() + event[1:]
    elif event:
        operation = f"{operation}: {event}"
    return {
        "line": line,
        "day": f"day-{line.on.isoformat()}",
        "change": getattr(line, column) if column else ZERO,
        "after": getattr(line.after, column) if column else ZERO,
        "operation": operation + (f" № {line.number}" if line.number else ""),
        "rate": shown.percent(line.rate) if line.rate else "",
        "parts": [(said["components"][part.component.value], part.number, part.amount) for part in line.parts],
    }


def _entries(account: Chart | None, loan_id: LoanId) -> dict[str, Any] | None:
    """The account of the loan that holds the same figure, its newest lines last, and what it comes to."""
    if account is None:
        return None
    ref = AccountRef(account.value, loan_id)
    lines = ledger.lines_on(ref)
    return {
        "code": account.value,
        "name": label(account.value, "account"),
        "balance": ledger.balance(ref),
        "lines": [
            {"line": line, "description": label(line.description_code, "entry")} for line in lines[-LEDGER_LINES:]
        ],
        "left_off": max(0, len(lines) - LEDGER_LINES),
        "turnover": (
            Money.total(line.debit for line in lines) if lines else ZERO,
            Money.total(line.credit for line in lines) if lines else ZERO,
        ),
    }
