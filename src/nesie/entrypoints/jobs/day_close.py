"""The day close as a job: chunk after chunk until none is behind. Any number of sessions may run beside each other.

A session that is killed leaves whole chunks behind it, or nothing of one; whoever comes next goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import actions, queries
from nesie.kernel.actor import worker


def close(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Bring every chunk to the day of `now`, oldest days first; how many loan-days that added."""
    day, done = business_day(now), 0
    while not stopping() and (behind := queries.chunks_behind(day)):
        for one in behind:
            if stopping():
                break
            done += actions.accrue_day(worker(), now, day=one.day, chunk=one.chunk).loan_days
    return done
