"""The one cookie that carries a person: an opaque key, readable by the server only (clause 24.2)."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import rotate_token

from nesie.entrypoints import origins
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions as access
from nesie.foundation.access import queries
from nesie.kernel.actor import Actor, Channel, Origin, guest

COOKIE = "nesie_session"
# Knows a browser again, so that a sign-in with another is told of. It opens nothing, and stands for nobody.
BROWSER_COOKIE = "nesie_browser"
_DEVICE_SECONDS = 365 * 86_400
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")


def origin_of(request: Request) -> Origin:
    """Where this request comes from; a browser without a mark gets a fresh one, carried when it is let in."""
    mark = request.COOKIES.get(BROWSER_COOKIE, "")
    return origins.origin_of(request, mark if _DEVICE.fullmatch(mark) else secrets.token_urlsafe(32))


def actor_of(request: Request) -> Actor:
    """Who sends this request; a guest when the cookie is absent, unknown, too old, or a key of another channel."""
    key = request.COOKIES.get(COOKIE, "")
    actor = queries.actor_of(key, request.now, request.origin) if key else None
    if actor is None or actor.channel is not Channel.WEB:
        return replace(guest(Channel.WEB), origin=request.origin)
    access.touch_session(key, request.now)
    return actor


def guest_session(request: Request) -> str:
    """The key of a session for somebody not signed in yet: one-time codes are bound to it. Makes one when needed."""
    if request.actor.session:
        return request.COOKIES[COOKIE]
    key = access.open_guest_session(request.now, channel=Channel.WEB, origin=request.origin)
    request.actor = queries.actor_of(key, request.now, request.origin) or guest(Channel.WEB)
    return key


def admit(request: Request, response: HttpResponse, session_key: str) -> HttpResponse:
    """Carry the key of somebody who has just proven who they are; form tokens given out before are void from now."""
    rotate_token(request)
    response.set_cookie(
        BROWSER_COOKIE,
        request.origin.device,
        httponly=True,
        secure=settings.NESIE_SECURE,
        samesite="Lax",
        path="/",
        max_age=_DEVICE_SECONDS,
    )
    return carry(response, session_key)


def carry(response: HttpResponse, session_key: str) -> HttpResponse:
    """Put the key into the browser until it closes: no script may read it, no other site may send it."""
    response.set_cookie(
        COOKIE, session_key, httponly=True, secure=settings.NESIE_SECURE, samesite="Lax", path="/", max_age=None
    )
    return response


def drop(response: HttpResponse) -> HttpResponse:
    """Take the key out of the browser and ask it to forget what it kept of our pages."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
