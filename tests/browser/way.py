"""The client's way through the pages, step by step, by what the pages are made of and not by their words."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Visitor

PASSWORD = "Kovyl-na-vetru-2026"  # a made-up client's


def register(one: Visitor, person: dict[str, Any]) -> None:
    """From the first page to a client with a password."""
    page = one.page
    one.go("/")
    one.look("landing")
    one.press("main a[href='/register/']")
    page.fill("#id_phone", person["phone"])
    one.look("register-phone")
    one.send()
    page.fill("#id_code", one.world.code_for(person["phone"]))
    one.look("register-code")
    one.send()
    fill_in(one, person)
    page.check("input[name=capacity][value=legal_entity]")
    one.send()
    one.look("register-entity")
    one.go("/register/person")
    fill_in(one, person)
    page.check("input[name=capacity][value=individual]")
    one.look("register-person")
    one.send()
    fill_in(one, person)
    one.look("register-document")
    one.send()
    page.check(f"input[name=portrait][value={person['key']}]", force=True)
    one.look("register-photo")
    one.press("main form button.btn-soft")
    for box in page.query_selector_all("input[name=consents]"):
        box.check()
    one.look("register-consents")
    one.send()
    one.look("register-check")
    one.send()
    one.look("register-biometric")
    identify(one)
    one.look("register-signature")
    sign_on_phone(one, person)
    one.look("register-complete")
    one.send()
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    one.look("register-password")
    one.send()
    one.look("home-new")


def fill_in(one: Visitor, person: dict[str, Any]) -> None:
    """The demonstration's own help."""
    one.page.click(f"button[data-fill*='\"{person['key']}\"']")


def identify(one: Visitor) -> None:
    """Go to the identification centre, agree there, come back."""
    one.send()
    one.page.wait_for_url("**/authorize**")
    with one.page.expect_navigation(url=f"{one.world.address}/**", timeout=30_000):
        one.page.click("form button >> nth=0")


def sign(one: Visitor, person: dict[str, Any]) -> None:
    """The page asks the emulated NCALayer through the real library."""
    with one.page.expect_navigation(wait_until="load", timeout=30_000):
        one.page.click("[data-sign-now]")
    assert not one.troubles(), one.troubles()


def sign_on_phone(one: Visitor, person: dict[str, Any]) -> None:
    """The page shows a code; the emulated phone reads it, signs, and the page goes on by itself."""
    one.page.click("[data-phone-now]")
    one.look("register-signature-phone")
    link = one.page.get_attribute("#phone a", "href")
    assert link
    phone = one.page.context.new_page()
    phone.goto(link)
    phone.select_option("select[name=person]", person["key"])
    with one.page.expect_navigation(wait_until="load", timeout=60_000):
        phone.click("form button >> nth=0")
    phone.close()
    assert not one.troubles(), one.troubles()


def apply(one: Visitor, person: dict[str, Any], *, product: str, amount: int, term: int) -> None:
    """Read the rules, name the account, send the application."""
    page = one.page
    one.go("/my/apply")
    for box in page.query_selector_all("input[name=read]"):
        box.check()
    one.look("apply-rules")
    one.send()
    page.fill("#id_iban", person["iban"])
    one.look("apply-account")
    one.send()
    page.check(f"input[name=product][value={product}]", force=True)
    for name, value in (("amount", amount), ("term", term)):
        page.evaluate(
            "([name, value]) => { const s = document.querySelector(`input[name=${name}]`); s.value = value;"
            " s.dispatchEvent(new Event('input', {bubbles: true})); }",
            [name, value],
        )
    page.wait_for_timeout(800)
    one.look("apply-sum")
    one.press("main form button.btn-lg")


def choose(one: Visitor) -> None:
    """Wait for the decision, compare, choose, have the contract drawn up."""
    page = one.page
    one.look("application-checked")
    page.wait_for_selector("a[href$='/offers']", timeout=60_000)
    one.press("main a[href$='/offers']")
    one.look("offers")
    one.press("main form button.btn-primary")
    one.look("application-chosen")
    one.press("main form[action$='/contract'] button")
    one.look("contract-draft")


def consent(one: Visitor, person: dict[str, Any], name: str) -> None:
    """Confirm a consent by a code."""
    before = one.world.code_for(person["phone"])
    one.look(name)
    one.press("button[value=send]")
    one.page.fill("#id_code", one.world.code_for(person["phone"], beside=before))
    one.press("button[value=confirm]")
    assert not one.troubles(), one.troubles()


def conclude(one: Visitor, person: dict[str, Any]) -> None:
    """Consent, face, key."""
    one.press("main a[href$='/consent']")
    consent(one, person, "contract-consent")
    one.press("main a[href$='/biometric']")
    one.look("contract-biometric")
    identify(one)
    one.press("main a[href$='/sign']")
    one.look("contract-sign")
    sign(one, person)
    one.look("contract-signed")


def sign_in_staff(one: Visitor, login: str) -> None:
    """Both factors."""
    name, password, code = one.world.staff(login)
    one.go("/staff/sign-in")
    one.page.fill("#id_login", name)
    one.page.fill("#id_password", password)
    one.page.fill("#id_totp", code)
    one.look("staff-sign-in")
    one.send()
    assert not one.troubles(), one.troubles()


def push_clock(one: Visitor, by: str) -> None:
    """A member of the staff pushes the business clock, and means it."""
    one.page.click(f"button[name=push][value={by}]")
    with one.page.expect_navigation(wait_until="load", timeout=30_000):
        one.page.click("#confirm [data-yes]")
