"""Say no as the second pair of eyes."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions.approve_request import decide, open_request
from nesie.foundation.access.rules import ApprovalStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApprovalId


@use_case
def reject_request(actor: Actor, now: datetime, *, approval_id: ApprovalId) -> None:
    """Reject somebody else's open request. Raises `NotFound`, `ApprovalNotOpen`, `OwnRequest`, `NotOfApproversRole`."""
    decide(open_request(actor, now, approval_id), actor, now, ApprovalStatus.REJECTED)
