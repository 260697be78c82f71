"""A member of the staff adds a passkey and signs in with it: a real browser, a virtual authenticator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests.browser import way
from tests.browser.conftest import Visitor, World, visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def named(world: World) -> World:
    """Under a name: browsers make no passkeys for a bare address."""
    return replace(world, address=world.address.replace("127.0.0.1", "localhost"))


def with_authenticator(one: Visitor) -> None:
    devtools = one.page.context.new_cdp_session(one.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.clause("6-access", "28")
def test_a_member_of_the_staff_signs_in_by_passkey(browser: Browser, named: World) -> None:
    desk = visitor(browser, named, "kk", 1280)
    with_authenticator(desk)
    way.sign_in_staff(desk, "operator")
    desk.go("/staff/account")
    desk.look("staff-account")
    _, password, totp = named.staff("operator")
    used = totp
    while totp == used:  # each code serves once
        desk.page.wait_for_timeout(500)
        totp = named.staff("operator")[2]
    desk.page.fill("#passkey_current", password)
    desk.page.fill("#passkey_totp", totp)
    desk.press("form[data-passkey=make] [data-passkey-now]")
    assert desk.page.locator("form[action*='/passkeys/'][action$='/remove']").count() == 1
    desk.look("staff-account-with-passkey")
    desk.press("form[action='/staff/sign-out'] button")
    desk.go("/staff/sign-in")
    desk.look("staff-sign-in")
    desk.press("form[data-passkey=use] [data-passkey-now]")
    assert desk.page.url.endswith("/staff/")
