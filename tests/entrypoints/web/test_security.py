"""The client's page of sign-in and security, and the staff's own: what is asked before anything is changed."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.access import queries
from nesie.foundation.access.models import Device, EmergencySeal, Recovery
from nesie.foundation.access.rules import RecoveryStatus, RecoveryWay
from nesie.kernel.actor import Role
from tests.entrypoints.web.seen import browser_of, client_browser, staff_browser
from tests.given_access import PASSWORD as GIVEN
from tests.given_access import enrolled_phone, staff_member

PASSWORD = "Көктем-шуағы-2026"


@pytest.fixture
def browser(db: None) -> Client:
    return client_browser(uuid4(), clock.business_now())


def _text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]  # an answer of Django


@pytest.mark.clause("24.3", "29")
def test_an_authenticator_app_is_added_and_taken_off(browser: Client) -> None:
    assert "Set a password first" in _text(browser.get("/my/security"))
    browser.post("/my/security/password", {"password": PASSWORD})
    wrong = browser.post("/my/security/app", {"current": "guessed wrongly"})
    assert (wrong.status_code, "The present password is wrong." in _text(wrong)) == (403, True)
    shown = _text(browser.post("/my/security/app", {"current": PASSWORD}))
    found = re.search(r"wrap-anywhere text-wrap mt-2\">([A-Z2-7]{32})<", shown)
    assert found
    code = pyotp.TOTP(found.group(1)).at(clock.machine_now())
    assert browser.post("/my/security/app/confirm", {"totp": "00000x"}).status_code == 403
    assert browser.post("/my/security/app/confirm", {"totp": code})["Location"] == "/my/security"
    assert "It is on" in _text(browser.get("/my/security"))
    assert browser.post("/my/security/app/remove", {"current": "guessed wrongly"}).status_code == 403
    browser.post("/my/security/app/remove", {"current": PASSWORD})
    assert "It is on" not in _text(browser.get("/my/security"))


@pytest.mark.clause("24.2")
def test_another_session_is_ended_from_the_list(db: None) -> None:
    now, client_id = clock.business_now(), uuid4()
    here, there = client_browser(client_id, now), browser_of(client_id, now)
    action = re.search(r'action="(/my/security/sessions/[^"]+/end)"', _text(here.get("/my/security")))
    assert action
    here.post(action.group(1))
    assert there.get("/my/security")["Location"] == "/sign-in"
    assert here.get("/my/security").status_code == 200


@pytest.mark.clause("26.2")
def test_phones_are_signed_off_by_the_client_and_by_staff_on_the_clients_page(db: None) -> None:
    now, client_id = clock.business_now(), uuid4()
    browser, device = client_browser(client_id, now), enrolled_phone(now, client_id)
    assert f"/my/security/phones/{device.id}/end" in _text(browser.get("/my/security"))
    stranger = client_browser(uuid4(), now)
    assert stranger.post(f"/my/security/phones/{device.id}/end").status_code == 404
    browser.post(f"/my/security/phones/{device.id}/end")
    assert Device.objects.get().revoked_at is not None
    second = enrolled_phone(now, client_id)
    officer = staff_browser(staff_member(now, Role.AUDITOR, login="reads").id, now)
    assert officer.post(f"/staff/clients/{client_id}/phones/{second.id}/end").status_code == 403
    operator = staff_browser(staff_member(now, Role.OPERATOR, login="answers").id, now)
    assert operator.post(f"/staff/clients/{uuid4()}/phones/{second.id}/end").status_code == 404
    operator.post(f"/staff/clients/{client_id}/phones/{second.id}/end")
    assert not Device.objects.filter(revoked_at=None).exists()


@pytest.mark.clause("28")
def test_a_passkey_needs_both_factors_of_the_staff_and_a_named_site(db: None) -> None:
    now = clock.business_now()
    member = staff_member(now, Role.OPERATOR)
    browser = staff_browser(member.id, now)
    assert "Add a passkey" in _text(browser.get("/staff/account", headers={"host": "localhost"}))
    assert "Add a passkey" not in _text(browser.get("/staff/account", headers={"host": "127.0.0.1"}))
    told = browser.post("/passkeys/begin", {"current": "guessed wrongly", "totp": "1"})
    assert (told.status_code, told.json()["trouble"]) == (403, "The password or the code is wrong.")
    assert Client().post("/passkeys/begin", {}).status_code == 404
    asked = Client().post("/sign-in/passkey/ask").json()
    assert '"allowCredentials": []' in asked["options"]
    answer = {"kind": "staff", "challenge": asked["challenge"], "credential": "{}"}
    assert Client().post("/sign-in/passkey", answer)["Location"] == "/staff/sign-in"


@pytest.mark.clause("27")
def test_the_review_of_access_is_a_page_and_a_sheet_for_keepers(db: None) -> None:
    now = clock.business_now()
    auditor = staff_member(now, Role.AUDITOR, login="=HYPERLINK(1)")
    browser = staff_browser(auditor.id, now)
    assert "has never signed in" in _text(browser.get("/staff/people/review"))
    sheet = browser.get("/staff/people/review?as=csv")
    assert sheet["Content-Type"].startswith("text/csv")
    assert ",'=HYPERLINK(1)," in _text(sheet)
    operator = staff_browser(staff_member(now, Role.OPERATOR, login="answers").id, now)
    assert operator.get("/staff/people/review").status_code == 403


@pytest.mark.clause("6-access", "11-replay")
def test_the_link_of_a_message_stops_a_recovery_once_and_shows_nothing_of_the_account(db: None) -> None:
    now, secret = clock.business_now(), "s" * 32
    waiting = {"client_id": uuid4(), "way": RecoveryWay.EDS, "status": RecoveryStatus.WAITING, "begun_at": now}
    Recovery.objects.create(**waiting, effective_at=now, stop_hash=queries.key_hash(secret))
    stranger = Client()
    stranger.cookies["nesie_language"] = "en"
    assert "Stop the recovery" in _text(stranger.get(f"/sign-in/recovery/stop/{secret}"))
    assert stranger.post(f"/sign-in/recovery/stop/{secret}")["Location"] == "/sign-in"
    assert Recovery.objects.get().status == RecoveryStatus.CANCELLED
    assert stranger.post(f"/sign-in/recovery/stop/{secret}").status_code == 404
    assert stranger.get(f"/sign-in/recovery/stop/{secret}").status_code == 404


@pytest.mark.clause("27", "28")
def test_the_glass_is_broken_on_its_page_and_every_staff_page_is_red_until_it_ends(db: None) -> None:
    now = clock.business_now()
    boss, night = staff_member(now, Role.ADMINISTRATOR, login="boss"), staff_member(now, Role.OPERATOR, login="night")
    admin, browser = staff_browser(boss.id, now), staff_browser(night.id, now)
    asked = admin.post("/staff/emergency", {"staff_id": str(night.id), "role": "cashier", "why": "на ночь"})
    assert asked["Location"] == "/staff/approvals", "a second person is asked"
    assert "Seal an emergency role" in _text(admin.get("/staff/approvals"))
    seal = EmergencySeal.objects.create(
        staff_id=night.id, role=Role.CASHIER, sealed_by_id=boss.id, sealed_at=now, expires_at=now + timedelta(days=1)
    )
    assert browser.get("/staff/receipts").status_code == 200
    assert "Nothing lies sealed" not in _text(browser.get("/staff/emergency"))
    sent = {"reason": "Касса закрыта, кассир не отвечает", "password": "guessed", "totp": "000000"}
    wrong = browser.post(f"/staff/emergency/seals/{seal.id}/break", sent)
    assert (wrong.status_code, sent["reason"] in _text(wrong)) == (403, True)
    sent |= {"password": GIVEN, "totp": night.totp(clock.machine_now())}
    assert browser.post(f"/staff/emergency/seals/{seal.id}/break", sent)["Location"] == "/staff/emergency"
    for page in (admin.get("/staff/"), browser.get("/staff/account"), admin.get("/staff/people/review")):
        assert "Emergency access: Әсет Қызметкер, until" in _text(page)
    told = _text(admin.get("/staff/account"))
    assert "шұғыл қолжетімділікті ашты" in told, "in the account, in the language its owner was told in"
    assert "in emergency access now" in _text(admin.get("/staff/people/review"))
    shown = _text(admin.get("/staff/emergency"))
    (ending,) = re.findall(r'action="(/staff/emergency/[^"]+/end)"', shown)
    assert sent["reason"] in shown
    admin.post(ending)
    assert "Emergency access: Әсет" not in _text(browser.get("/staff/account"))
    found = {"finding": "justified", "words": "Кассир подтвердил, записи верны"}
    review = ending.replace("/end", "/review")
    assert browser.post(review, found).status_code == 403
    assert admin.post(review, found | {"words": "ok"}).status_code == 422
    assert admin.post(review, found)["Location"] == "/staff/emergency"
    assert "Justified" in _text(browser.get("/staff/emergency"))
    assert browser.post("/staff/account/contacts", {"phone": "12"}).status_code == 422
    browser.post("/staff/account/contacts", {"phone": "+77770990066", "email": "n@nesie.example"})
    assert 'value="n@nesie.example"' in _text(browser.get("/staff/account"))
