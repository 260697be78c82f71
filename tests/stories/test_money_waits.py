"""The 24 hours.

Daniyar signs a contract for 400,000 tenge on Monday at nine. On Tuesday at 08:59:59 his consent to receive the money is
refused, at nine sharp it is taken, and only then the money goes. When he never consents, it never goes. And when he
takes two loans of 200,000 on one day, neither above the size by itself, the second is caught by their sum and waits its
own 24 hours; taken on two days, neither waits.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ConsentKind, ConsentTooEarly, ContractStatus, Ground, NotYetConsentable
from nesie.journey.loans import queries as loans
from nesie.journey.payments import queries as payments
from nesie.kernel.money import Money
from tests.stories.world import AMOUNT, DAY, SECOND, World

SMALL = Money.tenge(200_000)  # one is below the minimal size of paragraph 9-1, two are above


@pytest.mark.clause("9-1.1")
@pytest.mark.clause("9-1.2")
def test_refused_at_23_59_59_and_taken_at_24_00_00(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.signed(daniyar)
    signed_at = world.now
    with pytest.raises(NotYetConsentable):
        actions.request_consent_code(daniyar.actor, world.now, contract_id=contract_id, kind=ConsentKind.RECEIVE)

    world.at(signed_at + DAY - SECOND)
    daniyar.sign_in()
    with pytest.raises(ConsentTooEarly):
        daniyar.consent_to_receive(contract_id)
    with pytest.raises(ConsentTooEarly):
        actions.consent_to_receive(daniyar.actor, world.now, contract_id=contract_id, code="000000")
    world.work()
    assert payments.disbursements_of(daniyar.actor, contract_id) == ()

    world.at(signed_at + DAY)
    world.work()
    assert world.payments_made() == [], "no consent of before the hour counts, for there is none"
    assert daniyar.consent_to_receive(contract_id).given
    world.work()
    (order,) = payments.disbursements_of(daniyar.actor, contract_id)
    assert order.requested_at == signed_at + DAY
    (paid,) = world.payments_made()
    assert Money.tenge(paid["amount"]) == AMOUNT
    world.check_books()


@pytest.mark.clause("9-1.2")
def test_without_the_consent_the_money_never_goes(world: World) -> None:
    daniyar = world.daniyar()
    contract_id = world.signed(daniyar)
    for _ in range(3):
        world.after(DAY)
        world.work()
    assert world.payments_made() == []
    assert world.asked("bank", "/api/account-checks") == 0, "nobody even asked whose account it is"
    assert queries.contract(daniyar.actor, contract_id, world.now).status is ContractStatus.SIGNED
    world.check_books()


@pytest.mark.clause("9-1-sum")
def test_the_second_loan_of_a_day_is_caught_by_the_sum(world: World) -> None:
    daniyar = world.daniyar()
    first = world.signed(daniyar, SMALL)
    assert loans.loan_of_contract(first) is not None, "below the size the money goes at once"

    world.after(timedelta(hours=3))
    second = world.signed(daniyar, SMALL)
    cooling = queries.contract(daniyar.actor, second, world.now).cooling
    assert cooling is not None
    assert (cooling.ground, cooling.over_at) == (Ground.SAME_DAY_SUM, world.now + DAY)
    assert len(world.payments_made()) == 1

    world.after(DAY - SECOND)
    daniyar.sign_in()
    with pytest.raises(ConsentTooEarly):
        daniyar.consent_to_receive(second)
    world.work()
    assert len(world.payments_made()) == 1
    world.after(SECOND)
    assert daniyar.consent_to_receive(second).given
    world.work()
    assert len(world.payments_made()) == 2
    world.check_books()


@pytest.mark.clause("9-1-sum")
def test_two_loans_of_two_days_do_not_wait(world: World) -> None:
    """Monday 23:50 and Tuesday 00:10 in Almaty are two calendar days, though one day in UTC."""
    world.after(timedelta(hours=14, minutes=50))
    daniyar = world.daniyar()
    world.signed(daniyar, SMALL)
    world.after(timedelta(minutes=20))
    world.signed(daniyar, SMALL)
    assert len(world.payments_made()) == 2
    world.check_books()
