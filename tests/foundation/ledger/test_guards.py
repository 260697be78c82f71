"""The database refuses by itself, whoever asks: the application's role by privilege, the owner by trigger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from nesie.foundation.ledger import actions
from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
from nesie.kernel.money import Money

OwnerSql = Callable[..., list[tuple[Any, ...]]]
TABLES = ["ledger_account", "ledger_entry", "ledger_entryline", "ledger_hold", "ledger_holdend", "ledger_closedmonth"]
DERIVED = ["ledger_balance", "ledger_monthbalance"]

ENTRY = """
WITH e AS (
  INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at, line_count,
                            amount_tiyn, fingerprint, reverses_id)
  VALUES (gen_random_uuid(), gen_random_uuid()::text, 'test', gen_random_uuid(), '2026-11-23', '{value}', now(),
          {count}, {amount}, '', {reverses}) RETURNING id
)
INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on)
SELECT e.id, v.n, v.a, v.s::uuid, v.d, v.c, '{on}' FROM e, (VALUES {lines}) AS v(n, a, s, d, c)
"""
FAIR = "(1, '1030.10', NULL, 100, 0), (2, '5030.10', NULL, 0, 100)"


def entry(
    lines: str = FAIR,
    count: int = 2,
    amount: int = 100,
    on: str = "2026-11-23",
    reverses: str = "NULL",
    value: str = "2026-11-23",
) -> str:
    return ENTRY.format(lines=lines, count=count, amount=amount, on=on, reverses=reverses, value=value)


@pytest.fixture
def posted(fresh_db: object, now: datetime) -> None:
    lines = (*debit(Chart.FUNDING, Money(100)), *credit(Chart.CHARTER_CAPITAL, Money(100)))
    with transaction.atomic():
        actions.post(Entry("test:posted", lines, date(2026, 11, 23), "test", uuid4()), now)


@pytest.fixture(scope="module")
def standing(standing_db: Any, now: datetime) -> None:
    """An entry that stands."""
    lines = (*debit(Chart.FUNDING, Money(100)), *credit(Chart.CHARTER_CAPITAL, Money(100)))
    with transaction.atomic():
        actions.post(Entry("test:posted", lines, date(2026, 11, 23), "test", uuid4()), now)


@pytest.fixture
def owner(standing_db: Any) -> Iterator[psycopg.Connection]:
    """A new session of the owner."""
    with psycopg.connect(standing_db.owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def application(standing_db: Any) -> Iterator[psycopg.Connection]:
    """A new session of the application's role."""
    with psycopg.connect(standing_db.url, autocommit=True) as connection:
        yield connection


