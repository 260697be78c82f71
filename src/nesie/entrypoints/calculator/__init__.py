"""The calculator: JSON in, JSON out, no database, nothing kept. For partners, support and audit.

One file for each calculation, with `Asked` and `Answer` (the schemas, which are published) and `calculate`. The
command line serves whatever `CALCULATIONS` names; a file is read only when it is asked for, so that starting is cheap.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ValidationError

CALCULATIONS = {
    "schedule": "what is paid and when, and what it costs",
    "gesv": "the annual effective rate of any flows of money",
    "loan": "a loan to a day, with all that happened to it: what is due, paid and owed, and the journal",
}


class Unfit(ValueError):
    """What was asked fits the schema and still has no answer; says why, and by which field."""

    def __init__(self, message: str, field: str, **params: object) -> None:
        super().__init__(message.format(**params) if params else message)
        self.message = message  # as the catalogues know it
        self.field = field
        self.params = params


class WrongInput(ValueError):
    """The JSON is none, does not fit the schema, or has no answer. `told` is what the caller gets."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        self.told: dict[str, Any] = {"error": errors[0]["message"], "field": errors[0]["field"], "errors": errors}
        super().__init__(
            "; ".join(f"{one['field']}: {one['message']}" if one["field"] else one["message"] for one in errors)
        )


def calculation(name: str) -> Any:
    """The file of a calculation: `Asked`, `Answer`, `calculate`; KeyError for a name that is none."""
    if name not in CALCULATIONS:
        raise KeyError(name)
    return import_module(f"{__name__}.{name}")


def answer(name: str, question: bytes) -> str:
    """The answer to a question in JSON, as JSON; WrongInput names the fields to mend."""
    found = calculation(name)
    try:
        asked = found.Asked.model_validate(_read(question))
        told: BaseModel = found.calculate(asked)
    except ValidationError as wrong:
        raise WrongInput([{"field": place(one["loc"]), "message": one["msg"]} for one in wrong.errors()]) from wrong
    except Unfit as wrong:
        raise WrongInput([{"field": wrong.field, "message": str(wrong)}]) from wrong
    return told.model_dump_json(by_alias=True, indent=2)


def _read(question: bytes) -> Any:
    try:
        # Numbers with a fraction keep the digits they were written with.
        return json.loads(question, parse_float=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise WrongInput([{"field": "", "message": "JSON is expected"}]) from wrong


def _no_number(name: str) -> Any:
    raise ValueError(name)


def place(location: Iterable[str | int]) -> str:
    """`("flows", 1, "in")` -> `flows.1.in`."""
    return ".".join(str(part) for part in location)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schemas of the question and of the answer, as published."""
    found = calculation(name)
    return {
        "asked": found.Asked.model_json_schema(by_alias=True),
        "answer": found.Answer.model_json_schema(by_alias=True, mode="serialization"),
    }
