"""The staff flag a leak, block a client and stop a change; the client sees what is to be proven again (clause 36)."""

from __future__ import annotations

import pytest

from nesie.entrypoints import clock
from nesie.journey.clients import queries
from nesie.journey.clients.actions import propose_account_change
from nesie.journey.clients.rules import DetailsStatus
from nesie.kernel.actor import Role, worker
from nesie.kernel.ids import ClientId
from tests.entrypoints.web.seen import browser_of, staff_browser
from tests.given_access import staff_member
from tests.given_clients import AIGERIM, registered_client


@pytest.mark.clause("36.1")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_leak_is_flagged_and_the_client_is_led_to_identify(db: None, language: str) -> None:
    now = clock.business_now()
    actor = registered_client(now)
    client_id = ClientId(actor.id)
    change = propose_account_change(actor, now, iban=AIGERIM.iban)
    officer = staff_browser(staff_member(now, Role.COMPLIANCE_OFFICER, login="compliance").id, now, language)
    operator = staff_browser(staff_member(now, Role.OPERATOR, login="operator").id, now, language)
    page = f"/staff/clients/{client_id}/standing"
    assert page in officer.get(f"/staff/clients/{client_id}").content.decode()
    assert 'value="leak"' in officer.get(page).content.decode()
    assert 'value="leak"' not in operator.get(page).content.decode()
    assert operator.post(page, {"act": "leak", "ground": "state_body"}).status_code == 403
    assert officer.post(page, {"act": "stop", "change": str(change.change_id)}).status_code == 302
    assert queries.details_change(worker(), change.change_id).status is DetailsStatus.CANCELLED
    assert officer.post(page, {"act": "leak", "ground": "state_body"})["Location"] == page
    assert officer.post(page, {"act": "leak", "ground": "state_body"}).status_code == 409
    own = browser_of(client_id, now, language)
    assert "/my/identify-again" in own.get("/my/").content.decode()
    assert own.get("/my/identify-again").status_code == 200
    assert own.post("/my/profile/change/phone", {"phone": "+77770990091"}).status_code == 409
    assert officer.post(page, {"act": "block", "ground": "fraud_suspected"}).status_code == 302
    assert own.get("/my/").status_code == 302, "a blocked client is signed out"
