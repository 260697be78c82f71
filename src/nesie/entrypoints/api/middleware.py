"""Around every call of the API: the caller's language, and nothing kept in any cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from nesie.entrypoints.api import problems
from nesie.foundation.access import queries

PREFIX = "/api/"
LANGUAGES = ("kk", "ru", "en")


class ApiMiddleware:
    """Inside the web's own middlewares, whose cookie of language does not count here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        here: Any = request
        language = wished(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            here.LANGUAGE_CODE = language
            response = self._answer(request)
        response["Content-Language"] = language
        response["Cache-Control"] = "no-store"
        if "DPoP" in request.headers:
            response["DPoP-Nonce"] = queries.proof_nonces(here.now)[0]
        patch_vary_headers(response, ["Accept-Language", "Authorization", "DPoP"])
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 204:
            del response["Content-Type"]  # of nothing
        if response.status_code == 405:
            told = problems.not_allowed(request)
            told["Allow"] = response["Allow"]
            return told
        # An address that leads nowhere never reached an operation, which would have told it in our form.
        found = request.resolver_match
        return problems.no_address(request) if found is None or found.url_name == "api-root" else response


def wished(header: str) -> str:
    """The best of our languages for an Accept-Language header; Kazakh when none is named."""
    for code, _quality in parse_accept_lang_header(header[:200]):
        if code[:2] in LANGUAGES:
            return code[:2]
    return LANGUAGES[0]
