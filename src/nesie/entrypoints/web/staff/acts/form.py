"""What an act of servicing is to the staff's pages: its fields, how it is read, what it would make happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from nesie.entrypoints.web import forms
from nesie.journey.loans import queries, rules
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId

Typed = Mapping[str, str]
Arguments = dict[str, Any]
NOTHING = "—"  # as an approval tells an argument that is empty


class FieldMissing(forms.FieldUnreadable):
    """A field the act cannot do without is empty."""


class Asked(StrEnum):
    """What a field of a form takes."""

    DAY = "day"
    MONEY = "money"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Case:
    """The loan a form is about and who asks; `today` is the day it starts from."""

    actor: Actor
    now: datetime
    loan_id: LoanId
    book: rules.Book
    events: tuple[queries.EventView, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `choices`: values with their words, for the loan at hand."""

    name: str
    asked: Asked
    title: str
    needed: bool = True
    choices: Callable[[Case], list[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `happenings`: the events it would record, for the look ahead; None where a proposal is drafted."""

    run: Callable[..., Any]
    fields: tuple[Field, ...]
    read: Callable[[Typed], Arguments]
    happenings: Callable[[Case, Arguments], tuple[rules.AnyEvent, ...]] | None
    icon: str
    offered: Callable[[Case], bool]

    @property
    def name(self) -> str:
        """The use case's."""
        return str(self.run.__name__)
