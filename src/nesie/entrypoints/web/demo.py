"""Helps of the demonstration: ready people, portraits, logins. Outside a demonstration there is none of it."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

import httpx
import pyotp
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.kernel.refused import NotFound

log = logging.getLogger("nesie.web")
TIMEOUT_SECONDS = 8.0  # a portrait is drawn when it is first asked for
PAGES = ("messages", "bank", "coid", "registry", "ncalayer", "egov_mobile", "pki", "bureau", "afm", "egov")


def people() -> list[dict[str, Any]]:
    """The demonstration people as they would fill in the forms; none where the outside world is real."""
    if "EMULATORS" not in settings.NESIE_DEMO_PARTS:
        return []
    try:
        answer = httpx.get(f"{settings.NESIE_ADDRESSES['registry']}/_people", timeout=TIMEOUT_SECONDS)
        found = answer.raise_for_status().json()["people"]
    except (httpx.HTTPError, ValueError, KeyError):
        return []
    return [one | {"filled": json.dumps(one, ensure_ascii=False), "hint": _trait(one["trait"])} for one in found]


def portrait(key: str) -> bytes:
    """A ready portrait; NotFound where the outside world is real and for a key of nobody."""
    if "EMULATORS" not in settings.NESIE_DEMO_PARTS or not key.isidentifier():
        raise NotFound
    try:
        answer = httpx.get(f"{settings.NESIE_ADDRESSES['registry']}/_people/{key}.jpg", timeout=TIMEOUT_SECONDS)
        return answer.raise_for_status().content
    except httpx.HTTPError as error:
        raise NotFound from error


@require_GET
def portrait_image(request: Request, key: str) -> HttpResponse:
    """The picture beside a choice of portrait."""
    return HttpResponse(portrait(key), content_type="image/jpeg")


@require_GET
def guide(request: Request) -> HttpResponse:
    """How to walk through the demonstration, with a door to each simulator."""
    if not settings.NESIE_DEMO:
        raise Http404
    return render(request, "web/demo.html", {"simulator_pages": addresses(), "logins": logins()})


def addresses() -> list[tuple[str, str]]:
    """The simulators' pages; the emulator of NCALayer speaks HTTP on its port too."""
    found = settings.NESIE_ADDRESSES
    return [(name, found[name].replace("ws://", "http://").replace("wss://", "https://")) for name in PAGES]


def tell_simulators(business_now: datetime) -> None:
    """Let the outside world live at the pushed moment too; one that does not answer keeps its own time."""
    if "EMULATORS" not in settings.NESIE_DEMO_PARTS:
        return
    for name, address in addresses():
        try:
            httpx.post(f"{address}/_stage/clock", json={"now": business_now.isoformat()}, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            log.warning("simulator_not_told", extra={"simulator": name, "kind": type(error).__name__})


def logins() -> list[dict[str, str]]:
    """Staff logins that `nesie demo` has written down for the newcomer; their one-time codes are of this moment."""
    path = settings.NESIE_HOME / "demo-logins.json"
    if "LOGINS" not in settings.NESIE_DEMO_PARTS or not path.exists():
        return []
    return [
        one | {"roles": label(one["role"], "role"), "code": pyotp.TOTP(one["totp_secret"]).now()}
        for one in json.loads(path.read_text("utf-8"))
    ]


def _typed_by_staff(one: dict[str, str]) -> dict[str, str]:
    typed = {"login": one["login"], "password": one["password"], "totp": pyotp.TOTP(one["totp_secret"]).now()}
    return {"roles": label(one["role"], "role"), "code": typed["totp"], "filled": json.dumps(typed)}


def _trait(code: str) -> str:
    return {
        "clean": _("gets the loan"),
        "expired_document": _("the document has expired"),
        "listed": _("stands on the list of persons linked to terrorism"),
        "arrears": _("pays another lender late"),
        "voluntary_refusal": _("has set a voluntary refusal of credit"),
    }.get(code, code)
