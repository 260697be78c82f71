"""Around every page: a reference id, the reader's language, who acts, what time it is, and nothing kept behind."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpResponse
from django.utils import translation

from nesie.entrypoints import clock
from nesie.entrypoints.web import errors, session
from nesie.entrypoints.web.request import Request
from nesie.kernel.refused import Refused

LANGUAGE_COOKIE = "nesie_language"
LANGUAGES = ("kk", "ru", "en")

Handler = Callable[[Request], HttpResponse]


class ReferenceMiddleware:
    """Gives each request an id a person can read out on the phone; the log knows the rest (clauses 24.5, 26.1)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.reference = secrets.token_hex(4).upper()
        response = self.get_response(request)
        response["X-Reference-Id"] = request.reference
        return response

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """A refusal is an answer; anything else is a mistake of ours, told with a reference only."""
        if isinstance(error, Refused):
            return errors.refused(request, error)
        return None


class LanguageMiddleware:
    """Kazakh unless the reader has chosen another language; the browser's wish does not decide."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in LANGUAGES else LANGUAGES[0]
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class ActorMiddleware:
    """Puts `actor`, `now` (business time) and `machine_now` on the request; keeps pages out of every cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.machine_now = clock.machine_now()
        request.now = clock.business_now()
        request.origin = session.origin_of(request)
        request.actor = session.actor_of(request)
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=()"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        return response
