"""Acts of two persons, by the pages: one asks, another approves with both factors, the first carries out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.norms import queries as norms
from nesie.kernel.actor import Role
from tests.entrypoints.web.seen import staff_browser
from tests.given_access import PASSWORD, StaffMember, staff_member


@dataclass
class Pair:
    """Two members of the staff at two browsers."""

    asker: Client
    approver: Client
    second: StaffMember

    def approve(self) -> str:
        """The second person approves what waits; the page as that person saw it."""
        page = self.approver.get("/staff/approvals").content.decode()
        address = re.findall(r'action="(/staff/approvals/[0-9a-f-]+)"', page)[0]
        proof = {"act": "approve", "password": PASSWORD, "totp": self.second.totp(clock.machine_now())}
        assert self.approver.post(address, proof).status_code == 302
        return page

    def to_carry_out(self) -> list[str]:
        """What the first person may do now."""
        return re.findall(r'action="(/staff/approvals/[0-9a-f-]+/carry-out)"', self._approvals())

    def _approvals(self) -> str:
        return self.asker.get("/staff/approvals").content.decode()


def pair(*roles: Role) -> Pair:
    """Two persons who both may do the act."""
    now = clock.machine_now()
    first = staff_member(now, roles[0], login="botagoz")
    second = staff_member(now, roles[-1], login="daniyar")
    return Pair(staff_browser(first.id, now), staff_browser(second.id, now), second)


@pytest.fixture(scope="module")
def two(module_db: None) -> Pair:
    return pair(Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR)


@pytest.mark.clause("27")
def test_a_legal_number_is_set_by_two_persons(two: Pair) -> None:
    asked = {
        "act": "set_parameter", "value": "4650", "unit": "KZT", "valid_from": "2027-01-01", "valid_to": "",
        "source": "Law on the republican budget for 2027, art. 9",
    }  # fmt: skip
    assert two.asker.post("/staff/parameters/mrp", asked)["Location"] == "/staff/approvals"
    assert two.to_carry_out() == [], "not before the second person"
    seen = two.approve()
    for word in ("Set a legal number", "4650", "2027-01-01", "Law on the republican budget for 2027, art. 9"):
        assert word in seen
    (address,) = two.to_carry_out()
    assert two.approver.post(address).status_code == 404, "only who asked carries it out"
    assert two.asker.post(address)["Location"] == "/staff/parameters"
    assert norms.decimal("mrp", date(2027, 1, 1)) == 4650
    assert two.asker.post(address).status_code == 404, "an approval serves once"


@pytest.mark.clause("27")
def test_a_recalled_number_is_confirmed_by_two_persons(two: Pair) -> None:
    row = next(one for one in norms.rows_of("mrp") if one.text is not None and not one.confirmed)
    page = two.asker.get("/staff/parameters/mrp").content.decode()
    assert f'name="value" value="{row.text}"' in page
    asked = {
        "act": "confirm_parameter", "value": row.text, "valid_from": f"{row.valid_from}", "basis": "Budget law, art. 9",
    }  # fmt: skip
    two.asker.post("/staff/parameters/mrp", asked)
    two.approve()
    two.asker.post(two.to_carry_out()[0])
    assert [one.confirmed for one in norms.rows_of("mrp") if one.fingerprint == row.fingerprint] == [True]


@pytest.mark.parametrize(
    ("field", "typed"), [("value", "a lot"), ("value", ""), ("valid_from", ""), ("valid_from", "x"), ("source", "")]
)
def test_nonsense_is_not_put_before_a_second_person(two: Pair, field: str, typed: str) -> None:
    asked = {"act": "set_parameter", "value": "1", "unit": "KZT", "valid_from": "2027-01-01", "source": "a law"}
    answer = two.asker.post("/staff/parameters/mrp", asked | {field: typed})
    assert answer.status_code in (409, 422)
    assert f'id="error_{field}"' in answer.content.decode()
    assert "Carry out" not in two.approver.get("/staff/approvals").content.decode()


def test_who_may_not_change_numbers_is_offered_nothing(db: None) -> None:
    now = clock.machine_now()
    browser = staff_browser(staff_member(now, Role.OPERATOR).id, now)
    page = browser.get("/staff/parameters/mrp").content.decode()
    assert "set_parameter" not in page
    asked = {"act": "set_parameter", "value": "1", "unit": "KZT", "valid_from": "2027-01-01", "source": "a law"}
    assert browser.post("/staff/parameters/mrp", asked).status_code == 403
    assert browser.get("/staff/parameters/nothing_such").status_code == 404
