"""The client's own pages, through a browser that speaks HTTP only."""

from __future__ import annotations

import pytest

from nesie.entrypoints import clock
from nesie.foundation.documents import queries as documents
from tests import given_applications
from tests.entrypoints.web.seen import client_browser
from tests.given_documents import stored_document


@pytest.mark.clause("12")
def test_a_confirmation_of_delivery_is_made_and_shown(db: None) -> None:
    now = clock.business_now()
    with given_applications.outside() as world:
        given_applications.open_for_business(now, world)
        who = given_applications.applicant(now, "aigerim")
    paper = stored_document(who.client_id, now)
    browser = client_browser(who.client_id, now)
    assert browser.get(f"/my/documents/{paper}").status_code == 200, "read: the event to confirm"
    answer = browser.post(f"/my/documents/{paper}/confirm")
    made = documents.of_owner(who.client_id, "delivery_confirmation")[0]
    assert (answer.status_code, answer["Location"]) == (302, f"/my/documents/{made.id}")
    shown = browser.get(answer["Location"])
    assert shown["Content-Type"] == "application/pdf"
    assert shown.content == documents.content(made.id)
