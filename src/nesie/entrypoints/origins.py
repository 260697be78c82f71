"""Where a request came from: the network address behind our own proxies, and what the program calls itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from nesie.foundation.access.rules.passkeys import Site
from nesie.foundation.lender import queries as lender
from nesie.kernel.actor import Origin

_PROGRAM_LENGTH = 300


def origin_of(request: HttpRequest, device: str = "") -> Origin:
    """The origin of a request; `device`: the mark it brought, if any."""
    program = request.headers.get("User-Agent", "")[:_PROGRAM_LENGTH]
    return Origin(source=_source(request), program=program, device=device)


def site_of(request: HttpRequest, apps: tuple[str, ...] = ()) -> Site:
    """Under which name we are called: the host has been held against NESIE_HOSTS. `apps`: see `passkeys.Site`."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return Site(host=name, origin=f"{request.scheme}://{host}", name=lender.organisation().brand.name, apps=apps)


def _source(request: HttpRequest) -> str:
    """The nearest address that is no proxy of ours: what stands before it in the header anybody may have written."""
    address: str = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while hops and address in settings.NESIE_TRUSTED_PROXIES:
        address = hops.pop()
    return address
