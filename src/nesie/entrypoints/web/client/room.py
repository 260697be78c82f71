"""The client's own room: documents, letters, profile (clauses 7.3, 7.7, 12)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints import uploads
from nesie.entrypoints.web import forms, papers
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.foundation.documents import actions as document_actions
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.rules import Language
from nesie.foundation.lender import queries as lender
from nesie.foundation.notices import actions as notice_actions
from nesie.foundation.notices import queries as notices
from nesie.journey.clients import actions, queries
from nesie.kernel.actor import Role
from nesie.kernel.ids import ClientId, DocumentId, LetterId, NoticeId
from nesie.kernel.refused import NotFound, Refused

SHOWN = frozenset(
    {
        "registration_statement",
        "contract",
        "consent_to_conclude",
        "consent_to_receive",
        "payment_schedule",
        "contract_change",
        "details_change",
        "loan_notice",
        "loan_statement",
        "arrears_notice",
        "settlement_application",
        "settlement_refusal",
        "closing_statement",
        "delivery_confirmation",
        "delivery_confirmation_signature",
        "identification_cms",
        "portrait",
    }
)  # letters have a page of their own; the rest is evidence behind the proofs

INBOX = 100


def own_id(request: Request) -> ClientId:
    """The signed-in client's id; NotFound for anybody else."""
    if request.actor.id is None or not request.actor.has(Role.CLIENT):
        raise NotFound
    return ClientId(request.actor.id)


@require_GET
@for_client
def all_documents(request: Request) -> HttpResponse:
    """Every document of the client, newest first."""
    found = [view for view in documents.of_owner(own_id(request)) if view.kind in SHOWN]
    return render(request, "web/client/documents.html", {"documents": found[::-1]})


@require_GET
def document(request: Request, document_id: UUID) -> HttpResponse:
    """One document in its original bytes; an applicant reads the statement before being a client."""
    return papers.send(request, document_id)


@require_POST
@for_client
def confirm_delivery(request: Request, document_id: UUID) -> HttpResponse:
    """A signed confirmation of sending and receiving, on request (clause 12)."""
    language: Language = "kk" if (get_language() or "kk") == "kk" else "ru"
    view = documents.described_for(request.actor, DocumentId(document_id))
    done = document_actions.confirm_delivery(
        request.actor,
        request.now,
        document_id=view.id,
        title=label(view.kind, "kind"),
        lender=lender.letterhead(language),
        language=language,
        holder=queries.client(request.actor, own_id(request)).party_name,
    )
    messages.success(request, _("The confirmation is ready: its PDF and the lender's signature stand in the list."))
    return redirect("client:document", done.document_id)


@require_GET
@for_client
def letters(request: Request) -> HttpResponse:
    """Both ways, newest first."""
    return render(request, "web/client/letters.html", {"letters": queries.letters(request.actor, own_id(request))})


@require_GET
@for_client
def letter(request: Request, letter_id: UUID) -> HttpResponse:
    """One letter; opening it is its reading."""
    view = actions.read_letter(request.actor, request.now, letter_id=LetterId(letter_id))
    attached = [documents.described_for(request.actor, DocumentId(one)) for one in view.attachment_ids]
    return render(request, "web/client/letter.html", {"letter": view, "attachments": attached})


@require_http_methods(["GET", "POST"])
@for_client
def write_letter(request: Request) -> HttpResponse:
    """A letter to the lender, with files."""
    page: dict[str, Any] = {"form": forms.Entered(), "text_label": _("Text"), "reply_to": request.GET.get("reply", "")}
    if request.method == "POST":
        try:
            reply = LetterId(forms.identifier(request, "reply_to")) if forms.text(request, "reply_to") else None
            actions.send_letter(
                request.actor,
                request.now,
                subject=forms.text(request, "subject"),
                text=forms.text(request, "text"),
                attachments=uploads.attachments(request.FILES.getlist("files")),
                reply_to=reply,
            )
            messages.success(request, _("Your letter is sent."))
            return redirect("client:letters")
        except Refused as refusal:
            page |= {"form": forms.entered(request, refusal, "subject", "text")}
            page["reply_to"] = forms.text(request, "reply_to")
    return render(request, "web/client/write_letter.html", page, status=page["form"].status)


@require_http_methods(["GET", "POST"])
@for_client
def read_notices(request: Request) -> HttpResponse:
    """The notices of the application; a POST marks the named ones as read."""
    client_id = own_id(request)
    if request.method == "POST":
        for typed in request.POST.getlist("notice")[:INBOX]:
            notice_actions.mark_read(request.actor, request.now, notice_id=NoticeId(forms.uuid_of(typed, "notice")))
        return redirect("client:notices")
    page = {"notices": notices.inbox(client_id, INBOX), "unread": notices.unread_count(client_id)}
    return render(request, "web/client/notices.html", page)


@require_GET
@for_client
def profile(request: Request) -> HttpResponse:
    """Personal data. The IIN stands there as text: nothing can change it (6-immutable)."""
    client_id = own_id(request)
    page = {
        "client": queries.client(request.actor, client_id),
        "accounts": queries.accounts(request.actor, client_id),
        "details": [one for one in queries.details_changes(request.actor, client_id) if one.open],
    }
    return render(request, "web/client/profile.html", page)
