"""The credit bureau and the register of refusals: one suite for the fake and for the HTTP adapters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import httpx
import pytest

from nesie.foundation.exchange.rules import AnswerStatus, NoAnswer, NotCarried
from nesie.journey.creditworthiness.adapters.carrier import CreditCarrier
from nesie.journey.creditworthiness.adapters.fake import FakeBureau
from nesie.journey.creditworthiness.adapters.fcb import FcbReports
from nesie.journey.creditworthiness.adapters.stop_credit import StopCredit
from nesie.journey.creditworthiness.gateways import BureauReports, Unanswerable, VoluntaryRefusals
from nesie.journey.creditworthiness.rules import (
    BureauReport,
    Commitment,
    Creditor,
    InquiryKind,
    VoluntaryRefusal,
    message_kind,
)
from nesie.kernel.money import Money
from nesie.simulators.people import BUSINESSES, by_key
from tests.simulators.launch import PATIENT, launched, patience

NOW = datetime.now(UTC)
CLEAN, LATE, REFUSED = (by_key(key).iin for key in ("aigerim", "olga", "madina"))
NOBODY = "000101500004"
COMPANY = next(firm for firm in BUSINESSES if firm.form == "legal_entity")


@dataclass(frozen=True)
class Source:
    """Both gateways of one make, and the address of the simulator behind them ('' for the fake)."""

    reports: BureauReports
    refusals: VoluntaryRefusals
    url: str


@pytest.fixture(scope="module")
def bureau_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launched("bureau", tmp_path_factory.mktemp("bureau")) as url:
        yield url


@pytest.fixture(params=["fake", "http"])
def source(request: pytest.FixtureRequest) -> Source:
    if request.param == "fake":
        fake = FakeBureau()
        late = Commitment(Creditor.MICROFINANCE, Money.tenge(80_000), Money.tenge(12_000), 45, Money.tenge(12_000))
        fake.reports[LATE] = lambda report: replace(report, commitments=(late,))
        fake.reports[NOBODY] = lambda report: BureauReport(report.received_at, has_history=False)
        fake.refused[REFUSED] = date(2026, 2, 2)
        return Source(fake, fake, "")
    url = request.getfixturevalue("bureau_url")
    return Source(
        FcbReports(url, user="nesie", password="demo", entity_type="BIN", timeout=PATIENT),
        StopCredit(url, timeout=PATIENT),
        url,
    )


class TestReports:
    def test_a_clean_person_has_income_and_no_delay(self, source: Source) -> None:
        answer = source.reports.report(CLEAN, "key", NOW)
        assert answer.report.received_at == NOW
        assert answer.report.has_history
        assert answer.report.income is not None
        assert len(answer.report.income) == 12
        assert all(each.delay_days == 0 for each in answer.report.commitments)
        assert answer.original

    def test_arrears_elsewhere_show_with_their_days(self, source: Source) -> None:
        report = source.reports.report(LATE, "key", NOW).report
        late = [each for each in report.commitments if each.delay_days]
        assert [(each.creditor, each.delay_days) for each in late] == [(Creditor.MICROFINANCE, 45)]

    def test_a_person_the_bureau_does_not_know_has_no_history_and_no_known_income(self, source: Source) -> None:
        report = source.reports.report(NOBODY, "key", NOW).report
        assert not report.has_history
        assert report.income is None


class TestEntities:
    def test_a_legal_entity_is_reported_by_its_bin_without_income(self, source: Source) -> None:
        report = source.reports.entity_report(COMPANY.number, "key", NOW).report
        assert (report.received_at, report.income, report.has_history) == (NOW, None, True)

    def test_without_the_bureaus_type_of_a_bin_no_entity_is_asked_about(self, bureau_url: str) -> None:
        with pytest.raises(Unanswerable, match="entities_not_asked"):
            FcbReports(bureau_url, user="nesie", password="demo", timeout=PATIENT).entity_report(
                COMPANY.number, "key", NOW
            )


class TestRefusals:
    def test_nothing_refused(self, source: Source) -> None:
        assert source.refusals.refusal(CLEAN, "key", NOW).refusal == VoluntaryRefusal(NOW, refused=False)

    def test_refused_since(self, source: Source) -> None:
        found = source.refusals.refusal(REFUSED, "key", NOW).refusal
        assert found.refused
        assert found.since == date(2026, 2, 2)
        assert found.registry_id


class TestCarrier:
    @pytest.mark.parametrize("kind", [InquiryKind.BUREAU_REPORT, InquiryKind.VOLUNTARY_REFUSAL])
    def test_the_answer_carries_facts_that_read_back(self, source: Source, kind: InquiryKind) -> None:
        carrier = CreditCarrier(source.reports, source.refusals)
        answer = carrier.carry(message_kind(kind), "key", 1, {"iin": CLEAN}, NOW)
        assert answer.status is AnswerStatus.ANSWERED
        facts = BureauReport if kind is InquiryKind.BUREAU_REPORT else VoluntaryRefusal
        assert facts.from_data(answer.body["facts"]).received_at == NOW

    def test_a_plain_no_is_a_failed_answer(self) -> None:
        fake = FakeBureau()
        fake.failure = Unanswerable("refused_by_bureau")
        answer = CreditCarrier(fake, fake).carry(message_kind(InquiryKind.BUREAU_REPORT), "key", 1, {"iin": CLEAN}, NOW)
        assert (answer.status, dict(answer.body)) == (AnswerStatus.FAILED, {"code": "refused_by_bureau"})


class TestTroubleOnTheLine:
    def order(self, url: str, kind: str) -> None:
        httpx.post(f"{url}/_stage/fault", json={"kind": kind, "seconds": 3}).raise_for_status()

    def test_nobody_listens(self) -> None:
        with pytest.raises(NotCarried):
            StopCredit("http://127.0.0.1:9", timeout=PATIENT).refusal(CLEAN, "key", NOW)

    @pytest.mark.parametrize(
        ("fault", "error"), [("refuse", NotCarried), ("time_out", NoAnswer), ("drop_after", NoAnswer)]
    )
    def test_faults(self, bureau_url: str, fault: str, error: type[Exception]) -> None:
        self.order(bureau_url, fault)
        with pytest.raises(error):
            FcbReports(bureau_url, user="nesie", password="demo", timeout=patience(fault)).report(CLEAN, "key", NOW)

    def test_no_name_to_sign_in_with(self, bureau_url: str) -> None:
        with pytest.raises(Unanswerable, match="refused_by_bureau"):
            FcbReports(bureau_url, user="", password="", timeout=PATIENT).report(CLEAN, "key", NOW)

    def test_a_change_in_the_register_shows_at_the_next_question(self, bureau_url: str) -> None:
        register = StopCredit(bureau_url, timeout=PATIENT)
        httpx.post(f"{bureau_url}/_people", json={"iin": CLEAN, "refusal": True}).raise_for_status()
        assert register.refusal(CLEAN, "key", NOW).refusal.refused
        httpx.post(f"{bureau_url}/_people", json={"iin": CLEAN, "refusal": False}).raise_for_status()
        assert not register.refusal(CLEAN, "key", NOW).refusal.refused

    def test_the_page_shows_what_is_known(self, bureau_url: str) -> None:
        page = httpx.get(bureau_url)
        assert page.status_code == 200
        assert "Voluntary refusal since".lower() in page.text.lower()
