"""Ask for a second pair of eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.access import queries, rules
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import Approval
from nesie.foundation.access.rules import NotOfFourEyes
from nesie.foundation.audit.rules import NotPermitted, arguments_digest, canonical_arguments
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApprovalId


@use_case
def request_approval(
    actor: Actor, now: datetime, *, permission: str, arguments: Mapping[str, Any], summary: str
) -> ApprovalId:
    """A request to do one act with exactly these keyword arguments; `summary` says why, without personal data.

    The second person is shown the arguments themselves, sealed with the request: the requester's words could say
    anything. By their hash the act must come with the very same ones. Raises `NotOfFourEyes`,
    `NotPermitted`, `OwnSeal` (clause 27).
    """
    if permission not in Wiring.four_eyes:
        raise NotOfFourEyes
    if not actor.has(*Wiring.permitted.get(permission, ())):
        raise NotPermitted
    rules.check_seal_of_others(permission, arguments.get("staff_id", ""), actor.id)
    machine = queries.machine_time(now)
    row = Approval.objects.create(
        permission=permission,
        arguments_hash=arguments_digest(permission, arguments),
        arguments=canonical_arguments(permission, arguments),
        summary=summary[:500],
        requester_id=queries.own_id(actor),
        requested_at=machine,
        expires_at=machine + queries.policy().approval_life,
    )
    return ApprovalId(row.id)
