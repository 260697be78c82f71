"""Write down what an outside system tells us, once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nesie.foundation.exchange.actions._once import write_once
from nesie.foundation.exchange.models import Inbound
from nesie.foundation.exchange.rules import HOUSE, InboundDiffers
from nesie.kernel.ids import MessageId, new_id


@dataclass(frozen=True, slots=True)
class Received:
    """Which message it is, and whether it was heard for the first time."""

    message_id: MessageId
    is_new: bool


def receive(
    source: str, key: str, payload: Mapping[str, Any], now: datetime, *, owner_id: UUID | None = None
) -> Received:
    """Keep a message from outside in the caller's transaction; a repetition is recognised by source and key.

    InboundDiffers when the same key comes with another payload.
    """
    text = json.dumps(payload, sort_keys=True)
    inbound = Inbound(id=new_id(), owner_id=owner_id or HOUSE, source=source, key=key, payload=text, received_at=now)
    if not write_once(inbound, "source", "key"):
        known = Inbound.objects.get(source=source, key=key)
        if known.payload != text:
            raise InboundDiffers
        return Received(MessageId(known.pk), is_new=False)
    return Received(MessageId(inbound.pk), is_new=True)
