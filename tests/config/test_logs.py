"""Nothing confidential gets into the logs, whatever is logged (clauses 11-secrecy, 24.5, 26.1)."""

from __future__ import annotations

import json
import logging

import pytest

from nesie.config.logs import SafeFormatter

SECRET = "900101300017"


def line(**extra: object) -> dict[str, object]:
    record = logging.LogRecord("nesie.web", logging.ERROR, "x.py", 1, "failed", None, None)
    record.__dict__.update(extra)
    return dict(json.loads(SafeFormatter().format(record)))


@pytest.mark.clause("26.1")
def test_the_words_of_an_error_are_left_out_and_its_place_is_kept() -> None:
    try:
        raise ValueError(f"no such person: {SECRET}")
    except ValueError as error:
        told = line(exc_info=(type(error), error, error.__traceback__))
    assert told["error"] == "ValueError"
    assert "test_logs.py" in str(told["at_code"])
    assert SECRET not in json.dumps(told)


def test_an_unknown_field_is_named_but_not_told() -> None:
    told = line(iin=SECRET, reference="r-1")
    assert told["left_out"] == ["iin"]
    assert told["reference"] == "r-1"
    assert SECRET not in json.dumps(told)


def test_arguments_of_a_message_are_not_filled_in() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, "Not Found: %s", ("/c/" + SECRET,), None)
    assert SECRET not in SafeFormatter().format(record)
