"""The pages of those who borrow for a business: what they are offered, how they sign (Rules, 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from nesie.entrypoints import clock
from nesie.journey.contracts import queries
from nesie.journey.contracts.rules import ContractStatus
from nesie.kernel.actor import worker
from tests import given_businesses
from tests import given_contracts as given
from tests.entrypoints.web.seen import client_browser
from tests.given_businesses import COMPANY, IE
from tests.given_contracts import Stand
from tests.journey.contracts.test_businesses import drafted, face, looked_at

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def now(module_db: None) -> datetime:
    return clock.business_now()


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given.stand(now) as stand:
        yield stand


def purposes(page: str) -> set[str]:
    return set(re.findall(r'<option value="([a-z_]+)"', page.split('name="purpose"')[1].split("</select>")[0]))


@pytest.mark.clause("9-ie")
def test_a_sole_proprietor_concludes_by_a_button_without_a_key(here, now) -> None:
    who = given_businesses.proprietor(now, here.identities)
    browser = client_browser(who.client_id, now)
    asked = browser.get(f"/my/apply/sum?method=bank_account&account={who.account_id}").content.decode()
    assert {"household", "working_capital"} <= purposes(asked), "for himself or for his business"
    made = drafted(now, here, who, looked_at(now, here, who))
    address = f"/my/contracts/{made.contract_id}/sign"
    assert browser.get(address).status_code == 302, "the face comes first"
    face(now, here, who, made)
    page = browser.get(address).content.decode()
    assert ("data-sign" in page, "needs no electronic signature" in page) == (False, True)
    assert browser.post(address)["Location"] == f"/my/contracts/{made.contract_id}"
    view = queries.contract(worker(), made.contract_id, clock.business_now())
    assert (view.status, view.signature and view.signature.eds_proof_id) == (ContractStatus.SIGNED, None)
    assert IE.name in browser.get("/my/profile").content.decode()


@pytest.mark.clause("6-immutable")
def test_a_legal_entity_is_offered_business_loans_and_asked_for_its_own_key(here, now) -> None:
    who = given_businesses.company(now, here.identities)
    browser = client_browser(who.client_id, now)
    asked = browser.get(f"/my/apply/sum?method=bank_account&account={who.account_id}").content.decode()
    assert purposes(asked) == {"working_capital", "equipment", "business_other"}
    assert re.findall(r'name="product" value="([a-z]+)"', asked) == ["business"]
    made = drafted(now, here, who, looked_at(now, here, who))
    face(now, here, who, made)
    page = browser.get(f"/my/contracts/{made.contract_id}/sign").content.decode()
    assert f'data-bin="{COMPANY.number}" data-holder="head"' in page
    profile = browser.get("/my/profile").content.decode()
    for word in (COMPANY.number, "ТОО «Алатау Сауда»", "1-к", "15.01.2026"):
        assert word in profile
    assert not re.search(r'name="(bin|iin)"', profile), "they stand there as text: nothing can change them"
