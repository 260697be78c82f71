"""Sessions: a guest's, to which one-time codes are bound, and a client's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from nesie.entrypoints.api.auth import AnySession, proven_origin
from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.schemas import session as schemas
from nesie.entrypoints.origins import origin_of
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import CodePurpose
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import mobile
from nesie.kernel.actor import Channel

router = Router(tags=["Session"], auth=AnySession())


@router.post("/session/guest", response={201: schemas.Token}, auth=None)
def open_guest_session(request: Call, payload: schemas.NewSession) -> Any:
    """Begin here: a token for somebody not signed in. One-time codes serve only in the session they were asked in.

    With channel `mobile` the call carries a `DPoP` proof, and the session belongs to its key from then on.
    """
    channel = Channel(payload.channel.value)
    origin = proven_origin(request) if channel is Channel.MOBILE else origin_of(request)
    key = actions.open_guest_session(request.now, channel=channel, origin=origin)
    return Status(201, {"token": key})


@router.get("/session", response=schemas.WhoAmI)
def actor_of(request: Call) -> Any:
    """Who this token is."""
    return {"id": request.actor.id, "roles": sorted(request.actor.roles), "channel": request.actor.channel}


@router.get("/sessions", response=list[schemas.LiveSession])
def sessions(request: Call) -> Any:
    """Every live session of the person."""
    queries.own_id(request.actor)
    return queries.sessions(request.actor, request.now)


@router.post("/session/code", response={204: None})
def send_sign_in_code(request: Call, payload: schemas.SignInCode) -> Any:
    """Send the code to sign in with. The answer is the same for a phone that is nobody's."""
    actions.send_sign_in_code(request.actor, request.now, phone=mobile(payload.phone), language=payload.language)
    return Status(204, None)


@router.post("/session", response=schemas.SignedIn)
def sign_in_client(request: Call, payload: schemas.SignInAttempt) -> Any:
    """Sign in by password or one-time code, and the authenticator app's code if there is one. Wrong is an outcome."""
    outcome = actions.sign_in_client(
        request.actor,
        request.now,
        phone=mobile(payload.phone),
        password=payload.password or "",
        code=payload.code or "",
        totp=payload.totp or "",
    )
    return {"status": outcome.status, "token": outcome.session_key or None}


@router.post("/session/end", response={204: None})
def sign_out(request: Call, payload: schemas.SignOut) -> Any:
    """End this session, or every one of the person: the token is worth nothing from now on."""
    actions.sign_out(request.actor, request.now, everywhere=payload.everywhere)
    return Status(204, None)


@router.post("/sessions/{login_id}/end", response={204: None})
def sign_out_session(request: Call, login_id: UUID) -> Any:
    """End one session of the person, seen in the list."""
    actions.sign_out_session(request.actor, request.now, session_id=login_id)
    return Status(204, None)


@router.post("/password/code", response={204: None})
def issue_code(request: Call) -> Any:
    """A code to the client's own phone, to change the password with."""
    client = clients.client(request.actor, own_client(request))
    actions.issue_code(
        request.actor,
        request.now,
        purpose=CodePurpose.CHANGE_PASSWORD,
        subject_id=client.id,
        phone=client.phone,
        language=client.language,
    )
    return Status(204, None)


@router.put("/password", response=schemas.Attempted)
def set_password(request: Call, payload: schemas.NewPassword) -> Any:
    """Set or change the password; every other session of the person ends."""
    outcome = actions.set_password(
        request.actor,
        request.now,
        password=payload.password,
        current=payload.current or "",
        code=payload.code or "",
    )
    return {"outcome": outcome}
