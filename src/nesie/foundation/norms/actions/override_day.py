"""Declare a day working or off by an act that the calendar does not know."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.models import DayOverride
from nesie.kernel.actor import Actor


@use_case
def override_day(actor: Actor, now: datetime, *, day: date, is_working: bool, act: str) -> None:
    """From now on the day counts as working or off; `act` names the decision. Four eyes."""
    DayOverride.objects.create(day=day, is_working=is_working, act=act, set_at=now, set_by=actor.id)
