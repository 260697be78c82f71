"""The page with the camera, and the frames it sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.entrypoints.web.camera import DEVICE_COOKIE
from nesie.entrypoints.web.session import COOKIE
from nesie.foundation.access import actions as access
from nesie.foundation.access.rules import SessionKind
from nesie.foundation.documents.actions import store
from nesie.foundation.identification import actions
from nesie.foundation.identification.models import BiometricResult, LivenessFrame, LivenessSession
from nesie.journey.clients.models import Registration
from nesie.kernel.actor import Channel, Role
from tests import given_clients
from tests.given_access import staff_member
from tests.given_liveness import ADMINISTRATOR, own_devices, portrait


@pytest.fixture
def own(db: None) -> Iterator[None]:
    with own_devices():
        yield


@pytest.fixture
def browser(own: None) -> Client:
    """An applicant before the biometric step, on a device of the lender."""
    now = clock.business_now()
    actor, view = given_clients.checked(now)
    given_clients.prepare_statement(actor, now, registration_id=view.id, language="ru")
    picture = store(view.id, kind="portrait", content=portrait(), media_type="image/jpeg", file_name="p.jpg", now=now,
                    retention="identity")  # fmt: skip
    Registration.objects.filter(pk=view.id).update(photo_document_id=picture)
    browser = Client()
    browser.cookies[COOKIE] = access.open_session(
        SessionKind.REGISTRATION, now, channel=Channel.WEB, subject_id=view.id
    )
    browser.cookies[DEVICE_COOKIE] = actions.enter_lender_device(ADMINISTRATOR, now, name="Касса 1").key
    return browser


def opened(browser: Client) -> tuple[str, str]:
    """The page's address and its first nonce."""
    answer = browser.post("/register/biometric")
    assert answer.status_code == 302, answer.content
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    return answer["Location"], page.context["nonce"]


def send(browser: Client, address: str, nonce: str, counter: int, body: bytes = b"", **headers: str) -> Any:
    told = {"X-Nonce": nonce, "X-Counter": str(counter), "X-Taken": str(counter * 110)} | headers
    jpeg = body or portrait() + b" " * counter
    return browser.post(f"{address}/frames", jpeg, content_type="image/jpeg", headers=told)


@pytest.mark.clause("6-biometric", "35")
def test_frames_are_answered_one_by_one_and_no_prompt_is_in_the_page(browser: Client) -> None:
    address, nonce = opened(browser)
    told = send(browser, address, nonce, 0).json()
    assert (told["phase"], told["prompt"], told["over"], told["nonce"]) == ("rest", None, False, nonce)
    assert LivenessFrame.objects.count() == 1
    sequence = LivenessSession.objects.get().sequence
    assert sequence not in browser.get(address).content.decode()


@pytest.mark.clause("35")
def test_frames_of_another_time_end_the_session_and_lead_back(browser: Client) -> None:
    address, nonce = opened(browser)
    assert not send(browser, address, nonce, 0).json()["over"]
    told = send(browser, address, nonce, 1, **{"X-Taken": "9000"}).json()
    assert (told["passed"], told["to"]) == (False, "/register/next")
    assert BiometricResult.objects.get().failed_check == "clock"
    assert "Камера кадрлары" in browser.get("/register/biometric").content.decode()
    assert browser.get(address).status_code == 302  # over: the page leads on


@pytest.mark.clause("6-biometric")
def test_giving_up_leads_back(browser: Client) -> None:
    address, _ = opened(browser)
    answer = browser.post(f"{address}/leave")
    assert (answer.status_code, answer["Location"]) == (302, "/register/next")
    assert BiometricResult.objects.get().failed_check == "left"


@pytest.mark.clause("6-biometric")
def test_the_centre_can_be_chosen_instead(browser: Client) -> None:
    given_clients.identities(clock.business_now())
    answer = browser.post("/register/biometric", {"way": "centre"})
    assert "authorize" in answer["Location"]


@pytest.mark.clause("6-biometric")
def test_on_any_other_device_the_centre_is_the_way(browser: Client) -> None:
    given_clients.identities(clock.business_now())
    del browser.cookies[DEVICE_COOKIE]
    assert "authorize" in browser.post("/register/biometric")["Location"]


@pytest.mark.parametrize("header", ["X-Counter", "X-Taken"])
def test_a_frame_without_its_numbers_is_none(browser: Client, header: str) -> None:
    address, nonce = opened(browser)
    assert send(browser, address, nonce, 0, **{header: "soon"}).status_code == 404


def test_a_frame_too_large_is_not_read(browser: Client) -> None:
    address, nonce = opened(browser)
    assert send(browser, address, nonce, 0, b"x" * 500_000).status_code == 413


@pytest.mark.clause("27")
def test_nobody_elses_camera_opens(browser: Client) -> None:
    address, nonce = opened(browser)
    stranger = Client()
    assert stranger.get(address).status_code == 404
    assert send(stranger, address, nonce, 0).status_code == 404


def test_an_administrator_enters_the_very_device_and_withdraws_it(own: None) -> None:
    now = clock.business_now()
    member = staff_member(now, Role.ADMINISTRATOR)
    browser = Client()
    browser.cookies[COOKIE] = access.open_session(SessionKind.STAFF, now, channel=Channel.WEB, subject_id=member.id)
    assert browser.post("/staff/devices", {"name": " "}).status_code == 422
    assert browser.post("/staff/devices", {"name": "Планшет 7"}).status_code == 302
    page = browser.get("/staff/devices")
    device = page.context["devices"][0]
    assert page.context["this"] == device.id
    browser.post(f"/staff/devices/{UUID(str(device.id))}/withdraw")
    assert browser.get("/staff/devices").context["this"] is None
