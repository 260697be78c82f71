"""What earlier stages ask of loans (their gateways)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery

from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import queries as contracts
from nesie.journey.creditworthiness.rules import OwnStanding, Replaced
from nesie.journey.loans import rules
from nesie.journey.loans.models import Loan, LoanState, LoanTransition
from nesie.journey.loans.queries.books import book, books
from nesie.journey.payments.rules import TakesMoney
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import Money

_A_MONTH = timedelta(days=30)


class LoansStanding:
    """A client's running loans here, for the screening of a new application (creditworthiness.gateways.OwnLoans)."""

    def standing(self, client_id: ClientId, on: date, *, without: Replaced | None = None) -> OwnStanding:
        """The longest delay now, the next month's payments, and what is owed in all.

        `without`: a loan is counted as it will be when so much principal of it is repaid by another.
        """
        running = LoanState.objects.filter(loan__client_id=client_id, closed_on__isnull=True)
        found = books(running.values_list("loan_id", flat=True))
        counted = [_less(one, without) for one in found]
        monthly = [row for one in counted for row in rules.schedule_rows(one) if row.due_on <= on + _A_MONTH]
        return OwnStanding(
            delay_days=max((rules.overdue(one)[2] for one in found), default=0),
            monthly_payment=Money.total(row.left for row in monthly),
            balance=Money.total(one.debt for one in counted),
        )


def _less(one: rules.Book, replaced: Replaced | None) -> rules.Book:
    if replaced is None or one.facts.contract_id != replaced.contract_id:
        return one
    paid = rules.Refinanced(ref="foreseen", on=one.accrued_on, amount=replaced.principal)
    return rules.apply(one, paid).book


class OwedContracts:
    """Under which contracts anything is still owed, for matching a receipt (payments.gateways.OwedContracts)."""

    def owed_among(self, contract_ids: Collection[ContractId]) -> frozenset[ContractId]:
        """Those with a running loan or one whose claim lives on off the books, or with none opened yet."""
        last = LoanTransition.objects.filter(loan_id=OuterRef("id")).order_by("-number").values("status")[:1]
        loans = Loan.objects.filter(contract_id__in=contract_ids, state__closed_on__isnull=False)
        ended = loans.annotate(ended=Subquery(last)).exclude(ended=rules.Status.WRITTEN_OFF.value)
        return frozenset(contract_ids) - frozenset(ended.values_list("contract_id", flat=True))


class RunningLoans:
    """Whether more money can be added to a loan (payments.gateways.RunningLoans)."""

    def takes_money(self, contract_id: ContractId, amount: Money, now: datetime) -> TakesMoney:
        """Not while anything of it is overdue or stands still; never after its end, but under an open credit line.

        Under a credit line the limit is tested again: the draw was agreed on a day before.
        """
        row = Loan.objects.filter(contract_id=contract_id).first()
        if row is None:
            return TakesMoney.NOT_NOW  # its first money is on the way
        line = contracts.contract_terms(contract_id).line
        return rules.takes_money(book(LoanId(row.id)), line=line, amount=amount, on=business_day(now))


class RefinancedLoans:
    """Which loan may be repaid by a new one, and how much of it (applications.gateways.RefinancedLoans)."""

    def refinanced(self, client_id: ClientId, contract_id: UUID, now: datetime) -> Money | None:
        """The principal left of a client's own running loan without overdue interest and penalty."""
        row = Loan.objects.filter(contract_id=contract_id, client_id=client_id).first()
        return rules.refinanced_most(book(LoanId(row.id)), business_day(now)) if row else None
