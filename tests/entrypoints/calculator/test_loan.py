"""`calculate loan`: what it answers, what it refuses, and that it needs nothing but itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from nesie.entrypoints import calculator
from nesie.entrypoints.api.routes.calculate import MOST_EVENTS

LOAN: dict[str, Any] = {
    "principal": "5000.00",
    "annual_rate_pct": "12",
    "instalments": 6,
    "disbursed_on": "2022-11-01",
    "as_of": "2023-02-10",
}


def ask(**more: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(calculator.answer("loan", json.dumps(LOAN | more).encode()))
    return told


def held(answer: dict[str, Any], account: str) -> float:
    lines = [line for entry in answer["journal"] for line in entry["lines"] if line["account"] == account]
    return round(sum(float(line["debit"]) - float(line["credit"]) for line in lines), 2)


@pytest.mark.clause("7.5")
def test_a_plain_loan_is_its_schedule() -> None:
    answer = ask(as_of="2022-11-01")
    plan = json.loads(
        calculator.answer("schedule", json.dumps({k: v for k, v in LOAN.items() if k != "as_of"}).encode())
    )
    assert [(row["due_on"], row["principal"], row["interest"], row["balance"]) for row in answer["rows"]] == [
        (row["due_on"], row["principal"], row["interest"], row["balance"]) for row in plan["rows"]
    ]


def test_the_journal_is_the_position() -> None:
    answer = ask(
        events=[{"on": "2022-12-01", "receipt": "500"}, {"on": "2023-01-10", "receipt": "700", "excess": "keep"}],
        penalty={"first_day_pct": "0.5", "later_day_pct": "0.03", "year_cap_pct": "10", "stop_days": 90},
    )
    assert answer["position"]["days_past_due"] == 71
    assert held(answer, "principal_receivable") == float(answer["position"]["principal"])
    assert held(answer, "interest_receivable") == float(answer["position"]["interest"])
    assert held(answer, "penalty_receivable") == float(answer["position"]["penalty"])


def test_a_quote_is_what_pays_the_loan_off() -> None:
    quote = ask(events=[{"on": "2023-02-10", "payoff_quote": True}])["payoff_quotes"][0]
    paid = ask(events=[{"on": "2023-02-10", "receipt": quote["total"]}])
    assert (paid["position"]["status"], paid["position"]["debt"], paid["position"]["credit"]) == (
        "closed",
        "0.00",
        "0.00",
    )


def test_what_leaves_the_books_leaves_nothing_and_money_on_it_is_told() -> None:
    answer = ask(events=[{"on": "2023-01-15", "write_off": True}, {"on": "2023-02-01", "recovery": "1000"}])
    assert answer["position"]["debt"] == "0.00"
    assert answer["position"]["recourse"] != "0.00"
    assert held(answer, "recoveries") == -1000
    assert held(answer, "principal_receivable") == 0


def test_a_longer_term_costs_less_a_month_and_repays_the_same() -> None:
    rows = ask(events=[{"on": "2023-01-15", "extend": 6}])["rows"]
    assert len(rows) == 12
    later = [float(row["due"]) for row in rows if row["due_on"] > "2023-02-01"]
    assert max(later) < 862.74
    assert rows[-1]["balance"] == "0.00"


def test_a_reversed_receipt_never_was() -> None:
    mistaken = {"on": "2022-12-01", "receipt": "862.74", "id": "r"}
    assert ask(events=[mistaken, {"on": "2023-01-01", "reverse": "r"}]) == ask()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"as_of": "2022-10-31"}, "as_of"),
        ({"as_of": "2199-01-01"}, "as_of"),
        ({"events": [{"on": "2022-12-01"}]}, "events.0"),
        ({"events": [{"on": "2022-12-01", "receipt": "1", "suspend": True}]}, "events.0"),
        ({"events": [{"on": "2022-12-01", "move": "2023-01-01"}]}, "events.0"),
        ({"events": [{"on": "2022-12-05", "move": "2023-01-02", "to": "2023-02-01"}]}, "events.0"),
        ({"events": [{"on": "2022-10-01", "receipt": "1"}]}, "events.0.on"),
        ({"events": [{"on": "2022-12-01", "payoff_quote": True}] * 25}, "events"),
    ],
)
def test_the_field_is_named(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(calculator.WrongInput) as told:
        ask(**wrong)
    assert told.value.told["field"] == field


def test_it_reads_no_framework() -> None:
    code = "import sys; from nesie.entrypoints.calculator import loan; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_api_gives_the_same_and_cannot_be_made_to_work_long(db: None) -> None:
    def post(question: dict[str, Any]) -> Any:
        return Client().post("/api/v1/calculate/loan", json.dumps(question), content_type="application/json")

    events = [{"on": "2022-12-01", "receipt": "862.74"}]
    assert post(LOAN | {"events": events}).json() == ask(events=events)
    assert post(LOAN | {"events": events * (MOST_EVENTS + 1)}).status_code == 422
