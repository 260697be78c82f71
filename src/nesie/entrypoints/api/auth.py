"""Who calls: an opaque session token in the Authorization header, the same sessions as everywhere else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from nesie.entrypoints.origins import origin_of
from nesie.foundation.access import actions, queries
from nesie.kernel.actor import Actor, Channel

CHANNELS = frozenset({Channel.API, Channel.MOBILE})


class SessionToken(HttpBearer):
    """A session opened through the API: a browser's key is not taken here, so that a leaked cookie opens no API."""

    openapi_bearerFormat = "opaque"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor behind the token, or None: unknown, ended, idle too long or too old."""
        here: Any = request
        actor = queries.actor_of(token, here.now, origin_of(request))
        if actor is None or actor.channel not in CHANNELS:
            return None
        actions.touch_session(token, here.now)
        here.actor = actor
        return actor
