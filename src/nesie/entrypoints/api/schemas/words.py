"""The building blocks of the schemas: bounded text, whole tiyn, rates, ids."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, Strict, StringConstraints

from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

MOST_TIYN = 10**15  # ten trillion tenge: above any loan, below what a column holds

# No control characters: they mean nothing to a reader and much to what stands behind us.
_LINE = r"^[^\x00-\x1F\x7F]*$"
_PAGE = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_LINE)]
OptionalName = Annotated[str, StringConstraints(max_length=100, pattern=_LINE)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_LINE)]
Page = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=_PAGE)]
Phone = Annotated[str, StringConstraints(min_length=10, max_length=30, pattern=r"^[0-9+() .\-]*$")]
Code = Annotated[str, StringConstraints(min_length=4, max_length=10, pattern=r"^[0-9]*$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_LINE)]
Sha256 = Annotated[str, StringConstraints(min_length=64, max_length=64, pattern=r"^[0-9a-fA-F]*$")]
Opaque = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[\x21-\x7E]*$")]
Flag = Annotated[bool, Strict()]

TiynIn = Annotated[int, Strict(), Field(ge=1, le=MOST_TIYN, description="whole tiyn; 1 tenge is 100 tiyn")]
TermIn = Annotated[int, Strict(), Field(ge=1, le=1200)]


def _tiyn(value: Any) -> Any:
    return value.tiyn if isinstance(value, Money) else value


def _percent(value: Any) -> Any:
    percent = value.as_percent(6) if isinstance(value, Rate) else value
    if not isinstance(percent, Decimal):
        return percent
    text = format(percent, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


Tiyn = Annotated[int, BeforeValidator(_tiyn), Field(description="whole tiyn; 1 tenge is 100 tiyn")]
Percent = Annotated[
    str, BeforeValidator(_percent), Field(pattern=r"^-?[0-9]+([.][0-9]+)?$", description="percent, a decimal number")
]


class Language(StrEnum):
    """Languages people read here."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class PaperLanguage(StrEnum):
    """Languages in which a document binds."""

    KK = "kk"
    RU = "ru"


class In(Schema):
    """What is taken: fields that are not here are refused."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """What is given."""


class Made(Out):
    """Something new was made."""

    id: UUID


class FieldProblem(Out):
    """One field that must be mended."""

    field: str
    message: str


class Problem(Out):
    """A failure (RFC 9457). Programs go by `code`, people read `detail`, and the lender finds it by `reference`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    reference: str
    field: str = ""
    errors: list[FieldProblem] = []
