"""What every view needs of its request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from nesie.foundation.access.queries import own_id
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


class Call(HttpRequest):
    """A request as the middlewares and the token have completed it."""

    actor: Actor
    now: datetime
    LANGUAGE_CODE: str
    auth: Any


def own_client(request: Call) -> ClientId:
    """The caller's own client id; NotFound when nobody is signed in."""
    return ClientId(own_id(request.actor))
