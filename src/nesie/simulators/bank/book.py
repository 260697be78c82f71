"""The bank's book: accounts, payment orders, the statement. All amounts in tiyn, all moments UTC."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from nesie.kernel.money import Money
from nesie.simulators.people import BUSINESSES, ORGANISATION, PEOPLE
from nesie.simulators.stage import KeyReused, Stage

ALMATY = timezone(timedelta(hours=5))
LENDER_OPENING = Money.tenge(500_000_000)
PERSON_OPENING = Money.tenge(600_000)

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    iban TEXT PRIMARY KEY, holder_number TEXT NOT NULL, holder TEXT NOT NULL, balance INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS payment (
    reference TEXT PRIMARY KEY, digest TEXT NOT NULL, amount INTEGER NOT NULL, payee_iban TEXT NOT NULL,
    payee_number TEXT NOT NULL, purpose TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
    bank_reference TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS movement (
    cursor INTEGER PRIMARY KEY AUTOINCREMENT, bank_reference TEXT NOT NULL UNIQUE, direction TEXT NOT NULL,
    amount INTEGER NOT NULL, iban TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class NotPossible(Exception):
    """The bank refuses a person's order; the text is shown to them."""


def sow(db: sqlite3.Connection) -> None:
    """The lender's and the demo people's accounts; those already there keep their balance."""
    rows = [(p.iban, p.iin, p.full_name, PERSON_OPENING.tiyn) for p in PEOPLE]
    rows += [(firm.iban, firm.number, firm.name, PERSON_OPENING.tiyn) for firm in BUSINESSES]
    rows.append((ORGANISATION.iban, ORGANISATION.bin, ORGANISATION.name, LENDER_OPENING.tiyn))
    db.executemany("INSERT OR IGNORE INTO account (iban, holder_number, holder, balance) VALUES (?, ?, ?, ?)", rows)


