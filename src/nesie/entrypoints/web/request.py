"""The request as every page gets it: the middleware has put on it who acts and what time it is."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from nesie.kernel.actor import Actor, Origin


class Request(HttpRequest):
    """Only a declaration for readers and the type checker: Django makes the object, `middleware` fills it."""

    actor: Actor
    origin: Origin
    now: datetime  # business time
    machine_now: datetime
    reference: str  # what a person reads out on the phone
    LANGUAGE_CODE: str
