"""Enter a device in the list of the lender's own."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.models import LenderDevice
from nesie.foundation.identification.rules import MAX_DEVICE_NAME, DeviceNameMissing, EnteredDevice
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id


@use_case
def enter_lender_device(actor: Actor, now: datetime, *, name: str) -> EnteredDevice:
    """A terminal or a tablet in a branch may take faces (clauses 6, 9): its key goes to it once. DeviceNameMissing."""
    name = " ".join(name.split())[:MAX_DEVICE_NAME]
    if not name or actor.id is None:
        raise DeviceNameMissing(field="name")
    key = secrets.token_urlsafe(32)
    row = LenderDevice.objects.create(
        id=new_id(),
        name=name,
        key_digest=hashlib.sha256(key.encode()).digest(),
        entered_at=now,
        entered_by=actor.id,
    )
    return EnteredDevice(row.pk, key)
