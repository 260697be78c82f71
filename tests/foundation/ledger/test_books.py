"""The books on real PostgreSQL: what the ledger does, as the application's role."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from nesie.foundation.ledger import actions, queries, rules
from nesie.foundation.ledger.models import Account, EntryLine
from nesie.foundation.ledger.rules import AccountRef, Chart, Entry, credit, debit
from nesie.kernel.actor import worker
from nesie.kernel.money import ZERO, Money

FUNDING = AccountRef(Chart.FUNDING.value)
DAY = date(2026, 11, 23)


def capital(amount: int, key: str = "first", on: date = DAY) -> Entry:
    return Entry(
        f"test:{key}",
        (*debit(Chart.FUNDING, Money(amount)), *credit(Chart.CHARTER_CAPITAL, Money(amount))),
        on,
        "capital.contributed",
        uuid4(),
    )


def payout(amount: int, key: str = "out", ref: UUID | None = None) -> Entry:
    ref = ref or uuid4()
    lines = (*debit(Chart.DISBURSEMENTS_IN_TRANSIT, Money(amount), ref), *credit(Chart.FUNDING, Money(amount)))
    return Entry(f"test:{key}", lines, DAY, "test.paid_out", ref)


class TestChart:
    def test_the_table_is_the_chart_of_the_rules(self, db: None) -> None:
        table = {row.code: (row.side, row.by_sub, row.may_overdraw, row.certainty) for row in Account.objects.all()}
        assert table == {
            it.code: (it.kind.side, it.sub is not rules.Sub.NOTHING, it.may_overdraw, it.certainty)
            for it in rules.ACCOUNTS
        }

    def test_no_code_claims_more_certainty_than_it_has(self) -> None:
        guessed = {account.certainty for account in rules.ACCOUNTS if account.kind.off_balance}
        others = {account.certainty for account in rules.ACCOUNTS if not account.kind.off_balance}
        assert (guessed, others) == ({rules.Certainty.UNKNOWN}, {rules.Certainty.RECALLED})


class TestPost:
    def test_an_entry_is_written_with_its_lines(self, db: None, now: datetime) -> None:
        entry = capital(1000)
        entry_id = actions.post(entry, now)
        assert queries.entry(entry_id) == entry
        assert queries.balance(FUNDING) == Money(1000)
        assert [view.entry for view in queries.entries_of(entry.ref)] == [entry]

    def test_the_same_key_and_lines_are_the_same_entry_even_on_another_day(self, db: None, now: datetime) -> None:
        entry = capital(1000)
        later = Entry(entry.key, entry.lines, DAY + timedelta(days=1), entry.description_code, entry.ref)
        assert actions.post(entry, now) == actions.post(later, now + timedelta(days=1))
        assert queries.balance(FUNDING) == Money(1000)

    def test_the_same_key_with_other_lines_is_refused(self, db: None, now: datetime) -> None:
        entry = capital(1000)
        actions.post(entry, now)
        other = Entry(entry.key, capital(1001).lines, DAY, entry.description_code, entry.ref)
        with pytest.raises(rules.EntryDiffers), transaction.atomic():
            actions.post(other, now)

    def test_a_reversal_undoes_an_entry_once(self, db: None, now: datetime) -> None:
        entry_id = actions.post(capital(1000), now)
        mirror = actions.reverse(entry_id, "test:undo", now)
        assert queries.balance(FUNDING) == ZERO
        assert queries.entries_of(queries.entry(entry_id).ref)[1].reverses == entry_id
        with pytest.raises(rules.AlreadyReversed), transaction.atomic():
            actions.reverse(entry_id, "test:undo-again", now)
        with pytest.raises(rules.AlreadyReversed), transaction.atomic():
            actions.reverse(mirror, "test:undo-the-undoing", now)

    def test_an_account_that_may_not_be_overdrawn_is_not(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        with pytest.raises(rules.Overdrawn), transaction.atomic():
            actions.post(payout(1001), now)
        actions.post(payout(1000), now)
        assert queries.balance(FUNDING) == ZERO

    def test_balances_by_thing_name_what_is_stuck(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        stuck = uuid4()
        actions.post(payout(300, ref=stuck), now)
        assert queries.balances_by_sub(Chart.DISBURSEMENTS_IN_TRANSIT) == {stuck: Money(300)}
        account = AccountRef(Chart.DISBURSEMENTS_IN_TRANSIT.value, stuck)
        assert queries.balance(account, DAY) == Money(300)
        assert [(line.description_code, line.debit) for line in queries.lines_on(account)] == [
            ("test.paid_out", Money(300))
        ]


class TestPostMany:
    def test_many_entries_are_written_as_one_by_one(self, db: None, now: datetime) -> None:
        entries = [capital(1000), payout(300), payout(200, "second"), capital(5, "later")]
        ids = actions.post_many(entries, now)
        assert [queries.entry(one) for one in ids] == entries
        assert queries.available(FUNDING) == Money(505)

    def test_those_that_exist_are_only_returned(self, db: None, now: datetime) -> None:
        entries = [capital(1000), payout(300), payout(200, "second")]
        first = actions.post(entries[0], now)
        ids = actions.post_many([*reversed(entries), entries[0]], now)
        assert (ids[2], ids[3]) == (first, first)
        assert actions.post_many(list(reversed(entries)), now) == ids[:3]
        assert queries.available(FUNDING) == Money(500)
        assert actions.post_many([], now) == ()

    def test_one_that_differs_or_may_not_be_refuses_all(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        with pytest.raises(rules.EntryDiffers), transaction.atomic():
            actions.post_many([payout(300), capital(1001)], now)
        with pytest.raises(rules.Overdrawn), transaction.atomic():
            actions.post_many([payout(300), payout(701, "second")], now)
        assert queries.available(FUNDING) == Money(1000)


class TestOffBalance:
    def test_what_is_off_the_balance_sheet_balances_by_itself(self, db: None, now: datetime) -> None:
        loan = uuid4()
        lost = (
            *debit(Chart.CREDIT_LOSSES, Money(70)),
            *credit(Chart.PRINCIPAL_RECEIVABLE, Money(70), loan),
            *debit(Chart.WRITTEN_OFF_PRINCIPAL, Money(70), loan),
            *credit(Chart.OFF_BALANCE_CONTRA, Money(70)),
        )
        actions.post(Entry("test:lost", lost, DAY, "test.lost", loan), now)
        assert queries.balance(AccountRef(Chart.WRITTEN_OFF_PRINCIPAL.value, loan)) == Money(70)
        with pytest.raises(ValueError, match="does not balance"):
            Entry("test:mixed", (lost[1], lost[2]), DAY, "test.mixed", loan)


class TestValueDay:
    def test_an_effect_of_a_closed_month_is_booked_on_an_open_day_and_keeps_its_own(
        self, db: None, now: datetime
    ) -> None:
        close(date(2026, 10, 31), now)
        entry = rules.on_open_day(capital(10, on=date(2026, 10, 7)), queries.last_closed_month())
        with transaction.atomic():
            entry_id = actions.post(entry, now)
            undone = actions.reverse(entry_id, "test:undo", now, value_on=date(2026, 10, 7))
        for written in (queries.entry(entry_id), queries.entry(undone)):
            assert (written.effective_on, written.belongs_on) == (date(2026, 11, 1), date(2026, 10, 7))
        assert [line.belongs_on.day for line in queries.lines_on(FUNDING)] == [7, 7]

    def test_an_effect_of_an_open_month_is_booked_on_its_day(self, db: None, now: datetime) -> None:
        entry = capital(10, on=date(2026, 10, 7))
        assert rules.on_open_day(entry, None) == entry
        assert rules.on_open_day(entry, date(2026, 9, 30)) == entry
        assert queries.entry(actions.post(entry, now)).value_on is None


class TestHold:
    def test_held_money_cannot_be_taken_by_another(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        hold_id = actions.hold(FUNDING, Money(700), "test:hold", now)
        assert actions.hold(FUNDING, Money(700), "test:hold", now) == hold_id
        assert (queries.balance(FUNDING), queries.available(FUNDING)) == (Money(1000), Money(300))
        with pytest.raises(rules.Overdrawn), transaction.atomic():
            actions.post(payout(301), now)
        with pytest.raises(rules.Overdrawn), transaction.atomic():
            actions.hold(FUNDING, Money(301), "test:second", now)

    def test_a_hold_on_nothing_is_refused(self, db: None, now: datetime) -> None:
        with pytest.raises(rules.Overdrawn), transaction.atomic():
            actions.hold(FUNDING, Money(1), "test:hold", now)

    def test_the_same_key_for_another_amount_is_refused(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        actions.hold(FUNDING, Money(700), "test:hold", now)
        with pytest.raises(rules.EntryDiffers):
            actions.hold(FUNDING, Money(701), "test:hold", now)

    def test_posting_takes_the_held_money_once(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        hold_id = actions.hold(FUNDING, Money(1000), "test:hold", now)
        entry = payout(1000)
        entry_id = actions.post_hold(hold_id, entry, now)
        assert actions.post_hold(hold_id, entry, now) == entry_id
        assert (queries.balance(FUNDING), queries.available(FUNDING)) == (ZERO, ZERO)
        with pytest.raises(rules.HoldEnded):
            actions.void_hold(hold_id, now)
        with pytest.raises(rules.HoldEnded):
            actions.post_hold(hold_id, payout(1000, key="other", ref=entry.ref), now)

    def test_voiding_gives_the_money_back_once(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        hold_id = actions.hold(FUNDING, Money(1000), "test:hold", now)
        actions.void_hold(hold_id, now)
        actions.void_hold(hold_id, now)
        assert queries.available(FUNDING) == Money(1000)
        with pytest.raises(rules.HoldEnded):
            actions.post_hold(hold_id, payout(1000), now)

    def test_an_entry_for_another_sum_does_not_post_the_hold(self, db: None, now: datetime) -> None:
        actions.post(capital(1000), now)
        hold_id = actions.hold(FUNDING, Money(1000), "test:hold", now)
        with pytest.raises(rules.HoldMismatch):
            actions.post_hold(hold_id, payout(999), now)


class TestTrialBalance:
    def test_it_is_true_for_any_day_before_and_after_a_month_closes(self, db: None, now: datetime) -> None:
        with transaction.atomic():
            actions.post(capital(1000, "september", date(2026, 9, 10)), now)
            actions.post(capital(200, "october", date(2026, 10, 31)), now)
            actions.post(capital(30, "november", date(2026, 11, 1)), now)
        days = [date(2026, 9, 9), date(2026, 9, 10), date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)]
        before = [queries.trial_balance(day) for day in days]
        close(date(2026, 9, 30), now)
        close(date(2026, 10, 31), now)
        assert [queries.trial_balance(day) for day in days] == before
        assert [funding(balance) for balance in before] == [0, 1000, 1000, 1200, 1230]
        assert all(balance.difference == ZERO for balance in before)

    def test_a_closed_month_takes_no_entry_even_from_the_owner(self, db: None, now: datetime) -> None:
        close(date(2026, 10, 31), now)
        with pytest.raises(rules.PeriodClosed), transaction.atomic():
            actions.post(capital(1, on=date(2026, 10, 31)), now)
        with transaction.atomic():
            actions.post(capital(1, on=date(2026, 11, 1)), now)

    def test_months_close_in_order_and_only_when_over(self, db: None, now: datetime) -> None:
        close(date(2026, 9, 30), now)
        for wrong in (date(2026, 9, 30), date(2026, 11, 30), date(2026, 10, 30)):
            with pytest.raises(rules.MonthNotClosable), transaction.atomic(), actions_refusals():
                close_row(wrong, now)
        assert rules.check_month(date(2026, 10, 5), last_closed=date(2026, 9, 30), today=DAY) == date(2026, 10, 31)
        for month, last in ((date(2026, 11, 1), date(2026, 10, 31)), (date(2026, 10, 1), date(2026, 8, 31))):
            with pytest.raises(rules.MonthNotClosable):
                rules.check_month(month, last_closed=last, today=DAY)

    def test_a_month_does_not_close_under_a_posting_in_flight(self, fresh_db: object, now: datetime) -> None:
        """The closing waits for the posting, and its balances hold what the posting wrote."""
        written, finished = threading.Event(), threading.Event()

        def post_slowly() -> None:
            with transaction.atomic():
                actions.post(capital(500, on=date(2026, 10, 31)), now)
                written.set()
                finished.wait(1)
            connection.close()

        poster = threading.Thread(target=post_slowly)
        poster.start()
        assert written.wait(10)
        closer = threading.Thread(target=lambda: (close(date(2026, 10, 31), now), connection.close()))
        closer.start()
        closer.join(0.2)
        assert closer.is_alive()
        finished.set()
        poster.join(10)
        closer.join(10)
        assert not closer.is_alive()
        assert funding(queries.trial_balance(DAY)) == 500


class TestConcurrency:
    def test_forty_postings_of_one_key_are_one_entry_and_of_forty_keys_are_forty(
        self, fresh_db: object, now: datetime
    ) -> None:
        same = capital(7, "same")
        each = [capital(11, f"each-{number}") for number in range(40)]
        ids: list[UUID] = []

        def run(mine: list[Entry]) -> None:
            for entry in mine:
                with transaction.atomic():
                    ids.append(actions.post(same, now))
                    actions.post(entry, now)
            connection.close()

        threads = [threading.Thread(target=run, args=(each[part::4],)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(ids) == 40
        assert len(set(ids)) == 1
        assert queries.balance(FUNDING) == Money(7 + 40 * 11)
        assert EntryLine.objects.count() == 82

    def test_receipts_and_refunds_at_once_on_one_bank_account_wait_for_each_other_and_never_for_ever(
        self, fresh_db: object, now: datetime
    ) -> None:
        """Each takes the lender's account and its contract's in an order of its own; sums are exact to the tiyn."""
        contracts = [uuid4() for _ in range(5)]
        with transaction.atomic():
            actions.post(capital(1_000), now)
        failures: list[BaseException] = []

        def receipt(session: int, number: int) -> list[Entry]:
            contract = contracts[number % len(contracts)]
            money = Money(100 + number)
            received = (
                *debit(Chart.FUNDING, money),
                *credit(Chart.RECEIPTS_UNALLOCATED, money, contract),
            )
            back = tuple(line.mirrored() for line in received)[:: 1 if number % 2 else -1]
            key = f"{session}:{number}"
            return [
                Entry(f"test:in:{key}", received[:: -1 if number % 2 else 1], DAY, "test.received", contract),
                Entry(f"test:out:{key}", back, DAY, "test.returned", contract),
                Entry(f"test:again:{key}", received, DAY, "test.received", contract),
            ]

        def run(session: int) -> None:
            try:
                for number in range(25):
                    with transaction.atomic():
                        if number % 3:
                            actions.post_many(receipt(session, number), now)
                        else:
                            for entry in receipt(session, number):
                                actions.post(entry, now)
            except BaseException as failure:
                failures.append(failure)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(session,)) for session in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert failures == []
        assert queries.balance(FUNDING) == Money(1_000 + 8 * sum(100 + number for number in range(25)))
        assert sum(money.tiyn for money in queries.balances_by_sub(Chart.RECEIPTS_UNALLOCATED).values()) == 8 * sum(
            100 + number for number in range(25)
        )
        for contract, money in queries.balances_by_sub(Chart.RECEIPTS_UNALLOCATED).items():
            assert queries.available(AccountRef(Chart.RECEIPTS_UNALLOCATED.value, contract)) == money


class TestCapital:
    def test_it_is_recorded_once(self, db: None, now: datetime) -> None:
        first = actions.contribute_capital(worker(), now, amount=Money.tenge(100), key="demo")
        assert actions.contribute_capital(worker(), now, amount=Money.tenge(100), key="demo") == first
        assert queries.available(FUNDING) == Money.tenge(100)


def funding(balance: rules.TrialBalance) -> int:
    return next(row.balance.tiyn for row in balance.rows if row.code == Chart.FUNDING.value)


def close_row(end: date, now: datetime) -> None:
    from nesie.foundation.ledger.models import ClosedMonth

    ClosedMonth.objects.create(last_day=end, closed_at=now)


def close(end: date, now: datetime) -> None:
    with transaction.atomic():
        close_row(end, now)


def actions_refusals():  # type: ignore[no-untyped-def]  # a context manager of the room under test
    from nesie.foundation.ledger.actions.post import refusals

    return refusals()
