"""Published servicing cases through `calculate loan`, each under its own convention; the others with the reason."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nesie.entrypoints import calculator

VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "loans.json"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the published cases lie beside the project: ../shared")

TIYN = Decimal("0.01")
FIN_RP = {
    "principal": 5000,
    "annual_rate_pct": 12,
    "instalments": 6,
    "disbursed_on": "2022-11-01",
    "day_count": "act/act",
    "period_interest": "daily",
    "payment_step": "1.00",
    "order": "interest_first",
}
FIN_100 = {"principal": 100, "annual_rate_pct": 7, "instalments": 6, "disbursed_on": "2024-01-01"}
NOTHING = {"principal": 3000, "annual_rate_pct": 0, "instalments": 3, "disbursed_on": "2023-07-01"}


def receipt(on: str, amount: float, **more: str) -> dict[str, Any]:
    return {"on": on, "receipt": str(amount), **more}


# How each case is asked. `paid`: whether what is paid is compared too (where payments had to be added, it is not).
CASES: dict[str, dict[str, Any]] = {
    "FIN-RP02": FIN_RP | {"events": [receipt("2022-12-01", 863)], "as_of": "2022-12-01"},
    "FIN-RP04": FIN_RP | {"events": [receipt("2022-12-05", 862)], "as_of": "2022-12-05"},
    "FIN-RP06": FIN_RP | {"events": [receipt("2022-11-27", 200)], "as_of": "2022-11-27"},
    "FIN-RP08": FIN_RP | {"events": [receipt("2022-12-01", 1500)], "as_of": "2022-12-01"},
    "FIN-RP10": FIN_RP | {"events": [receipt("2022-12-05", 1500)], "as_of": "2022-12-05"},
    "FIN-RP12": FIN_RP | {"events": [receipt("2022-12-01", 1000), receipt("2023-01-01", 2000)], "as_of": "2023-01-01"},
    "FIN-RP16": {
        "principal": 5000,
        "annual_rate_pct": 12,
        "method": "fixed_payment",
        "payment": "1725",
        "instalments": 3,
        "disbursed_on": "2022-11-01",
        "events": [
            receipt("2022-12-01", 1725),
            {"on": "2023-01-01", "tranche": "3000", "keep": "payment"},
            receipt("2023-01-01", 1725),
            receipt("2023-02-01", 1725),
            {"on": "2023-03-01", "tranche": "2000", "keep": "payment"},
            receipt("2023-03-01", 1725),
        ],
        "as_of": "2023-03-01",
    },
    "FIN-OVERDUE-S2": FIN_100 | {"as_of": "2024-03-10"},
    # The second payment is taken as made on its day, as the case's own projection does.
    "FIN-PAUSE-S2": FIN_100
    | {
        "events": [
            receipt("2024-02-01", 17.01),
            {"on": "2024-02-10", "suspend": True},
            receipt("2024-03-01", 17.01),
            {"on": "2024-03-11", "resume": True, "interest": False},
        ],
        "as_of": "2024-03-11",
    },
    "FIN-PAUSE-MULTI": FIN_100
    | {
        "events": [
            receipt("2024-02-01", 17.01),
            {"on": "2024-02-05", "suspend": True},
            {"on": "2024-02-11", "resume": True, "interest": False},
            receipt("2024-03-01", 17.01),
            {"on": "2024-03-10", "suspend": True},
            {"on": "2024-03-21", "resume": True, "interest": False},
        ],
        "as_of": "2024-03-21",
    },
    "FIN-TERMINATE-S2": FIN_100
    | {"events": [receipt("2024-02-01", 17.01), {"on": "2024-02-29", "call": True}], "as_of": "2024-02-29"},
    "FIN-UNIT-RATE-CHANGE-0201": FIN_100
    | {"events": [receipt("2024-02-01", 17.01), {"on": "2024-02-02", "rate": 4}], "as_of": "2024-02-02"},
    "FIN-UNIT-THREE-DRAWS-ONE-MONTH": {
        "principal": 100,
        "annual_rate_pct": 9.4822,
        "instalments": 6,
        "disbursed_on": "2024-01-05",
        "first_due_on": "2024-02-01",
        "events": [{"on": "2024-01-08", "tranche": 50}, {"on": "2024-01-08", "tranche": 25}],
        "as_of": "2024-01-08",
    },
    "FIN-RESCHED-DATE": NOTHING
    | {"events": [{"on": "2023-07-05", "move": "2023-09-01", "to": "2023-09-15"}], "as_of": "2023-07-05"},
    "FIN-RESCHED-GRACE": NOTHING
    | {"events": [{"on": "2023-07-05", "grace": 1, "from": "2023-09-01"}], "as_of": "2023-07-05"},
}
WITHOUT_PAID = {"FIN-PAUSE-S2", "FIN-PAUSE-MULTI", "FIN-UNIT-RATE-CHANGE-0201"}

# What no honest setting expresses, and why.
REASONS = {
    "FIN-RP14": "there a part payment counts from the next due day only (rest); ours from its own day, as the Law asks",
    "FIN-PAYOFF-REST": "interest to the end of the period after full repayment: Law 56-V, art. 9 p. 1 sub 4 and"
    " art. 7 p. 3 sub 2 let a person repay on any day for what has accrued by it",
    "FIN-FEE03": "fees are forbidden (art. 7 p. 3 sub 1-2, 1-3); its schedule without them is held in test_cases",
    "FIN-FEE05": "a penalty once per instalment: the Law knows only a penalty by the day (art. 6 p. 3)",
}


def ask(question: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(calculator.answer("loan", json.dumps(question).encode()))
    return told


def published(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in json.loads(VECTORS.read_text()) if one["id"] == name)
    return found


def expected_rows(case: dict[str, Any]) -> list[dict[str, Any]]:
    expected = case["expected"]
    rows = expected["schedule"] if "schedule" in expected else expected["schedules"][-1]["rows"]
    return [row for row in rows if row.get("nr")]


COLUMNS = {"principal": "principal", "interest": "interest", "due": "due", "balance_after": "balance"}


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_of_servicing(name: str) -> None:
    answer = ask(CASES[name])
    theirs = expected_rows(published(name))
    assert len(answer["rows"]) == len(theirs)
    columns = COLUMNS if name in WITHOUT_PAID else COLUMNS | {"paid": "paid", "outstanding": "outstanding"}
    wrong = [
        (row["nr"], column, answer["rows"][place][ours], row[column])
        for place, row in enumerate(theirs)
        for column, ours in columns.items()
        if column in row and abs(Decimal(answer["rows"][place][ours]) - Decimal(str(row[column]))) > TIYN
    ]
    assert wrong == []
    days = [row["due_date"] for row in theirs if "due_date" in row]
    assert [row["due_on"] for row in answer["rows"]][: len(days)] == days


def test_an_undone_charge_off_adds_the_interest_of_the_pause() -> None:
    """FIN-CHARGEOFF-UNDO: three days and the day itself come to 1.31 at once."""
    answer = ask(
        {
            "principal": 1000,
            "annual_rate_pct": 12,
            "instalments": 1,
            "disbursed_on": "2023-01-01",
            "day_count": "act/365",
            "period_interest": "daily",
            "events": [{"on": "2023-01-04", "suspend": True}, {"on": "2023-01-07", "resume": True}],
            "as_of": "2023-01-07",
        }
    )
    added = [
        Decimal(line["debit"])
        for entry in answer["journal"]
        for line in entry["lines"]
        if entry["on"] == "2023-01-07" and line["account"] == "interest_receivable"
    ]
    assert sum(added) == Decimal("1.31")
    assert all(not "2023-01-04" <= entry["on"] <= "2023-01-06" for entry in answer["journal"])


def test_a_yearly_penalty_on_half_an_interest_payment() -> None:
    """FRP-PENALTY-26DAYS: 25 % a year on the unpaid half of October's interest, 26 days: 98.80."""
    answer = ask(
        {
            "principal": 1109589,
            "annual_rate_pct": 12,
            "instalments": 2,
            "method": "bullet",
            "disbursed_on": "2023-10-02",
            "penalty": {"first_day_pct": "0.068493"},
            "events": [receipt("2023-11-02", 5547.94)],
            "as_of": "2023-11-28",
        }
    )
    assert answer["position"]["overdue_interest"] == "5547.95"
    assert answer["position"]["penalty"] == "98.80"


def test_every_published_case_is_held_somewhere() -> None:
    from tests.entrypoints.calculator import test_cases

    elsewhere = {name for name, why in test_cases.OTHERWISE.items() if why.startswith("loan:")}
    assert elsewhere <= {*CASES, *REASONS}
