"""Every failure as one kind of answer, RFC 9457: what a person is told, what a program goes by, and a reference.

Clause 26.1: nothing from inside leaves: no stack, no SQL, and nothing of what was sent is said back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from nesie.entrypoints.web import words
from nesie.foundation.access.rules.proofs import ProofFault, ProofWrong
from nesie.foundation.identification.rules import Refusal, Unanswered
from nesie.kernel.refused import Refused, noop

log = logging.getLogger("nesie.api")

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:nesie:problem:"

_TITLES: dict[int, str] = {
    400: noop("The request cannot be read"),
    401: noop("Sign in first"),
    403: noop("Not allowed"),
    404: noop("Not found"),
    405: noop("No such operation"),
    409: noop("Not possible now"),
    413: noop("Too large"),
    422: noop("Please mend what was sent"),
    429: noop("Too many attempts"),
    500: noop("Our mistake"),
    503: noop("Not available now"),
}

# The kinds of errors the schemas find, in words for a person. Limits come from the schema, never from what was sent.
_FAULTS: dict[str, str] = {
    "missing": noop("This field is required."),
    "extra_forbidden": noop("There is no such field."),
    "string_too_short": noop("At least {min_length} characters are needed."),
    "string_too_long": noop("At most {max_length} characters fit."),
    "too_short": noop("At least {min_length} are needed."),
    "too_long": noop("At most {max_length} fit."),
    "string_pattern_mismatch": noop("The form of the value is wrong."),
    "greater_than_equal": noop("The value must be at least {ge}."),
    "less_than_equal": noop("The value must be at most {le}."),
    "enum": noop("Choose one of: {expected}."),
    "literal_error": noop("Choose one of: {expected}."),
    "uuid_parsing": noop("An identifier (UUID) is expected."),
    "uuid_type": noop("An identifier (UUID) is expected."),
    "int_type": noop("A whole number is expected."),
    "int_parsing": noop("A whole number is expected."),
    "int_from_float": noop("A whole number is expected."),
    "bool_type": noop("true or false is expected."),
    "string_type": noop("Text is expected."),
    "date_type": noop("A date is expected, for example 2026-11-23."),
    "date_parsing": noop("A date is expected, for example 2026-11-23."),
    "date_from_datetime_parsing": noop("A date is expected, for example 2026-11-23."),
    "base64_decode": noop("The value must be encoded in base64."),
    "amount": noop("An amount with at most two decimals is expected, for example 5000.00."),
    "percent": noop("A percentage with at most twelve decimals is expected, for example 12.5."),
    "day": noop("A day from 1900 to 2199 is expected, for example 2026-11-23."),
    "flow": noop("Either out or in is expected."),
}
_OTHER_FAULT = noop("The value is wrong.")


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    *,
    field: str = "",
    errors: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    """One answer of the kind. `detail` and the messages of `errors` are translated already."""
    body: dict[str, Any] = {
        "type": TYPE + code,
        "title": _(_TITLES.get(status, _TITLES[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500])),
        "status": status,
        "detail": detail,
        "code": code,
        "reference": getattr(request, "reference", ""),
    }
    if field:
        body["field"] = field
    if errors:
        body["errors"] = list(errors)
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "30"
    return response


def install(api: NinjaAPI) -> None:
    """Have the API answer every failure here."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405."""
    return problem(request, 405, "MethodNotAllowed", _("There is no such operation at this address."))


def no_address(request: HttpRequest) -> HttpResponse:
    """404 of an address that no operation has."""
    return problem(request, 404, "NotFound", _("There is nothing at this address."))


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    _note(request, "refused", refusal=refusal.code, status=refusal.status)
    return problem(request, refusal.status, refusal.code, words.refusal(refusal), field=refusal.field)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _place(one["loc"]), "message": _fault(one)} for one in error.errors]
    first = errors[0] if errors else {"field": "", "message": _(_OTHER_FAULT)}
    return problem(request, 422, "ValidationFailed", first["message"], field=first["field"], errors=errors)


def _place(location: Iterable[str | int]) -> str:
    """`("body", "payload", "iin")` -> `iin`: the name the caller used, without our argument's."""
    return ".".join(str(part) for part in [*location][1:] if part not in _OURS)


_OURS = frozenset({"payload", "query", "form"})


def _fault(error: Mapping[str, Any]) -> str:
    """In words, with the schema's own limits; what was sent is never said back."""
    sentence = _(_FAULTS.get(error["type"], _OTHER_FAULT))
    limits = error.get("ctx", {})
    known = {name: limits.get(name, "") for name in ("min_length", "max_length", "ge", "le", "expected")}
    return sentence.format(**known)


def _unknown_caller(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, 401, "NotAuthenticated", _("Sign in first: the token is missing, unknown or too old."))


def _proof_wrong(request: HttpRequest, error: ProofWrong) -> HttpResponse:
    """RFC 9449: a device that only lacks our newest word finds it in the header of every answer, this one too."""
    kind = "use_dpop_nonce" if error.fault is ProofFault.NONCE else "invalid_dpop_proof"
    _note(request, "proof refused", fault=error.fault.value, status=401)
    told = problem(request, 401, "DeviceProofWrong", _("This call does not prove the device. Try again."))
    told["WWW-Authenticate"] = f'DPoP error="{kind}", algs="ES256"'
    return told


def _nothing_there(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, 404, "NotFound", _("Nothing was found."))


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, 400, "Unreadable", _("The request cannot be read. Check its form."))


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, 413, "TooLarge", _("The request is too large."))


def _outside_silent(request: HttpRequest, error: Exception) -> HttpResponse:
    _note(request, "outside silent", kind=type(error).__name__, status=503)
    return problem(
        request, 503, "OutsideSilent", _("The identification centre does not answer. Try again in a minute.")
    )


def _outside_refused(request: HttpRequest, error: Exception) -> HttpResponse:
    _note(request, "outside refused", kind=type(error).__name__, status=409)
    return problem(
        request, 409, "OutsideRefused", _("The identification centre does not know this visit. Start it again.")
    )


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    # The words of an exception may quote what a person typed: the log keeps its kind and its places in the code.
    log.error("failed", exc_info=error, extra={"reference": getattr(request, "reference", ""), "status": 500})
    return problem(
        request, 500, "InternalError", _("Something went wrong on our side. Nothing was lost; please try again.")
    )


def _note(request: HttpRequest, event: str, **fields: Any) -> None:
    log.info(event, extra={"reference": getattr(request, "reference", ""), **fields})


_HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refused: _refused,
    ValidationError: _invalid,
    AuthenticationError: _unknown_caller,
    ProofWrong: _proof_wrong,
    Http404: _nothing_there,
    HttpError: _unreadable,
    SuspiciousOperation: _unreadable,
    MultiPartParserError: _unreadable,
    UnreadablePostError: _unreadable,
    RequestDataTooBig: _too_large,
    TooManyFilesSent: _too_large,
    Unanswered: _outside_silent,
    Refusal: _outside_refused,
    Exception: _failed,
}
