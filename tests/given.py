"""The builders of every room in one place: `from tests import given`, then `given.active_loan(now)`.

Each goes through the real use cases; the outside world is in memory. Where it must be programs on the loopback, see
`tests/stories`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nesie.journey.loans import queries as loans
from nesie.journey.loans.rules import PositionView
from nesie.kernel.ids import ContractId, LoanId
from nesie.kernel.money import Money
from tests import given_contracts, given_loans
from tests.given_access import PASSWORD, StaffMember, code_sent_to, staff_member, texts_to, visitor
from tests.given_applications import Applicant, Outside, chosen, norms_confirmed, offered, submitted, usable_norms
from tests.given_clients import registered, registered_client
from tests.given_contracts import Stand, applicant, disbursed, drafted, ready, signed, stand
from tests.given_documents import stored_document
from tests.given_identification import Identities, identities
from tests.given_loans import accrued, opened, received, repaid
from tests.given_norms import FourEyes, day_declared, norm_confirmed, norm_set

__all__ = [
    "PASSWORD",
    "ActiveLoan",
    "Applicant",
    "FourEyes",
    "Identities",
    "Outside",
    "StaffMember",
    "Stand",
    "accrued",
    "active_loan",
    "applicant",
    "chosen",
    "code_sent_to",
    "day_declared",
    "disbursed",
    "drafted",
    "identities",
    "lent",
    "norm_confirmed",
    "norm_set",
    "norms_confirmed",
    "offered",
    "opened",
    "ready",
    "received",
    "registered",
    "registered_client",
    "repaid",
    "signed",
    "staff_member",
    "stand",
    "stored_document",
    "submitted",
    "texts_to",
    "usable_norms",
    "visitor",
]


@dataclass(frozen=True)
class ActiveLoan:
    """A loan whose money the client has; `opened_at` is the moment the payout was recorded."""

    here: Stand
    who: Applicant
    contract_id: ContractId
    loan_id: LoanId
    opened_at: datetime

    def accrue(self, now: datetime) -> None:
        """Bring it to the day of `now`."""
        given_loans.accrued(now)

    def repay(self, now: datetime, amount: Money) -> None:
        """Money came through the bank and was used on it."""
        given_loans.repaid(now, self.loan_id, amount)

    def position(self) -> PositionView:
        """Where it stands, as its client sees it."""
        return loans.position(self.who.actor, self.loan_id)


def lent(now: datetime, here: Stand, key: str = "aigerim", **changes: Any) -> ActiveLoan:
    """One of the demo people applied, chose the annuity, signed, waited the 24 hours, consented and was paid."""
    who = given_contracts.applicant(now, key)
    contract_id, opened_at = given_contracts.disbursed(now, here, who, **changes)
    return ActiveLoan(here, who, contract_id, given_loans.opened(opened_at, contract_id), opened_at)


@contextmanager
def active_loan(now: datetime, key: str = "aigerim", **changes: Any) -> Iterator[ActiveLoan]:
    """A lender open for business with one loan running (400,000 tenge over 12 months unless said otherwise).

    >>> with given.active_loan(now) as loan:
    ...     loan.repay(loan.opened_at + timedelta(days=30), Money.tenge(50_000))
    """
    with given_contracts.stand(now) as here:
        yield lent(now, here, key, **changes)
