"""Two workers at the same moment: one payout, one receipt, one number each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from nesie.foundation.ledger import queries as books
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.journey.contracts import actions as contracts
from nesie.journey.payments import actions, queries
from nesie.kernel.actor import worker
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused
from tests import given_applications
from tests import given_contracts as given
from tests.given_contracts import CAPITAL

SUM = Money.tenge(400_000)


@pytest.fixture(autouse=True)
def _database(fresh_db: Any) -> None:
    """Real commits."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Results or refusals of acts begun at the same moment, each on its own connection."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.clause("9-pay-account")
def test_one_contract_is_paid_out_once(now: datetime) -> None:
    with given.stand(now) as here:
        contract_id, later = given.ready(now, here, given.applicant(now))
        here.outside.fresh_list(later)
        actions.request_ownership_check(worker(), later, contract_id=contract_id)
        here.carry(later)
        request = [lambda: actions.request_disbursement(worker(), later, contract_id=contract_id)] * 4
        results = at_once(*request)
        assert sum(not isinstance(one, Refused) for one in results) == 1
        (order,) = queries.disbursements_of(worker(), contract_id)
        here.bank.moment = later
        here.carry(later)
        again = [lambda: actions.record_disbursement_result(worker(), later, message_id=order.message_id)] * 3
        at_once(*again)
        assert books.balance(AccountRef(Chart.FUNDING.value)) == CAPITAL - SUM
        assert len(queries.disbursed()) == 1


def test_a_receipt_read_by_two_workers_is_booked_once(now: datetime) -> None:
    with given.stand(now) as here:
        who = given.applicant(now)
        here.bank.repay(from_iban=who.person.iban, amount=SUM, purpose="")
        (payment,) = here.bank.incoming("")
        record = [lambda: actions.record_receipt(worker(), now, source="bank", payment=payment)] * 4
        assert sorted(one.fresh for one in at_once(*record)) == [False, False, False, True]
        assert books.balance(AccountRef(Chart.FUNDING.value)) == CAPITAL + SUM


def test_contracts_drawn_up_together_have_numbers_without_a_gap(now: datetime) -> None:
    with given.stand(now) as here:
        people = [given.applicant(now, key) for key in ("aigerim", "daniyar")]
        chosen = [given_applications.chosen(now, here.outside, who) for who in people]
        made = at_once(
            *(
                lambda who=who, one=one: contracts.draft_contract(who.actor, now, application_id=one)
                for who, one in zip(people, chosen, strict=True)
            )
        )
        numbers = sorted(given.view(one.contract_id, now).number[:11] for one in made)
        assert numbers == ["2026-000001", "2026-000002"]
