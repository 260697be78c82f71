"""A real browser keeps nothing that would let somebody else in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import way
from tests.browser.conftest import World, visitor

pytestmark = pytest.mark.browser
KEPT = "[localStorage.length, sessionStorage.length, document.cookie.includes('nesie_session')]"


@pytest.mark.clause("24.2", "24.3", "28")
def test_nothing_of_a_signed_in_person_stays_in_the_browser(browser: Browser, world: World) -> None:
    """Factors are masked while typed; no storage, no cookie a script can read; signed out, the way back is shut."""
    staff = visitor(browser, world, "ru", 1280)
    staff.go("/staff/sign-in")
    kinds = {one: staff.page.get_attribute(f"#id_{one}", "type") for one in ("password", "totp")}
    assert kinds == {"password": "password", "totp": "password"}
    way.sign_in_staff(staff, "auditor")
    assert staff.page.evaluate(KEPT) == [0, 0, False]
    answer = staff.page.goto(f"{world.address}/staff/audit")
    assert answer is not None
    assert answer.headers["cache-control"] == "no-store"
    cookie = next(one for one in staff.page.context.cookies() if one["name"] == "nesie_session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["expires"] == -1
    key = cookie["value"]
    staff.press("form[action='/staff/sign-out'] button")
    assert not [one for one in staff.page.context.cookies() if one["name"] == "nesie_session"]
    staff.page.go_back()
    assert "/staff/sign-in" in staff.page.url
    staff.page.context.add_cookies([{"name": "nesie_session", "value": key, "url": world.address}])
    staff.go("/staff/audit")
    assert "/staff/sign-in" in staff.page.url
