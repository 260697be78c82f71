"""Phones: enrolled once with their maker's word, signed off at any time (clause 26.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from nesie.entrypoints.api.auth import AnySession
from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.schemas import devices as schemas
from nesie.entrypoints.origins import origin_of
from nesie.foundation.access import actions, queries
from nesie.kernel.actor import Actor, Channel, Role

router = Router(tags=["Devices"], auth=AnySession())


@router.post("/devices/challenge", response={201: schemas.EnrolmentChallenge}, auth=None)
def begin_device_enrolment(request: Call) -> Any:
    """Before the key is made: the challenge its maker must vouch for. No session yet."""
    somebody = Actor(None, frozenset({Role.GUEST}), Channel.MOBILE, origin=origin_of(request))
    given = actions.begin_device_enrolment(somebody, request.now)
    return Status(201, {"challenge_id": given.challenge_id, "challenge": given.options})


@router.post("/devices", response=schemas.EnrolmentJudged)
def enrol_device(request: Call, payload: schemas.Enrolment) -> Any:
    """The signed-in client's phone, whose key proves this call, becomes theirs."""
    judged = actions.enrol_device(
        request.actor,
        request.now,
        challenge_id=payload.challenge_id,
        platform=payload.platform,
        statement=tuple(payload.statement),
    )
    return {"status": judged.status, "device_id": judged.device_id, "fault": judged.fault or None}


@router.get("/devices", response=list[schemas.Device])
def devices(request: Call) -> Any:
    """Every phone of the client, newest first, those signed off too."""
    return queries.devices(request.actor, own_client(request))


@router.post("/devices/{device_id}/end", response={204: None})
def revoke_device(request: Call, device_id: UUID) -> Any:
    """Sign a phone off: its key and its sessions are worth nothing from now on."""
    actions.revoke_device(request.actor, request.now, device_id=device_id)
    return Status(204, None)
