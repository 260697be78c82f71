"""The bank stumbles.

The order is executed, but the line drops before the answer comes. The bank is out for a moment, or cuts the line before
it has read anything, or answers twice, or keeps the order in progress until the evening. Whatever happens the money
goes once, the loan is opened once, and what the lender's books say is what the bank's statement says. The same with
what comes back: a receipt read twice is booked once, and money without a known purpose waits for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from nesie.entrypoints.jobs.statement import read_statement
from nesie.entrypoints.story.walk import Walk
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.journey.loans import queries as loans
from nesie.journey.payments import queries as payments
from nesie.journey.payments.gateways import IncomingPayment
from nesie.journey.payments.rules import DisbursementOutcome
from nesie.kernel.actor import Role
from nesie.kernel.ids import ContractId
from nesie.kernel.money import Money
from tests.given_applications import officer
from tests.stories.world import AMOUNT, World


def paid_once(world: World, daniyar: Walk, contract_id: ContractId) -> None:
    """One order, one movement at the bank, one loan, and the books agree."""
    (order,) = payments.disbursements_of(daniyar.actor, contract_id)
    assert order.outcome is DisbursementOutcome.PAID
    (paid,) = world.payments_made()
    assert (Money.tenge(paid["amount"]), paid["bankReference"]) == (AMOUNT, order.bank_reference)
    loan_id = loans.loan_of_contract(contract_id)
    assert loan_id is not None
    assert loans.position(daniyar.actor, loan_id).principal == AMOUNT
    world.check_books()


@pytest.mark.clause("9-pay-account")
@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "refuse", "answer_twice"])
def test_whatever_the_bank_does_with_the_order_it_is_paid_once(world: World, fault: str) -> None:
    daniyar = world.daniyar()
    contract_id = world.consented(daniyar)
    world.order("bank", fault, path="/api/payments")
    world.work()
    world.patiently(minutes=2)
    paid_once(world, daniyar, contract_id)


@pytest.mark.clause("9-pay-account")
def test_an_answer_lost_is_asked_for_and_the_order_is_not_sent_again(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.consented(daniyar)
    world.order("bank", "drop_after", path="/api/payments")
    world.work()
    (order,) = payments.disbursements_of(daniyar.actor, contract_id)
    assert order.outcome is None, "nobody knows yet"
    assert len(world.payments_made()) == 1, "but the bank has paid"
    assert loans.loan_of_contract(contract_id) is None
    assert exchange.described(order.message_id).doubtful
    held = ledger.balance(AccountRef(Chart.FUNDING)) - ledger.available(AccountRef(Chart.FUNDING))
    assert held == AMOUNT, "the money stays held until it is known"
    world.patiently(minutes=2)
    paid_once(world, daniyar, contract_id)
    assert world.asked("bank", "/api/payments/") == 1, "asked by the same key, not sent again"


@pytest.mark.clause("9-pay-account")
def test_an_order_in_progress_is_paid_when_the_bank_says_so(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.consented(daniyar)
    world.at_the_bank("hold")
    world.work()
    world.patiently(minutes=5)
    (order,) = payments.disbursements_of(daniyar.actor, contract_id)
    assert order.outcome is None
    assert loans.loan_of_contract(contract_id) is None
    world.at_the_bank("release")
    world.patiently(minutes=40, every=10)
    paid_once(world, daniyar, contract_id)


class Forgetful:
    """The bank's statement always from its beginning."""

    def __init__(self, world: World) -> None:
        self._bank = world.backroom.bank

    def incoming(self, since: str) -> Sequence[IncomingPayment]:
        """Everything, whatever was read before."""
        return self._bank.incoming("")


def test_a_receipt_read_twice_is_booked_once(world: World) -> None:
    daniyar = world.daniyar()
    loan_id = world.lent(daniyar)
    world.after(timedelta(days=3))
    world.work()
    number = loans.position(daniyar.actor, loan_id).number
    for sum_ in (10_000, 20_000):
        daniyar.hands.repay(number, Money.tenge(sum_))
    world.work()
    read_statement(Forgetful(world), world.now)  # type: ignore[arg-type]  # only `incoming` is asked
    world.work()
    view = loans.position(daniyar.actor, loan_id)
    assert {payment.amount for payment in view.payments} == {Money.tenge(10_000), Money.tenge(20_000)}
    assert len(view.payments) == 2
    assert len(payments.receipts_of(daniyar.actor, view.contract_id)) == 2
    world.check_books()


def test_the_statement_cut_off_is_read_on_later(world: World) -> None:
    daniyar = world.daniyar()
    loan_id = world.lent(daniyar)
    daniyar.hands.repay(loans.position(daniyar.actor, loan_id).number, Money.tenge(10_000))
    world.order("bank", "drop_after", path="/api/statement", times=2)
    world.work()
    world.work()
    world.work()
    (payment,) = loans.position(daniyar.actor, loan_id).payments
    assert payment.amount == Money.tenge(10_000)
    world.check_books()


def test_a_stranger_pays_without_a_number_and_it_waits_for_a_person(world: World) -> None:
    daniyar = world.daniyar()
    world.lent(daniyar)
    stranger = world.comes("olga")
    stranger.hands.repay("", Money.tenge(5_000))
    world.work()
    (waits,) = payments.in_suspense(officer(Role.OPERATOR))
    assert waits.amount == Money.tenge(5_000)
    assert ledger.balance(AccountRef(Chart.SUSPENSE, waits.receipt_id)) == Money.tenge(5_000)
