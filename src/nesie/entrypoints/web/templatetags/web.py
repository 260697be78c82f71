"""How figures, days and marks look on every page: one place, three languages."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from nesie.entrypoints.web import labels
from nesie.foundation.access.queries import live_emergencies
from nesie.foundation.access.queries import password_days as days_of_password
from nesie.foundation.access.rules import EmergencyView
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

register = template.Library()

ALMATY = ZoneInfo("Asia/Almaty")
ICONS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "tabler-icons"
THIN = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@register.filter
def figure(money: Money | int | str | None) -> str:
    """`1 234 567,89`: groups of three, a comma, two decimals, no sign of currency. An int is tiyn.

    A template gives "" for what is not there.
    """
    if money is None or isinstance(money, str):
        return "—"
    tiyn = money.tiyn if isinstance(money, Money) else int(money)
    tenge, rest = divmod(abs(tiyn), 100)
    grouped = f"{tenge:,}".replace(",", THIN)
    return f"{MINUS if tiyn < 0 else ''}{grouped},{rest:02d}"


@register.filter
def change(money: Money) -> str:
    """`+1 234,50` or `−1 234,50`: by how much something moved."""
    return ("+" if money.tiyn > 0 else "") + figure(money)


@register.filter
def tenge(money: Money | int | None) -> SafeString:
    """`1 234 567,89 ₸` that never breaks over a line, in figures of one width."""
    text = figure(money)
    return format_html('<span class="figure">{}{}</span>', text, "" if text == "—" else THIN + "₸")


@register.filter
def round_tenge(money: Money | int | None) -> SafeString:
    """`1 234 568 ₸` when the amount is whole, else as `tenge`: for limits and headings."""
    text = figure(money)
    text = text.removesuffix(",00")
    return format_html('<span class="figure">{}{}</span>', text, "" if text == "—" else THIN + "₸")


@register.filter
def percent(value: Decimal | Rate | float | str | None) -> str:
    """`46,5 %`, a decimal comma in every language of Kazakhstan's pages."""
    if value is None or value == "":
        return "—"
    number = value.as_percent() if isinstance(value, Rate) else value
    text = str(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") + THIN + "%"


@register.filter
def day(value: date | datetime | str | None) -> str:
    """`23.11.2026`, the day in Kazakhstan."""
    found = _day(value)
    return found.strftime("%d.%m.%Y") if found else "—"


@register.filter
def long_day(value: date | datetime | str | None) -> str:
    """The day in words of the reader's language."""
    found = _day(value)
    return format_date(found, "long", locale=(get_language() or "kk")[:2]) if found else "—"


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """`23.11.2026 09:00` Kazakhstan time, with the exact moment for machines."""
    if not value:
        return "—"
    local = value.astimezone(ALMATY)
    shown = local.strftime("%d.%m.%Y %H:%M")
    return format_html('<time class="figure" datetime="{}">{}</time>', value.isoformat(), shown)


@register.filter
def exact_moment(value: datetime | None) -> SafeString | str:
    """As `moment`, to the second: where the law counts seconds."""
    if not value:
        return "—"
    shown = value.astimezone(ALMATY).strftime("%d.%m.%Y %H:%M:%S")
    return format_html('<time class="figure" datetime="{}">{}</time>', value.isoformat(), shown)


@register.filter
def hours(value: timedelta | None) -> str:
    """`23:59:59` of a stretch of time; zero when it is over."""
    seconds = max(0, int(value.total_seconds())) if value else 0
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


@register.filter
def short(value: object) -> str:
    """The first eight characters of an id or a hash."""
    return str(value)[:8]


@register.filter
def label(value: object, kind: str = "") -> str:
    """The reader's word for a code such as a status; the code itself when nobody has named it."""
    return labels.label(str(getattr(value, "value", value)), kind)


@register.filter
def tone(value: object) -> str:
    """The colour of a status: green, blue, orange, red or secondary."""
    return labels.tone(str(getattr(value, "value", value)))


@register.filter(name="json")
def as_json(value: object) -> str:
    """A value for a data attribute; the template escapes it."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def safe_svg(picture: str) -> SafeString:
    """A picture drawn by our own code (a QR code), put into the page as it is."""
    return mark_safe(picture)  # noqa: S308 - made by access, holds no words of a user


@register.filter
def marks(total: int, now: int) -> list[tuple[bool, bool]]:
    """For each step of `total`: whether it is done, and whether it is the present one."""
    return [(step < int(now), step == int(now)) for step in range(1, int(total) + 1)]


@register.simple_tag
def icon(name: str, size: int = 24, classes: str = "") -> SafeString:
    """A vendored icon, hidden from screen readers: the words beside it speak."""
    return mark_safe(_svg(str(name), int(size), str(classes)))  # noqa: S308 - our own files and code


@register.simple_tag(takes_context=True)
def broken_glass(context: template.Context) -> list[EmergencyView]:
    """Emergencies going on now, for the red bar of the staff pages."""
    actor, now = context.get("actor"), context.get("business_now")
    return live_emergencies(actor, now) if actor and now else []


@register.simple_tag(takes_context=True)
def password_days(context: template.Context) -> int | None:
    """Days until the staff member's password ages, once it is time to say so."""
    return days_of_password(context["actor"], context["business_now"])


@cache
def _svg(name: str, size: int, classes: str) -> str:
    path = ICONS / f"{name}.svg"
    if path.parent != ICONS:
        raise ValueError("an icon is a plain name")
    body = path.read_text().split(">", 1)[1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 24 24" fill="none" '
        f'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" '
        f'class="icon {classes}" aria-hidden="true" focusable="false">{body}'
    )


def _day(value: date | datetime | str | None) -> date | None:
    if not value:
        return None
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value.astimezone(ALMATY).date() if isinstance(value, datetime) else value
