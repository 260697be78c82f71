"""Rules of the ledger over any entries: what balances, what is undone, and that the database says the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nesie.foundation.ledger import actions, queries, rules
from nesie.foundation.ledger.rules import ACCOUNTS, AccountRef, Chart, Entry, Line, Sub, credit, debit
from nesie.kernel.money import ZERO, Money
from tests.examples import examples

THINGS = [uuid4() for _ in range(3)]
OPEN = [account for account in ACCOUNTS if account.may_overdraw]
DAYS = st.dates(date(2026, 9, 1), date(2026, 12, 31))
NUMBERS = count()


@st.composite
def refs(draw: st.DrawFn, *, off_balance: bool) -> AccountRef:
    account = draw(st.sampled_from([one for one in OPEN if one.kind.off_balance is off_balance]))
    sub = None if account.sub is Sub.NOTHING else draw(st.sampled_from(THINGS))
    return AccountRef(account.code, sub)


@st.composite
def sheets(draw: st.DrawFn, *, off_balance: bool) -> tuple[Line, ...]:
    """Debits and credits cut from the same sum."""
    amounts = draw(st.lists(st.integers(1, 10**12), min_size=1, max_size=4))
    cut = draw(st.integers(1, sum(amounts)))
    credits = [amount for amount in (cut, sum(amounts) - cut) if amount]
    place = refs(off_balance=off_balance)
    return (
        *(Line(draw(place), debit=Money(amount)) for amount in amounts),
        *(Line(draw(place), credit=Money(amount)) for amount in credits),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    lines = draw(sheets(off_balance=False))
    if draw(st.booleans()):
        lines += draw(sheets(off_balance=True))
    return Entry(f"any:{next(NUMBERS)}:{uuid4()}", lines, draw(DAYS), "test.any", draw(st.sampled_from(THINGS)))


@given(entry=entries(), by=st.integers(1, 10**6), which=st.integers(0, 100))
def test_one_tiyn_more_on_one_line_and_it_does_not_balance(entry: Entry, by: int, which: int) -> None:
    line = entry.lines[which % len(entry.lines)]
    more = (
        Line(line.account, line.debit + Money(by), ZERO)
        if line.debit
        else Line(line.account, ZERO, line.credit + Money(by))
    )
    lines = (*(one for one in entry.lines if one is not line), more)
    with pytest.raises(ValueError, match="does not balance"):
        Entry(entry.key, lines, entry.effective_on, "test.any", entry.ref)


@given(entry=entries(), on=DAYS, closed=st.none() | DAYS.map(rules.month_end))
def test_a_mirror_undoes_every_account_and_lands_on_an_open_day(entry: Entry, on: date, closed: date | None) -> None:
    mirror = rules.reversal(entry, key="mirror", on=on, last_closed=closed)
    net = rules.net_by_account((*entry.lines, *mirror.lines))
    assert set(net.values()) == {ZERO}
    assert mirror.belongs_on == on
    assert closed is None or mirror.effective_on > closed
    assert (mirror.value_on is None) == (closed is None or on > closed)
    assert rules.on_open_day(mirror, closed) == mirror  # asking twice changes nothing


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(entries(), min_size=1, max_size=6), again=st.integers(0, 10))
def test_the_database_keeps_exactly_what_was_posted_on_any_day(
    db: None, now: datetime, many: list[Entry], again: int
) -> None:
    with transaction.atomic():
        actions.post_many(many[: again % len(many)], now)
        ids = actions.post_many(many, now)
        assert [queries.entry(one) for one in ids] == many
        for on in {entry.effective_on for entry in many} | {date(2026, 8, 31)}:
            expected = balances([entry for entry in many if entry.effective_on <= on])
            rows = {row.code: row.debit - row.credit for row in queries.trial_balance(on).rows}
            assert {code: net for code, net in rows.items() if net} == expected
            assert queries.trial_balance(on).difference == ZERO
        for account, net in rules.net_by_account(line for entry in many for line in entry.lines).items():
            assert queries.balance(account) == (net if account.side is rules.Side.DEBIT else -net)
        transaction.set_rollback(True)


def balances(posted: list[Entry]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for account, net in rules.net_by_account(line for entry in posted for line in entry.lines).items():
        sums[account.code] = sums.get(account.code, ZERO) + net
    return {code: net for code, net in sums.items() if net}


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.integers(-50, 60), min_size=1, max_size=12))
def test_an_account_that_may_not_be_overdrawn_never_is(db: None, now: datetime, moves: list[int]) -> None:
    contract = UUID(int=7)
    account = AccountRef(Chart.RECEIPTS_UNALLOCATED.value, contract)
    stands = 0
    with transaction.atomic():
        for move in filter(None, moves):
            money = Money(abs(move))
            into = (*debit(Chart.CHARTER_CAPITAL, money), *credit(Chart.RECEIPTS_UNALLOCATED, money, contract))
            lines = into if move > 0 else tuple(line.mirrored() for line in into)
            entry = Entry(f"move:{uuid4()}", lines, now.date() - timedelta(days=1), "test.move", contract)
            try:
                with transaction.atomic():
                    actions.post(entry, now)
            except rules.Overdrawn:
                assert stands + move < 0
            else:
                stands += move
                assert stands >= 0
            assert queries.available(account) == queries.balance(account) == Money(stands)
        transaction.set_rollback(True)
