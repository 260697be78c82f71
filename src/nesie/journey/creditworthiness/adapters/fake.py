"""Sources in memory: anybody is clean until told otherwise. For the demo without simulators and for simulation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from nesie.journey.creditworthiness.gateways import RefusalAnswer, ReportAnswer, StandingAnswer
from nesie.journey.creditworthiness.rules import (
    BureauReport,
    BusinessStanding,
    MonthIncome,
    OwnStanding,
    Replaced,
    VoluntaryRefusal,
)
from nesie.kernel.ids import ClientId
from nesie.kernel.money import Money

_JSON = "application/json"
_INCOME = Money.tenge(400_000)
_MONTHS = 12


def clean_report(now: datetime, income: Money = _INCOME) -> BureauReport:
    """A person with a history, a steady income and no debt."""
    months, first = [], now.date().replace(day=1)
    for _ in range(_MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(MonthIncome(first, income))
    return BureauReport(received_at=now, income=tuple(months))


class FakeBureau:
    """Serves the gateways of the bureau and of the base of businesses. `reports` changes a clean report, by IIN or BIN;
    `closed` names businesses that are not at work, `heads` who heads one instead of whoever signs as its head;
    `failure` stands for all."""

    def __init__(self) -> None:
        self.reports: dict[str, Callable[[BureauReport], BureauReport]] = {}
        self.refused: dict[str, date] = {}
        self.closed: set[str] = set()
        self.heads: dict[str, str] = {}
        self.failure: Exception | None = None
        self.asked: list[tuple[str, str]] = []

    def report(self, iin: str, key: str, now: datetime) -> ReportAnswer:
        """As the gateway says."""
        self._hear("report", key)
        change = self.reports.get(iin)
        clean = clean_report(now)
        report = replace(change(clean), received_at=now) if change else clean
        return ReportAnswer(report, json.dumps(report.as_data()).encode(), _JSON)

    def entity_report(self, bin: str, key: str, now: datetime) -> ReportAnswer:
        """As the gateway says; of an entity no income is told."""
        self._hear("report", key)
        change = self.reports.get(bin)
        report = BureauReport(received_at=now)
        report = replace(change(report), received_at=now) if change else report
        return ReportAnswer(report, json.dumps(report.as_data()).encode(), _JSON)

    def standing(self, number: str, *, entity: bool, head: str, key: str, now: datetime) -> StandingAnswer:
        """As the gateway says."""
        self._hear("standing", key)
        headed = self.heads.get(number, head) == head if head else None
        found = BusinessStanding(now, number not in self.closed, headed)
        return StandingAnswer(found, json.dumps(found.as_data()).encode(), _JSON)

    def refusal(self, iin: str, key: str, now: datetime) -> RefusalAnswer:
        """As the gateway says."""
        self._hear("refusal", key)
        since = self.refused.get(iin)
        refusal = VoluntaryRefusal(now, since is not None, since, "fake" if since else "")
        return RefusalAnswer(refusal, json.dumps(refusal.as_data()).encode(), _JSON)

    def _hear(self, question: str, key: str) -> None:
        self.asked.append((question, key))
        if self.failure is not None:
            raise self.failure


class FakeOwnLoans:
    """The client's own debts: none until told otherwise."""

    def __init__(self) -> None:
        self.standings: dict[ClientId, OwnStanding] = {}

    def standing(self, client_id: ClientId, on: date, *, without: Replaced | None = None) -> OwnStanding:
        """As the gateway says."""
        return self.standings.get(client_id, OwnStanding())
