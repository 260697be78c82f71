"""What waits for a person, who the clients are, and everything known of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints.web import forms, papers
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions as access_actions
from nesie.foundation.access import queries as access
from nesie.foundation.access.rules import PERMITTED as ACCESS_PERMITTED
from nesie.foundation.audit import queries as audit
from nesie.foundation.documents import queries as documents
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import CORRESPONDENTS, Capacity, ReviewDecision, ReviewGround
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.ids import ClientId, DocumentId, LetterId, RegistrationId
from nesie.kernel.refused import NotFound, Refused


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def clients(request: Request) -> HttpResponse:
    """The newest, or the one with a whole IIN, phone or document number. Sought by POST: no personal data in a URL."""
    page: dict[str, Any] = {"clients": queries.clients(request.actor)}
    if request.method == "POST":
        found = queries.clients(request.actor, search=forms.text(request, "sought"))
        if len(found) == 1:
            return redirect("staff:client", found[0].id)
        page["not_found"] = True
    return render(request, "web/staff/clients.html", page)


@require_GET
@for_staff(*CASE_ROLES)
def document(request: Request, document_id: UUID) -> HttpResponse:
    """Any document; that a member of the staff opened it stands in the trail."""
    return papers.send(request, document_id)


@require_GET
@for_staff(*CASE_ROLES)
def letters(request: Request) -> HttpResponse:
    """Letters nobody has read yet."""
    return render(request, "web/staff/letters.html", {"letters": queries.unread_letters(request.actor)})


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def letter(request: Request, letter_id: UUID) -> HttpResponse:
    """Read and answer."""
    number = LetterId(letter_id)
    view = actions.read_letter(request.actor, request.now, letter_id=number)
    form = forms.Entered({"subject": view.subject if view.subject.startswith("Re: ") else f"Re: {view.subject}"})
    if request.method == "POST":
        try:
            actions.reply_letter(
                request.actor,
                request.now,
                client_id=view.client_id,
                subject=forms.text(request, "subject"),
                text=forms.text(request, "text"),
                reply_to=number,
            )
            messages.success(request, _("The answer is sent."))
            return redirect("staff:letters")
        except Refused as refusal:
            form = forms.entered(request, refusal, "subject", "text")
    attached = [documents.described_for(request.actor, DocumentId(one)) for one in view.attachment_ids]
    page = {
        "letter": view,
        "attachments": attached,
        "form": form,
        "text_label": _("Text"),
        "may_answer": request.actor.has(*CORRESPONDENTS),
    }
    return render(request, "web/staff/letter.html", page, status=form.status)


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def registration(request: Request, registration_id: UUID) -> HttpResponse:
    """A registration the state record does not bear out: let the applicant mend it, or refuse it (6-verify-i)."""
    number = RegistrationId(registration_id)
    form = forms.Entered()
    if request.method == "POST":
        try:
            actions.review_registration(
                request.actor,
                request.now,
                registration_id=number,
                decision=forms.one_of(ReviewDecision, request, "decision"),
                ground=forms.one_of(ReviewGround, request, "ground"),
            )
            messages.success(request, _("Your decision is recorded."))
            return redirect("staff:queue")
        except Refused as refusal:
            form = forms.entered(request, refusal)
    shown = queries.registration(request.actor, number)
    entity = shown.capacity is Capacity.LEGAL_ENTITY and shown.progress.state_check
    page = {
        "registration": shown,
        "entity_review": entity,
        "decisions": [one.value for one in ReviewDecision if entity or one is not ReviewDecision.ACCEPT],
        "grounds": [one.value for one in ReviewGround],
        "form": form,
        "trail": audit.trail_of(number),
    }
    return render(request, "web/staff/registration.html", page, status=form.status)


def about(request: Request, client_id: ClientId) -> dict[str, Any]:
    """Everything of a client that the rooms below applications know; NotFound."""
    return {
        "client": queries.client(request.actor, client_id),
        "accounts": queries.accounts(request.actor, client_id),
        "acknowledgements": queries.acknowledgements(request.actor, client_id),
        "documents": documents.of_owner(client_id)[::-1],
        "letters": queries.letters(request.actor, client_id),
        "trail": audit.trail_of(client_id),
    }


@require_POST
@for_staff(*ACCESS_PERMITTED["sign_out_person"])
def sign_out(request: Request, client_id: UUID) -> HttpResponse:
    """A client calls: signed in somewhere and cannot get there. They may sign in again at once."""
    access_actions.sign_out_person(request.actor, request.now, person_id=client_id)
    messages.success(request, _("Every session of this person is ended."))
    return redirect("staff:client", client_id)


@require_POST
@for_staff(*ACCESS_PERMITTED["revoke_device"])
def revoke_device(request: Request, client_id: UUID, device_id: UUID) -> HttpResponse:
    """A client calls: the phone is lost or stolen (clause 26.2)."""
    if device_id not in {one.id for one in access.devices(request.actor, client_id)}:
        raise NotFound
    access_actions.revoke_device(request.actor, request.now, device_id=device_id)
    messages.success(request, _("The phone is signed off."))
    return redirect("staff:client", client_id)
