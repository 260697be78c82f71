"""Compare what a person gave with what is kept."""

from __future__ import annotations

import hmac
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from pyotp.totp import TOTP

from nesie.foundation.access import queries, rules


def password_is_right(encoded: str, password: str) -> bool:
    """Argon2id check; with nothing to compare to, the same work is done for nothing."""
    if not encoded:
        make_password(password)
        return False
    return check_password(password, encoded)


def totp_step_of(secret: str, totp: str, machine: datetime, *, after: int) -> int | None:
    """The step whose code this is, within the allowed drift and later than `after`; None for a wrong or used one."""
    clock, here, drift = TOTP(secret), rules.totp_step(machine), queries.policy().totp_steps_of_drift
    for step in range(here - drift, here + drift + 1):
        if step > after and hmac.compare_digest(clock.generate_otp(step).encode(), totp.strip().encode()):
            return step
    return None
