"""The 24 hours (Rules, paragraph 9-1) as a pure rule: to the second, by the day of Almaty, strictly above the size."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts.rules import (
    ConsentMissing,
    ConsentTooEarly,
    CoolingOff,
    CoolingOffNotOver,
    Exemption,
    ExemptionKind,
    Grant,
    Ground,
    Limits,
    check_consent_moment,
    check_money_may_go,
    cooling_off,
    lacks_consent,
    money_may_go,
)
from nesie.kernel.money import Money

SIZE = Money.tenge(324_375)  # 75 MRP of 2026
LIMITS = Limits(min_amount=SIZE, hours=24, consent_needed=True)
SIGNED = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
OVER = SIZE + Money(1)
SELLER = Exemption(ExemptionKind.SELLER, uuid4())

moments = st.datetimes(datetime(2025, 10, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.integers(1, 10**10).map(Money)


def grant(amount: Money = OVER, signed_at: datetime = SIGNED, **more) -> Grant:
    return Grant(uuid4(), amount, consumer=True, secured=False, signed_at=signed_at, **more)


@st.composite
def grants(draw) -> Grant:
    signed_at = draw(moments)
    later = st.none() | st.timedeltas(timedelta(0), timedelta(days=3)).map(lambda gap: signed_at + gap)
    return Grant(
        uuid4(),
        draw(amounts),
        consumer=draw(st.booleans()),
        secured=draw(st.booleans()),
        signed_at=signed_at,
        increased_at=draw(later),
        disbursed_at=draw(later),
        exemption=draw(st.none() | st.just(SELLER)),
    )


@pytest.mark.clause("9-1.1")
def test_refused_at_23_59_59_and_allowed_at_24_00_00():
    cooling = cooling_off(grant(), [], LIMITS, SIGNED)
    consent = SIGNED + DAY
    with pytest.raises(CoolingOffNotOver):
        check_money_may_go(cooling, consent, SIGNED + DAY - SECOND)
    check_money_may_go(cooling, consent, SIGNED + DAY)


@pytest.mark.clause("9-1.1")
@pytest.mark.parametrize(
    ("amount", "ground"),
    [(SIZE, Ground.NONE), (SIZE + Money(1), Ground.AMOUNT), (SIZE - Money(1), Ground.NONE)],
)
def test_only_strictly_more_than_the_size_waits(amount, ground):
    assert cooling_off(grant(amount), [], LIMITS, SIGNED).ground is ground


@pytest.mark.clause("9-1.2")
def test_consent_counts_only_from_the_end_of_the_hours():
    cooling = cooling_off(grant(), [], LIMITS, SIGNED)
    with pytest.raises(ConsentTooEarly):
        check_consent_moment(cooling, SIGNED + DAY - SECOND)
    check_consent_moment(cooling, SIGNED + DAY)
    for consent in (None, SIGNED, SIGNED + DAY - SECOND):
        with pytest.raises(ConsentMissing):
            check_money_may_go(cooling, consent, SIGNED + 3 * DAY)


@pytest.mark.clause("9-1-sum")
def test_two_loans_of_one_day_of_almaty_are_summed():
    half = Money(SIZE.tiyn // 2 + 1)
    late = datetime(2026, 11, 23, 18, 59, 59, tzinfo=UTC)  # 23:59:59 in Almaty
    first, second = grant(half, late - timedelta(hours=5)), grant(half, late)
    assert cooling_off(second, [first], LIMITS, late).ground is Ground.SAME_DAY_SUM
    next_day = grant(half, late + SECOND)  # midnight in Almaty, still the 23rd in UTC
    assert cooling_off(next_day, [first], LIMITS, late + SECOND).ground is Ground.NONE


@pytest.mark.clause("9-1-sum")
def test_a_loan_paid_on_the_day_of_the_payment_is_counted_too():
    half = Money(SIZE.tiyn // 2 + 1)
    paid_today = grant(half, SIGNED - DAY, disbursed_at=SIGNED)
    assert cooling_off(grant(half), [paid_today], LIMITS, SIGNED + timedelta(hours=1)).ground is Ground.SAME_DAY_SUM


def test_secured_and_business_loans_do_not_wait_and_do_not_count():
    for more in ({"secured": True, "consumer": True}, {"secured": False, "consumer": False}):
        other = Grant(uuid4(), SIZE * 5, signed_at=SIGNED, **more)
        assert not cooling_off(other, [grant()], LIMITS, SIGNED).required
        assert not cooling_off(grant(SIZE), [other], LIMITS, SIGNED).required


def test_an_increase_starts_the_hours_again_and_voids_an_earlier_consent():
    increased_at = SIGNED + timedelta(hours=30)
    cooling = cooling_off(grant(increased_at=increased_at), [], LIMITS, increased_at)
    assert cooling.over_at == increased_at + DAY
    with pytest.raises(ConsentMissing):
        check_money_may_go(cooling, SIGNED + DAY, increased_at + DAY)


def test_an_exemption_is_from_part_one_only():
    exempt = grant(SIZE * 3, exemption=SELLER)
    assert not cooling_off(exempt, [], LIMITS, SIGNED).required
    assert cooling_off(exempt, [grant(Money(1))], LIMITS, SIGNED).ground is Ground.SAME_DAY_SUM


def test_before_the_rule_was_in_force_nothing_waits():
    assert not cooling_off(grant(SIZE * 100), [grant()], None, SIGNED).required


@pytest.mark.clause("9-1.1", "9-1.2")
@given(grants(), st.lists(grants(), max_size=4), st.timedeltas(timedelta(0), timedelta(days=4)), st.none() | moments)
def test_money_never_goes_inside_the_hours_nor_without_a_later_consent(one, others, waited, consent_at):
    now = one.clock_from + waited
    cooling = cooling_off(one, others, LIMITS, now)
    try:
        check_money_may_go(cooling, consent_at, now)
    except (CoolingOffNotOver, ConsentMissing):
        assert cooling.required
        return
    if cooling.required:
        assert now - one.clock_from >= DAY
        assert consent_at is not None
        assert consent_at - one.clock_from >= DAY


@given(grants(), st.lists(grants(), max_size=4), moments)
def test_a_big_unsecured_consumer_loan_without_exemption_always_waits(one, others, now):
    cooling = cooling_off(one, others, LIMITS, now)
    if one.is_such and one.exemption is None and one.amount > SIZE:
        assert cooling.ground is Ground.AMOUNT
    if not one.is_such:
        assert cooling == CoolingOff(Ground.NONE, one.clock_from, consent_needed=False)


@pytest.mark.clause("9-1-sum")
@given(st.lists(st.tuples(amounts, st.integers(0, 24 * 3600 - 1)), min_size=2, max_size=6))
def test_the_loan_that_crosses_the_size_is_caught_in_every_order(loans):
    midnight = datetime(2026, 11, 22, 19, tzinfo=UTC)
    signed = sorted(
        (grant(amount, midnight + timedelta(seconds=at)) for amount, at in loans), key=lambda g: g.signed_at
    )
    total = Money(0)
    for place, one in enumerate(signed):
        total += one.amount
        cooling = cooling_off(one, signed[:place], LIMITS, one.signed_at)
        assert business_day(one.signed_at) == business_day(SIGNED)
        assert cooling.required is (total > SIZE and (place > 0 or one.amount > SIZE))


@given(grants(), st.lists(grants(), max_size=3), grants(), moments)
def test_another_loan_never_makes_the_money_come_sooner(one, others, more, now):
    without, with_it = (cooling_off(one, each, LIMITS, now) for each in (others, [*others, more]))
    assert with_it.over_at >= without.over_at
    assert with_it.consent_needed >= without.consent_needed


@given(grants(), st.lists(grants(), max_size=3), moments, st.none() | moments)
def test_what_lacks_its_consent_may_not_go_whatever_else_the_client_took(one, others, now, consent_at) -> None:
    """The short way of the work queue never holds back what the rule would let go."""
    if lacks_consent(one, LIMITS, consent_at):
        assert not money_may_go(cooling_off(one, others, LIMITS, now), consent_at, now)
