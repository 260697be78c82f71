"""Accounts by product: chosen by two for contracts to come, opened beside the standard ones, read by their meaning."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from nesie.foundation.ledger import actions, queries, rules
from nesie.foundation.ledger.models import Account, AccountSet
from nesie.foundation.ledger.rules import CHOSEN, AccountRef, Chart, Entry, credit, debit
from nesie.kernel.money import ZERO, Money

TODAY = date(2026, 11, 23)
ROLES = {account.code: account.chart for account in rules.ACCOUNTS}
STANDARD = {chart: chart.value for chart in CHOSEN}


def refused(field: str, kind: type[Exception], codes: dict[Chart, str], valid_from: date = date(2026, 12, 1)) -> None:
    with pytest.raises(kind) as caught:
        rules.check_choice(STANDARD | codes, ROLES, valid_from=valid_from, today=TODAY)
    assert caught.value.field == field  # type: ignore[attr-defined]  # every one is a Refused


def test_what_may_be_chosen() -> None:
    rules.check_choice(STANDARD, ROLES, valid_from=date(2026, 11, 24), today=TODAY)
    rules.check_choice(STANDARD | {Chart.INTEREST_INCOME: "6110.77"}, ROLES, valid_from=date(2026, 12, 1), today=TODAY)
    refused("valid_from", rules.AccountsTooEarly, {}, TODAY)
    refused("interest_income", rules.AccountCodeUnfit, {Chart.INTEREST_INCOME: "6110"})
    refused("interest_income", rules.AccountTaken, {Chart.INTEREST_INCOME: Chart.PENALTY_INCOME.value})
    refused("penalty_income", rules.AccountTaken, {Chart.INTEREST_INCOME: "6110.77", Chart.PENALTY_INCOME: "6110.77"})


def chosen(now: datetime) -> rules.AccountSet:
    """A set as two persons would have chosen it."""
    for chart, code in ((Chart.INTEREST_RECEIVABLE, "1270.77"), (Chart.INTEREST_INCOME, "6110.77")):
        standard = Account.objects.get(code=chart.value)
        standard.pk = code
        standard.role = chart.value
        standard.save(force_insert=True)
    codes = STANDARD | {Chart.INTEREST_RECEIVABLE: "1270.77", Chart.INTEREST_INCOME: "6110.77"}
    AccountSet.objects.create(
        product_code="short",
        valid_from=date(2026, 11, 1),
        decided_at=now,
        **{f"{chart.name.lower()}_id": code for chart, code in codes.items()},
    )
    found = queries.account_set("short", TODAY)
    assert found is not None
    return found


def test_an_entry_goes_to_the_accounts_chosen_and_is_read_by_its_meaning(db: None, now: datetime) -> None:
    loan, other = uuid4(), uuid4()
    accounts = chosen(now)

    def accrued(thing: object) -> Entry:
        lines = (
            *debit(Chart.INTEREST_RECEIVABLE, Money(9), thing),  # type: ignore[arg-type]
            *credit(Chart.INTEREST_INCOME, Money(9)),
        )
        return Entry(f"test:{thing}", lines, TODAY, "test.accrued", uuid4())

    plain, mapped = accrued(other), rules.under(accrued(loan), accounts)
    assert [line.account.code for line in mapped.lines] == ["1270.77", "6110.77"]
    assert rules.under(plain, None) == plain
    ids = actions.post_many([plain, mapped], now)
    assert queries.entry(ids[1]) == mapped
    assert queries.balances_by_sub(Chart.INTEREST_RECEIVABLE) == {loan: Money(9), other: Money(9)}
    assert queries.balance(AccountRef(Chart.INTEREST_RECEIVABLE.value, loan)) == Money(9)
    alone = AccountRef("6110.77", stands_for=Chart.INTEREST_INCOME)
    assert (queries.balance(AccountRef(Chart.INTEREST_INCOME.value)), queries.balance(alone)) == (Money(18), Money(9))
    rows = {row.code: row.balance for row in queries.trial_balance(TODAY).rows}
    assert (rows["6110.10"], rows["6110.77"]) == (Money(9), Money(9))
    assert queries.trial_balance(TODAY).difference == ZERO
    mirror = actions.reverse(ids[1], "test:undo", now)
    assert queries.entry(mirror).lines[0].account.code == "1270.77"
    assert queries.balance(AccountRef(Chart.INTEREST_RECEIVABLE.value, loan)) == ZERO


def test_a_set_serves_from_its_day_until_the_next(db: None, now: datetime) -> None:
    first = chosen(now)
    row = AccountSet.objects.get(id=first.id)
    row.pk, row.valid_from = None, date(2026, 12, 1)
    row.save()
    served = {day: queries.account_set("short", day) for day in (date(2026, 10, 31), date(2026, 11, 1), TODAY)}
    assert [found.id if found else None for found in served.values()] == [None, first.id, first.id]
    assert queries.account_set("short", date(2026, 12, 1)) not in (None, first)


def test_a_loan_keeps_the_accounts_of_its_contracts_day(db: None, now: datetime) -> None:
    accounts = chosen(now)
    early, loan, other = uuid4(), uuid4(), uuid4()
    actions.keep_accounts(early, "short", date(2026, 10, 31))
    actions.keep_accounts(loan, "short", TODAY)
    actions.keep_accounts(other, "instalment", TODAY)
    assert queries.accounts_of([early, loan, other]) == {loan: accounts}
    for thing in (early, loan, other):
        lines = (*debit(Chart.INTEREST_RECEIVABLE, Money(9), thing), *credit(Chart.INTEREST_INCOME, Money(9)))
        entry_id = actions.post(Entry(f"test:{thing}", lines, TODAY, "test.accrued", thing), now)
        codes = [line.account.code for line in queries.entry(entry_id).lines]
        assert codes == (["1270.77", "6110.77"] if thing == loan else ["1270.10", "6110.10"])
        assert actions.post(Entry(f"test:{thing}", lines, TODAY, "test.accrued", thing), now) == entry_id


def test_the_choice_is_never_changed(db: None, now: datetime) -> None:
    chosen(now)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        AccountSet.objects.update(valid_from=TODAY + timedelta(days=1))
