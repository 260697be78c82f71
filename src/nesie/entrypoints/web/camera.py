"""Identification on a device of the lender: the page with the camera, and the frames it sends (clauses 6, 9, 35)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web.request import Request
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.rules import (
    MAX_FRAME_BYTES,
    BiometricOutcome,
    BiometricSessionId,
    Device,
    FrameAnswer,
    FrameTooLarge,
    Provider,
    liveness,
)
from nesie.journey.clients import actions as client_actions
from nesie.kernel.actor import Role
from nesie.kernel.ids import RegistrationId
from nesie.kernel.refused import NotFound

VISIT_COOKIE = "nesie_camera"  # which session this browser is in, and where its way goes on; signed by us
VISIT_SECONDS = 1800
DEVICE_COOKIE = "nesie_device"  # the key of a device of the lender


def device_key(request: Request) -> str:
    """What a device of the lender holds; "" on any other."""
    return request.COOKIES.get(DEVICE_COOKIE, "")


def looks_here(request: Request, *, registering: bool) -> bool:
    """Whether this device is the one to look at this person's face; otherwise the identification centre does."""
    device = Device.LENDER if queries.lender_device(device_key(request)) else Device.CLIENT
    chosen = queries.provider(request.actor.id, registering=registering, device=device, now=request.now)
    return chosen is Provider.OWN and request.POST.get("way") != "centre"


def open_camera(request: Request, session_id: BiometricSessionId, *, after: str) -> HttpResponse:
    """To the page with the camera; `after` is where the way goes on."""
    response = HttpResponseRedirect(reverse("proofs:camera", args=[session_id]))
    on_visit = signing.dumps({"session": str(session_id), "after": after}, salt=VISIT_COOKIE)
    response.set_cookie(
        VISIT_COOKIE, on_visit, max_age=VISIT_SECONDS, httponly=True, secure=settings.NESIE_SECURE, samesite="Strict"
    )
    return response


@require_GET
def camera(request: Request, session_id: UUID) -> HttpResponse:
    """The page: it asks for the camera, shows one prompt at a time, and sends frames."""
    view = queries.liveness_session(request.actor, session_id)
    if view.concluded:
        return redirect(_after(request, session_id))
    page = {
        "session_id": session_id,
        "after": _after(request, session_id),
        "nonce": view.answer.nonce,
        "steps": range(view.answer.progress.steps),
        "prompts": [(one.value, _(liveness.PROMPTS[one])) for one in liveness.Movement],
        "hints": [(one.value, _(liveness.HINT_MESSAGES[one])) for one in liveness.Hint],
    }
    return render(request, "web/camera.html", page)


@require_POST
def frame(request: Request, session_id: UUID) -> HttpResponse:
    """One JPEG: judged at once; the answer says what to show next, and at the end where to go."""
    try:
        size = int(request.headers.get("Content-Length") or 0)
        counter, taken = int(request.headers.get("X-Counter", "")), int(request.headers.get("X-Taken", ""))
    except ValueError as error:
        raise NotFound from error
    if size > MAX_FRAME_BYTES:
        raise FrameTooLarge
    answer = actions.take_frame(
        request.actor,
        request.now,
        session_id=session_id,
        nonce=request.headers.get("X-Nonce", ""),
        counter=counter,
        taken_ms=taken,
        jpeg=request.body,
    )
    if answer.progress.phase in (liveness.Phase.DONE, liveness.Phase.FAILED):
        outcome = actions.conclude_liveness(request.actor, request.now, session_id=session_id)
        return _ended(request, session_id, outcome)
    return JsonResponse(_told(answer))


@require_POST
def leave(request: Request, session_id: UUID) -> HttpResponse:
    """The person gives up, or has no camera: the session ends without a proof."""
    after = _after(request, session_id)
    outcome = actions.conclude_liveness(request.actor, request.now, session_id=session_id)
    messages.error(request, _(outcome.message))
    return redirect(after)


def _told(answer: FrameAnswer) -> dict[str, Any]:
    progress = answer.progress
    return {
        "phase": progress.phase,
        "step": progress.step,
        "prompt": progress.prompt,
        "hint": progress.hint,
        "nonce": answer.nonce,
        "over": False,
    }


def _ended(request: Request, session_id: UUID, outcome: BiometricOutcome) -> HttpResponse:
    if outcome.passed and outcome.proof_id is not None:
        if request.actor.id is not None and not request.actor.has(Role.CLIENT):
            client_actions.record_biometric_step(
                request.actor,
                request.now,
                registration_id=RegistrationId(request.actor.id),
                proof_id=outcome.proof_id,
            )
        messages.success(request, _("You are identified."))
    else:
        messages.error(request, _(outcome.message))
    return JsonResponse({"over": True, "passed": outcome.passed, "to": _after(request, session_id)})


def _after(request: Request, session_id: UUID) -> str:
    """Where this visit's way goes on; home when the browser has forgotten."""
    try:
        kept = signing.loads(request.COOKIES.get(VISIT_COOKIE, ""), salt=VISIT_COOKIE, max_age=VISIT_SECONDS)
    except signing.BadSignature:
        kept = {}
    if kept.get("session") == str(session_id):
        return str(kept["after"])
    return reverse("client:home" if request.actor.has(Role.CLIENT) else "register:next")
