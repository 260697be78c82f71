"""Generated requests, right and wrong, over the whole published description: never a 5xx, always as described."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from nesie.config.wsgi import application
from nesie.foundation.access.rules import SessionKind
from tests.entrypoints.api.test_scope import VALUES
from tests.entrypoints.api.world import Caller, World, seeded

SEED = 20261123
# Half right, half wrong, for each operation; whoever can reach more is let try more.
EXAMPLES = {"guest": 2, "applicant": 2, "client": 3}
# At least so many requests are done, not refused; in a usual run twice as many.
DONE = {"guest": 20, "applicant": 30, "client": 100}

# Every check of the description there is, but one: what fits a schema may still be refused by a rule (an IIN whose
# control digit is wrong is twelve digits all the same), so acceptance of whatever fits is not asked for.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@dataclass
class Fuzz:
    """One caller let loose; real ids and values are put among the generated ones, so that the inner rooms are seen."""

    caller: Caller
    pool: dict[str, list[str]]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    failures: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    def run(self, operation: APIOperation, examples: int) -> None:
        """Both kinds of requests to one operation."""
        for mode in GenerationMode:
            # What takes nothing has nothing wrong to send.
            with_mode = self._examine(operation, mode)
            try:
                settings(
                    max_examples=examples,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )(with_mode)()
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, operation.label

    def _examine(self, operation: APIOperation, mode: GenerationMode) -> Any:
        @seed(SEED)
        @given(case=operation.as_strategy(generation_mode=mode))
        def examine(case: Case) -> None:
            if mode is GenerationMode.POSITIVE:
                case.path_parameters = self._real(case.path_parameters or {})
                if case.media_type == "application/json" and isinstance(case.body, dict):
                    case.body = self._real(case.body)
            case.headers = {**(case.headers or {}), **self.caller.headers()}
            try:
                answer = case.call_and_validate(checks=CHECKS)
            except BaseExceptionGroup as failed:
                told = [f"{type(one).__name__}: {one}" for one in failed.exceptions]
                self.failures.append(f"{operation.label} ({mode}): {told}\n{case.as_curl_command()}")
                return
            self.answers[answer.status_code] += 1
            self._learn(answer)

        return examine

    def _real(self, given_values: dict[str, Any]) -> dict[str, Any]:
        return {name: self._one(name, value) for name, value in given_values.items()}

    def _one(self, name: str, value: Any) -> Any:
        known = self.pool.get(name, []) + ([VALUES[name]] if name in VALUES else [])
        return self.chance.choice(known) if known and self.chance.random() < 0.8 else value

    def _learn(self, answer: Any) -> None:
        """Ids out of the answers, by the names they have there."""
        if answer.status_code >= 300 or "json" not in answer.headers.get("content-type", [""])[0]:
            return
        body = answer.json()
        for told in body if isinstance(body, list) else [body]:
            for name, value in told.items() if isinstance(told, dict) else ():
                if name.endswith("_id") and value and value not in self.pool.setdefault(name, []):
                    self.pool[name].append(value)


@pytest.fixture
def world(fresh_db: Any) -> Iterator[World]:
    with seeded() as made:
        yield made


@pytest.mark.clause("26.3", "14-api")
def test_no_request_makes_the_server_fail(world: World) -> None:
    """A guest, an applicant and a client with a running loan, over every operation, against the real database."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == sum(len(methods) for methods in schema.raw_schema["paths"].values())
    callers = {"guest": Caller(SessionKind.GUEST), "applicant": world.applicant, "client": world.first}
    for name, caller in callers.items():
        fuzz = Fuzz(caller, _pool(world.things))
        for operation in operations:
            fuzz.run(operation, EXAMPLES[name])
        assert not fuzz.failures, "\n\n".join([name, *fuzz.failures])
        done = sum(times for status, times in fuzz.answers.items() if status < 300)
        assert done >= DONE[name], f"{name} was only refused, which proves little: {fuzz.answers}"


def _pool(things: dict[str, UUID]) -> dict[str, list[str]]:
    return {name: [str(one)] for name, one in things.items()}
