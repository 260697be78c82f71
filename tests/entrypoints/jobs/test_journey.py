"""The journey's table: one bad thing stops nobody, a page of bad things hides nobody, and the stuck are let rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from nesie.entrypoints.jobs import journey
from nesie.entrypoints.jobs.journey import PAGE, Rest, Step, move
from nesie.journey.contracts.rules import ContractStatus
from nesie.journey.loans import queries as loans
from nesie.journey.payments import actions as payment_actions
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Actor, worker
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound
from tests import given_contracts as given
from tests import given_loans


class Shelf:
    """Numbers that wait; those below `bad` are refused for ever."""

    def __init__(self, *, bad: int, good: int) -> None:
        self.waiting = list(range(bad + good))
        self.bad = bad
        self.tries = 0

    def step(self) -> Step:
        return Step("shelf", lambda now, limit: self.waiting[:limit], self.take)

    def take(self, actor: Actor, now: datetime, thing: int) -> None:
        self.tries += 1
        if thing < self.bad:
            raise NotFound if thing % 2 else RuntimeError("a bug of ours")
        self.waiting.remove(thing)


@pytest.mark.parametrize("bad", [0, 1, PAGE, PAGE + 1, 3 * PAGE])
def test_a_page_full_of_bad_things_hides_nothing_behind_it(now: datetime, bad: int) -> None:
    shelf = Shelf(bad=bad, good=2 * PAGE + 1)
    assert move(now, [shelf.step()]) == 2 * PAGE + 1
    assert shelf.waiting == list(range(bad))


def test_the_stuck_are_tried_less_and_less_often_and_never_given_up(now: datetime) -> None:
    shelf, rest = Shelf(bad=1, good=0), Rest()
    for half_second in range(2 * 3600):
        move(now + timedelta(seconds=half_second / 2), [shelf.step()], rest)
    assert 10 <= shelf.tries <= 20  # an hour
    shelf.bad = 0
    assert move(now + timedelta(hours=2), [shelf.step()], rest) == 1


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[given.Stand]:
    with given.stand(now) as stand:
        yield stand


def test_later_payouts_and_receipts_are_not_hidden_by_earlier_ones(here: given.Stand, now: datetime) -> None:
    aigerim, daniyar = given.applicant(now), given.applicant(now, "daniyar")
    first, later = given.ready(now, here, aigerim)
    second, _ = given.ready(now, here, daniyar)
    here.outside.fresh_list(later)
    # The bank was asked about the first account and is silent: the second waits behind it.
    payment_actions.request_ownership_check(worker(), later, contract_id=first)
    assert [one.contract_id for one in payments.to_check(later, limit=1)] == [second]
    payment_actions.request_ownership_check(worker(), later, contract_id=second)
    here.carry(later)
    here.pay_out(later)
    assert {given.view(one, later).status for one in (first, second)} == {ContractStatus.DISBURSED}

    (oldest,) = payments.disbursed(limit=1)
    behind = next(one for one in payments.disbursed() if one.disbursement_id != oldest.disbursement_id)
    assert payments.disbursed_one(behind.disbursement_id) == behind
    numbers = {view.contract_id: view.number for view in (given.view(one, later) for one in (first, second))}
    # Money for a contract whose loan is not open yet stands first in the row.
    stuck = given_loans.received(later, numbers[oldest.contract_id], Money.tenge(10))
    useful = given_loans.received(later + timedelta(seconds=1), numbers[behind.contract_id], Money.tenge(10))
    assert given_loans.opened(later, behind.contract_id) == loans.loan_of_contract(behind.contract_id)
    step = next(one for one in journey.STEPS if one.name == "money came for a loan")
    assert [one.receipt_id for one in payments.unallocated(limit=1)] == [stuck]
    assert move(later + timedelta(seconds=2), [step]) == 1
    assert payments.unallocated_one(useful) is None
    assert payments.unallocated_one(stuck) is not None
