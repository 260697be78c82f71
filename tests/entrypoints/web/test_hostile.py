"""Pages and calls against somebody who means no good."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.entrypoints.cli import demo as demo_command
from nesie.entrypoints.web import demo
from nesie.entrypoints.web.session import COOKIE
from nesie.foundation.access import actions as access
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import SessionKind
from nesie.kernel.actor import Channel, Role
from tests.given_access import staff_member


def _as_staff(*roles: Role) -> Client:
    now = clock.business_now()
    member = staff_member(now, *roles)
    browser = Client(raise_request_exception=True)
    browser.cookies[COOKIE] = access.open_session(SessionKind.STAFF, now, channel=Channel.WEB, subject_id=member.id)
    return browser


@pytest.mark.clause("26.3")
@pytest.mark.parametrize("address", ["/staff/audit?act=%00", "/staff/audit?outcome=a%00b&act=x"])
def test_a_nul_in_an_address_is_no_mistake_of_ours(db: None, address: str) -> None:
    assert _as_staff(Role.AUDITOR).get(address).status_code == 200


@pytest.mark.clause("11-replay")
def test_a_key_of_the_api_opens_no_page(db: None) -> None:
    now, client_id = clock.business_now(), uuid4()
    ClientLogin.objects.create(client_id=client_id, created_at=now)
    browser = Client()
    browser.cookies[COOKIE] = access.open_session(SessionKind.CLIENT, now, channel=Channel.MOBILE, subject_id=client_id)
    answer = browser.get("/my/letters")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in")


@pytest.mark.clause("26.3")
@pytest.mark.parametrize("phone", ["++++++++++", "(----------)", "0000000000000"])
def test_a_phone_that_is_none_is_refused_plainly(db: None, phone: str) -> None:
    program = Client(raise_request_exception=True)
    made = program.post("/api/v1/session/guest", json.dumps({}), content_type="application/json")
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    for address, body in (
        ("/api/v1/session/code", {"phone": phone, "language": "kk"}),
        ("/api/v1/session", {"phone": phone, "password": "whatever it is"}),
    ):
        answer = program.post(address, json.dumps(body), content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "PhoneUnfit")


@pytest.mark.parametrize(("part", "shown"), [("LOGINS", demo.logins), ("EMULATORS", demo.people)])
def test_a_part_of_the_demo_that_is_off_shows_nothing(settings: Any, tmp_path: Any, part: str, shown: Any) -> None:
    settings.NESIE_HOME = tmp_path
    login = demo_command.Login("admin", "administrator", "a password", pyotp.random_base32())
    demo_command.logins_file(tmp_path).write_text(json.dumps([vars(login)]))
    if part == "LOGINS":
        assert shown() != []
    settings.NESIE_DEMO_PARTS = settings.NESIE_DEMO_PARTS - {part}
    assert shown() == []
