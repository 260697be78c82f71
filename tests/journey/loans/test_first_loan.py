"""A loan from the payout of its contract to the closing statement, through the use cases.

Aigerim's contract is concluded and paid out; the loan opens on the day the bank paid. Days pass, interest accrues each
day. She pays an instalment through the bank, later the payoff she was quoted; the loan closes by itself, and she gets
the confirmation in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from nesie.foundation.documents import queries as documents
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import rules as terms
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import actions, queries, rules
from nesie.journey.payments import queries as paid
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound
from tests import given_contracts, given_loans

DAY = timedelta(days=1)


@pytest.fixture
def here(db: None, now: datetime) -> Iterator[given_contracts.Stand]:
    with given_contracts.stand(now) as stand:
        yield stand


class TestFirstLoan:
    @pytest.mark.clause("7.5")
    def test_from_payout_to_closing_statement(self, here: given_contracts.Stand, now: datetime) -> None:
        aigerim = given_contracts.applicant(now)
        contract_id, at = given_contracts.disbursed(now, here, aigerim)
        loan_id = given_loans.opened(at, contract_id)
        agreed = contracts.contract_terms(contract_id)
        plan = terms.schedule(agreed.terms, business_day(at))
        assert paid.disbursed() == ()
        assert ledger.balances_by_sub(Chart.DISBURSEMENTS_IN_TRANSIT) == {}

        first = plan.rows[0]
        at += (first.due_on - business_day(at)) * 1
        given_loans.accrued(at)
        view = queries.position(aigerim.actor, loan_id)
        assert view.next_payment is not None
        assert view.next_payment.total == first.payment
        used = given_loans.repaid(at, loan_id, first.payment)
        assert (used.principal, used.interest) == (first.principal, first.interest)

        at += 10 * DAY
        quote = queries.quote_payoff(aigerim.actor, loan_id, business_day(at))
        used = given_loans.repaid(at, loan_id, quote.total)
        assert used.closed
        assert ledger.balances_by_sub(Chart.RECEIPTS_UNALLOCATED) == {}
        view = queries.position(aigerim.actor, loan_id)
        assert (view.status, view.debt, view.credit) == (rules.Status.CLOSED, ZERO, ZERO)
        assert queries.differences() == ()
        assert ledger.trial_balance(business_day(at)).difference == ZERO

        assert queries.without_closing_statement() == (loan_id,)
        for language in ("kk", "ru"):
            document_id = actions.issue_statement(worker(), at, loan_id=loan_id, language=language)
            assert documents.described(document_id).kind == "closing_statement"
            assert documents.content(document_id).startswith(b"%PDF")
            assert actions.issue_statement(worker(), at, loan_id=loan_id, language=language) == document_id
        assert queries.without_closing_statement() == ()

    def test_the_money_can_be_taken_over_once(self, here: given_contracts.Stand, now: datetime) -> None:
        aigerim = given_contracts.applicant(now)
        contract_id, at = given_contracts.disbursed(now, here, aigerim)
        (waiting,) = paid.disbursed()
        actions.open_loan(worker(), at, disbursement_id=waiting.disbursement_id)
        with pytest.raises(NotFound):
            actions.open_loan(worker(), at, disbursement_id=waiting.disbursement_id)
        loan_id = queries.loan_of_contract(contract_id)
        assert loan_id is not None
        standing = queries.LoansStanding().standing(aigerim.client_id, business_day(at))
        assert standing.balance == queries.position(worker(), loan_id).debt
        assert queries.OwedContracts().owed_among({contract_id}) == {contract_id}
        with pytest.raises(NotFound):
            actions.issue_statement(client(new_id()), at, loan_id=loan_id, language="ru")

    def test_money_before_the_loan_is_open_keeps_waiting(self, here: given_contracts.Stand, now: datetime) -> None:
        aigerim = given_contracts.applicant(now)
        contract_id, at = given_contracts.disbursed(now, here, aigerim)
        number = contracts.contract_terms(contract_id).number
        receipt_id = given_loans.received(at, number, Money.tenge(1000))
        with pytest.raises(rules.LoanNotOpen):
            actions.allocate_receipt(worker(), at, receipt_id=receipt_id)
        loan_id = given_loans.opened(at, contract_id)
        used = actions.allocate_receipt(worker(), at, receipt_id=receipt_id)
        assert (used.loan_id, used.credit) == (loan_id, Money.tenge(1000))
        with pytest.raises(NotFound):
            actions.allocate_receipt(worker(), at, receipt_id=receipt_id)
