"""The compliance officer uploads a list by hand, where the agency's site cannot be reached."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.aml.actions._intake import ListTaken, take_in
from nesie.journey.aml.rules import ListOrigin
from nesie.kernel.actor import Actor


@use_case
def import_list(actor: Actor, now: datetime, *, content: bytes) -> ListTaken:
    """Take in the agency's XML as a file. ListUnreadable when it is not that; the list in force then stays."""
    return take_in(content, origin=ListOrigin.UPLOADED, by=actor.id, now=now)
