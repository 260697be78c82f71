"""When the schedule of a loan is not the contract's, and what the paper about it says."""

from __future__ import annotations

from datetime import date
from typing import Any

from nesie.foundation.terms.rules import Schedule, flows, gesv
from nesie.journey.contracts.rules import ContractView, schedule_data


def is_refined(agreed: Schedule, actual: Schedule) -> bool:
    """True when the client holds another schedule than the one that will be asked of them."""
    return agreed != actual


def refined_schedule_data(
    contract: ContractView, plan: Schedule, *, borrower_name: str, borrower_iin: str, made_on: date
) -> dict[str, Any]:
    """What the template `loans/schedule` shows; the effective rate is that of the actual schedule."""
    return {
        **schedule_data(contract.terms, plan, gesv(flows(plan))),
        "number": contract.number,
        "dated_on": contract.dated_on,
        "borrower": {"name": borrower_name, "iin": borrower_iin},
        "paid_on": plan.disbursed_on,
        "assumed_on": contract.plan.disbursed_on,
        "made_on": made_on,
    }
