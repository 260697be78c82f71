"""In by electronic signature, and the way back in, as the pages lead there; nobody learns from them who is a client."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nesie.entrypoints import clock
from nesie.foundation.access.models import Recovery
from nesie.foundation.access.rules import RecoveryStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId
from nesie.simulators.people import Person, by_key
from nesie.simulators.pki.authority import AUTHENTICATION, SIGNING, Profile
from nesie.simulators.pki.signing import armoured
from tests.entrypoints.web.seen import client_browser
from tests.given_access import code_sent_to
from tests.given_clients import registered_client
from tests.given_identification import Identities, holder_of, identities

WHO, OTHER = by_key("aigerim"), by_key("daniyar")
NOBODYS = "+77770990009"


@dataclass
class Here:
    """A client of the lender, the outside world, and a browser that knows nothing of her."""

    now: datetime
    world: Identities
    actor: Actor
    browser: Client

    def fresh(self) -> Client:
        browser = Client()
        browser.cookies["nesie_language"] = "en"
        return browser

    def signed(self, page: str, person: Person = WHO, profile: Profile = AUTHENTICATION) -> dict[str, str]:
        """What the page sends after NCALayer has signed the text it asked for."""
        asked = self.browser.post(f"{page}/ask").json()
        text = base64.b64decode(asked["text"])
        assert text.startswith(b"NESIE-ENTRY/1\n")
        pair = self.world.authority.leaf(holder_of(person), profile)
        cms = armoured(self.world.authority.sign(text, pair, stamped=False))
        return {"challenge": asked["challenge"], "cms": cms}

    def by_code(self) -> Any:
        """Her sign-in by a code from SMS."""
        self.browser = self.fresh()
        self.browser.post("/sign-in", {"phone": WHO.phone, "way": "code"})
        return self.browser.post("/sign-in/code", {"phone": WHO.phone, "code": code_sent_to(WHO.phone)})


@pytest.fixture
def here(db: None) -> Here:
    now = clock.business_now()
    world = identities(now)
    actor = registered_client(now, world=world)
    made = Here(now, world, actor, Client())
    made.browser = made.fresh()
    return made


def _text(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.clause("6-access", "11-replay")
def test_in_by_electronic_signature_and_a_way_on_from_each_mistake(here: Here) -> None:
    page = "/sign-in/eds"
    assert f'href="{page}"' in _text(here.browser.get("/sign-in"))
    shown = _text(here.browser.get(page))
    for case in ("absent", "cancelled", "failed"):
        assert f'data-say="{case}"' in shown
    assert 'href="/sign-in"' in shown
    assert "another way to sign in" in shown
    wrong_key = here.browser.post(page, here.signed(page, profile=SIGNING))
    assert (wrong_key.status_code, "Choose your key for sign-in" in _text(wrong_key)) == (403, True)
    stranger = here.browser.post(page, here.signed(page, person=OTHER))
    assert (stranger.status_code, "This signature opens no account." in _text(stranger)) == (403, True)
    assert here.browser.post(page, {"challenge": "x", "cms": ""}).status_code == 422
    answer = here.signed(page)
    done = here.browser.post(page, answer)
    assert (done.status_code, done["Location"]) == (302, "/my/")
    assert "nesie_browser" in done.cookies
    assert "nesie_device" not in done.cookies, "that is the key of a device of the lender"
    assert here.browser.get(page)["Location"] == "/my/", "in already"
    here.browser = here.fresh()
    assert here.browser.post(page, answer).status_code == 403, "once, and in its own browser"


@pytest.mark.clause("6-access", "25.9")
def test_a_new_way_in_by_signature_is_told_of_stopped_and_in_the_end_had(here: Here) -> None:
    page = "/sign-in/recovery/eds"
    assert f'href="{page}"' in _text(here.browser.get("/sign-in/recovery"))
    assert here.browser.post(page, here.signed("/sign-in/eds") | {}).status_code == 403, "asked for another act"
    asked = here.browser.post(page, here.signed(page))
    assert "It is there at" in _text(asked)
    assert "sign in by your electronic signature, and set a new password" in _text(asked)
    own = client_browser(ClientId(here.actor.id), here.now)  # type: ignore[arg-type]  # she has an id
    assert "A new way into this account was asked for" in _text(own.get("/my/"))
    assert 'action="/my/security/recovery/stop"' in _text(own.get("/my/security"))
    assert own.post("/my/security/recovery/stop")["Location"] == "/my/security"
    assert own.post("/my/security/recovery/stop").status_code == 404
    assert here.by_code()["Location"] == "/my/", "stopped: all is as it was"
    here.browser = here.fresh()
    here.browser.post(page, here.signed(page))
    Recovery.objects.filter(status=RecoveryStatus.WAITING).update(effective_at=here.now - timedelta(minutes=1))
    entry = "/sign-in/eds"
    here.browser = here.fresh()
    assert here.browser.post(entry, here.signed(entry))["Location"] == "/my/security"
    assert "Set a new password now." in _text(here.browser.get("/my/security"))
    assert 'name="current"' not in _text(here.browser.get("/my/security")), "the old password is gone"


@pytest.mark.clause("6-access", "11-replay")
def test_a_new_way_in_by_code_and_face_needs_the_centre(here: Here) -> None:
    browser = here.browser
    assert browser.get("/sign-in/recovery/face")["Location"] == "/sign-in/recovery", "no code yet"
    browser.post("/sign-in/recovery", {"phone": WHO.phone})
    code = {"phone": WHO.phone, "code": code_sent_to(WHO.phone)}
    assert browser.post("/sign-in/recovery/code", code)["Location"] == "/sign-in/recovery/face"
    assert browser.get("/my/")["Location"] == "/sign-in", "a code alone opens nothing"
    assert "Go to identification" in _text(browser.get("/sign-in/recovery/face"))
    centre = urlsplit(browser.post("/sign-in/recovery/face")["Location"])
    request_uri = parse_qs(centre.query)["request_uri"][0]
    state = here.world.biometrics.visits[request_uri].request.state
    back = {"code": here.world.biometrics.approve(request_uri, here.now), "state": state}
    assert browser.get("/identification/return", back)["Location"] == "/sign-in/recovery/face"
    assert "Nothing has been changed yet" in _text(browser.get("/sign-in/recovery/face"))
    assert not Recovery.objects.filter(status=RecoveryStatus.WAITING).exists()
    waits = _text(browser.post("/sign-in/recovery/face"))
    assert "It is there at" in waits
    assert "sign in by a code from SMS, and set a new password" in waits
    assert Recovery.objects.get().status == RecoveryStatus.WAITING
    assert browser.post("/sign-in/recovery/face")["Location"] == "/sign-in/recovery", "the session is over"


@pytest.mark.clause("6-access", "29")
def test_a_phone_that_is_nobodys_gets_the_same_answers_after_the_same_work(here: Here) -> None:
    told: list[list[str]] = []
    work: list[list[int]] = []
    here.fresh().post("/sign-in/recovery", {"phone": NOBODYS})  # both phones have been sent to, or so it seems
    for phone in (WHO.phone, NOBODYS):
        browser, texts, counts = here.fresh(), [], []
        for address, sent in (
            ("/sign-in/recovery", {"phone": phone}),
            ("/sign-in/recovery/code", {"phone": phone, "code": "00000x"}),
        ):
            with CaptureQueriesContext(connection) as made:
                answer = browser.post(address, sent)
            texts.append(f"{answer.status_code} " + re.sub("csrf[^>]*>", "", _text(answer).replace(phone, "")))
            counts.append(len(made))
        told.append(texts)
        work.append(counts)
    assert told[0] == told[1]
    assert [abs(one - other) for one, other in zip(*work, strict=True)] <= [1, 0], "the message is written and undone"
