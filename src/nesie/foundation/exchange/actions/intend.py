"""Decide that an outside system is to be told something; nothing leaves the building yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from nesie.foundation.exchange.actions._once import write_once
from nesie.foundation.exchange.models import Message
from nesie.foundation.exchange.rules import HOUSE, Destination, MessageDiffers
from nesie.kernel.ids import MessageId, new_id


def intend(
    owner_id: UUID | None,
    *,
    destination: Destination,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> MessageId:
    """Write a message down in the caller's transaction, to be carried after its commit.

    Not before `not_before`; after `not_after` it fails uncarried with the reason `too_late`. Both business moments.

    The same destination and key again is the same message. `payload` is JSON-able and is sealed under the owner's
    key (None: the house's); `kind` and `key` are not, so they hold ids only. MessageDiffers (a bug) when the key was
    used for another kind or payload.
    """
    text = json.dumps(payload, sort_keys=True)
    message = Message(
        id=new_id(),
        owner_id=owner_id or HOUSE,
        destination=destination,
        kind=kind,
        key=key,
        payload=text,
        intended_at=now,
        not_before=not_before or now,
        not_after=not_after,
    )
    if not write_once(message, "destination", "key"):
        known = Message.objects.get(destination=destination, key=key)
        if known.kind != kind or known.payload != text:
            raise MessageDiffers(f"{destination}: {key}")
        return MessageId(known.pk)
    return MessageId(message.pk)
