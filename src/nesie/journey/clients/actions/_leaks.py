"""What the use cases after a leak share."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.exchange.actions import intend
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.identification.rules.standing import PHONE_OWNER_KIND, PhoneOwner
from nesie.journey.clients.actions._details import tell
from nesie.journey.clients.models import Client, Leak


def ask_whose_phone(client: Client, now: datetime) -> UUID:
    """Intend the question whether the present number is this person's (clause 36.2)."""
    return intend(
        client.id,
        destination=Destination.PHONE_BASE,
        kind=PHONE_OWNER_KIND,
        key=f"phone:{uuid4()}",
        payload={"iin": client.iin_row.iin, "phone": client.phone},
        now=now,
    )


def close_when_proven(row: Leak, now: datetime) -> None:
    """Save; the case is over once both the face and the phone are proven."""
    if row.identified_at is not None and row.phone_owner == PhoneOwner.OWN:
        row.closed_at = now
        tell(row.client, "identified_again", now, at=now)
    row.save()


def ask_again(client: Client, now: datetime) -> None:
    """The number has changed: an open leak asks about the new one."""
    row = Leak.objects.select_for_update().filter(client=client, closed_at=None).first()
    if row is not None:
        row.phone_owner, row.phone_checked_at = "", None
        row.phone_message_id = ask_whose_phone(client, now)
        row.save()
