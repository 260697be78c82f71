"""A person who has never been here registers, compares, signs, waits, gets the money and pays it back."""

from __future__ import annotations

import re
import time
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.browser import way
from tests.browser.conftest import NCALAYER, Visitor, World, visitor

pytestmark = pytest.mark.browser
STAFF_PAGES = (
    "", "clients", "letters", "messages", "receipts", "ledger", "parameters", "parameters/mrp", "approvals", "audit",
    "deadlines", "portfolio", "texts", "ledger/journal", "ledger/months", "ledger/reconciliation", "ledger/chart",
    "ledger/files", "days", "emergency", "account", "products", "changes", "settlements",
)  # fmt: skip
DOOR = ("calculator", "lender", "rules/granting_rules", "repay", "demonstration")  # what everybody may read


@pytest.mark.clause("3-web", "14-web", "7.1", "7.3", "7.4", "7.5", "8.4", "24.1")
@pytest.mark.parametrize(("language", "width", "key"), [("kk", 360, "aigerim"), ("ru", 1280, "daniyar")])
def test_first_loan_from_registration_to_early_payoff(
    browser: Browser, world: World, language: str, width: int, key: str
) -> None:
    """The whole way in the browser, every page judged for width and accessibility and kept as a picture."""
    person = world.people()[key]
    for speaks in (language, "en"):
        _look_at_the_door(visitor(browser, world, speaks, width))
    client = visitor(browser, world, language, width)
    way.register(client, person)
    way.apply(client, person, product="instalment", amount=500_000, term=12)
    way.choose(client)
    way.conclude(client, person)
    contract = client.page.url
    staff = visitor(browser, world, language, 1280)
    way.sign_in_staff(staff, "compliance")
    way.push_clock(staff, "day")
    staff.resize(width)
    client.page.goto(contract)
    client.look("contract-time-over")
    client.press("main a[href$='/receive']")
    way.consent(client, person, "contract-receive")
    _wait_for_loan(client)
    client.look("home-loan")
    client.press("main a[href^='/my/loans/']:not([href$='/repay'])")
    client.look("loan")
    loan = client.page.url
    client.page.goto(f"{loan}/early?amount=100000")
    client.look("repay-early")
    client.page.goto(f"{loan}/repay")
    client.look("repay")
    _pay_everything_back(client, person)
    client.look("loan-repaid")
    _look_around(client, staff, key)


def _look_at_the_door(anybody: Visitor) -> None:
    for path in DOOR:
        anybody.go(f"/{path}")
        anybody.look(path.replace("/", "-"))


def _wait_for_loan(client: Visitor) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        client.go("/my/")
        if client.page.query_selector("[data-debt]"):
            return
        time.sleep(1)
    raise AssertionError("no loan was opened")


def _pay_everything_back(client: Visitor, person: dict[str, Any]) -> None:
    """At the simulated bank, with exactly the figure the page gives for today; the loan is then closed."""
    figure = client.page.inner_text("[data-payoff]")
    amount = re.sub(r"[^\d,]", "", figure).replace(",", ".")
    number = re.search(r"\d{4}-\d{6}-\d", client.page.inner_text("main"))
    assert number
    form = urlencode({"iban": person["iban"], "amount": amount, "contract": number.group(0)}).encode()
    urllib.request.urlopen(f"{client.world.simulators['bank']}/repay", data=form, timeout=10).close()
    loan = client.page.url.removesuffix("/repay")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        client.page.goto(loan)
        if not client.page.query_selector("main a[href$='/repay']"):
            return
        time.sleep(1)
    raise AssertionError("the loan was not closed")


def _look_around(client: Visitor, staff: Visitor, key: str) -> None:
    for path in ("loans", "documents", "letters", "letters/write", "notices", "profile", "security"):
        client.go(f"/my/{path}")
        client.look(path.replace("/", "-"))
    _change_the_phone(client)
    _in_by_key(client, key)
    for path in STAFF_PAGES:
        staff.go(f"/staff/{path}")
        staff.look(f"staff-{path.replace('/', '-') or 'queue'}")
    staff.go("/staff/messages")
    staff.press("main tbody a")
    staff.look("staff-one-of-messages")
    for name in ("clients", "loans"):
        staff.go("/staff/clients")
        staff.press("main tbody a")
        if name == "loans":
            staff.press("main a[href^='/staff/loans/']")
        if name == "clients":
            staff.look("staff-one-of-clients")
            staff.press("main a[href$='/standing']")
            staff.look("staff-standing")
    staff.look("staff-one-of-loans")
    _ask_why(staff)


def _change_the_phone(client: Visitor) -> None:
    """Begun and stopped again; so far the number is not proven, and nothing has changed."""
    for kind in ("account", "document", "phone"):
        client.go(f"/my/profile/change/{kind}")
        client.look(f"change-{kind}")
    client.page.fill("#id_phone", "+77770990099")
    client.send()
    client.look("change-waits-for-the-code")
    client.page.click("main form[action$='/cancel'] button")
    with client.page.expect_navigation(wait_until="load", timeout=30_000):
        client.page.click("#confirm [data-yes]")
    assert client.page.url.endswith("/my/profile")


def _in_by_key(client: Visitor, key: str) -> None:
    """Out, past the pages for whoever cannot get in, and in again by the key for sign-in through the real library."""
    client.go("/my/security")
    client.page.click("form[action='/sign-out'] button[name=everywhere]")
    with client.page.expect_navigation(wait_until="load", timeout=30_000):
        client.page.click("#confirm [data-yes]")
    client.go("/sign-in")
    client.look("sign-in")
    client.press("main a[href='/sign-in/recovery']")
    client.look("recovery")
    client.press("main a[href='/sign-in/recovery/eds']")
    client.look("recovery-eds")
    client.page.evaluate("document.querySelector('form[data-sign]').dataset.ncalayer = 'ws://127.0.0.1:9'")
    client.page.click("[data-sign-now]")
    client.page.wait_for_selector("[data-say=absent]:not([hidden])")
    client.go("/sign-in/eds")
    client.look("sign-in-eds")
    for mode in ("cancel", "normal"):  # in the emulator's window
        chosen = urlencode({"person": key, "mode": mode}).encode()
        urllib.request.urlopen(f"http://127.0.0.1:{NCALAYER}/mode", data=chosen, timeout=10).close()
        client.page.click("[data-sign-now]")
        if mode == "cancel":
            client.page.wait_for_selector("[data-say=cancelled]:not([hidden])")
    client.page.wait_for_url("**/my/")


def _ask_why(staff: Visitor) -> None:
    """A figure of the loan tells its reason in a dialog a keyboard opens and leaves; the history; what may be done."""
    loan = staff.page.url
    figure = staff.page.locator("a.why").first
    figure.focus()
    staff.page.keyboard.press("Enter")
    staff.page.wait_for_selector("#why[open] #why-title")
    staff.look("staff-why")
    staff.page.keyboard.press("Escape")
    assert figure.evaluate("one => one === document.activeElement"), "back where the question was asked"
    for path in ("history", "servicing", "deadlines", "why/principal"):
        staff.page.goto(f"{loan}/{path}")
        staff.look(f"staff-loan-{path.replace('/', '-')}")
