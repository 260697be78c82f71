"""Say where alarms reach one."""

from __future__ import annotations

import re
from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import ContactUnreadable
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound

_PHONE = re.compile(r"\+7\d{10}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@use_case
def set_own_contacts(actor: Actor, now: datetime, *, phone: str, email: str, language: str) -> None:
    """Telephone and e-mail of one's own account; empty ones take none. Raises `ContactUnreadable`, `NotFound`."""
    plain, address = re.sub(r"[^\d+]", "", phone), email.strip()
    if plain and not _PHONE.fullmatch(plain):
        raise ContactUnreadable(field="phone")
    if address and not _EMAIL.fullmatch(address):
        raise ContactUnreadable(field="email")
    row = StaffAccount.objects.select_for_update().filter(id=queries.own_id(actor)).first()
    if row is None:
        raise NotFound
    row.phone, row.email, row.language = plain or None, address or None, language[:2]
    row.save(update_fields=["phone", "email", "language"])
