"""Be the second pair of eyes."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries, rules
from nesie.foundation.access.actions.sign_in_staff import proven
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import Approval, StaffAccount
from nesie.foundation.access.rules import (
    ApprovalNotOpen,
    ApprovalStatus,
    Attempt,
    NotOfApproversRole,
    OwnRequest,
)
from nesie.foundation.audit.rules import told_arguments
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApprovalId
from nesie.kernel.refused import NotFound


@use_case
def approve_request(actor: Actor, now: datetime, *, approval_id: ApprovalId, password: str, totp: str) -> Attempt:
    """Approve somebody else's request, signing in again for it with both factors (clause 27).

    A wrong password or code is a value, since it is counted. Raises `NotFound`, `ApprovalNotOpen`, `OwnRequest`,
    `NotOfApproversRole`, `OwnSeal`.
    """
    row = open_request(actor, now, approval_id)
    told = dict(told_arguments(row.arguments)) if row.arguments else {}
    rules.check_seal_of_others(row.permission, told.get("staff_id", ""), actor.id)
    account = StaffAccount.objects.select_for_update().filter(id=queries.own_id(actor)).first()
    name = bytes(account.login_hash) if account else b""
    attempt = proven(account, now, name=name, password=password, totp=totp)
    if attempt is Attempt.DONE:
        decide(row, actor, now, ApprovalStatus.APPROVED)
    return attempt


def open_request(actor: Actor, now: datetime, approval_id: ApprovalId) -> Approval:
    """A request this actor may decide, locked."""
    row = Approval.objects.select_for_update().filter(id=approval_id).first()
    if row is None:
        raise NotFound
    if row.requester_id == actor.id:
        raise OwnRequest
    if not queries.bears_standing(actor, Wiring.permitted.get(row.permission, frozenset())):
        raise NotOfApproversRole
    if row.status != ApprovalStatus.REQUESTED or queries.machine_time(now) >= row.expires_at:
        raise ApprovalNotOpen
    return row


def decide(row: Approval, actor: Actor, now: datetime, status: ApprovalStatus) -> None:
    """Write the decision down."""
    row.status, row.approver_id, row.decided_at = status, actor.id, queries.machine_time(now)
    row.save(update_fields=["status", "approver", "decided_at"])
