"""After a leak of the client's data: the face is shown again before anything goes on (clause 36)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nesie.entrypoints.web import forms, proofs
from nesie.entrypoints.web.client import agreeing
from nesie.entrypoints.web.client.room import own_id
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import RENEWAL
from nesie.kernel.refused import Refused


@require_http_methods(["GET", "POST"])
@for_client
def identify_again(request: Request) -> HttpResponse:
    """To the identification centre and back; a POST with the proof there closes this half of the matter."""
    leak = queries.open_leak(own_id(request))
    if leak is None:
        return redirect("client:home")
    form = forms.Entered()
    face = proofs.usable(request, ProofKind.BIOMETRIC, RENEWAL, leak.sha256)
    if request.method == "POST" and leak.identified_at is None:
        try:
            if face is None:
                after = reverse("client:identify_again")
                return agreeing.visit(request, operation=RENEWAL, sha256=leak.sha256, after=after)
            actions.renew_identification(request.actor, request.now, leak_id=leak.id, biometric_proof_id=face)
            messages.success(request, _("You are identified."))
            return redirect("client:identify_again")
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = {"leak": leak, "form": form, "shown": face is not None}
    return render(request, "web/client/identify_again.html", page, status=form.status)