class Book:
    """What the bank does with its accounts. Each public method is one durable transaction."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def check_owner(self, iban: str, number: str) -> str:
        """MATCH, NO_MATCH, CLOSED, or UNKNOWN for an account of another bank: this bank cannot tell."""
        rows = self.stage.rows("SELECT holder_number, closed FROM account WHERE iban = ?", iban)
        if not rows:
            return "UNKNOWN"
        if rows[0]["holder_number"] != number:
            return "NO_MATCH"
        return "CLOSED" if rows[0]["closed"] else "MATCH"

    def pay(self, reference: str, order: Mapping[str, Any]) -> dict[str, Any]:
        """Take the lender's order once; repeated, say how it stands. KeyReused for another order under it."""
        digest = hashlib.sha256(json.dumps(order, sort_keys=True).encode()).hexdigest()
        with self.stage.transaction() as db:
            kept = db.execute("SELECT * FROM payment WHERE reference = ?", (reference,)).fetchone()
            if kept is not None:
                if kept["digest"] != digest:
                    raise KeyReused(reference)
                return _payment_answer(kept)
            payee = order["payee"]
            db.execute(
                "INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, 'IN_PROGRESS', '', '', ?)",
                (
                    reference,
                    digest,
                    Money.tenge(order["amount"]).tiyn,
                    payee["iban"],
                    payee["iin"],
                    order["purpose"],
                    self._moment(),
                ),
            )
            if not self.holding_back():
                self._execute(db, reference)
            return _payment_answer(db.execute("SELECT * FROM payment WHERE reference = ?", (reference,)).fetchone())

    def payment(self, reference: str) -> dict[str, Any] | None:
        """The payment order of this reference as it stands, or None when none ever came."""
        rows = self.stage.rows("SELECT * FROM payment WHERE reference = ?", reference)
        return _payment_answer(rows[0]) if rows else None

    def holding_back(self) -> bool:
        """True while payouts are kept in progress until somebody releases them."""
        return bool(self.stage.rows("SELECT 1 FROM setting WHERE name = 'hold_payouts'"))

    def hold_back(self, on: bool) -> None:
        """Keep new payouts in progress, or release all of them."""
        with self.stage.transaction() as db:
            db.execute("DELETE FROM setting WHERE name = 'hold_payouts'")
            if on:
                db.execute("INSERT INTO setting VALUES ('hold_payouts', '1')")
                return
            for row in db.execute("SELECT reference FROM payment WHERE status = 'IN_PROGRESS' ORDER BY at").fetchall():
                self._execute(db, row["reference"])

    def set_closed(self, iban: str, closed: bool) -> None:
        """Close or open an account."""
        with self.stage.transaction() as db:
            db.execute("UPDATE account SET closed = ? WHERE iban = ?", (int(closed), iban))

    def repay(self, *, from_iban: str, amount: Money, purpose: str) -> str:
        """A person pays the lender; the bank's reference. NotPossible when the account or the sum does not allow it."""
        if amount.tiyn <= 0:
            raise NotPossible("The sum must be more than zero.")
        with self.stage.transaction() as db:
            payer = db.execute("SELECT * FROM account WHERE iban = ?", (from_iban,)).fetchone()
            if payer is None or payer["iban"] == ORGANISATION.iban:
                raise NotPossible("This bank has no such account.")
            if payer["balance"] < amount.tiyn:
                raise NotPossible("There is not enough money on the account.")
            self._shift(db, from_iban, -amount.tiyn)
            self._shift(db, ORGANISATION.iban, amount.tiyn)
            return self._move(
                db, "CREDIT", amount.tiyn, payer["iban"], payer["holder_number"], payer["holder"], purpose
            )

    def statement(self, since: int, limit: int) -> list[dict[str, Any]]:
        """Movements on the lender's account after the cursor `since`, oldest first."""
        rows = self.stage.rows("SELECT * FROM movement WHERE cursor > ? ORDER BY cursor LIMIT ?", since, limit)
        return [
            {
                "cursor": row["cursor"],
                "bankReference": row["bank_reference"],
                "direction": row["direction"],
                "amount": str(Money(row["amount"])),
                "currency": "KZT",
                "bookedAt": row["at"],
                "bookedOn": datetime.fromisoformat(row["at"]).astimezone(ALMATY).date().isoformat(),
                "counterparty": {"iban": row["iban"], "iin": row["number"], "name": row["name"]},
                "purpose": row["purpose"],
            }
            for row in rows
        ]

    def _execute(self, db: sqlite3.Connection, reference: str) -> None:
        payment = db.execute("SELECT * FROM payment WHERE reference = ?", (reference,)).fetchone()
        reason, payee = self._reason_against(db, payment)
        if reason or payee is None:
            db.execute("UPDATE payment SET status = 'REJECTED', reason = ? WHERE reference = ?", (reason, reference))
            return
        self._shift(db, ORGANISATION.iban, -payment["amount"])
        self._shift(db, payee["iban"], payment["amount"])
        bank_reference = self._move(
            db, "DEBIT", payment["amount"], payee["iban"], payee["holder_number"], payee["holder"], payment["purpose"]
        )
        db.execute(
            "UPDATE payment SET status = 'EXECUTED', bank_reference = ?, at = ? WHERE reference = ?",
            (bank_reference, self._moment(), reference),
        )

    def _reason_against(self, db: sqlite3.Connection, payment: sqlite3.Row) -> tuple[str, sqlite3.Row | None]:
        payee = db.execute("SELECT * FROM account WHERE iban = ?", (payment["payee_iban"],)).fetchone()
        lender = db.execute("SELECT balance FROM account WHERE iban = ?", (ORGANISATION.iban,)).fetchone()
        if payee is None:
            return "NO_SUCH_ACCOUNT", None
        if payee["closed"]:
            return "ACCOUNT_CLOSED", payee
        if payee["holder_number"] != payment["payee_number"]:
            return "HOLDER_MISMATCH", payee
        if lender["balance"] < payment["amount"]:
            return "INSUFFICIENT_FUNDS", payee
        return "", payee

    def _shift(self, db: sqlite3.Connection, iban: str, tiyn: int) -> None:
        db.execute("UPDATE account SET balance = balance + ? WHERE iban = ?", (tiyn, iban))

    def _move(
        self, db: sqlite3.Connection, direction: str, tiyn: int, iban: str, number: str, name: str, purpose: str
    ) -> str:
        serial = db.execute("SELECT coalesce(max(cursor), 0) + 1 FROM movement").fetchone()[0]
        moment = self.stage.now()
        reference = f"B{moment.astimezone(ALMATY):%y%m%d}{serial:08d}"
        db.execute(
            "INSERT INTO movement (bank_reference, direction, amount, iban, number, name, purpose, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (reference, direction, tiyn, iban, number, name, purpose, self._moment()),
        )
        return reference

    def _moment(self) -> str:
        return self.stage.now().astimezone(UTC).isoformat(timespec="microseconds")


def _payment_answer(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "referenceId": row["reference"],
        "status": row["status"],
        "reason": row["reason"],
        "bankReference": row["bank_reference"],
        "amount": str(Money(row["amount"])),
        "at": row["at"],
    }
