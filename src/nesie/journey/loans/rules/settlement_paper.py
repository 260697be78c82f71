"""What the papers of the settlement of arrears say, as data for their templates: only facts, no sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

from nesie.journey.loans.rules.book import Book
from nesie.journey.loans.rules.settlement_procedure import Application, Delay, RefusalReason, SettlementNorms


def arrears_notice_data(
    book: Book,
    delay: Delay,
    norms: SettlementNorms,
    *,
    borrower: str,
    iin: str,
    on: date,
    apply_until_on: date,
) -> dict[str, Any]:
    """Data of `loans/arrears_notice`: the sum on the day of the notice, the right to apply, the consequences."""
    return {
        "number": book.facts.number,
        "contract_on": book.facts.contract_on,
        "borrower": borrower,
        "iin": iin,
        "on": on,
        "began_on": delay.began_on,
        "days": delay.days,
        "principal": delay.principal,
        "interest": delay.interest,
        "penalty": delay.penalty,
        "total": delay.total,
        "debt": book.debt,
        "apply_until_on": apply_until_on,
        "reply_days": norms.reply.count,
        "relief_months": norms.relief_months,
        "ombudsman_days": norms.ombudsman.count,
    }


def settlement_refusal_data(
    *,
    number: str,
    contract_on: date,
    borrower: str,
    iin: str,
    application: Application,
    received_on: date,
    reason: RefusalReason,
    explanation: str,
    on: date,
    ombudsman_until_on: date,
) -> dict[str, Any]:
    """Data of `loans/settlement_refusal`: what was asked, why not, where the client may turn."""
    return {
        "number": number,
        "contract_on": contract_on,
        "borrower": borrower,
        "iin": iin,
        "relief": application.relief,
        "received_on": received_on,
        "reason": reason,
        "explanation": explanation,
        "on": on,
        "ombudsman_until_on": ombudsman_until_on,
    }
