"""Signing on a phone: the page shows a code, the application fetches the document and brings the signature back.

The ticket in the address is signed by us, holds the challenge's id alone and opens one document until the challenge is
answered or over; the documents open to the word given with the invitation. Whose signature it must be is the
challenge's: a stranger with the code can spoil a signing, never make one.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

import segno
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints.web.request import Request
from nesie.foundation.documents import queries as documents_queries
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.rules import CHALLENGE_LIFETIME, ChallengeId, ChallengeView, mobile
from nesie.foundation.lender import queries as lender
from nesie.kernel.actor import Channel, worker
from nesie.kernel.refused import NotFound

_TICKET, _WORD = "nesie.phone.ticket", "nesie.phone.word"
_NAMES = mobile.Names(kk="Қол қоюға арналған құжат", ru="Документ на подпись", en="Document to sign")
_PHONE = worker(Channel.MOBILE)  # the application brings no session: what it may do, the ticket says


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page shows: a picture of the code, a link for a phone, and where to ask whether the signature came."""

    picture: str = field(repr=False)
    link: str = field(repr=False)
    state: str = field(repr=False)


def offer(request: Request, challenge: ChallengeId) -> Offer | None:
    """The way by phone for a challenge; None where the lender does not offer it."""
    ticket = signing.TimestampSigner(salt=_TICKET).sign(challenge.hex)
    address = request.build_absolute_uri(reverse("proofs:phone", args=[ticket]))
    launch = queries.phone(address)
    if launch is None:
        return None
    picture = segno.make(launch.qr, error="m").svg_inline(scale=4, border=2, title=_("Code for eGov Mobile"))
    return Offer(picture, launch.link, reverse("proofs:phone_state", args=[ticket]))


@require_GET
def invitation(request: Request, ticket: str) -> HttpResponse:
    """Who asks for a signature, until when, and where the document is."""
    asked = _asked(ticket)
    if asked.answered or request.now >= asked.expires_at:
        return _refusal(_("The time for signing is over. Start the signing again."))
    organisation = lender.organisation()
    told = mobile.invitation(
        description=f"{organisation.name.kk} / {organisation.name.ru}",
        expires_at=asked.expires_at,
        lender=mobile.Names(organisation.name.kk, organisation.name.ru, organisation.name.en),
        bin=organisation.bin,
        documents_uri=request.build_absolute_uri(reverse("proofs:phone_documents", args=[ticket])),
        token=_word(ticket),
    )
    return JsonResponse(told)


@csrf_exempt  # the application has no cookies of ours: the word given with the invitation stands for them
@require_http_methods(["GET", "PUT"])
def documents(request: Request, ticket: str) -> HttpResponse:
    """Give the document to be signed; take the signature, judge it and use the challenge up."""
    asked = _asked(ticket)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given, _word(ticket)):
        return _refusal(_("This document is not open to you."))
    if asked.answered or request.now >= asked.expires_at:
        return _refusal(_("The time for signing is over. Start the signing again."))
    if request.method == "GET":
        described = documents_queries.described(asked.document_id)
        content = documents_queries.content(asked.document_id)
        told = mobile.documents(content, described.media_type, names=_NAMES, sha256=asked.document_sha256)
        return JsonResponse(told)
    try:
        cms = mobile.signature_in(json.loads(request.body))
    except (ValueError, RecursionError, RequestDataTooBig):
        return _refusal(_("The signature could not be made. Try again."))
    evidence = queries.gather_evidence(cms, request.now, content=documents_queries.content(asked.document_id))
    outcome = actions.record_signature(_PHONE, request.now, challenge_id=asked.id, cms=cms, evidence=evidence)
    return JsonResponse({}) if outcome.accepted else _refusal(_(outcome.message))


@require_GET
def state(request: Request, ticket: str) -> HttpResponse:
    """Has the phone answered? Asked by the page that waits: waiting, signed, refused (with the reason) or over."""
    asked = _asked(ticket)
    outcome = queries.outcome_of(_PHONE, asked.id)
    if outcome is None:
        return JsonResponse({"state": "over" if request.now >= asked.expires_at else "waiting"})
    if outcome.accepted:
        return JsonResponse({"state": "signed"})
    return JsonResponse({"state": "refused", "message": _(outcome.message)})


def _asked(ticket: str) -> ChallengeView:
    """The challenge a ticket stands for; NotFound when it is not ours, or older than a challenge may be."""
    try:
        named = signing.TimestampSigner(salt=_TICKET).unsign(ticket, max_age=2 * CHALLENGE_LIFETIME)
        return queries.challenge(_PHONE, UUID(named))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error


def _word(ticket: str) -> str:
    return signing.Signer(salt=_WORD).signature(ticket)


def _refusal(message: str) -> HttpResponse:
    return JsonResponse({"message": message}, status=HTTPStatus.FORBIDDEN)
