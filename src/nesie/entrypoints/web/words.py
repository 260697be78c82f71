"""Refusals in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from nesie.entrypoints.web.templatetags import web as shown
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused


def refusal(refused: Refused) -> str:
    """The refusal's sentence, translated, with amounts and days as pages show them."""
    return gettext(refused.message).format(**{name: plain(value) for name, value in refused.params.items()})


def plain(value: Any) -> Any:
    """One value as plain text of a page."""
    if isinstance(value, Money):
        return f"{shown.figure(value)}{shown.THIN}₸"
    if isinstance(value, Rate):
        return shown.percent(value)
    if isinstance(value, datetime):
        return value.astimezone(shown.ALMATY).strftime("%d.%m.%Y %H:%M:%S")
    if isinstance(value, date):
        return shown.day(value)
    return gettext(value) if isinstance(value, str) and value else value
