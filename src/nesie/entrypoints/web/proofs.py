"""The two proofs in the browser: a visit to the identification centre and back, and a signature through NCALayer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nesie.entrypoints.web import phone
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import queries as access
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.rules import (
    BiometricStart,
    ChallengeId,
    ProofKind,
    Refusal,
    SignatureOutcome,
    Unanswered,
    eds,
)
from nesie.journey.clients import actions as client_actions
from nesie.kernel.actor import Role
from nesie.kernel.ids import ProofId, RegistrationId
from nesie.kernel.refused import NotFound, Refused, noop

VISIT_COOKIE = "nesie_visit"  # which visit this browser is on: ids only, signed by us
VISIT_SECONDS = 1800
MAX_CMS_CHARACTERS = 3_000_000


class CentreSilent(Refused):
    """The identification centre could not be reached."""

    message = noop("The identification centre does not answer. Try again in a minute.")
    status = 503


class SignatureMissing(Refused):
    """The form came without a signature."""

    message = noop("The signature could not be made. Try again.")
    status = 422


def visit(request: Request, start: BiometricStart, *, after: str) -> HttpResponse:
    """Send the person to the centre; `after` is where the way goes on, with the proof made. CentreSilent."""
    try:
        address = queries.begin_biometric(start.request)
    except (Unanswered, Refusal) as error:
        raise CentreSilent from error
    response = HttpResponseRedirect(address)
    on_visit = signing.dumps({"session": str(start.session_id), "after": after}, salt=VISIT_COOKIE)
    response.set_cookie(
        VISIT_COOKIE, on_visit, max_age=VISIT_SECONDS, httponly=True, secure=settings.NESIE_SECURE, samesite="Lax"
    )
    return response


@require_GET
def come_back(request: Request) -> HttpResponse:
    """The person returns with a code: the result is fetched from the centre itself and judged."""
    try:
        on_visit = signing.loads(request.COOKIES.get(VISIT_COOKIE, ""), salt=VISIT_COOKIE, max_age=VISIT_SECONDS)
    except signing.BadSignature as error:
        raise NotFound from error
    code, answer = request.GET.get("code", ""), None
    if code:
        try:
            answer = queries.biometric_answer(code, redirect_uri=return_address(request), now=request.now)
        except (Unanswered, Refusal):
            messages.error(request, _("The identification centre does not answer. Try again in a minute."))
            return redirect(on_visit["after"])
    outcome = actions.record_biometric(
        request.actor,
        request.now,
        session_id=UUID(on_visit["session"]),
        state=request.GET.get("state", ""),
        answer=answer,
    )
    response = redirect(on_visit["after"])
    if outcome.passed and outcome.proof_id is not None:
        _keep_with_registration(request, outcome.proof_id)
        messages.success(request, _("You are identified."))
    else:
        messages.error(request, _(outcome.message))
    response.delete_cookie(VISIT_COOKIE)
    return response


def _keep_with_registration(request: Request, proof_id: ProofId) -> None:
    """An applicant's proof belongs to the registration at once; others wait for the act they were made for."""
    who = request.actor
    if who.id is None or who.has(Role.CLIENT) or access.is_recovering(who):
        return
    client_actions.record_biometric_step(who, request.now, registration_id=RegistrationId(who.id), proof_id=proof_id)


def return_address(request: Request) -> str:
    """Where the centre sends people back to."""
    return request.build_absolute_uri(reverse("proofs:come_back"))


def usable(request: Request, kind: ProofKind, operation: str, sha256: str) -> ProofId | None:
    """An unspent proof of the actor for this very act and document."""
    if request.actor.id is None:
        return None
    for proof in reversed(queries.proofs_of(request.actor.id)):
        fits = (proof.kind, proof.operation, proof.document_sha256) == (kind, operation, sha256)
        if fits and proof.used_at is None and request.now < proof.expires_at:
            return proof.id
    return None


@dataclass(frozen=True, slots=True)
class Organisation:
    """In what capacity, and for which legal entity, somebody signs; nobody's by default."""

    holder: eds.Holder = eds.Holder.INDIVIDUAL
    bin: str = ""


def signing_page(
    request: Request, challenge: ChallengeId, *, iin: str, to: str, organisation: Organisation | None = None
) -> dict[str, Any]:
    """What `sign_form.html` needs: a fresh challenge, bound to one document; NCALayer here or a phone may answer it."""
    acting = organisation or Organisation()
    found = {
        "challenge": challenge,
        "signer_iin": iin,
        "signer_bin": acting.bin,
        "signer_holder": acting.holder.value,
        "sign_action": to,
        # The application on the phone holds the keys of persons, not of organisations.
        "phone": None if acting.bin else phone.offer(request, challenge),
    }
    return found | ncalayer()


def ncalayer() -> dict[str, Any]:
    """Where NCALayer listens on the reader's computer, and in the demonstration the page of its emulator."""
    address = settings.NESIE_ADDRESSES["ncalayer"]
    page = address.replace("ws://", "http://").replace("wss://", "https://")
    return {"ncalayer": address, "ncalayer_page": page}


def signed(request: Request) -> SignatureOutcome:
    """Judge the signature that came back from the page; the authorities are asked before, outside any transaction.

    Without one, the phone may have answered the challenge meanwhile: then that outcome. SignatureMissing.
    """
    if not _brought(request) and "challenge" in request.POST:
        elsewhere = queries.outcome_of(request.actor, _challenge(request))
        if elsewhere is not None:
            return elsewhere
    challenge_id, cms = given_signature(request)
    return actions.record_signature(
        request.actor,
        request.now,
        challenge_id=challenge_id,
        cms=cms,
        evidence=queries.gather_evidence(
            cms, request.now, content=queries.document_to_sign(request.actor, challenge_id)
        ),
    )


def given_signature(request: Request) -> tuple[UUID, bytes]:
    """The challenge and its answer as the page brought them; SignatureMissing, NotFound of a challenge unreadable."""
    text = _brought(request)
    if not text or len(text) > MAX_CMS_CHARACTERS:
        raise SignatureMissing
    return _challenge(request), text.encode()


def _brought(request: Request) -> str:
    return request.POST.get("cms", "").strip()


def _challenge(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("challenge", ""))
    except ValueError as error:
        raise NotFound from error
