"""What the paper of a change says, as data for its template: only facts, no sentences (those are in the template)."""

from __future__ import annotations

from datetime import date
from typing import Any

from nesie.foundation.lender.rules import OrganisationView
from nesie.foundation.terms.rules import Gesv
from nesie.journey.contracts.rules.change import ChangeProposal, Conditions, change_gesv, gesv_before
from nesie.journey.contracts.rules.paper import METHODS, Borrower, borrower_data, lender_data, shown_percent

_NO_RATE = "0.0"  # nothing remains to be paid


def change_data(
    proposal: ChangeProposal,
    *,
    contract_number: str,
    contract_on: date,
    number: int,
    dated_on: date,
    answer_last_on: date,
    lender: OrganisationView,
    borrower: Borrower,
    eds_needed: bool,
    cooling: bool,
    language: str,
    other_sha256: str,
) -> dict[str, Any]:
    """Data of `contracts/change` in a language. `other_sha256`: of the text in the other language, or empty.

    `cooling`: the money it gives out waits for the hours and the consent of paragraph 9-1 of the Rules.
    """
    standing, forgiven = proposal.standing, proposal.forgiven
    return {
        "kind": proposal.kind,
        "one_sided": proposal.one_sided,
        "contract_number": contract_number,
        "contract_on": contract_on,
        "number": number,
        "dated_on": dated_on,
        "effective_on": proposal.effective_on,
        "answer_last_on": answer_last_on,
        "eds_needed": eds_needed,
        "other_sha256": other_sha256,
        "lender": lender_data(lender, language),
        "borrower": borrower_data(borrower),
        "before": _conditions(proposal.before, gesv_before(proposal)),
        "after": _conditions(proposal.after, change_gesv(proposal)),
        "owed": {
            "principal": standing.principal,
            "overdue_principal": standing.overdue_principal,
            "interest": standing.interest,
            "overdue_interest": standing.overdue_interest,
            "penalty": standing.penalty,
            "debt": standing.debt,
        },
        "payout": proposal.payout,
        "cooling": cooling,
        "forgiven": {"principal": forgiven.principal, "interest": forgiven.interest, "penalty": forgiven.penalty},
        "claims": [
            {"due_on": claim.due_on, "interest": claim.interest, "penalty": claim.penalty}
            for claim in proposal.after.claims
        ],
        "schedule": _schedule(proposal, contract_number, contract_on, borrower),
    }


def _conditions(conditions: Conditions, rate: Gesv | None) -> dict[str, Any]:
    rows = conditions.plan.rows
    return {
        "rate": shown_percent(conditions.annual_rate.as_percent(6)),
        "gesv": str(rate.shown_pct) if rate else _NO_RATE,
        "method_kk": METHODS[conditions.method]["kk"],
        "method_ru": METHODS[conditions.method]["ru"],
        "payments": len(rows),
        "first_due_on": rows[0].due_on if rows else None,
        "first_payment": rows[0].payment if rows else 0,
        "last_due_on": rows[-1].due_on if rows else None,
        "penalty": shown_percent(conditions.penalty_day_rate.as_percent(6)),
        "penalty_later": shown_percent(conditions.penalty_later_day_rate.as_percent(6)),
        "total": conditions.total,
        "overpayment": conditions.overpayment,
    }


def _schedule(proposal: ChangeProposal, number: str, contract_on: date, borrower: Borrower) -> dict[str, Any] | None:
    """What `contracts/schedule_form` shows; None when nothing remains to be paid by schedule."""
    after, rate = proposal.after, change_gesv(proposal)
    if not after.plan.rows:
        return None
    until = f"{after.plan.last_due_on:%d.%m.%Y}"
    return {
        "number": number,
        "dated_on": contract_on,
        "borrower": borrower_data(borrower),
        "principal": after.plan.totals.principal,
        "term_kk": f"{until} дейін",
        "term_ru": f"до {until}",
        "disbursed_on": after.plan.disbursed_on,
        "rate": shown_percent(after.annual_rate.as_percent(6)),
        "gesv": str(rate.shown_pct) if rate else _NO_RATE,
        "total": after.plan.totals.payment,
        "overpayment": after.plan.overpayment,
        "method_kk": METHODS[after.method]["kk"],
        "method_ru": METHODS[after.method]["ru"],
        "rows": [
            {
                "due_on": row.due_on,
                "payment": row.payment,
                "interest": row.interest,
                "principal": row.principal,
                "balance": row.balance,
            }
            for row in after.plan.rows
        ],
    }
