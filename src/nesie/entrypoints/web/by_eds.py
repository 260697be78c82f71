"""In by the key for sign-in of one's electronic signature: NCALayer signs a fresh text, the browser brings it back."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nesie.entrypoints.web import forms, proofs, session
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.sign_in import let_in
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import ChallengePurpose, SignIn, SignInStatus
from nesie.foundation.identification.rules import eds
from nesie.kernel.actor import Role
from nesie.kernel.refused import Refused


@require_POST
def ask(request: Request, purpose: ChallengePurpose) -> HttpResponse:
    """A fresh text for this browser's session, asked when the button is pressed: it is good for minutes, and once."""
    key = session.guest_session(request)
    given = actions.ask_eds(request.actor, request.now, purpose=purpose)
    told = {"challenge": str(given.challenge_id), "text": base64.b64encode(given.text).decode()}
    return session.carry(JsonResponse(told), key)


@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """The page with the button, and the signature it brings (clause 6-access)."""
    if request.actor.has(Role.CLIENT):
        return redirect("client:home")
    form = forms.Entered()
    if request.method == "POST":
        try:
            challenge_id, cms = proofs.given_signature(request)
            told = evidence(request, ChallengePurpose.EDS_SIGN_IN, challenge_id, cms)
            done = actions.sign_in_with_eds(
                request.actor, request.now, challenge_id=challenge_id, cms=cms, evidence=told
            )
        except Refused as refusal:
            form = forms.entered(request, refusal)
        else:
            if done.status is SignInStatus.SIGNED_IN:
                return let_in(request, done)
            form = forms.Entered(general=_wrong(done), status=403)
    page = asking(to="site:eds_sign_in", ask_at="site:eds_ask") | {"form": form}
    return render(request, "web/sign_in_eds.html", page, status=form.status)


def evidence(request: Request, purpose: ChallengePurpose, challenge_id: UUID, cms: bytes) -> eds.Evidence:
    """What the authorities say of the certificate, asked for whom this browser's text was given only."""
    return queries.entry_evidence(request.actor, request.now, purpose=purpose, challenge_id=challenge_id, cms=cms)


def asking(*, to: str, ask_at: str) -> dict[str, Any]:
    """What `sign_form.html` needs to have a fresh text signed and the signature brought to `to`."""
    return {"sign_action": reverse(to), "ask_at": reverse(ask_at)} | proofs.ncalayer()


def trouble(message: str) -> str:
    """What is wrong with the certificate; of one in order, no more than that it opens nothing."""
    if message:
        return _(message)
    return _("This signature opens no account. Sign once more, with your own key for sign-in.")


def _wrong(done: SignIn) -> str:
    if done.status is SignInStatus.LOCKED:
        return _("Too many wrong tries. Try again in fifteen minutes.")
    return trouble(done.message)


SIGN_IN = {"purpose": ChallengePurpose.EDS_SIGN_IN}
RECOVERY = {"purpose": ChallengePurpose.EDS_RECOVERY}
