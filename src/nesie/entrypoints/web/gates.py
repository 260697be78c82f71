"""Who may open a page: clients theirs, staff those of their roles (clause 27). Use cases check again by themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect

from nesie.entrypoints.web.request import Request
from nesie.foundation.audit.rules import NotPermitted
from nesie.kernel.actor import STAFF_ROLES, Role

CHECKERS = (Role.AUDITOR, Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER)
BOOKKEEPERS = (Role.CASHIER, Role.CREDIT_OFFICER, *CHECKERS)
KEEPERS = (Role.ADMINISTRATOR, Role.AUDITOR)

View = Callable[..., HttpResponseBase]


def for_client(view: View) -> View:
    """Only for a signed-in client; others are sent to the sign-in."""

    @wraps(view)
    def gated(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.has(Role.CLIENT):
            return redirect("site:sign_in")
        return view(request, *args, **kwargs)

    return gated


def for_staff(*roles: Role) -> Callable[[View], View]:
    """Only for staff with one of the roles (any staff role when none is named)."""
    allowed = frozenset(roles) or STAFF_ROLES

    def gate(view: View) -> View:
        @wraps(view)
        def gated(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.actor.is_staff:
                return redirect("staff:sign_in")
            if not request.actor.has(*allowed):
                raise NotPermitted
            return view(request, *args, **kwargs)

        return gated

    return gate
