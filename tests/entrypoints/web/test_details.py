"""Changing the phone in the browser: code, face, key, the delay, and the link that stops it (clause 6)."""

from __future__ import annotations

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.journey.clients import queries
from nesie.journey.clients.actions import agree_to_details_change
from nesie.journey.clients.rules import CHANGE_OPERATION, DetailsStatus
from nesie.kernel.actor import worker
from nesie.kernel.ids import ClientId
from tests.entrypoints.web.seen import client_browser
from tests.given_access import code_sent_to, texts_to
from tests.given_clients import AIGERIM, registered_client
from tests.given_identification import identities

NEW = "+77770990097"
WORDS = {"kk": "Жаңа ұялы телефон нөмірі", "ru": "Новый номер мобильного телефона", "en": "New mobile number"}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_change_can_be_begun_in_three_languages(db: None, language: str) -> None:
    now = clock.business_now()
    actor = registered_client(now)
    browser = client_browser(ClientId(actor.id), now, language=language)
    assert "/my/profile/change/phone" in browser.get("/my/profile").content.decode()
    for kind in ("phone", "account", "document"):
        page = browser.get(f"/my/profile/change/{kind}")
        assert page.status_code == 200
        assert kind != "phone" or WORDS[language] in page.content.decode()
    assert browser.get("/my/profile/change/iin").status_code == 404
    refused = browser.post("/my/profile/change/phone", {"phone": AIGERIM.phone})
    assert (refused.status_code, 'aria-invalid="true"' in refused.content.decode()) == (422, True)
    document = {"document_kind": "id_card", "document_number": "12", "document_valid_until": "2036-01-01"}
    assert browser.post("/my/profile/change/document", document).status_code == 422


@pytest.mark.clause("6-change")
def test_a_phone_change_goes_its_way_and_is_stopped_by_the_link(db: None) -> None:
    now = clock.business_now()
    world = identities(now)
    actor = registered_client(now, world=world)
    browser = client_browser(ClientId(actor.id), now)
    begun = browser.post("/my/profile/change/phone", {"phone": NEW})
    page = begun["Location"]
    assert (begun.status_code, "One-time code" in browser.get(page).content.decode()) == (302, True)
    code = code_sent_to(NEW)
    wrong = "000000" if code != "000000" else "111111"
    assert browser.post(f"{page}/code", {"code": wrong}).status_code == 422
    assert browser.get(f"{page}/sign")["Location"] == page, "no key before the code and the face"
    assert browser.post(f"{page}/code", {"code": code})["Location"] == page
    assert "Go to identification" in browser.get(page).content.decode()
    (view,) = queries.details_changes(actor, ClientId(actor.id))
    about = {"subject_id": actor.id, "operation": CHANGE_OPERATION, "person": AIGERIM}
    face = world.biometric_proof(actor, now, document_sha256=view.sha256, **about)
    assert browser.get(f"{page}/sign").status_code == 200
    key = world.eds_proof(actor, now, document_id=view.document_id, **about)
    both = {"biometric_proof_id": face, "eds_proof_id": key, "document_sha256": view.sha256}
    agree_to_details_change(actor, clock.business_now(), change_id=view.id, **both)
    assert "takes effect" in browser.get(page).content.decode()
    (secret,) = {text.partition("/stop/")[2].split()[0] for text in texts_to(AIGERIM.phone) if "/stop/" in text}
    stranger = Client()
    assert stranger.get("/stop/nothing").status_code == 404
    assert AIGERIM.phone not in stranger.get(f"/stop/{secret}").content.decode()
    assert queries.details_change(actor, view.id).status is DetailsStatus.AGREED, "looking stops nothing"
    assert stranger.post(f"/stop/{secret}").status_code == 200
    assert queries.details_change(worker(), view.id).status is DetailsStatus.CANCELLED
    assert stranger.post(f"/stop/{secret}").status_code == 404
