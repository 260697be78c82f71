"""Who calls: an opaque session token, and from the lender's own application the proof of its device with each call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from nesie.entrypoints.origins import origin_of
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import DeviceUnknown
from nesie.foundation.access.rules.proofs import ProofFault, ProofWrong
from nesie.kernel.actor import Actor, Channel, Origin, Role

CHANNELS = frozenset({Channel.API, Channel.MOBILE})


class SessionToken(HttpBearer):
    """A session opened through the API: a browser's key is not taken here, so that a leaked cookie opens no API.

    `Authorization: Bearer <token>` of a partner's program, `Authorization: DPoP <token>` with a `DPoP` header of the
    lender's application, whose client is let in only from an enrolled device (clause 26.2).
    """

    openapi_bearerFormat = "opaque"
    only_enrolled = True

    def __call__(self, request: HttpRequest) -> Actor | None:
        """The actor behind the token, or None: unknown, ended, idle too long or too old, of another device."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not token:
            return None
        if scheme.lower() == "dpop":
            return self._actor(request, token, proven_origin(request, token), Channel.MOBILE)
        return self.authenticate(request, token) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Of a bearer token: never of the application, whose token alone is worth nothing."""
        return self._actor(request, token, origin_of(request), Channel.API)

    def _actor(self, request: HttpRequest, token: str, origin: Origin, channel: Channel) -> Actor | None:
        here: Any = request
        actor = queries.actor_of(token, here.now, origin)
        if actor is None or actor.channel is not channel:
            return None
        of_client = channel is Channel.MOBILE and actor.has(Role.CLIENT)
        if of_client and self.only_enrolled and not queries.enrolled(actor):
            raise DeviceUnknown
        actions.touch_session(token, here.now)
        here.actor = actor
        return actor


class AnySession(SessionToken):
    """Also from a device not enrolled yet: to sign in and out, and to enrol it."""

    only_enrolled = False


def proven_origin(request: HttpRequest, token: str = "") -> Origin:
    """Where a call of the application comes from, its device's key proven by the `DPoP` header; ProofWrong."""
    here: Any = request
    if request.headers.get("DPoP", "").count(","):
        raise ProofWrong(ProofFault.MALFORMED)  # two headers, told as one
    thumbprint = actions.accept_proof(
        request.headers.get("DPoP", ""),
        here.now,
        method=request.method or "",
        address=request.build_absolute_uri(request.path),
        body=request.body,
        token=token,
    )
    return replace(origin_of(request), device=thumbprint)
