"""What a person typed and what is wrong with it: raw text in, plain values out. The rules judge, not the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from nesie.entrypoints.web import words
from nesie.entrypoints.web.request import Request
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused, noop

_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")
_LONGEST_NUMBER = 15
Choice = TypeVar("Choice", bound=StrEnum)


class FieldUnreadable(Refused):
    """A field holds something that is no day, number or id at all."""

    message = noop("Check this field: it cannot be read.")
    status = 422


@dataclass(frozen=True, slots=True)
class Entered:
    """A form as it is shown (again): values, and at most one refusal beside the field it names."""

    values: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    general: str = ""  # a refusal that names no field of the page
    status: int = 200


def entered(request: Request, refusal: Refused, *names: str) -> Entered:
    """The form again, with what was typed (`names`: the fields that may be shown again) and the refusal."""
    values = {name: request.POST.get(name, "") for name in names}
    sentence = words.refusal(refusal)
    if refusal.field:
        return Entered(
            values, {refusal.field: sentence}, sentence if refusal.field not in names else "", refusal.status
        )
    return Entered(values, {}, sentence, refusal.status)


def text(request: Request, name: str) -> str:
    """A field's text, without spaces around it and without control characters; empty when absent."""
    return plain(request.POST.get(name, ""))


def plain(typed: str) -> str:
    """As the API takes text: control characters mean nothing to a reader and much to what stands behind us."""
    return "".join(sign for sign in typed if (sign >= " " and sign != "\x7f") or sign in "\t\n\r").strip()


def day(request: Request, name: str) -> date | None:
    """A day as browsers send it, None when left empty; FieldUnreadable when it is none."""
    return given_day(request, name) if text(request, name) else None


def given_day(request: Request, name: str) -> date:
    """A day that must be there; FieldUnreadable otherwise."""
    try:
        return date.fromisoformat(text(request, name))
    except ValueError as error:
        raise FieldUnreadable(field=name) from error


def tenge(typed: str, name: str) -> Money:
    """An amount as people write it (`12 345,67`), above nothing; FieldUnreadable otherwise."""
    figures = plain(typed).replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    if not _AMOUNT.fullmatch(figures):
        raise FieldUnreadable(field=name)
    return Money.tenge(figures)


def one_of(enum: type[Choice], request: Request, name: str) -> Choice:
    """A member of an enumeration by its value; FieldUnreadable otherwise."""
    try:
        return enum(text(request, name))
    except ValueError as error:
        raise FieldUnreadable(field=name) from error


def identifier(request: Request, name: str) -> UUID:
    """An id; FieldUnreadable otherwise."""
    return uuid_of(text(request, name), name)


def uuid_of(typed: str, name: str) -> UUID:
    """The id somebody typed or a form carried; FieldUnreadable otherwise."""
    try:
        return UUID(typed)
    except ValueError as error:
        raise FieldUnreadable(field=name) from error


def file(request: Request, name: str) -> UploadedFile[bytes]:
    """A file that was sent; FieldUnreadable without one."""
    sent = request.FILES.get(name)
    if sent is None:
        raise FieldUnreadable(field=name)
    return sent


def shown(value: object) -> str:
    """A kept value as a form field shows it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "value", value))


def whole(source: Mapping[str, str], name: str, default: int) -> int:
    """A whole number; the default when absent, unreadable, or longer than any number here."""
    typed = source.get(name, "")
    try:
        return int(typed) if len(typed) <= _LONGEST_NUMBER else default
    except ValueError:
        return default
