"""The only place below which the clock is not read: two clocks (design, section 4)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings


def machine_now() -> datetime:
    """Machine time: sessions, codes, locks, leases."""
    return datetime.now(UTC)


def business_now() -> datetime:
    """Business time: terms, cooling-off, OCSP and TSP. In the demo it may have been pushed forward, never back."""
    if "CLOCK" not in settings.NESIE_DEMO_PARTS:
        return machine_now()
    from nesie.foundation.norms import queries as norms

    return machine_now() + norms.clock_shift()
