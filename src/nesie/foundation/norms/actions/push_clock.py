"""Push the demo's business clock forward."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries
from nesie.foundation.norms.models import ClockShift
from nesie.foundation.norms.rules import ClockGoesForward, ClockIsReal
from nesie.kernel.actor import Actor


@use_case
def push_clock(actor: Actor, now: datetime, *, seconds: int) -> timedelta:
    """Let business time run `seconds` further ahead; the whole shift since the start.

    ClockIsReal where the demo's clock is off, ClockGoesForward unless seconds are positive. Telling the simulators is
    the caller's.
    """
    if "CLOCK" not in settings.NESIE_DEMO_PARTS:
        raise ClockIsReal
    if seconds <= 0:
        raise ClockGoesForward(field="seconds")
    ClockShift.objects.create(seconds=seconds, pushed_at=now, pushed_by=actor.id)
    return queries.clock_shift()
