"""The books by the pages: any day, down to the entry and the loan; months closed by two; files."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.ledger import actions, queries, rules
from nesie.foundation.ledger.rules import Chart, Entry, Mismatch, Reconciled, credit, debit
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.actions.load_demo_products import load_demo_products
from nesie.journey.loans import queries as loans
from nesie.kernel.actor import Role, worker
from nesie.kernel.ids import EntryId
from nesie.kernel.money import Money
from tests.entrypoints.web.seen import staff_browser
from tests.entrypoints.web.test_four_eyes import pair
from tests.given_access import staff_member

OCTOBER = date(2025, 10, 31)


def capital(amount: int, on: date) -> EntryId:
    lines = (*debit(Chart.FUNDING, Money.tenge(amount)), *credit(Chart.CHARTER_CAPITAL, Money.tenge(amount)))
    with transaction.atomic():
        return actions.post(Entry(f"test:{amount}", lines, on, "capital.contributed", uuid4()), clock.business_now())


@pytest.fixture
def auditor(db: None) -> Client:
    now = clock.machine_now()
    return staff_browser(staff_member(now, Role.AUDITOR).id, now)


def text(page: Any) -> str:
    assert page.status_code in (200, 409, 422), page.status_code
    return re.sub(r"\s+", " ", page.content.decode().replace("\xa0", " "))


def test_from_the_trial_balance_to_the_entry(auditor: Client) -> None:
    entry_id = capital(1234, OCTOBER)
    page = text(auditor.get("/staff/ledger?first=2025-10-01&last=2025-10-31"))
    assert "1 234,00" in page
    assert "Debit equals credit to the tiyn." in page
    address = f"/staff/ledger/accounts/{Chart.FUNDING}?first=2025-10-01&amp;last=2025-10-31"
    assert address in page
    assert f"/staff/ledger/entries/{entry_id}" in text(auditor.get(address.replace("&amp;", "&")))
    entry = text(auditor.get(f"/staff/ledger/entries/{entry_id}"))
    assert "Capital contributed" in entry
    assert "1 234,00" in entry
    assert "1 234,00" not in text(auditor.get("/staff/ledger?first=2025-09-01&last=2025-09-30"))
    assert "1 234,00" not in text(auditor.get("/staff/ledger?first=2025-10-01&last=2025-10-31&known=2025-11-01"))
    assert auditor.get("/staff/ledger/accounts/0000.00").status_code == 404
    assert auditor.get(f"/staff/ledger/entries/{uuid4()}").status_code == 404


@pytest.mark.parametrize("asked", ["first=2025-10-02&last=2025-10-01", "first=never", "known=x"])
def test_a_period_that_cannot_be_is_said_to_be_so(auditor: Client, asked: str) -> None:
    assert auditor.get(f"/staff/ledger?{asked}").status_code in (409, 422)


def test_the_journal_is_searched(auditor: Client) -> None:
    first, second = capital(11, OCTOBER), capital(12, date(2025, 11, 2))
    assert all(str(one) in text(auditor.get("/staff/ledger/journal")) for one in (first, second))
    for asked in (
        "first=2025-11-01",
        f"account={Chart.FUNDING}&first=2025-11-01",
        "kind=capital.contributed&first=2025-11-01",
    ):
        page = text(auditor.get(f"/staff/ledger/journal?{asked}"))
        assert (str(second) in page, str(first) in page) == (True, False)
    assert str(first) not in text(auditor.get("/staff/ledger/journal?backdated=1"))
    assert "No entry fits" in text(auditor.get(f"/staff/ledger/journal?about={uuid4()}"))
    assert auditor.get("/staff/ledger/journal?about=nobody").status_code == 422


@pytest.mark.clause("27")
def test_a_month_is_closed_by_two_and_only_when_the_loans_agree(db: None) -> None:
    capital(77, OCTOBER)
    two = pair(Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR)
    page = text(two.asker.get("/staff/ledger/months"))
    assert "have not been held against the books" in page
    assert "Ask to close the month" not in page
    assert two.asker.post("/staff/ledger/months").status_code == 409
    now = clock.business_now()
    compared(now, 0)
    assert "Ask to close the month" in text(two.asker.get("/staff/ledger/months"))
    assert two.asker.post("/staff/ledger/months")["Location"] == "/staff/approvals"
    assert "77,00" in two.approve()
    assert two.asker.post(two.to_carry_out()[0])["Location"] == "/staff/ledger/months"
    assert queries.last_closed_month() == OCTOBER
    compared(now, 1)
    assert "Loans differ from the books." in text(two.asker.get("/staff/ledger/months"))


def compared(now: datetime, differing: int) -> None:
    examples = (Mismatch(uuid4(), Chart.PRINCIPAL_RECEIVABLE.value, Money(5), Money(4)),) * differing
    with transaction.atomic():
        actions.keep_reconciliation(Reconciled(loans.PART, business_day(now), now, 3, differing, examples))


def test_what_differs_is_shown(auditor: Client) -> None:
    assert "No comparison has been made yet" in text(auditor.get("/staff/ledger/reconciliation"))
    compared(clock.business_now(), 0)
    assert "agree with the books" in text(auditor.get("/staff/ledger/reconciliation"))
    compared(clock.business_now(), 1)
    page = text(auditor.get("/staff/ledger/reconciliation"))
    assert "This is an error of the system" in page
    assert "0,05" in page
    assert "Loans differ from the books." in text(auditor.get("/staff/"))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_books_are_taken_as_a_file(auditor: Client, form: str) -> None:
    capital(500, OCTOBER)
    asked = {"extract": "journal", "form": form, "first": "2025-10-01", "last": "2025-10-31"}
    answer = auditor.post("/staff/ledger/export", asked)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a streamed answer
    assert answer["Content-Disposition"] == f'attachment; filename="journal_2025-10-01_2025-10-31.{form}"'
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        assert [(row["debit"], row["credit"]) for row in rows] == [("500.00", "0.00"), ("0.00", "500.00")]
    else:
        assert (content[:4], content[-4:]) == (b"PAR1", b"PAR1")


def test_who_may_not_takes_no_file_and_a_period_backwards_is_said_to_be_so(auditor: Client) -> None:
    asked = {"extract": "journal", "form": "csv", "first": "2025-10-31", "last": "2025-10-01"}
    assert "The first day lies after the last." in text(auditor.post("/staff/ledger/export", asked))
    now = clock.machine_now()
    cashier = staff_browser(staff_member(now, Role.CASHIER, login="cashier").id, now)
    assert "Take the file" not in text(cashier.get("/staff/ledger/files"))
    assert cashier.post("/staff/ledger/export", asked | {"last": "2025-11-30"}).status_code == 403
    operator = staff_browser(staff_member(now, Role.OPERATOR, login="operator").id, now)
    assert operator.get("/staff/ledger").status_code == 403


@pytest.mark.clause("27")
def test_two_choose_the_accounts_of_a_product_for_contracts_to_come(db: None) -> None:
    today = business_day(clock.business_now())
    load_demo_products(worker(), clock.business_now(), valid_from=today)
    two = pair(Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR)
    assert '<option value="short"' in text(two.asker.get("/staff/ledger/chart"))
    asked = {name: chart.value for chart in rules.CHOSEN if (name := chart.name.lower())}
    asked |= {
        "product_code": "short",
        "interest_income": "6110.20",
        "valid_from": (today + timedelta(days=1)).isoformat(),
    }
    wrong = two.asker.post("/staff/ledger/chart", asked | {"interest_income": ""})
    assert wrong.status_code == 422
    assert two.asker.post("/staff/ledger/chart", asked)["Location"] == "/staff/approvals"
    assert "6110.20" in two.approve()
    assert two.asker.post(two.to_carry_out()[0])["Location"] == "/staff/ledger/chart"
    assert "6110.20" in text(two.asker.get("/staff/ledger/chart"))
    chosen = queries.account_set("short", today + timedelta(days=1))
    assert chosen is not None
    assert chosen.codes[Chart.INTEREST_INCOME] == "6110.20"
    assert queries.account_set("short", today) is None, "contracts made before keep theirs"
    assert queries.account_set("instalment", today + timedelta(days=9)) is None
