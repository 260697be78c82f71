"""An account that is not his.

Daniyar names Aigerim's account, and another time an account of which the bank knows nothing. He signs, waits, consents;
then the lender asks the bank, and the bank does not say that the account is his. No payment order is ever made, and he
is told to name an account of his own. (Rules, paragraph 9: what cannot be shown is refused.)
"""

from __future__ import annotations

import pytest

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractStatus
from nesie.journey.payments import queries as payments
from nesie.journey.payments.rules import Ownership
from tests.stories.world import DAY, World


def unknown_account() -> str:
    """A well-formed IBAN of the demo bank that nobody holds."""
    tail = "999NSE0000777777"
    digits = "".join(str(int(sign, 36)) for sign in f"{tail}KZ00")
    return f"KZ{98 - int(digits) % 97:02d}{tail}"


@pytest.mark.clause("9-ownership")
@pytest.mark.parametrize(("whose", "verdict"), [("aigerim", Ownership.NOT_SHOWN), ("nobody", Ownership.UNKNOWN)])
def test_no_money_to_an_account_the_bank_does_not_show_to_be_his(world: World, whose: str, verdict: Ownership) -> None:
    iban = unknown_account() if whose == "nobody" else world.people[whose]["iban"]
    daniyar = world.daniyar(iban)
    contract_id = world.consented(daniyar)
    capital = ledger.available(AccountRef(Chart.FUNDING))
    for _ in range(3):
        world.work()
        world.after(DAY)
    assert payments.ownership_of(daniyar.actor, contract_id) is verdict
    assert payments.disbursements_of(daniyar.actor, contract_id) == ()
    assert world.payments_made() == []
    assert world.asked("bank", "/api/account-checks") == 1
    assert ledger.available(AccountRef(Chart.FUNDING)) == capital
    view = contracts.contract(daniyar.actor, contract_id, world.now)
    assert view.status is ContractStatus.SIGNED
    assert any(view.number in text and "счёт" in text.lower() for text in daniyar.hands.texts())
    assert ledger.trial_balance(business_day(world.now)).difference.tiyn == 0
    world.check_books()


@pytest.mark.clause("9-ownership")
def test_a_closed_account_is_not_paid_to(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.consented(daniyar)
    world.at_the_bank("close", world.people["daniyar"]["iban"])
    world.work()
    assert payments.ownership_of(daniyar.actor, contract_id) is Ownership.NOT_SHOWN
    assert world.payments_made() == []


@pytest.mark.clause("9-ownership")
def test_a_silent_bank_shows_nothing(world: World) -> None:
    """While the bank does not answer no order goes out; once it answers, the money does."""
    daniyar = world.daniyar()
    contract_id = world.consented(daniyar)
    world.order("bank", "refuse", path="/api/account-checks", times=2)
    world.work()
    assert payments.ownership_of(daniyar.actor, contract_id) is None
    assert world.payments_made() == []
    world.patiently(minutes=2)
    assert payments.ownership_of(daniyar.actor, contract_id) is Ownership.SHOWN
    assert len(world.payments_made()) == 1