class TestWhatIsWritten:
    def test_a_fair_entry_passes(self, owner_sql: OwnerSql) -> None:
        owner_sql(entry())
        assert owner_sql("SELECT count(*) FROM ledger_entryline") == [(2,)]

    @pytest.mark.parametrize(
        "statement",
        [
            entry("(1, '1030.10', NULL, 100, 0), (2, '5030.10', NULL, 0, 99)"),
            entry(amount=99),
            entry("(1, '1030.10', NULL, 100, 0)", count=2),
            entry("(1, '1030.10', NULL, 100, 0), (3, '5030.10', NULL, 0, 100)"),
            entry("(1, '1030.10', NULL, 100, 0), (2, '5030.10', NULL, 0, 60), (3, '5030.10', NULL, 0, 40)"),
            entry("(1, '1030.10', NULL, 100, 100), (2, '5030.10', NULL, 100, 100)"),
            entry("(1, '1030.10', NULL, -100, 0), (2, '5030.10', NULL, 0, -100)", amount=-100),
            entry("(1, '9999.99', NULL, 100, 0), (2, '5030.10', NULL, 0, 100)"),
            entry("(1, '1110.10', NULL, 100, 0), (2, '5030.10', NULL, 0, 100)"),
            entry(f"(1, '1030.10', '{uuid4()}', 100, 0), (2, '5030.10', NULL, 0, 100)"),
            entry("(1, '5030.10', NULL, 100, 0), (2, '1030.10', NULL, 0, 100)"),
            entry(on="2026-11-24"),
            entry(reverses="gen_random_uuid()"),
            entry("(1, '1030.10', NULL, 100, 0)", count=1),
            entry("(1, '1030.10', NULL, 100, 0), (2, '9900.10', NULL, 0, 100)"),
            entry(value="2026-11-24"),
            entry(value="2026-11-22"),
        ],
        ids=[
            "unbalanced",
            "another amount",
            "line missing",
            "number missing",
            "line too many",
            "both sides",
            "negative",
            "no such account",
            "loan account of no loan",
            "plain account of a thing",
            "overdrawn",
            "another day",
            "reversal of nothing",
            "one line only",
            "off the balance sheet against on it",
            "booked before its own day",
            "booked on another day while its own is open",
        ],
    )
    def test_anything_else_is_refused(self, owner: psycopg.Connection, statement: LiteralString) -> None:
        with pytest.raises(psycopg.errors.IntegrityError):
            owner.execute(statement)
        assert owner.execute("SELECT count(*) FROM ledger_entry").fetchall() == [(0,)]

    def test_an_entry_without_lines_is_refused(self, owner_sql: OwnerSql) -> None:
        with pytest.raises(psycopg.errors.CheckViolation):
            owner_sql(
                "INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at,"
                " line_count, amount_tiyn, fingerprint)"
                " VALUES (gen_random_uuid(), 'x', 'x', gen_random_uuid(), now(), now(), now(), 2, 1, '')"
            )

    @pytest.mark.parametrize("first", [1, 3])
    def test_lines_cannot_be_added_later_even_balanced(self, posted: None, owner_sql: OwnerSql, first: int) -> None:
        with pytest.raises(psycopg.errors.IntegrityError):
            owner_sql(
                "INSERT INTO ledger_entryline (entry_id, number, account_id, debit_tiyn, credit_tiyn, effective_on)"
                f" SELECT id, v.n, v.a, v.d, v.c, effective_on FROM ledger_entry, (VALUES ({first}, '1030.10', 100, 0),"
                f" ({first + 1}, '5030.10', 0, 100)) AS v(n, a, d, c)"
            )

    def test_a_reversal_that_is_no_mirror_is_refused(self, posted: None, owner_sql: OwnerSql) -> None:
        [(original,)] = owner_sql("SELECT id FROM ledger_entry")
        unlike = "(1, '5030.10', NULL, 100, 0), (2, '1030.10', NULL, 0, 100)"  # balanced, but not line by line
        with pytest.raises(psycopg.errors.CheckViolation):
            owner_sql(entry(unlike, reverses=f"'{original}'"))


@pytest.mark.usefixtures("standing")
class TestWhatStands:
    @pytest.mark.parametrize("table", [*TABLES, *DERIVED])
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_the_owner_cannot_delete(self, owner: psycopg.Connection, table: str, statement: LiteralString) -> None:
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(statement.format(table))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_entry SET amount_tiyn = 1",
            "UPDATE ledger_entryline SET debit_tiyn = debit_tiyn + 1",
            "UPDATE ledger_account SET may_overdraw = true",
            "UPDATE ledger_balance SET settled_tiyn = 1000000",
            "INSERT INTO ledger_balance (account_id, settled_tiyn, held_tiyn) VALUES ('5030.10', 1, 0)",
            "UPDATE ledger_closedmonth SET last_day = '2020-01-31'",
        ],
    )
    def test_the_owner_cannot_change(self, owner: psycopg.Connection, statement: LiteralString) -> None:
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(statement)

    @pytest.mark.parametrize("table", [*TABLES, *DERIVED])
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {} = {}"])
    def test_the_application_has_no_right_to(
        self, application: psycopg.Connection, table: str, statement: LiteralString
    ) -> None:
        columns = {"ledger_entryline": "number", "ledger_account": "code", "ledger_holdend": "hold_id"}
        columns |= {"ledger_closedmonth": "last_day", "ledger_monthbalance": "month_id"}
        column = columns.get(table, "id")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement.format(table, column, column))

    @pytest.mark.parametrize("table", DERIVED)
    def test_the_application_cannot_write_derived_rows(
        self, application: psycopg.Connection, table: LiteralString
    ) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(f"INSERT INTO {table} DEFAULT VALUES")

    def test_nor_by_the_function_the_triggers_use(self, application: psycopg.Connection) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("SELECT ledger_add_settled('1030.10', NULL, 1)")
