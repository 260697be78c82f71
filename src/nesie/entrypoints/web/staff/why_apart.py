"""Why the figures beside the debt are what they are: the terms in force, and what is kept apart or off the books."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from nesie.entrypoints.web import words
from nesie.entrypoints.web.staff.explained import Case, Explained, Facts, changing
from nesie.foundation.ledger.rules import Chart
from nesie.journey.loans import rules
from nesie.journey.loans.rules import LineKind


def _issued(case: Case) -> Explained:
    return Explained(
        _("Paid out"),
        case.book.amount_issued,
        _("The first payment under the contract, and every part of the loan paid out after it."),
        lines=tuple(line for line in case.lines if line.principal and not line.parts),
    )


def _rate(case: Case) -> Explained:
    """Each stretch of nights with one rate, by the lines that carry it."""
    facts: Facts = [(_("Annual rate by the contract"), words.plain(case.facts.annual_rate))]
    before = case.facts.annual_rate
    for line in case.lines:
        if line.kind is LineKind.INTEREST and line.rate is not None and line.rate != before:
            facts.append((words.plain(line.on), words.plain(line.rate)))
            before = line.rate
    return Explained(
        _("Annual rate"),
        words.plain(case.book.annual_rate),
        _("The rate of the contract, until an event named another: that counts from the night after its day."),
        facts=facts,
        lines=tuple(line for line in case.lines if line.event in ("rate_changed", "rescheduled", "reinstated")),
    )


def _held(case: Case) -> Explained:
    return Explained(
        _("Interest held apart"),
        case.book.held,
        _("Interest of the days on which accrual is suspended: no claim, and in no account, until accrual resumes."),
        lines=changing(case, "held"),
        column="held",
    )


def _memo_interest(case: Case) -> Explained:
    return Explained(
        _("Interest that may not be demanded"),
        case.book.memo_interest,
        _("Computed beyond what the Law lets a lender demand: noted off the balance sheet, no part of the debt."),
        lines=changing(case, "memo_interest"),
        account=Chart.MEMO_INTEREST,
        column="memo_interest",
    )


def _memo_penalty(case: Case) -> Explained:
    return Explained(
        _("Penalty that may not be demanded"),
        case.book.memo_penalty,
        _("Computed beyond what the Law lets a lender demand: noted off the balance sheet, no part of the debt."),
        lines=changing(case, "memo_penalty"),
        account=Chart.MEMO_PENALTY,
        column="memo_penalty",
    )


def _claim(case: Case) -> Explained:
    kinds = (rules.WrittenOff.kind, rules.Recovered.kind, rules.Reinstated.kind)
    claim = case.book.recourse
    return Explained(
        _("Claim off the books"),
        claim.total,
        _("What was owed when the loan was written off, less what came in since: a court act can bring it back."),
        facts=[
            (_("Principal"), words.plain(claim.principal)),
            (_("Interest"), words.plain(claim.interest)),
            (_("Penalty"), words.plain(claim.penalty)),
        ],
        lines=tuple(line for line in case.lines if line.event in kinds),
    )


FIGURES: dict[str, Callable[[Case], Explained]] = {
    "issued": _issued,
    "rate": _rate,
    "held": _held,
    "memo_interest": _memo_interest,
    "memo_penalty": _memo_penalty,
    "claim": _claim,
}
