"""Servicing on the staff's pages: what it would change, then the act; two persons where the duty asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.entrypoints.web import words
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.kernel.actor import Role, worker
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money
from tests import given_contracts, given_loans
from tests.entrypoints.web.seen import client_browser, staff_browser
from tests.entrypoints.web.test_four_eyes import Pair
from tests.given_access import staff_member

DAY = timedelta(days=1)


@dataclass
class Desk:
    """Two credit officers and a risk officer at browsers; a loan that is some days late."""

    officers: Pair
    risk: Client
    client: Client
    loan_id: LoanId

    def address(self, act: str) -> str:
        return f"/staff/loans/{self.loan_id}/servicing/{act}"

    def position(self) -> rules.PositionView:
        return queries.position(worker(), self.loan_id)


@pytest.fixture(scope="module")
def desk(module_db: None) -> Iterator[Desk]:
    start = clock.business_now().astimezone(UTC).replace(hour=4) - 60 * DAY
    with given_contracts.stand(start) as stand:
        who = given_contracts.applicant(start, "daniyar")
        contract_id, at = given_contracts.disbursed(start, stand, who)
        loan_id = given_loans.opened(at, contract_id)
        row = queries.position(who.actor, loan_id).rows[0]
        at += (row.grace_until_on - business_day(at)) + 5 * DAY
        given_loans.accrued(at)
        given_loans.repaid(at, loan_id, row.payment - Money(10_000_00))
        now = clock.machine_now()
        staff = {
            login: staff_member(now, role, login=login)
            for login, role in (("a", Role.CREDIT_OFFICER), ("b", Role.CREDIT_OFFICER), ("c", Role.RISK_OFFICER))
        }
        browsers = {login: staff_browser(one.id, now) for login, one in staff.items()}
        officers = Pair(browsers["a"], browsers["b"], staff["b"])
        yield Desk(officers, browsers["c"], client_browser(who.client_id, now), loan_id)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("\N{NO-BREAK SPACE}", " ")))


def test_each_person_is_offered_what_the_role_allows(desk: Desk) -> None:
    page = desk.officers.asker.get(f"/staff/loans/{desk.loan_id}/servicing").content.decode()
    offered = set(re.findall(r"/servicing/(\w+)", page))
    assert {"propose_change", "decrease_rate", "forgive_debt", "reverse_receipt", "write_off_loan"} <= offered
    assert "suspend_loan" not in offered
    assert "resume_loan" not in offered
    page = desk.risk.get(f"/staff/loans/{desk.loan_id}/servicing").content.decode()
    assert "suspend_loan" in page
    assert desk.officers.asker.post(desk.address("suspend_loan"), {"act": "preview"}).status_code == 403
    assert desk.officers.asker.get(desk.address("open_loan")).status_code == 404


@pytest.mark.clause("13-suspend-accrual")
def test_a_suspension_shows_its_effect_before_it_is_done(desk: Desk) -> None:
    before = desk.position()
    typed = {"ground": "law_enforcement", "on": f"{before.as_of - 2 * DAY}", "reference": "12-34 of 01.02"}
    shown = desk.risk.post(desk.address("suspend_loan"), typed | {"act": "preview"}).content.decode()
    assert "Interest held apart" in shown
    assert 'name="act" value="do"' in shown
    assert desk.position() == before, "nothing is done yet"
    live = desk.risk.post(desk.address("suspend_loan"), typed, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in live
    assert "Interest held apart" in live
    done = desk.risk.post(desk.address("suspend_loan"), typed | {"act": "do"})
    assert done["Location"] == f"/staff/loans/{desk.loan_id}/history"
    history = text_of(desk.risk.get(done["Location"]).content.decode())
    assert "Accrual suspended" in history
    assert f"{before.as_of - 2 * DAY:%d.%m.%Y}" in history


def test_forgiving_takes_two_persons_and_does_what_was_shown(desk: Desk) -> None:
    before = desk.position()
    assert before.penalty
    typed = {"principal": "", "interest": "", "penalty": str(before.penalty), "why": "Agreed by the committee"}
    shown = text_of(desk.officers.asker.post(desk.address("forgive_debt"), typed).content.decode())
    assert "Ask a second person" in shown
    asked = desk.officers.asker.post(desk.address("forgive_debt"), typed | {"act": "do"})
    assert asked["Location"] == "/staff/approvals"
    seen = text_of(desk.officers.approve())
    for word in ("Forgive a part of the debt", str(before.penalty), before.number, "→"):
        assert word in seen
    (address,) = desk.officers.to_carry_out()
    assert desk.officers.asker.post(address)["Location"] == f"/staff/loans/{desk.loan_id}/history"
    (line,) = [one for one in queries.statement(worker(), desk.loan_id) if one.event == "forgiven"]
    assert line.penalty == -before.penalty, "what has come since then stays"


def test_what_the_act_would_refuse_the_preview_refuses_beside_the_field(desk: Desk) -> None:
    answer = desk.officers.asker.post(desk.address("forgive_debt"), {"penalty": "99999999"})
    assert answer.status_code == 409
    assert "More than is owed" in answer.content.decode()
    answer = desk.risk.post(desk.address("suspend_loan"), {"ground": "victim", "on": "", "reference": ""})
    assert answer.status_code == 422


@pytest.mark.clause("13-writeoff")
def test_a_write_off_shows_what_goes_back_to_the_client_before_anybody_agrees(desk: Desk) -> None:
    paid = queries.received_in_all(desk.loan_id)
    assert paid
    typed = {"ground": "fraud", "reference": "2-1234"}
    shown = text_of(desk.officers.asker.post(desk.address("write_off_loan"), typed).content.decode())
    assert "Returned to the client, ordered at once" in shown
    assert words.plain(paid).replace("\N{NO-BREAK SPACE}", " ") in shown
    assert "Claim off the books" in shown
    assert "Written off" in shown
    typed["ground"] = "uncollectable"
    shown = text_of(desk.officers.asker.post(desk.address("write_off_loan"), typed).content.decode())
    assert "Returned to the client, ordered at once" not in shown


def test_an_assignment_is_refused_before_its_days_by_the_preview_too(desk: Desk) -> None:
    typed = {"assignee": "Collector 7", "reference": "a-1"}
    answer = desk.officers.asker.post(desk.address("transfer_loan"), typed)
    assert answer.status_code == 409
    assert "A claim may be assigned only after more than" in answer.content.decode()


@pytest.mark.clause("13-suspend-accrual")
def test_a_paper_of_the_police_sets_deadlines_that_stand_in_the_queue(desk: Desk) -> None:
    address = f"/staff/loans/{desk.loan_id}/deadlines"
    typed = {"act": "register", "paper": "victim", "received_on": f"{desk.position().as_of}", "reference": "No. 5"}
    assert desk.officers.asker.post(address, typed).status_code == 403, "a credit officer registers none"
    wrong = desk.risk.post(address, typed | {"reference": " "})
    assert wrong.status_code == 409
    assert "Name the paper" in wrong.content.decode()
    assert desk.risk.post(address, typed)["Location"] == address
    page = desk.risk.get("/staff/deadlines?whose=late").content.decode()
    assert "Suspend accrual" in text_of(page), "it came weeks ago"
    assert "overdue by" in page
    assert "Suspend collection and claims" not in text_of(
        desk.risk.get("/staff/deadlines?kind=suspend").content.decode().split("<tbody>")[1]
    )
    number = desk.position().number
    assert number in desk.risk.get(f"/staff/deadlines?number={number}").content.decode()
    assert "Nothing is owed" in desk.risk.get("/staff/deadlines?number=none").content.decode()
    queue = text_of(desk.risk.get("/staff/").content.decode())
    assert "Overdue deadlines" in queue
    assert "Suspend accrual" in queue
    page = desk.risk.get(address).content.decode()
    source = re.search(r'name="kind" value="stop_collection"><input type="hidden" name="source" value="([^"]+)"', page)
    assert source
    note = {"act": "note", "kind": "stop_collection", "source": source.group(1), "reference": "Order 5"}
    assert desk.risk.post(address, note)["Location"] == address
    assert "Order 5" in desk.risk.get(address).content.decode()


def test_the_portfolio_of_a_day_is_a_page_and_a_sheet(desk: Desk) -> None:
    last = queries.last_day_closed()
    assert last is not None
    page = text_of(desk.risk.get(f"/staff/portfolio?on={last}").content.decode())
    assert "Principal of loans late for more than 90 days" in page
    sheet = desk.risk.get(f"/staff/portfolio?on={last}&as=csv")
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    head, line = sheet.content.decode("utf-8-sig").splitlines()
    row = dict(zip(head.split(";"), line.split(";"), strict=True))
    view = desk.position()
    assert (row["Loan"], row["Principal"]) == (view.number, str(view.principal).replace(".", ","))
    assert row["Days past due"] == str(view.days_past_due)
    for wrong in ("2199-01-01", "soon"):
        answer = desk.risk.get(f"/staff/portfolio?on={wrong}")
        assert answer.status_code in (409, 422)
        assert 'aria-invalid="true"' in answer.content.decode()


def test_new_conditions_are_seen_by_the_engine_before_they_are_proposed(desk: Desk) -> None:
    today = business_day(clock.business_now())
    typed = {"kind": "prolongation", "effective_on": f"{today + 5 * DAY}", "instalments": "18"}
    shown = text_of(desk.officers.asker.post(desk.address("propose_change"), typed).content.decode())
    for word in ("New schedule", "Still to be paid in all", "Overdue interest, paid apart"):
        assert word in shown


def test_a_client_chooses_what_becomes_smaller(desk: Desk) -> None:
    address = f"/my/loans/{desk.loan_id}/early"
    assert desk.client.post(address, {"wish": "reduce_term", "amount": "100000"})["Location"].endswith("/repay")
    assert queries.wish(desk.loan_id, clock.business_now()) is rules.Wish.REDUCE_TERM
    assert desk.client.post(address, {"wish": "nothing"}).status_code == 422
