"""Sealing in tests, beside tests of other databases on the same server."""

from __future__ import annotations

import time
from datetime import datetime

from nesie.foundation.audit.actions.seal_records import seal_records
from nesie.foundation.audit.queries import seal_state

PATIENCE_SECONDS = 120


def seal_all(now: datetime) -> int:
    """Seal every record that waits; returns how many.

    A seal stops before the oldest transaction the whole server has open, which may be another worker's test in
    another database: that one ends soon.
    """
    sealed, until = 0, time.monotonic() + PATIENCE_SECONDS
    while True:
        sealed += seal_records(now)
        if not seal_state(now).waiting:
            return sealed
        assert time.monotonic() < until, "another session keeps a transaction open: nothing after it can be sealed"
        time.sleep(0.02)
