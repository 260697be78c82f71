"""Pages and calls against somebody who means no good."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nesie.entrypoints import clock, uploads
from nesie.entrypoints.cli import demo as demo_command
from nesie.entrypoints.web import demo
from nesie.entrypoints.web.session import COOKIE
from nesie.foundation.access import actions as access
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import SessionKind
from nesie.foundation.documents.actions import store
from nesie.journey.clients import actions as clients
from nesie.journey.clients.rules import PORTRAIT_BYTES, Attachment, AttachmentUnfit, PortraitTooLarge
from nesie.kernel.actor import Channel, Role
from tests import given_applications
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


HOSTILE = """'"><img src=x onerror=alert(1)>{{ settings.SECRET_KEY }}{% debug %}"""


@pytest.mark.clause("26.3", "24.5")
def test_words_of_a_client_are_only_words_on_every_page(db: None) -> None:
    now = clock.business_now()
    with given_applications.outside() as world:
        given_applications.open_for_business(now, world)
        who = given_applications.applicant(now, "aigerim")
        access.open_client_login(who.client_id, now)
        file = Attachment(file_name=f"{HOSTILE[:60]}.txt", media_type="text/plain", content=HOSTILE.encode())
        letter = clients.send_letter(who.actor, now, subject=HOSTILE, text=HOSTILE, attachments=(file,))
        client = Client(raise_request_exception=True)
        client.cookies[COOKIE] = access.open_session(
            SessionKind.CLIENT, now, channel=Channel.WEB, subject_id=who.client_id
        )
        staff = _as_staff(Role.OPERATOR, Role.CREDIT_OFFICER)
        pages = [
            client.get("/my/letters"),
            client.get(f"/my/letters/{letter}"),
            client.post("/my/letters/write", {"subject": HOSTILE, "text": ""}),
            staff.get("/staff/"),
            staff.get("/staff/letters"),
            staff.get(f"/staff/letters/{letter}"),
            staff.get(f"/staff/clients/{who.client_id}"),
            staff.post("/staff/clients", {"sought": HOSTILE}),
            Client().post("/staff/sign-in", {"login": HOSTILE, "password": HOSTILE, "totp": HOSTILE}),
            Client().post("/sign-in", {"phone": HOSTILE, "password": "x"}),
            Client().post("/register/", {"phone": HOSTILE}),
            Client().post("/sign-in/code", {"phone": HOSTILE, "code": HOSTILE}),
            Client().get("/calculator", {"product": HOSTILE, "amount": HOSTILE, "term": HOSTILE}),
        ]
    shown = 0
    for page in pages:
        assert page.status_code < 500
        text = page.content.decode()
        shown += "onerror" in text
        assert "<img src=x" not in text, page.request["PATH_INFO"]
        assert "'\">" not in text, page.request["PATH_INFO"]
        assert settings.SECRET_KEY not in text, page.request["PATH_INFO"]
    assert shown >= 6, "the words are there, as words"


@pytest.mark.clause("26.3")
def test_a_file_of_a_client_runs_nothing_in_the_officers_browser(db: None) -> None:
    now, owner = clock.business_now(), uuid4()
    staff = _as_staff(Role.OPERATOR)
    for media_type in ("text/html", "image/svg+xml", "text/xml", "application/xhtml+xml", "text/plain"):
        document_id = store(
            owner, kind="letter_attachment", content=b"<script>alert(1)</script>", media_type=media_type,
            file_name="a\"; filename=\"b.html", now=now, retention="message",
        )  # fmt: skip
        answer = staff.get(f"/staff/documents/{document_id}")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "script-src" not in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        if media_type != "text/plain":
            assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.clause("26.3")
def test_numbers_and_files_beyond_measure_are_refused_before_they_are_read(db: None) -> None:
    nines = "9" * 4299
    browser = Client(raise_request_exception=True)
    assert browser.get("/calculator", {"amount": nines, "term": nines}).status_code == 200
    files = [SimpleUploadedFile(f"{n}.txt", b"x", "text/plain") for n in range(6)]
    with pytest.raises(AttachmentUnfit):
        uploads.attachments(files)
    large = SimpleUploadedFile("portrait.jpg", b"", "image/jpeg")
    large.size = PORTRAIT_BYTES + 1
    with pytest.raises(PortraitTooLarge):
        uploads.portrait(large)
