"""The fake bank and the HTTP adapter against its simulator keep the same promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from nesie.journey.payments.adapters.fake import FakeAccount, FakeBank, Trouble
from nesie.journey.payments.adapters.http import HttpBank
from nesie.journey.payments.gateways import Bank, BankBusy, BankSilent, PaymentOrder, PaymentState
from nesie.journey.payments.rules import Ownership
from nesie.kernel.money import Money
from nesie.simulators.bank import gate
from nesie.simulators.people import ORGANISATION, by_key
from tests.simulators.launch import launched

AIGERIM, DANIYAR = by_key("aigerim"), by_key("daniyar")


@dataclass
class Stand:
    """A bank and the hands to move it from outside."""

    bank: Bank
    trouble: Callable[[Trouble], Any]
    hold_back: Callable[[], Any]
    release: Callable[[], Any]
    close: Callable[[str], Any]
    repay: Callable[[str, str, str], Any]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with launched("bank", tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture(params=["fake", "http"])
def stand(request, url):
    return _fake() if request.param == "fake" else _http(url)


def _fake() -> Stand:
    accounts = {p.iban: FakeAccount(p.iin, p.full_name, Money.tenge(600_000)) for p in (AIGERIM, DANIYAR)}
    accounts[ORGANISATION.iban] = FakeAccount(ORGANISATION.bin, ORGANISATION.name, Money.tenge(500_000_000))
    bank = FakeBank(ORGANISATION.iban, accounts)

    def hold_back() -> None:
        bank.holding_back = True

    def close(iban: str) -> None:
        accounts[iban].closed = True

    return Stand(
        bank=bank,
        trouble=bank.troubles.append,
        hold_back=hold_back,
        release=bank.release,
        close=close,
        repay=lambda iban, tenge, purpose: bank.repay(from_iban=iban, amount=Money.tenge(tenge), purpose=purpose),
    )


def _http(url: str) -> Stand:
    page = httpx.Client(base_url=url)
    page.post("/_stage/reset")
    kinds = {Trouble.BUSY: "refuse", Trouble.LOST_BEFORE: "drop_before", Trouble.LOST_AFTER: "drop_after"}

    def repay(iban: str, tenge: str, purpose: str) -> None:
        assert page.post("/repay", data={"iban": iban, "amount": tenge, "purpose": purpose}).status_code == 303

    return Stand(
        bank=HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET),
        trouble=lambda kind: page.post("/_stage/fault", json={"kind": kinds[kind], "path": "/api"}),
        hold_back=lambda: page.post("/desk", data={"order": "hold"}),
        release=lambda: page.post("/desk", data={"order": "release"}),
        close=lambda iban: page.post("/desk", data={"order": "close", "iban": iban}),
        repay=repay,
    )


def order(key: str, *, tenge: int = 50_000, iban: str = AIGERIM.iban, iin: str = AIGERIM.iin) -> PaymentOrder:
    return PaymentOrder(
        key=key,
        amount=Money.tenge(tenge),
        payer_iban=ORGANISATION.iban,
        payer_bin=ORGANISATION.bin,
        payee_iban=iban,
        payee_iin=iin,
        payee_name="",
        purpose="purpose",
        purpose_code="411",
        payer_code="15",
        payee_code="19",
    )


def test_ownership_is_shown_only_for_an_open_account_of_this_person(stand):
    def ask(iban: str, iin: str) -> Ownership:
        return stand.bank.owns_account(key="q", iban=iban, iin=iin)

    assert ask(AIGERIM.iban, AIGERIM.iin) is Ownership.SHOWN
    assert ask(AIGERIM.iban, DANIYAR.iin) is Ownership.NOT_SHOWN
    assert ask("KZ86125KZT5004100100", AIGERIM.iin) is Ownership.UNKNOWN
    stand.close(AIGERIM.iban)
    assert ask(AIGERIM.iban, AIGERIM.iin) is Ownership.NOT_SHOWN


def test_an_order_is_executed_once_however_often_it_comes(stand):
    first, second = stand.bank.pay(order("a")), stand.bank.pay(order("a"))
    assert first.state is PaymentState.PAID
    assert first.bank_reference
    assert first == second == stand.bank.status("a")


def test_an_order_that_never_came_is_not_known(stand):
    assert stand.bank.status("nobody") is None


def test_nothing_is_done_when_the_bank_is_busy_or_the_order_is_lost(stand):
    for trouble, error in ((Trouble.BUSY, BankBusy), (Trouble.LOST_BEFORE, BankSilent)):
        stand.trouble(trouble)
        with pytest.raises(error):
            stand.bank.pay(order("b"))
        assert stand.bank.status("b") is None
    assert stand.bank.pay(order("b")).state is PaymentState.PAID


def test_a_lost_answer_leaves_the_order_done(stand):
    stand.trouble(Trouble.LOST_AFTER)
    with pytest.raises(BankSilent):
        stand.bank.pay(order("c"))
    assert stand.bank.status("c").state is PaymentState.PAID


def test_an_order_in_progress_is_asked_until_it_is_decided(stand):
    stand.hold_back()
    assert stand.bank.pay(order("d")).state is PaymentState.IN_PROGRESS
    assert stand.bank.status("d").state is PaymentState.IN_PROGRESS
    stand.release()
    assert stand.bank.status("d").state is PaymentState.PAID


def test_what_the_bank_will_not_pay(stand):
    refused = stand.bank.pay(order("e", iban="KZ86125KZT5004100100"))
    assert (refused.state, refused.reason) == (PaymentState.REFUSED, "NO_SUCH_ACCOUNT")
    assert stand.bank.pay(order("f", iin=DANIYAR.iin)).reason == "HOLDER_MISMATCH"
    assert stand.bank.pay(order("g", tenge=600_000_000)).reason == "INSUFFICIENT_FUNDS"
    stand.close(AIGERIM.iban)
    assert stand.bank.pay(order("h")).reason == "ACCOUNT_CLOSED"


def test_another_order_under_a_used_key_is_no_answer(stand):
    stand.bank.pay(order("i"))
    with pytest.raises(BankSilent):
        stand.bank.pay(order("i", tenge=1))


def test_incoming_money_is_read_by_cursor_and_our_payouts_are_not_in_it(stand):
    assert list(stand.bank.incoming("")) == []
    stand.bank.pay(order("j"))
    stand.repay(AIGERIM.iban, "100.25", "one")
    stand.repay(DANIYAR.iban, "200", "two")
    one, two = stand.bank.incoming("")
    assert (one.amount, one.payer_iban, one.payer_number, one.purpose) == (
        Money.tenge("100.25"),
        AIGERIM.iban,
        AIGERIM.iin,
        "one",
    )
    assert one.bank_reference != two.bank_reference
    assert [each.bank_reference for each in stand.bank.incoming(one.cursor)] == [two.bank_reference]
    assert list(stand.bank.incoming(two.cursor)) == []
