"""Every figure of a loan's page explains itself, and agrees with the ledger; the history tells both days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import actions, queries
from nesie.journey.loans.actions.recording import record
from nesie.journey.loans.rules import SuspensionGround, WrittenOff
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import Money
from tests import given_contracts, given_loans
from tests.entrypoints.web.seen import staff_browser
from tests.given_access import staff_member

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Desk:
    """An officer at a browser, and a loan that was paid late."""

    browser: Client
    loan_id: LoanId

    def page(self, path: str = "", **headers: str) -> str:
        """A page of the loan, which must be there."""
        answer = self.browser.get(f"/staff/loans/{self.loan_id}{path}", headers=headers)
        assert answer.status_code == 200, path
        return answer.content.decode()


@pytest.fixture(scope="module")
def desk(module_db: None) -> Iterator[Desk]:
    with given_contracts.stand(START) as stand:
        who = given_contracts.applicant(START, "daniyar")
        contract_id, at = given_contracts.disbursed(START, stand, who)
        loan_id = given_loans.opened(at, contract_id)
        row = queries.position(who.actor, loan_id).rows[0]
        at += (row.grace_until_on - business_day(at)) + 5 * DAY
        given_loans.accrued(at)
        given_loans.repaid(at, loan_id, row.payment - Money(10_000_00))
        now = clock.machine_now()
        officer = staff_member(now, Role.CREDIT_OFFICER, login="gulnara")
        yield Desk(staff_browser(officer.id, now), loan_id)


def test_every_figure_of_the_page_leads_to_its_reason(desk: Desk) -> None:
    page = desk.page()
    figures = set(re.findall(r'href="/staff/loans/[0-9a-f-]+/why/([\w-]+)"', page))
    assert {"debt", "principal", "interest", "penalty", "overdue", "days_past_due", "next_payment", "credit"} <= figures
    assert "instalment-1" in figures
    assert any(figure.startswith("day-") for figure in figures), "entries of the ledger"
    for figure in sorted(figures):
        assert "Why this figure?" in desk.page(f"/why/{figure}"), figure
    numbers = re.findall(r'<td class="num">(.*?)</td>', page)
    assert all("/why/" in cell for cell in numbers if re.search(r"\d", cell)), "no number without its reason"


@pytest.mark.parametrize("figure", ["principal", "interest", "penalty", "credit"])
def test_a_figure_agrees_with_the_ledger(desk: Desk, figure: str) -> None:
    page = desk.page(f"/why/{figure}")
    assert "the same figure" in page
    assert "another figure" not in page
    balances = re.findall(r'<td class="num">([^<]*)</td></tr>', page.split("In the ledger")[0])
    told = re.search(
        r'class="why-title".*?<span class="figure">(?:<span class="figure">)?([^<]*?)\N{NO-BREAK SPACE}₸', page
    )
    assert told
    assert (balances[-1] if balances else "0,00") == told.group(1), "the running balance leads to the figure"


def test_the_penalty_names_its_norms_and_their_sources(desk: Desk) -> None:
    page = desk.page("/why/penalty")
    assert "/staff/parameters/penalty_day_rate_first" in page
    assert "Law 56-V, art. 6 p. 3" in page
    assert "0,5\N{NO-BREAK SPACE}%" in page


def test_the_loans_page_takes_the_body_only(desk: Desk) -> None:
    body = desk.page("/why/interest", **{"HX-Request": "true"})
    assert "<html" not in body
    assert 'id="why-title"' in body


def test_the_history_tells_effective_and_recorded_days(desk: Desk) -> None:
    page = desk.page("/history")
    assert "Takes effect" in page
    assert "Payment received" in page
    assert "Interest accrued" in page


def test_an_unknown_figure_is_not_there(desk: Desk) -> None:
    for figure in ("nothing", "instalment-99", "day-x", "day-2020-01-01"):
        assert desk.browser.get(f"/staff/loans/{desk.loan_id}/why/{figure}").status_code == 404


def test_a_day_tells_each_figure_with_its_running_total(desk: Desk) -> None:
    day = queries.position(worker(), desk.loan_id).as_of
    page = desk.page(f"/why/day-{day.isoformat()}")
    assert "Figure by figure" in page
    assert "Running total before rounding" in page
    assert "Penalty is" in page


def _reasons_of(desk: Desk) -> set[str]:
    """Every figure of the page that tells its reason, each of them asked for; days and instalments elsewhere."""
    found = set(re.findall(r'href="/staff/loans/[0-9a-f-]+/why/([a-z_]+)"', desk.page()))
    for figure in sorted(found):
        page = desk.page(f"/why/{figure}")
        assert "another figure" not in page, figure
    return found


def test_what_is_kept_apart_tells_its_reason_and_the_history_its_papers(desk: Desk) -> None:
    """The loan is suspended, runs again, stays unpaid beyond what may be demanded, and is written off."""
    risk = Actor(new_id(), frozenset({Role.RISK_OFFICER}), Channel.WEB)
    at = datetime.combine(queries.book(desk.loan_id).accrued_on, START.timetz()) + 3 * DAY
    ground = SuspensionGround.VICTIM
    actions.suspend_loan(risk, at, loan_id=desk.loan_id, ground=ground, on=business_day(at), reference="No. 17")
    at += 4 * DAY
    given_loans.accrued(at)
    assert {"held", "rate", "issued"} <= _reasons_of(desk)
    assert "Suspension" in desk.page()
    history = desk.page("/history")
    assert "Resolution that the client is a victim" in history
    assert "No. 17" in history
    for address in re.findall(r'href="(/staff/documents/[0-9a-f-]+)"', history):
        assert desk.browser.get(address).status_code in (200, 302)
    assert history.count('href="/staff/documents/') == 2, "the paper of the suspension, in two languages"
    actions.resume_loan(risk, at, loan_id=desk.loan_id, on=business_day(at), with_interest=True, reference="No. 18")
    at += 95 * DAY
    given_loans.accrued(at)
    figures = _reasons_of(desk)
    assert {"memo_interest", "memo_penalty"} <= figures
    assert "held" not in figures
    lost = WrittenOff(ref="lost", on=business_day(at), ground="uncollectable", recourse=True)
    record(desk.loan_id, lost, at)
    figures = _reasons_of(desk)
    assert "claim" in figures
    assert "memo_interest" not in figures
    page = desk.page()
    assert "Written off on" in page
    assert "Repaid in full" not in page
    assert "Nothing has come in yet" in page
    given_loans.repaid(at + DAY, desk.loan_id, Money.tenge(4321))
    recovered = desk.page().split("Recovered after the write-off", 1)[1].split("</table>")[0]
    assert "booked here by itself" in recovered
    assert "4 321,00" in re.sub(r"\s", " ", recovered)
    (why,) = set(re.findall(r'/why/(day-[\d-]+)"', recovered))
    assert "4 321,00" in re.sub(r"\s", " ", desk.page(f"/why/{why}"))
    assert "Cannot be collected" in desk.page("/history")
