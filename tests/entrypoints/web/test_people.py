"""Accounts of the staff: made by two persons, the invitation shown once; blocked by one, at once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.kernel.actor import Role
from tests.entrypoints.web.seen import staff_browser
from tests.entrypoints.web.test_four_eyes import Pair, pair
from tests.given_access import staff_member


@pytest.fixture
def two(db: None) -> Pair:
    return pair(Role.ADMINISTRATOR)


@pytest.mark.clause("27", "28")
def test_an_account_is_made_by_two_persons_and_its_invitation_serves(two: Pair) -> None:
    asked = {
        "act": "create_staff", "login": "saule", "name": "Saule Testova", "why": "A new officer",
        "roles": ["operator", "credit_officer"],
    }  # fmt: skip
    assert two.asker.post("/staff/people", asked)["Location"] == "/staff/approvals"
    seen = two.approve()
    for word in ("Make a staff account", "saule", "Saule Testova", "credit_officer, operator"):
        assert word in seen
    (address,) = two.to_carry_out()
    made = two.asker.post(address)
    invitation = re.search(r"/staff/enrol/[\w-]+", made.content.decode())
    assert invitation, "shown once, to who asked"
    assert Client().get(invitation.group(0)).status_code == 200, "to the newcomer, who is not signed in"
    assert "Saule Testova" in two.asker.get("/staff/people").content.decode()


@pytest.mark.clause("27")
def test_roles_change_by_two_persons_and_an_empty_request_is_refused(two: Pair) -> None:
    other = staff_member(clock.machine_now(), Role.OPERATOR, login="ermek")
    asked = {"act": "change_staff_roles", "staff_id": str(other.id), "why": "Moved to risks", "roles": ["risk_officer"]}
    assert two.asker.post("/staff/people", asked | {"why": ""}).status_code == 422
    assert two.asker.post("/staff/people", asked | {"roles": []}).status_code == 422
    assert two.asker.post("/staff/people", asked).status_code == 302
    two.approve()
    (address,) = two.to_carry_out()
    assert two.asker.post(address)["Location"] == "/staff/people"
    row = two.asker.get("/staff/people").content.decode().split("ermek")[1].split("</tr>")[0]
    assert "Risk officer" in row
    assert "Operator" not in row


@pytest.mark.clause("27", "29")
def test_a_blocked_account_is_out_at_once(two: Pair) -> None:
    now = clock.machine_now()
    other = staff_member(now, Role.OPERATOR, login="ermek")
    browser = staff_browser(other.id, now)
    assert browser.get("/staff/").status_code == 200
    assert two.asker.post(f"/staff/people/{other.id}/block").status_code == 302
    assert browser.get("/staff/")["Location"] == "/staff/sign-in"


@pytest.mark.clause("27")
def test_only_an_administrator_keeps_the_accounts(db: None) -> None:
    now = clock.machine_now()
    auditor = staff_browser(staff_member(now, Role.AUDITOR, login="aliya").id, now)
    other = staff_member(now, Role.OPERATOR, login="ermek")
    assert "create_staff" not in auditor.get("/staff/people").content.decode()
    assert auditor.post(f"/staff/people/{other.id}/block").status_code == 403
    asked = {"act": "create_staff", "login": "x", "name": "X", "why": "x", "roles": ["operator"]}
    assert auditor.post("/staff/people", asked).status_code == 403
