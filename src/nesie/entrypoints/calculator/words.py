"""The building blocks of the schemas: amounts, percents and days as text, exactly as written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

_AMOUNT = r"^[0-9]{1,13}([.][0-9]{1,2})?$"
_PERCENT = r"^[0-9]{1,7}([.][0-9]{1,12})?$"
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class In(BaseModel):
    """What is taken: fields that are not here are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Out(BaseModel):
    """What is given."""

    model_config = ConfigDict(populate_by_name=True)


def _exact(pattern: str, wrong: PydanticCustomError) -> Callable[[Any], str]:
    form = re.compile(pattern, re.ASCII)

    def text(value: Any) -> str:
        """A number of JSON counts by its shortest writing, so that 0.1 is a tenth."""
        written = format(Decimal(repr(value)), "f") if type(value) in (int, float) else value
        if not isinstance(written, str) or not form.fullmatch(written):
            raise wrong
        return written

    return text


_amount_text = _exact(
    _AMOUNT, PydanticCustomError("amount", "an amount is expected, with at most two decimals: 5000.00")
)
_percent_text = _exact(
    _PERCENT, PydanticCustomError("percent", "a percentage is expected, with at most twelve decimals: 12.5")
)


def _amount(value: Any) -> Money:
    return Money.tenge(_amount_text(value))


def _percent(value: Any) -> Rate:
    return Rate(Fraction(_percent_text(value)) / 100)


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-01-01") else None
    except ValueError:
        day = None
    if day is None or not _FIRST_DAY <= day <= _LAST_DAY:
        raise PydanticCustomError("day", "a day from 1900 to 2199 is expected, for example 2026-11-23")
    return day


def _text_or_number(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "string", "pattern": pattern}, {"type": "number", "minimum": 0}]})


Amount = Annotated[Money, PlainValidator(_amount), _text_or_number(_AMOUNT)]
Percent = Annotated[Rate, PlainValidator(_percent), _text_or_number(_PERCENT)]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


AmountOut = Annotated[str, Field(pattern=r"^-?[0-9]+[.][0-9]{2}$", description="tenge with two decimals")]
PercentOut = Annotated[str, Field(pattern=r"^-?[0-9]+([.][0-9]+)?$", description="percent")]
DayOut = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
