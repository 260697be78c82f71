"""Signing on a phone: the code opens one document, for a while, and only the right signature comes back as one."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core import signing
from django.db import transaction
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import store
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.adapters.egov_mobile import EgovMobile
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.rules import EvidencePart
from nesie.foundation.norms.actions import push_clock
from nesie.journey.clients import queries as client_queries
from nesie.journey.clients.rules import CHANGE_OPERATION
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ClientId
from nesie.simulators.people import by_key
from nesie.simulators.pki.authority import AUTHENTICATION
from nesie.simulators.pki.keys import Algorithm
from tests.entrypoints.web.seen import client_browser
from tests.given_access import code_sent_to
from tests.given_clients import registered_client
from tests.given_identification import Identities, holder_of, identities

WHO, OTHER = by_key("aigerim"), by_key("daniyar")
LINK = "https://phone.example/?link={link}&isi=1"
TEXT = "Қол қойылатын құжат".encode()


@dataclass
class Way:
    """A page that waits and the addresses of its code."""

    world: Identities
    actor: Actor
    now: datetime
    browser: Client
    invitation: str
    state: str

    def read(self) -> tuple[str, dict[str, str], dict[str, Any]]:
        """What the application does first: the address of the documents, its headers, and the documents."""
        invited = Client().get(self.invitation).json()
        uri = urlsplit(invited["document"]["uri"]).path
        headers = {"authorization": f"Bearer {invited['document']['auth_token']}"}
        return uri, headers, Client().get(uri, headers=headers).json()

    def bring(self, cms: bytes) -> tuple[int, str]:
        """Put a signature in the place of the file and send the object back."""
        uri, headers, wanted = self.read()
        wanted["documentsToSign"][0]["document"]["file"]["data"] = base64.b64encode(cms).decode()
        answer = Client().put(uri, json.dumps(wanted), content_type="application/json", headers=headers)
        return answer.status_code, answer.json().get("message", "")

    def told(self) -> dict[str, Any]:
        return self.browser.get(self.state).json()


def prepared(db: None, algorithm: Algorithm = Algorithm.RSA) -> tuple[Way, Any]:
    now = clock.business_now()
    world = identities(now, algorithm)
    Wiring.phone = EgovMobile(LINK)
    actor = registered_client(now, world=world)
    browser = client_browser(ClientId(actor.id), now, language="en")
    with transaction.atomic():
        document_id = store(
            actor.id, kind="test", content=TEXT, media_type="application/pdf", file_name="a.pdf", now=now,
            retention="client",
        )  # fmt: skip
    challenge = actions.request_signature(
        actor, now, subject_id=actor.id, operation="test", document_id=document_id, iin=WHO.iin
    )
    ticket = signing.TimestampSigner(salt="nesie.phone.ticket").sign(challenge.hex)
    address = f"/identification/phone/{ticket}"
    return Way(world, actor, now, browser, address, address + "/state"), challenge


@pytest.fixture
def way(db: None) -> Way:
    return prepared(db)[0]


def signature(way: Way, text: bytes = TEXT, **leaf: Any) -> bytes:
    person = leaf.pop("person", WHO)
    return way.world.authority.sign(text, way.world.authority.leaf(holder_of(person), **leaf))


class TestPhone:
    @pytest.mark.clause("6-eds", "11-replay")
    @pytest.mark.parametrize("algorithm", Algorithm)
    def test_the_phones_signature_becomes_the_proof_once(self, db: None, algorithm: Algorithm) -> None:
        way, challenge = prepared(db, algorithm)
        assert way.told() == {"state": "waiting"}
        invited = Client().get(way.invitation).json()
        assert set(invited) == {"description", "expiry_date", "organisation", "document"}
        assert len(invited["organisation"]["bin"]) == 12
        _, _, wanted = way.read()
        assert (wanted["signMethod"], len(wanted["documentsToSign"])) == ("CMS_SIGN_ONLY", 1)
        file = wanted["documentsToSign"][0]["document"]["file"]
        assert (file["mime"], base64.b64decode(file["data"])) == ("@file/pdf", TEXT)
        made = signature(way)
        assert way.bring(made) == (200, "")
        assert way.told() == {"state": "signed"}
        outcome = queries.outcome_of(way.actor, challenge)
        assert outcome is not None
        assert outcome.proof_id is not None
        assert documents.content(queries.evidence_of(outcome.proof_id)[EvidencePart.CMS]) == made
        assert Client().get(way.invitation).status_code == 403, "a code opens nothing any more"

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda way: signature(way, person=OTHER), "belongs to another person"),
            (lambda way: signature(way, TEXT + b"."), "made over another document"),
            (lambda way: signature(way, profile=AUTHENTICATION), "Choose your signing key"),
            (lambda way: b"\x30\x03\x02\x01\x01", "damaged"),
        ],
    )
    def test_a_wrong_one_is_refused_in_words_and_the_page_hears_them(self, way: Way, make: Any, words: str) -> None:
        status, _ = way.bring(make(way))
        assert status == 403
        told = way.told()
        assert told["state"] == "refused"
        assert words in told["message"]

    def test_rubbish_spoils_nothing(self, way: Way) -> None:
        uri, headers, wanted = way.read()
        strange = [{}, {"document": {"file": {"data": "қ"}}}]
        told = [json.dumps(wanted | {"documentsToSign": one}).encode() for one in ([], strange[:1], strange[1:], "x")]
        for body in (b"", b"[]", b"{}", b"[" * 100_000, *told):
            answer = Client().put(uri, body, content_type="application/json", headers=headers)
            assert answer.status_code == 403, body[:20]
        assert way.told() == {"state": "waiting"}
        assert way.bring(signature(way))[0] == 200

    def test_the_document_opens_to_the_word_alone(self, way: Way) -> None:
        uri, _, _ = way.read()
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": ""}):
            assert Client().get(uri, headers=headers).status_code == 403
        assert Client().get(uri.replace("/documents", "x/documents")).status_code == 404
        assert Client().get("/identification/phone/abc").status_code == 404
        assert Client().post(way.invitation).status_code == 405

    def test_it_is_over_when_its_time_is(self, way: Way) -> None:
        uri, headers, _ = way.read()
        push_clock(worker(), way.now, seconds=3600)
        assert Client().get(way.invitation).status_code == 403
        assert Client().get(uri, headers=headers).status_code == 403
        assert way.told() == {"state": "over"}


class TestPage:
    """A change of the phone number, its document signed on the phone instead of in NCALayer."""

    def begun(self, browser: Client, world: Identities, actor: Actor, now: datetime) -> str:
        page = browser.post("/my/profile/change/phone", {"phone": "+77770990097"})["Location"]
        browser.post(f"{page}/code", {"code": code_sent_to("+77770990097")})
        (view,) = client_queries.details_changes(actor, ClientId(actor.id))
        about = {"subject_id": actor.id, "operation": CHANGE_OPERATION, "person": WHO}
        world.biometric_proof(actor, now, document_sha256=view.sha256, **about)
        return f"{page}/sign"

    def test_the_page_offers_the_code_and_goes_on_with_the_phones_signature(self, db: None) -> None:
        now = clock.business_now()
        world = identities(now)
        actor = registered_client(now, world=world)
        browser = client_browser(ClientId(actor.id), now, language="en")
        page = self.begun(browser, world, actor, now)
        Wiring.phone = EgovMobile("")
        assert "data-phone" not in browser.get(page).content.decode(), "not offered without an agreement"
        Wiring.phone = EgovMobile(LINK)
        shown = browser.get(page).content.decode()
        state = re.search(r'data-phone="([^"]+)/state"', shown)
        link = re.search(r'href="https://phone.example/\?link=([^"&]+)', shown)
        challenge = re.search(r'name="challenge" value="([^"]+)"', shown)
        assert state
        assert link
        assert challenge
        assert "<svg" in shown
        assert unquote(link[1]).endswith(state[1])
        before = browser.post(page, {"challenge": challenge[1], "cms": ""})
        assert (before.status_code, "could not be made" in before.content.decode()) == (422, True)
        way = Way(world, actor, now, browser, state[1], state[1] + "/state")
        _, _, wanted = way.read()
        text = base64.b64decode(wanted["documentsToSign"][0]["document"]["file"]["data"])
        assert way.bring(signature(way, text))[0] == 200
        assert way.told() == {"state": "signed"}
        assert browser.post(page, {"challenge": challenge[1], "cms": ""}).status_code == 302
