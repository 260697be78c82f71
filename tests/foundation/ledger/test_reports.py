"""What an accountant asks of the books: any day, as known then, turnovers, the journal, months, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from nesie.foundation.ledger import actions, queries, rules
from nesie.foundation.ledger.gateways import Wiring
from nesie.foundation.ledger.models import ClosedMonth
from nesie.foundation.ledger.rules import AccountRef, Chart, Entry, Extract, JournalFilter, Obstacle, credit, debit
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound

FUNDING = AccountRef(Chart.FUNDING.value)
AN_HOUR = timedelta(hours=1)


def capital(amount: int, on: date, key: str = "", about: UUID | None = None) -> Entry:
    lines = (*debit(Chart.FUNDING, Money(amount)), *credit(Chart.CHARTER_CAPITAL, Money(amount)))
    return Entry(f"test:{key or amount}", lines, on, "capital.contributed", about or uuid4())


def lent(amount: int, on: date, loan: UUID) -> Entry:
    lines = (*debit(Chart.PRINCIPAL_RECEIVABLE, Money(amount), loan), *credit(Chart.CHARTER_CAPITAL, Money(amount)))
    return Entry(f"test:lent:{amount}", lines, on, "test.lent", uuid4())


def close(end: date, now: datetime) -> None:
    with transaction.atomic():
        ClosedMonth.objects.create(last_day=end, closed_at=now)


def of(rows: tuple[rules.Turnover, ...], chart: Chart) -> rules.Turnover:
    return next(row for row in rows if row.code == chart.value)


class TestTrialBalance:
    def test_it_can_be_read_as_it_was_known_at_a_moment(self, db: None, now: datetime) -> None:
        day = date(2026, 10, 7)
        with transaction.atomic():
            actions.post(capital(100, day), now)
            actions.post(capital(20, day), now + AN_HOUR)
        close(date(2026, 10, 31), now + 2 * AN_HOUR)
        late = rules.on_open_day(capital(3, day), queries.last_closed_month())
        with transaction.atomic():
            actions.post(late, now + 3 * AN_HOUR)

        def known(on: date, hours: int) -> int:
            rows = queries.trial_balance(on, known_at=now + hours * AN_HOUR).rows
            return next(row.balance.tiyn for row in rows if row.code == Chart.FUNDING.value)

        assert [known(day, hours) for hours in (-1, 0, 1, 3)] == [0, 100, 120, 120]
        assert [known(date(2026, 11, 30), hours) for hours in (0, 1, 2, 3)] == [100, 120, 120, 123]
        assert queries.trial_balance(date(2026, 11, 30)) == queries.trial_balance(
            date(2026, 11, 30), known_at=now + 3 * AN_HOUR
        )

    def test_turnovers_of_a_period_lead_from_the_opening_to_the_closing_balance(self, db: None, now: datetime) -> None:
        loan = uuid4()
        actions.post_many([capital(500, date(2026, 9, 30)), lent(40, date(2026, 10, 1), loan)], now)
        actions.post(lent(2, date(2026, 11, 1), loan), now)
        found = queries.turnovers(date(2026, 10, 1), date(2026, 10, 31))
        funding, capital_row = of(found.rows, Chart.FUNDING), of(found.rows, Chart.CHARTER_CAPITAL)
        assert (funding.opening, funding.debit, funding.credit, funding.closing) == (Money(500), ZERO, ZERO, Money(500))
        assert (capital_row.opening, capital_row.credit, capital_row.closing) == (Money(500), Money(40), Money(540))
        assert (found.debit, found.credit, found.difference) == (Money(40), Money(40), ZERO)
        with pytest.raises(rules.PeriodBackwards):
            queries.turnovers(date(2026, 10, 2), date(2026, 10, 1))


class TestJournal:
    def test_it_is_searched_and_read_page_by_page(self, db: None, now: datetime) -> None:
        loan, about = uuid4(), uuid4()
        first = actions.post(capital(1, date(2026, 11, 1), about=about), now)
        second = actions.post(lent(7, date(2026, 11, 20), loan), now + AN_HOUR)
        third = actions.post(capital(2, date(2026, 11, 21)), now + AN_HOUR)

        def ids(**wanted: object) -> set[UUID]:
            return {one.id for one in queries.journal(JournalFilter(**wanted), limit=10)[0]}  # type: ignore[arg-type]

        assert ids() == {first, second, third}
        assert (
            ids(account=Chart.PRINCIPAL_RECEIVABLE.value) == ids(about=loan) == ids(description="test.lent") == {second}
        )
        assert ids(about=about) == {first}
        assert ids(first=date(2026, 11, 20)) == {second, third}
        assert ids(last=date(2026, 11, 1)) == {first}
        assert ids(backdated=True) == set()
        page, more = queries.journal(JournalFilter(), limit=2)
        rest, over = queries.journal(JournalFilter(), limit=2, after=page[-1].id)
        assert ([one.id for one in (*page, *rest)][-1], more, over) == (first, True, False)
        assert {one.id for one in (*page, *rest)} == {first, second, third}

    def test_an_entry_shows_its_lines_by_page_and_its_mirror(self, db: None, now: datetime) -> None:
        loan = uuid4()
        entry_id = actions.post(lent(7, date(2026, 11, 20), loan), now)
        mirror = actions.reverse(entry_id, "test:undo", now)
        assert queries.entry_view(entry_id).reversed_by == mirror
        assert queries.entry_view(mirror).reverses == entry_id
        page = queries.entry_lines(entry_id, limit=1)
        assert (page.lines[0].account.sub, page.lines[0].debit, page.more) == (loan, Money(7), True)
        assert queries.entry_lines(entry_id, limit=5, after=1).lines[0].credit == Money(7)
        assert len(queries.entry_lines(entry_id, limit=5, sub=loan).lines) == 1
        with pytest.raises(NotFound):
            queries.entry_view(uuid4())  # type: ignore[arg-type]

    def test_an_account_shows_what_each_entry_moved_on_it(self, db: None, now: datetime) -> None:
        loan, other = uuid4(), uuid4()
        lines = (
            *debit(Chart.INTEREST_RECEIVABLE, Money(3), loan),
            *debit(Chart.INTEREST_RECEIVABLE, Money(4), other),
            *credit(Chart.INTEREST_INCOME, Money(7)),
        )
        actions.post(Entry("test:many", lines, date(2026, 11, 2), "test.many", uuid4()), now)
        actions.post(
            Entry("test:one", lines[:1] + credit(Chart.INTEREST_INCOME, Money(3)), date(2026, 11, 3), "x", loan), now
        )
        found, more = queries.account_lines(
            Chart.INTEREST_RECEIVABLE.value, date(2026, 11, 1), date(2026, 11, 30), limit=10
        )
        assert [(one.debit, one.credit, one.sub) for one in found] == [(Money(3), ZERO, loan), (Money(7), ZERO, None)]
        assert not more


class Stands:
    """A later stage that names what stands in the way."""

    def __init__(self, *found: Obstacle) -> None:
        self.found = found

    def obstacles(self, last_day: date) -> tuple[Obstacle, ...]:
        return self.found


@pytest.fixture
def readiness() -> Iterator[None]:
    before = Wiring.readiness, Wiring.parts
    Wiring.parts = ()
    yield
    Wiring.readiness, Wiring.parts = before


class TestMonths:
    def test_the_next_month_is_shown_before_it_closes(self, db: None, now: datetime, readiness: None) -> None:
        Wiring.readiness = ()
        assert queries.preview_close(date(2026, 11, 23)) is None
        actions.post(capital(5, date(2026, 10, 7)), now)
        preview = queries.preview_close(date(2026, 11, 23))
        assert preview is not None
        assert (preview.last_day, preview.ready, preview.entries, preview.backdated) == (date(2026, 10, 31), True, 1, 0)
        assert preview.turnovers.debit == Money(5)
        early = queries.preview_close(date(2026, 10, 31))
        assert early is not None
        assert early.obstacles == (Obstacle.NOT_OVER,)

    def test_what_later_stages_say_stands_in_the_way(self, db: None, now: datetime, readiness: None) -> None:
        actions.post(capital(5, date(2026, 10, 7)), now)
        Wiring.readiness = (Stands(), Stands(Obstacle.DAY_CLOSE_BEHIND))
        assert queries.obstacles(date(2026, 10, 31), date(2026, 11, 23)) == (Obstacle.DAY_CLOSE_BEHIND,)
        with pytest.raises(rules.MonthNotReady):
            rules.check_ready(queries.obstacles(date(2026, 10, 31), date(2026, 11, 23)))
        with pytest.raises(rules.MonthNotClosable):
            rules.check_ready((Obstacle.NOT_OVER,))


class TestExtracts:
    def rows(self, extract: Extract) -> list[dict[str, str]]:
        text = b"".join(queries.extract_csv(extract, date(2026, 11, 1), date(2026, 11, 30))).decode()
        return list(csv.DictReader(io.StringIO(text)))

    def test_the_journal_the_trial_balance_and_the_balances(self, db: None, now: datetime) -> None:
        loan = uuid4()
        actions.post(capital(500_05, date(2026, 10, 31)), now)
        entry_id = actions.post(lent(70_00, date(2026, 11, 2), loan), now)
        journal = self.rows(Extract.JOURNAL)
        assert [(row["account"], row["kept_by"], row["debit"], row["credit"]) for row in journal] == [
            (Chart.PRINCIPAL_RECEIVABLE.value, str(loan), "70.00", "0.00"),
            (Chart.CHARTER_CAPITAL.value, "", "0.00", "70.00"),
        ]
        assert {row["entry_id"] for row in journal} == {str(entry_id)}
        trial = {row["account"]: row for row in self.rows(Extract.TRIAL_BALANCE)}
        equity = trial[Chart.CHARTER_CAPITAL.value]
        assert (equity["opening"], equity["credit"], equity["closing"]) == ("500.05", "70.00", "570.05")
        assert {(row["account"], row["balance"]) for row in self.rows(Extract.BALANCES)} == {
            (Chart.FUNDING.value, "500.05"),
            (Chart.PRINCIPAL_RECEIVABLE.value, "70.00"),
            (Chart.CHARTER_CAPITAL.value, "570.05"),
        }

    def test_columns_are_those_promised(self, db: None) -> None:
        for extract in Extract:
            text = b"".join(queries.extract_csv(extract, date(2026, 11, 1), date(2026, 11, 30))).decode()
            assert next(csv.reader(io.StringIO(text))) == [name for name, _ in queries.COLUMNS[extract]]
