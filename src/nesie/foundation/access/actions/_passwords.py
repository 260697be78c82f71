"""Judge a new password and hash it."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from nesie.foundation.access import queries
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import StaffAccount, UsedPassword
from nesie.foundation.access.rules import (
    PasswordCommon,
    PasswordOfOwnWords,
    PasswordPolicy,
    PasswordTooWeak,
    PasswordUsedBefore,
    passwords,
)
from nesie.foundation.lender import queries as lender

_LEAKED = Path(__file__).resolve().parents[1] / "data" / "common-passwords.bin"
_WIDTH = 5  # bytes of the hash that are kept: one honest password in ten million is refused with the leaked ones
_OWN = ("nesie", "microcredit", "микрокредит", "несие")


def fit_password(holder_id: UUID, password: str, limits: PasswordPolicy, now: datetime) -> str:
    """The Argon2id hash of a password that meets the policy, kept in the history; raises when it does not."""
    if not passwords.long_enough(password, limits.min_length, limits.max_length):
        raise PasswordTooWeak(field="password", min_length=limits.min_length)
    if is_common(password):
        raise PasswordCommon(field="password", min_length=limits.min_length)
    if passwords.of_own_words(password, (*_lenders_words(), *_persons_words(holder_id))):
        raise PasswordOfOwnWords(field="password", min_length=limits.min_length)
    last = UsedPassword.objects.filter(holder_id=holder_id).order_by("-set_at", "-id")[: limits.history]
    if any(check_password(password, row.password) for row in last):
        raise PasswordUsedBefore(field="password")
    encoded = make_password(password)
    UsedPassword.objects.create(holder_id=holder_id, password=encoded, set_at=queries.machine_time(now))
    return encoded


def is_common(password: str) -> bool:
    """Whether it stands among those that have leaked, in our list or Django's; nobody outside is asked."""
    digest = hashlib.sha256(password.strip().casefold().encode(errors="replace")).digest()[:_WIDTH]
    known = _leaked()
    place = bisect_left(range(len(known) // _WIDTH), digest, key=lambda at: known[at * _WIDTH : (at + 1) * _WIDTH])
    if known[place * _WIDTH : (place + 1) * _WIDTH] == digest:
        return True
    try:
        _djangos().validate(password)
    except ValidationError:
        return True
    return False


def _lenders_words() -> tuple[str, ...]:
    organisation = lender.organisation()
    brand = organisation.brand
    return (*_OWN, brand.name, brand.domain, brand.domain.partition(".")[0])


def _persons_words(holder_id: UUID) -> tuple[str, ...]:
    known = Wiring.people.known(holder_id)
    if known is not None:
        return (known.phone, known.phone[-10:], known.phone[-7:], known.iin, known.email.partition("@")[0])
    row = StaffAccount.objects.filter(id=holder_id).first()
    return (row.login, row.name) if row else ()


@cache
def _leaked() -> bytes:
    return _LEAKED.read_bytes()


@cache
def _djangos() -> CommonPasswordValidator:
    return CommonPasswordValidator()
