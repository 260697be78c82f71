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
from nesie.foundation.notices import queries as notices
from nesie.foundation.terms import rules as terms
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import actions, queries, rules
from nesie.journey.payments import queries as paid
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound
from tests import archival, given_contracts, given_loans

DAY = timedelta(days=1)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in archival.opened(pdf).pages).replace("\u00a0", " ")


def figure(money: Money) -> str:
    """As papers print it: 1 234 567,50."""
    whole, tiyn = divmod(money.tiyn, 100)
    return f"{whole:,}".replace(",", " ") + f",{tiyn:02d}"


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[given_contracts.Stand]:
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
            archival.opened(documents.content(document_id))
            assert actions.issue_statement(worker(), at, loan_id=loan_id, language=language) == document_id
        assert queries.without_closing_statement() == ()

    @pytest.mark.clause("8.3")
    def test_money_paid_on_another_day_brings_a_refined_schedule(
        self, here: given_contracts.Stand, now: datetime
    ) -> None:
        aigerim = given_contracts.applicant(now)
        contract_id, ready_at = given_contracts.ready(now, here, aigerim)
        at = ready_at + 3 * DAY
        here.pay_out(at)
        loan_id = given_loans.opened(at, contract_id)
        contract = contracts.contract(aigerim.actor, contract_id, at)
        assert contract.plan.disbursed_on == business_day(ready_at)

        (given,) = queries.schedules(aigerim.actor, loan_id)
        assert given.plan == terms.schedule(contract.terms, business_day(at))
        assert given.plan != contract.plan
        papers = {"kk": given.document_kk_id, "ru": given.document_ru_id}
        for language, document_id in papers.items():
            assert document_id is not None
            view = documents.described_for(aigerim.actor, document_id)
            assert (view.kind, view.language, view.media_type) == ("payment_schedule", language, "application/pdf")
            words = text_of(documents.content(document_id))
            assert contract.number in words
            for row in given.plan.rows:
                assert f"{row.due_on:%d.%m.%Y}" in words
                assert figure(row.payment) in words
                assert figure(row.balance) in words
            assert figure(given.plan.overpayment) in words
            assert [event.event for event in documents.events_of(document_id)] == ["sent"]
        (told,) = [notice for notice in notices.inbox(aigerim.client_id) if notice.template == "schedule_refined"]
        assert contract.number in told.text
        with pytest.raises(NotFound):
            queries.schedules(client(new_id()), loan_id)

    def test_money_paid_on_the_day_assumed_leaves_the_contracts_schedule(
        self, here: given_contracts.Stand, now: datetime
    ) -> None:
        aigerim = given_contracts.applicant(now)
        contract_id, at = given_contracts.disbursed(now, here, aigerim)
        loan_id = given_loans.opened(at, contract_id)
        (given,) = queries.schedules(aigerim.actor, loan_id)
        assert given.plan == contracts.contract(aigerim.actor, contract_id, at).plan
        assert (given.document_kk_id, given.document_ru_id) == (None, None)
        assert documents.of_owner(aigerim.client_id, "payment_schedule") == []
        assert "schedule_refined" not in {notice.template for notice in notices.inbox(aigerim.client_id)}

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
