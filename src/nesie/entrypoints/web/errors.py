"""Every failure in one shape: a plain sentence and a reference id, never a reason from inside (24.5, 26.1)."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from nesie.entrypoints.web import words
from nesie.kernel.refused import Refused

log = logging.getLogger("nesie.web")


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The business said no: its own words, its own status."""
    log.info("refused", extra={"reference": _reference(request), "refusal": refusal.code, "status": refusal.status})
    return _answer(request, refusal.status, words.refusal(refusal), code=refusal.code)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came in could not be understood."""
    return _answer(request, 400, _("We could not understand this request."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _answer(request, 403, _("You may not see this page."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery guard: most often a page that stood open for too long."""
    return _answer(request, 403, _("This page stood open for too long. Open it again and repeat."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what does not exist and for what is another's."""
    return _answer(request, 404, _("There is nothing at this address."))


def failed(request: HttpRequest) -> HttpResponse:
    """500: our mistake. The log has the rest under the same reference id."""
    kind = sys.exc_info()[0]
    # The message of an exception may quote what a person typed: only its kind is kept.
    log.error("failed", extra={"reference": _reference(request), "kind": kind.__name__ if kind else ""})
    return _answer(request, 500, _("Something went wrong on our side. Nothing was lost; please try again."))


def _answer(request: HttpRequest, status: int, sentence: str, code: str = "") -> HttpResponse:
    reference = _reference(request)
    if "application/json" in request.headers.get("Accept", "") or request.path.startswith("/api/"):
        problem: dict[str, Any] = {"type": "about:blank", "status": status, "title": sentence, "reference": reference}
        if code:
            problem["code"] = code
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    page = {"status": status, "sentence": sentence, "reference": reference, "plain": True}
    return render(request, "web/error.html", page, status=status)


def _reference(request: HttpRequest) -> str:
    return getattr(request, "reference", "")
