"""The annual effective rate of any flows of money: payouts, tranches, payments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nesie.entrypoints.calculator import Unfit
from nesie.entrypoints.calculator.words import Amount, Day, In, Out, PercentOut
from nesie.foundation.terms import rules
from nesie.kernel.money import ZERO

MOST_FLOWS = 6000


class FlowIn(In):
    """Money that moved on a day: `out` to the borrower, or `in` from the borrower."""

    on: Day
    out: Amount | None = None
    in_: Amount | None = Field(default=None, alias="in")

    @model_validator(mode="after")
    def _moves_once(self) -> FlowIn:
        if (self.out is None) == (self.in_ is None):
            raise PydanticCustomError("flow", "either out or in is expected")
        return self

    @property
    def flow(self) -> rules.Flow:
        """The same as the rules know it."""
        return rules.Flow(self.on, (self.out or ZERO) - (self.in_ or ZERO))


class GesvIn(In):
    """Flows in any order, days counted from the first. Penalties are no part of the rate."""

    flows: Annotated[list[FlowIn], Field(min_length=2, max_length=MOST_FLOWS)]


class GesvOut(Out):
    """The rate as shown, and as it is tested against the limit."""

    gesv_pct: PercentOut
    gesv_unrounded: PercentOut


Asked, Answer = GesvIn, GesvOut


def calculate(asked: GesvIn) -> GesvOut:
    """The annual effective rate by the Law's formula; Unfit when the flows have no single rate."""
    try:
        rate = rules.gesv(one.flow for one in asked.flows)
    except rules.NoGesv as none:
        raise Unfit(str(none), "flows") from none
    return GesvOut(gesv_pct=str(rate.shown_pct), gesv_unrounded=format(rate.unrounded_pct, "f"))
