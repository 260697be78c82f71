"""Decisions about payouts and receipts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.journey.payments import rules
from nesie.journey.payments.rules import FoundBy, Ownership, RequestOutcome
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import new_id

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
A, B = (new_id(), new_id()), (new_id(), new_id())


@pytest.mark.clause("9-ownership")
@pytest.mark.parametrize("verdict", [Ownership.NOT_SHOWN, Ownership.UNKNOWN, None])
def test_no_money_to_an_account_not_shown_to_be_the_clients(verdict):
    with pytest.raises(rules.OwnershipNotShown):
        rules.check_ownership(verdict)
    rules.check_ownership(Ownership.SHOWN)


@pytest.mark.parametrize(
    ("named", "of_payer", "found"),
    [
        ([A], [B], (*A, FoundBy.CONTRACT_NUMBER)),
        ([A, A], [], (*A, FoundBy.CONTRACT_NUMBER)),
        ([A, B], [A], None),  # two numbers: nobody guesses
        ([], [B], (*B, FoundBy.PAYER)),
        ([], [A, B], None),
        ([], [], None),
    ],
)
def test_a_receipt_is_matched_only_when_it_is_certain(named, of_payer, found):
    match = rules.match_receipt(named, of_payer)
    assert (match.contract_id, match.client_id, match.found_by) == found if found else match is None


@given(st.sampled_from(Outcome), st.sampled_from(Outcome))
def test_money_goes_only_when_every_check_lets_it(register, screened):
    outcome = rules.request_outcome(register=register, screened=screened)
    if outcome is RequestOutcome.REQUESTED:
        assert register in (Outcome.APPROVE, Outcome.REVIEW)
        assert screened in (Outcome.APPROVE, Outcome.REVIEW)


@given(st.none() | st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_the_moment_of_payment_lies_between_request_and_news(gap):
    requested = NOW - timedelta(hours=1)
    moment = rules.paid_moment(None if gap is None else NOW + gap, requested, NOW)
    assert requested <= moment <= NOW


def test_news_of_a_closed_month_is_booked_today():
    booked, today = date(2026, 10, 31), date(2026, 11, 2)
    assert rules.effective_day(booked, None, today) == booked
    assert rules.effective_day(booked, date(2026, 10, 31), today) == today
