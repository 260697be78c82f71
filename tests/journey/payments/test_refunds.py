"""A client's own money goes back to the client's own account, once; a bounced receipt leaves the books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.ledger.rules import AccountRef, Chart, Entry, credit, debit
from nesie.foundation.norms.rules import business_day
from nesie.journey.payments import actions, queries, rules
from nesie.journey.payments.rules import DisbursementOutcome
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import ContractId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound
from tests import given_contracts as given
from tests import given_loans
from tests.given_contracts import CAPITAL, Stand

pytestmark = pytest.mark.django_db

SUM = Money.tenge(400_000)
BACK = Money.tenge(1_500)
STAFF = Actor(new_id(), frozenset({Role.OPERATOR}), Channel.WEB)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def paid_out(here: Stand, now: datetime) -> tuple[ContractId, datetime, Any]:
    who = given.applicant(now)
    contract_id, later = given.disbursed(now, here, who)
    return contract_id, later, who


def due(contract_id: UUID) -> Money:
    return books.balance(AccountRef(Chart.REFUNDS_DUE.value, contract_id))


def funding() -> tuple[Money, Money]:
    account = AccountRef(Chart.FUNDING.value)
    return books.balance(account), books.available(account)


def owe(contract_id: ContractId, now: datetime) -> None:
    """As a later stage does: the client's money is due to go back."""
    lines = (*debit(Chart.CHARTER_CAPITAL, BACK), *credit(Chart.REFUNDS_DUE, BACK, contract_id))
    ledger.post(Entry(f"owe:{contract_id}", lines, business_day(now), "test", contract_id), now)


def intend(contract_id: ContractId, now: datetime) -> UUID:
    with transaction.atomic():
        return actions.intend_refund(worker(), now, contract_id=contract_id, amount=BACK, key="credit-1")


def test_money_goes_back_once_to_the_account_the_bank_has_shown(here, paid_out):
    contract_id, later, who = paid_out
    owe(contract_id, later)
    intend(contract_id, later)
    assert funding() == (CAPITAL - SUM, CAPITAL - SUM - BACK)
    with pytest.raises(rules.RefundUnderWay):
        intend(contract_id, later)
    here.carry(later + MINUTE)
    assert due(contract_id) == ZERO
    assert funding() == (CAPITAL - SUM - BACK, CAPITAL - SUM - BACK)
    assert here.bank.accounts[who.person.iban].balance == Money.tenge(600_000) + SUM + BACK
    (view,) = queries.refunds_of(client(who.client_id), contract_id)
    assert (view.outcome, view.amount) == (DisbursementOutcome.PAID, BACK)
    with pytest.raises(rules.RefundUnderWay):
        intend(contract_id, later)
    with pytest.raises(NotFound):
        queries.refunds_of(client(new_id()), contract_id)
    assert books.trial_balance(business_day(later)).difference == ZERO


def test_a_refund_the_bank_refused_is_due_until_it_is_sent_again(here, paid_out):
    contract_id, later, who = paid_out
    owe(contract_id, later)
    first = intend(contract_id, later)
    here.bank.accounts[who.person.iban].closed = True
    here.carry(later + MINUTE)
    assert due(contract_id) == BACK
    assert funding() == (CAPITAL - SUM, CAPITAL - SUM)
    assert [one.refund_id for one in queries.refused_refunds(STAFF)] == [first]
    here.bank.accounts[who.person.iban].closed = False
    second = actions.resend_refund(STAFF, later + 2 * MINUTE, refund_id=first)
    with pytest.raises(rules.RefundUnderWay):
        actions.resend_refund(STAFF, later + 2 * MINUTE, refund_id=first)
    here.carry(later + 3 * MINUTE)
    assert due(contract_id) == ZERO
    assert queries.refused_refunds(STAFF) == ()
    with pytest.raises(rules.RefundUnderWay):
        actions.resend_refund(STAFF, later + 4 * MINUTE, refund_id=second)
    with pytest.raises(NotFound):
        queries.refused_refunds(client(who.client_id))


def test_a_bounced_receipt_leaves_the_books_on_the_day_the_bank_took_it_back(here, paid_out):
    contract_id, later, _ = paid_out
    receipt_id = given_loans.received(later, given.view(contract_id, later).number, BACK)
    assert funding()[0] == CAPITAL - SUM + BACK
    today = business_day(later)

    def give_back(on) -> None:
        with transaction.atomic():
            actions.return_receipt(receipt_id, later, contract_id=contract_id, returned_on=on)

    for wrong in (today - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(rules.ReturnedBeforeBooked):
            give_back(wrong)
    give_back(today)
    assert funding()[0] == CAPITAL - SUM
    assert books.balance(AccountRef(Chart.RECEIPTS_UNALLOCATED.value, contract_id)) == ZERO
    with pytest.raises(rules.ReceiptReturned):
        give_back(today)
