"""What a checker looks at, and how it asks the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Day:
    """A day that has ended: the outside world knows what really happened; `since` is the end of the day before."""

    world: World
    today: date
    since: datetime
    now: datetime


Checker = Callable[[Day], list[str]]


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement; its parameters one by one, or named in one mapping."""
    named = parameters[0] if parameters and isinstance(parameters[0], dict) else parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return cursor.fetchall()


def told(what: str, found: list[tuple[Any, ...]]) -> list[str]:
    """Findings of a statement that should find nothing: the first few in words, and how many there are."""
    shown = [f"{what}: {', '.join(map(str, row))}" for row in found[:3]]
    return [*shown, f"{what}: {len(found)} in all"] if len(found) > 3 else shown
