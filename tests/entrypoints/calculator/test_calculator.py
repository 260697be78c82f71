"""The calculator itself: its JSON, its errors, the command, the API, and the published schemas."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from nesie.entrypoints import calculator
from nesie.entrypoints.api.routes.calculate import MOST_BYTES, MOST_INSTALMENTS

ROOT = Path(__file__).parents[3]
LOAN = {
    "principal": "5000.00",
    "annual_rate_pct": "12",
    "instalments": 3,
    "disbursed_on": "2026-01-31",
    "payment_step": "1.00",
}
FLOWS = {"flows": [{"on": "2026-01-01", "out": "100000.00"}, {"on": "2026-02-15", "in": "120000.00"}]}


def ask(name: str, **question: Any) -> dict[str, Any]:
    return json.loads(calculator.answer(name, json.dumps(question).encode()))


def told(name: str, question: Any) -> dict[str, Any]:
    raw = question if isinstance(question, bytes) else json.dumps(question).encode()
    with pytest.raises(calculator.WrongInput) as wrong:
        calculator.answer(name, raw)
    return wrong.value.told


def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A process of its own, with no database and no settings to find."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("NESIE_", "DJANGO_", "DATABASE"))
    }
    command = [sys.executable, "-m", "nesie.entrypoints.cli.main", "calculate", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=clean, check=False)


class TestSchedule:
    def test_the_answer_is_as_published(self) -> None:
        assert ask("schedule", **LOAN) == {
            "rows": [
                {
                    "due_on": "2026-02-28",
                    "payment": "1700.00",
                    "interest": "50.00",
                    "principal": "1650.00",
                    "balance": "3350.00",
                },
                {
                    "due_on": "2026-03-31",
                    "payment": "1700.00",
                    "interest": "33.50",
                    "principal": "1666.50",
                    "balance": "1683.50",
                },
                {
                    "due_on": "2026-04-30",
                    "payment": "1700.34",
                    "interest": "16.84",
                    "principal": "1683.50",
                    "balance": "0.00",
                },
            ],
            "totals": {"payment": "5100.34", "interest": "100.34", "principal": "5000.00"},
            "gesv_pct": "13.2",
            "gesv_unrounded": "13.183073912647",
            "overpayment": "100.34",
        }

    def test_what_is_absent_has_its_default(self) -> None:
        defaults = {
            "method": "annuity",
            "every": 1,
            "unit": "months",
            "first_due_on": None,
            "day_count": "30/360",
            "period_interest": "equal",
            "grace_principal": 0,
            "grace_interest": 0,
            "payment": None,
            "principal_parts": None,
            "balloon": None,
            "due_day": None,
            "non_working_day": "leave",
        }
        assert ask("schedule", **LOAN, **defaults) == ask("schedule", **LOAN)

    def test_numbers_count_as_they_are_written(self) -> None:
        asked = {**LOAN, "principal": 5000, "annual_rate_pct": 12.0, "payment_step": 1}
        assert ask("schedule", **asked) == ask("schedule", **LOAN)
        assert ask("schedule", **{**LOAN, "principal": 0.1})["totals"]["principal"] == "0.10"

    def test_named_parts_make_the_method(self) -> None:
        answer = ask("schedule", **LOAN, principal_parts=["1000.00", "0.00", "4000.00"])
        assert [row["principal"] for row in answer["rows"]] == ["1000.00", "0.00", "4000.00"]
        flat = ask("schedule", **LOAN, method="flat", principal_parts=["1000", "0", "4000"])
        assert {row["interest"] for row in flat["rows"]} == {"50.00"}

    def test_days_off_are_known_without_a_database(self) -> None:
        answer = ask("schedule", **LOAN, non_working_day="next")
        assert [row["due_on"] for row in answer["rows"]] == ["2026-03-02", "2026-03-31", "2026-04-30"]

    def test_a_rate_beyond_all_sense_is_not_told(self) -> None:
        asked = {**LOAN, "annual_rate_pct": "9999999", "unit": "days", "instalments": 1}
        answer = ask("schedule", **asked)
        assert (answer["gesv_pct"], answer["gesv_unrounded"]) == (None, None)


class TestWrongInput:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"principal": "-1.00"}, "principal"),
            ({"principal": "0.00"}, "principal"),
            ({"principal": "1.001"}, "principal"),
            ({"principal": True}, "principal"),
            ({"principal": "١٢"}, "principal"),
            ({"principal": None}, "principal"),
            ({"annual_rate_pct": "1e2"}, "annual_rate_pct"),
            ({"annual_rate_pct": "-1"}, "annual_rate_pct"),
            ({"instalments": 0}, "instalments"),
            ({"instalments": 3001}, "instalments"),
            ({"instalments": "3"}, "instalments"),
            ({"instalments": 2.5}, "instalments"),
            ({"method": "magic"}, "method"),
            ({"unit": "years"}, "unit"),
            ({"disbursed_on": "2026-02-30"}, "disbursed_on"),
            ({"disbursed_on": "20260201"}, "disbursed_on"),
            ({"disbursed_on": 1}, "disbursed_on"),
            ({"disbursed_on": "1899-12-31"}, "disbursed_on"),
            ({"first_due_on": "2026-01-31"}, "first_due_on"),
            ({"payment": "10.00"}, "payment"),
            ({"method": "fixed_payment", "payment": "5000.00"}, "payment"),
            ({"payment_step": "0"}, "payment_step"),
            ({"grace_principal": 3}, "grace_principal"),
            ({"grace_interest": 3}, "grace_interest"),
            ({"principal_parts": ["1.00"]}, "principal_parts"),
            ({"principal_parts": ["1.00", "x", "1"]}, "principal_parts.1"),
            ({"method": "custom"}, "principal_parts"),
            ({"balloon": "5000.01"}, "balloon"),
            ({"due_day": 32}, "due_day"),
            ({"unit": "weeks", "due_day": 3}, "due_day"),
            ({"unit": "days", "non_working_day": "next"}, "non_working_day"),
            ({"instalments": 3000, "every": 1000}, "instalments"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    def test_the_field_is_named(self, wrong: dict[str, Any], field: str) -> None:
        error = told("schedule", LOAN | wrong)
        assert error["field"] == field
        assert error["errors"][0] == {"field": field, "message": error["error"]}
        assert error["error"]

    def test_every_absent_field_is_named(self) -> None:
        fields = [one["field"] for one in told("schedule", {})["errors"]]
        assert fields == ["principal", "annual_rate_pct", "instalments", "disbursed_on"]

    @pytest.mark.parametrize("raw", [b"", b"x", b"[" * 100_000, b'{"principal": NaN}', b"\xff", b"[]", b"null"])
    def test_what_is_no_question_is_told_so(self, raw: bytes) -> None:
        assert told("schedule", raw)["field"] == ""

    @pytest.mark.parametrize(
        ("flows", "field"),
        [
            ([], "flows"),
            ([{"on": "2026-01-01"}, *FLOWS["flows"]], "flows.0"),
            ([{"on": "2026-01-01", "in": "1", "out": "1"}, *FLOWS["flows"]], "flows.0"),
            ([{"on": "2026-01-01", "in": "x"}, *FLOWS["flows"]], "flows.0.in"),
            ([{"on": "2026-01-01", "in": "1"}, {"on": "2026-01-02", "out": "1"}], "flows"),
            ([{"on": "2026-01-01", "out": "1"}, {"on": "2026-01-02", "out": "1"}], "flows"),
        ],
    )
    def test_flows_that_have_no_rate(self, flows: list[Any], field: str) -> None:
        assert told("gesv", {"flows": flows})["field"] == field


class TestGesv:
    def test_the_answer_is_as_published(self) -> None:
        assert ask("gesv", **FLOWS) == {"gesv_pct": "338.8", "gesv_unrounded": "338.781071758184"}

    def test_tranches_and_the_order_of_flows(self) -> None:
        """A tranche on the way; days are counted from the first flow, whatever is named first."""
        flows = [
            {"on": "2026-03-01", "out": "50000.00"},
            {"on": "2026-06-01", "in": "160000.00"},
            {"on": "2026-01-01", "out": "100000.00"},
        ]
        answer = ask("gesv", flows=flows)
        assert answer == ask("gesv", flows=sorted(flows, key=lambda flow: flow["on"]))
        growth = 1 + float(answer["gesv_unrounded"]) / 100
        left = 100_000 + 50_000 * growth ** (-59 / 365) - 160_000 * growth ** (-151 / 365)
        assert abs(left) < 1e-4


class TestCommand:
    def test_it_answers_in_a_second_with_no_database(self) -> None:
        """Start included; in seconds of its own work, so that a busy machine does not count."""
        run("schedule", stdin=json.dumps(LOAN))  # files are read into memory once
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = run("schedule", stdin=json.dumps(LOAN))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == ask("schedule", **LOAN)
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1

    def test_it_reads_no_framework(self) -> None:
        """What would make it slow, or want settings."""
        code = (
            "import sys; from nesie.entrypoints.cli import main; main.parser('calculate');"
            "from nesie.entrypoints import calculator; calculator.calculation('schedule');"
            "print([name for name in ('django', 'ninja', 'psycopg', 'holidays', 'rich') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_wrong_input_is_status_2_and_json_that_names_the_field(self) -> None:
        done = run("gesv", stdin='{"flows": 3}')
        assert done.returncode == 2
        assert json.loads(done.stdout)["field"] == "flows"
        assert "flows" in done.stderr

    def test_the_whole_command_line_still_knows_it(self) -> None:
        assert (
            "calculate"
            in subprocess.run(
                [sys.executable, "-m", "nesie.entrypoints.cli.main", "--help"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )


@pytest.mark.parametrize("name", calculator.CALCULATIONS)
def test_the_published_schema_is_the_code_s(name: str) -> None:
    """After a change: `nesie calculate NAME --schema > docs/schemas/calculate-NAME.json`."""
    published = (ROOT / "docs" / "schemas" / f"calculate-{name}.json").read_text()
    assert json.loads(published) == json.loads(json.dumps(calculator.schema(name)))


class TestApi:
    @staticmethod
    def post(name: str, question: Any) -> Any:
        raw = question if isinstance(question, bytes) else json.dumps(question)
        return Client().post(f"/api/v1/calculate/{name}", raw, content_type="application/json")

    @pytest.mark.clause("8.3", "8.4")
    def test_anybody_gets_the_same_figures(self, db: None) -> None:
        assert self.post("schedule", LOAN).json() == ask("schedule", **LOAN)
        assert self.post("gesv", FLOWS).json() == ask("gesv", **FLOWS)

    def test_wrong_input_names_the_field(self, db: None) -> None:
        answer = self.post("schedule", LOAN | {"principal": "x"})
        assert (answer.status_code, answer.json()["field"]) == (422, "principal")
        answer = self.post("schedule", LOAN | {"balloon": "6000"})
        assert (answer.status_code, answer.json()["field"]) == (422, "balloon")
        answer = self.post("gesv", {"flows": [{"on": "2026-01-01", "in": "x"}, *FLOWS["flows"]]})
        assert (answer.status_code, answer.json()["field"]) == (422, "flows.0.in")

    @pytest.mark.parametrize(("language", "word"), [("kk", "шоғырланған"), ("ru", "баллонный"), ("en", "balloon")])
    def test_a_refusal_speaks_the_caller_s_language(self, db: None, language: str, word: str) -> None:
        answer = Client().post(
            "/api/v1/calculate/schedule",
            json.dumps(LOAN | {"balloon": "6000"}),
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        assert word in answer.json()["detail"]

    def test_it_cannot_be_made_to_work_long(self, db: None) -> None:
        answer = self.post("schedule", LOAN | {"instalments": MOST_INSTALMENTS + 1})
        assert (answer.status_code, answer.json()["field"]) == (422, "instalments")
        flow = {"on": "2026-01-01", "out": "1.00"}
        assert self.post("gesv", {"flows": [flow] * 6001}).status_code == 422
        assert self.post("gesv", b" " * (MOST_BYTES + 1)).status_code == 413
