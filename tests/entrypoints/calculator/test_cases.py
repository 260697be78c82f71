"""The published cases of schedules and rates through the calculator, each under its own stated convention.

A case is a loan of somebody else's system with the figures its authors published; agreement is to 0.01 in amounts, 0.1
in rates. What the calculator of schedules cannot express is listed with the reason, so that nothing is passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nesie.entrypoints import calculator

VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "loans.json"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the published cases lie beside the project: ../shared")

A_TIYN = Decimal("0.01")
WHOLE = Decimal(1)
UNITS = {"MONTHS": "months", "WEEKS": "weeks", "DAYS": "days"}

# What each case says of its convention, in the calculator's words; the rest comes from the case's own terms.
EQUAL_WHOLE = {"period_interest": "equal", "payment_step": "1.00"}
DAILY = {"period_interest": "daily"}
ACT_ACT = DAILY | {"day_count": "act/act"}


@dataclass(frozen=True)
class Case:
    """How a case is asked, and to what its figures agree."""

    asked: dict[str, Any]
    within: Decimal = A_TIYN
    key: str = "schedule"
    columns: tuple[str, ...] = ("due", "interest", "principal", "balance_after", "due_date")
    without: frozenset[int] = field(default_factory=frozenset)


SCHEDULES: dict[str, Case] = {
    "FIN-RS01": Case(EQUAL_WHOLE | {"method": "flat"}),
    "FIN-RS03": Case(DAILY | {"day_count": "act/365", "payment_step": "1.00"}),
    "FIN-RS05": Case(EQUAL_WHOLE | {"grace_principal": 3}),
    # "Interest free" there means that interest waits: the fourth instalment carries four months of it.
    "FIN-RS07": Case(EQUAL_WHOLE | {"grace_principal": 6, "grace_interest": 3}),
    "FIN-ROUND-6x1000": Case(EQUAL_WHOLE | {"method": "flat"}),
    "FIN-FEE03": Case({"method": "flat"}, columns=("interest", "principal", "balance_after", "due_date")),
    "FIN-FEE05": Case({"method": "flat"}, columns=("interest", "principal", "balance_after", "due_date")),
    "FIN-EMI-C3152": Case(ACT_ACT),
    "FIN-EMI-C3164": Case(ACT_ACT),
    "FIN-EMI-C3155": Case({}),
    # The payment was kept when the first day was moved.
    "FIN-EMI-C3156": Case({"method": "fixed_payment", "payment": "17.13", "first_due_on": "2024-02-18"}),
    "FIN-EMI-C3158": Case({"day_count": "act/360"}),
    "FIN-MONTHEND-UC3": Case({}, key="schedule_clamp"),
    "FIN-UNIT-WEEKLY-364": Case({"day_count": "act/364"}, columns=("due", "interest", "principal", "balance_after")),
    "FIN-CHARGEOFF-UNDO": Case(ACT_ACT, columns=("due", "interest", "principal", "due_date")),
}


# Kept off this calculator, each with its reason; "loan" is `nesie calculate loan`, which has its own test.
OTHERWISE: dict[str, str] = {
    "FIN-RP02": "loan: receipts",
    "FIN-RP04": "loan: receipts",
    "FIN-RP06": "loan: receipts",
    "FIN-RP08": "loan: receipts",
    "FIN-RP10": "loan: receipts",
    "FIN-RP12": "loan: receipts; its new payment is in tests/foundation/terms/test_methods.py",
    "FIN-RP14": "loan: receipts",
    "FIN-RP16": "loan: tranches",
    "FIN-PAYOFF-REST": "loan: early repayment",
    "FIN-OVERDUE-S2": "loan: delay",
    "FIN-RESCHED-DATE": "loan: a day moved",
    "FIN-RESCHED-GRACE": "loan: grace on the way",
    "FIN-MONTHEND-UC1": "its days roll into the next month; ours end with theirs (Civil Code, art. 173)",
    "FIN-PAUSE-S2": "loan: suspension",
    "FIN-PAUSE-MULTI": "loan: suspension",
    "FIN-TERMINATE-S2": "loan: early end",
    "FIN-UNIT-THREE-DRAWS-ONE-MONTH": "loan: tranches",
    "FIN-UNIT-RATE-CHANGE-0201": "loan: the rate changes",
    "FRP-PENALTY-26DAYS": "a penalty",
}


@cache
def published() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads(VECTORS.read_text())}


def ask(name: str, question: dict[str, Any]) -> dict[str, Any]:
    return json.loads(calculator.answer(name, json.dumps(question).encode()))


def schedule(**asked: Any) -> dict[str, Any]:
    return ask("schedule", asked)


def terms_of(case: dict[str, Any]) -> dict[str, Any]:
    told = case["inputs"]["terms"]
    transactions = case["inputs"].get("transactions") or [{}]
    return {
        "principal": str(told["principal"]),
        "annual_rate_pct": str(told.get("annual_rate_pct", 0)),
        "instalments": told["n_installments"],
        "every": told.get("every", 1),
        "unit": UNITS[told["unit"]],
        "disbursed_on": told.get("disbursed") or told.get("submitted") or transactions[0]["date"],
    }


def near(ours: str, theirs: float, within: Decimal = A_TIYN) -> bool:
    return abs(Decimal(ours) - Decimal(str(theirs))) <= within


THEIR_COLUMN = {"due": "payment", "interest": "interest", "principal": "principal", "balance_after": "balance"}


@pytest.mark.clause("8.3", "8.4")
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_published_schedule(name: str) -> None:
    case, how = published()[name], SCHEDULES[name]
    answer = ask("schedule", terms_of(case) | how.asked)
    theirs = [row for row in case["expected"][how.key] if row.get("nr")]
    assert len(answer["rows"]) == len(theirs)
    for ours, row in zip(answer["rows"], theirs, strict=True):
        for column in how.columns:
            if column == "due_date":
                assert ours["due_on"] == row["due_date"]
            else:
                assert near(ours[THEIR_COLUMN[column]], row.get(column, 0), how.within), (name, row["nr"], column)
    totals = case["expected"].get("totals", {})
    if "interest" in totals:
        assert near(answer["totals"]["interest"], totals["interest"])


class TestOtherPublishedFigures:
    """Cases that publish single figures."""

    @pytest.mark.parametrize(("name", "period_interest"), [("FRP-TERM-20", "daily"), ("FRP-TERM-20-OLD", "equal")])
    def test_a_payment_rounded_up(self, name: str, period_interest: str) -> None:
        """In whole units, as published; the payment is by twelfths of the year in both."""
        expected = published()[name]["expected"]
        answer = schedule(
            principal="280000",
            annual_rate_pct="8.4",
            instalments=20,
            disbursed_on="2025-01-27",
            method="fixed_payment",
            payment=str(expected["emi"]),
            period_interest=period_interest,
            day_count="act/365",
        )
        assert near(answer["totals"]["interest"], expected["total_interest"], WHOLE)
        assert near(answer["totals"]["payment"], expected["total_payment"], WHOLE)
        for row in expected["rows_0based"]:
            for column in ("principal", "interest", "balance"):
                assert near(answer["rows"][row["i"]][column], row[column], WHOLE)

    def test_the_rounded_up_payment_is_found_by_equal_periods(self) -> None:
        answer = schedule(
            principal="280000",
            annual_rate_pct="8.4",
            instalments=20,
            disbursed_on="2025-01-27",
            method="fixed_payment",
            payment_step="1.00",
        )
        assert answer["rows"][0]["payment"] == "15052.00"

    def test_a_broken_first_period(self) -> None:
        expected = published()["FRP-BPI-FIRST"]["expected"]["interest_1"]
        answer = schedule(
            principal="100000",
            annual_rate_pct="14.5",
            instalments=12,
            disbursed_on="2023-11-03",
            first_due_on="2023-12-05",
            day_count="act/365",
            period_interest="daily",
        )
        assert near(answer["rows"][0]["interest"], expected)

    @pytest.mark.parametrize(
        ("name", "asked", "expected"),
        [
            ("LANA-INT-365", {"principal": "100", "annual_rate_pct": "12", "every": 365, "day_count": "act/365"}, 12.0),
            # The month at once is 98.63; thirty days rounded one by one would be 98.70, which nobody may be charged.
            (
                "LANA-INT-1D",
                {"principal": "10000", "annual_rate_pct": "12", "every": 30, "day_count": "act/365"},
                98.63,
            ),
            (
                "ISS-FIN-2359",
                {"principal": "100000", "annual_rate_pct": "6", "every": 60, "day_count": "act/360"},
                1000,
            ),
        ],
    )
    def test_interest_of_some_days(self, name: str, asked: dict[str, Any], expected: float) -> None:
        assert name in published()
        days = {"instalments": 1, "unit": "days", "disbursed_on": "2026-01-01", "period_interest": "daily"}
        answer = ask("schedule", asked | days)
        assert near(answer["totals"]["interest"], expected)

    def test_a_day_by_itself(self) -> None:
        expected = published()["LANA-INT-1D"]["expected"]["interest_day"]
        answer = schedule(
            principal="10000",
            annual_rate_pct="12",
            instalments=1,
            unit="days",
            disbursed_on="2026-01-01",
            period_interest="daily",
            day_count="act/365",
        )
        assert near(answer["totals"]["interest"], expected)

    def test_parts_of_a_year(self) -> None:
        """Interest on a large principal shows the factor of each period to eight digits."""
        case = published()["FIN-UNIT-RATEFACTORS-ACT"]
        answer = schedule(
            principal="1000000000.00",
            annual_rate_pct=str(case["inputs"]["annual_rate_pct"]),
            instalments=6,
            disbursed_on="2024-01-01",
            method="bullet",
            period_interest="daily",
            day_count="act/act",
        )
        for row, factor in zip(answer["rows"], case["expected"]["rate_factors"], strict=True):
            assert near(row["interest"], float(Decimal(factor) * 10**9))

    def test_a_payment_is_not_rounded_up_by_itself(self) -> None:
        """The system of the case rounds 3226.25 up to 3227 and falls short at the end; ours is equal to the end."""
        expected = published()["ISS-FRP-31"]["expected"]
        asked = {"principal": "100000", "annual_rate_pct": "9.99", "instalments": 36, "disbursed_on": "2026-01-01"}
        answer = ask("schedule", asked)
        assert near(answer["rows"][0]["payment"], expected["emi_exact"])
        assert near(answer["rows"][-1]["payment"], expected["emi_exact"], 36 * A_TIYN)


class TestRates:
    """The annual effective rate, through both calculations."""

    def test_one_payment(self) -> None:
        case = published()["APR-1PAY"]
        (lent_on, lent), (paid_on, paid) = case["inputs"]["advance"][0], case["inputs"]["payments"][0]
        answer = ask("gesv", {"flows": [{"on": lent_on, "out": str(lent)}, {"on": paid_on, "in": str(paid)}]})
        assert near(answer["gesv_unrounded"], case["expected"]["apr_pct"], Decimal("0.1"))

    def test_a_year_of_payments(self) -> None:
        case = published()["APR-REPR-NOFEE"]
        answer = schedule(principal="1000", annual_rate_pct="20", instalments=12, disbursed_on="2025-01-01")
        assert near(answer["rows"][0]["payment"], 92.63)
        assert near(answer["rows"][0]["payment"], case["expected"]["payment"])
        assert near(answer["gesv_unrounded"], case["expected"]["apr_pct"], Decimal("0.1"))

    @pytest.mark.clause("8.3")
    @pytest.mark.parametrize(
        ("paid", "days", "unrounded", "shown"),
        [
            ("120000.00", 45, "338.7811", "338.8"),
            ("125000.00", 45, "511.0094", "511.0"),
            ("113500.00", 45, "179.3042", "179.3"),
            ("109000.00", 30, "185.3354", "185.3"),
            ("113050.00", 45, "170.4478", "170.4"),
            ("108700.00", 30, "175.9261", "175.9"),
            ("104350.00", 15, "181.8273", "181.8"),
            ("102030.00", 7, "185.1655", "185.2"),
        ],
    )
    def test_the_table(self, paid: str, days: int, unrounded: str, shown: str) -> None:
        """One repayment of 100,000 by simple daily interest."""
        terms = {
            "principal": "100000.00",
            "annual_rate_pct": str((Decimal(paid) / 1000 - 100) * 365 / days)[:12],
            "instalments": 1,
            "every": days,
            "unit": "days",
            "method": "bullet",
            "disbursed_on": "2026-01-01",
            "day_count": "act/365",
            "period_interest": "daily",
        }
        planned = ask("schedule", terms)
        flows = [{"on": "2026-01-01", "out": "100000.00"}, {"on": planned["rows"][0]["due_on"], "in": paid}]
        for answer in (planned, ask("gesv", {"flows": flows})):
            assert answer["gesv_unrounded"].startswith(unrounded[:-1])
            assert near(answer["gesv_unrounded"], float(unrounded), Decimal("0.0001"))
            assert answer["gesv_pct"] == shown

    def test_the_consumer_loan(self) -> None:
        asked = {"principal": "300000", "annual_rate_pct": "37", "instalments": 12, "disbursed_on": "2026-01-15"}
        answer = ask("schedule", asked)
        assert {row["payment"] for row in answer["rows"][:-1]} == {"30288.75"}
        assert near(answer["gesv_unrounded"], 44.1968, Decimal("0.0001"))
        assert answer["gesv_pct"] == "44.2"


def test_every_published_case_is_somewhere() -> None:
    """44 cases: expressed here, or named with the reason."""
    single = {
        "FRP-TERM-20",
        "FRP-TERM-20-OLD",
        "FRP-BPI-FIRST",
        "LANA-INT-365",
        "LANA-INT-1D",
        "ISS-FIN-2359",
        "FIN-UNIT-RATEFACTORS-ACT",
        "ISS-FRP-31",
        "APR-1PAY",
        "APR-REPR-NOFEE",
    }
    here = set(SCHEDULES) | single
    assert not here & set(OTHERWISE)
    assert here | set(OTHERWISE) == set(published())
    assert (len(here), len(OTHERWISE)) == (25, 19)
