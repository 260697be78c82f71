"""The client changes the phone, the bank account or the identity document: face and key, then a day (clause 6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints.web import camera, forms, papers, proofs, waits
from nesie.entrypoints.web.client import agreeing
from nesie.entrypoints.web.client.room import own_id
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.foundation.access.rules import CodeOutcome
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import (
    CHANGE_OPERATION,
    DetailKind,
    DetailsChangeView,
    DetailsDrafted,
    DetailsStatus,
    DocumentKind,
    StateOutcome,
)
from nesie.kernel.refused import NotFound, Refused

CODE_WORDS = {
    CodeOutcome.WRONG: gettext_noop("The code is wrong."),
    CodeOutcome.EXHAUSTED: gettext_noop("Too many wrong tries: begin the change again."),
    CodeOutcome.EXPIRED: gettext_noop("The code has expired: begin the change again."),
    CodeOutcome.NONE: gettext_noop("No code was sent in this browser: begin the change again."),
}
_FIELDS = {
    DetailKind.PHONE: ("phone",),
    DetailKind.ACCOUNT: ("iban",),
    DetailKind.DOCUMENT: tuple(f"document_{one}" for one in ("kind", "number", "issuer", "issued_on", "valid_until")),
}


@require_http_methods(["GET", "POST"])
@for_client
def begin(request: Request, kind: str) -> HttpResponse:
    """What is to be from now on; its paper is laid out and the change begins."""
    try:
        wanted = DetailKind(kind)
    except ValueError as error:
        raise NotFound from error
    form = forms.Entered()
    if request.method == "POST":
        try:
            return redirect("client:details", _proposed(request, wanted).change_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, *_FIELDS[wanted])
    page = {
        "kind": wanted.value,
        "form": form,
        "kinds": [one.value for one in DocumentKind if one is not DocumentKind.BIRTH_CERTIFICATE],
        "client": queries.client(request.actor, own_id(request)),
    }
    return render(request, "web/client/details_begin.html", page, status=form.status)


def _proposed(request: Request, kind: DetailKind) -> DetailsDrafted:
    if kind is DetailKind.PHONE:
        return actions.propose_phone_change(request.actor, request.now, phone=forms.text(request, "phone"))
    if kind is DetailKind.ACCOUNT:
        return actions.propose_account_change(request.actor, request.now, iban=forms.text(request, "iban"))
    return actions.propose_document_change(
        request.actor,
        request.now,
        kind=forms.one_of(DocumentKind, request, "document_kind"),
        number=forms.text(request, "document_number"),
        issuer=forms.text(request, "document_issuer"),
        issued_on=forms.day(request, "document_issued_on"),
        valid_until=forms.given_day(request, "document_valid_until"),
    )


@require_GET
@for_client
def change(request: Request, change_id: UUID) -> HttpResponse:
    """Where a change stands and what is to be done next."""
    return _page(request, queries.details_change(request.actor, change_id), forms.Entered())


def _page(request: Request, view: DetailsChangeView, form: forms.Entered, **more: Any) -> HttpResponse:
    live = view.status is DetailsStatus.DRAFTED and request.now < view.answer_until
    page = papers.reader(view.document_id, title=label(view.kind, "details_kind"), sha256=view.sha256)
    page |= {"change": view, "form": form, "live": live, "steps": _steps(request, view) if live else []} | more
    page["own_device"] = camera.looks_here(request, registering=False)
    return render(request, "web/client/details.html", page, status=form.status)


def _steps(request: Request, view: DetailsChangeView) -> list[dict[str, Any]]:
    """Prove what is new, then face, then key; the first not done is to be done now."""
    identified = proofs.usable(request, ProofKind.BIOMETRIC, CHANGE_OPERATION, view.sha256) is not None
    found: list[dict[str, Any]] = []
    if view.kind is DetailKind.PHONE:
        found.append({"name": "code", "title": _("Code sent to the new number"), "done": view.confirmed})
    if view.kind is DetailKind.DOCUMENT:
        found.append({"name": "check", "title": _("Check by the state registry"), "done": view.confirmed})
    found.append({"name": "biometric", "title": _("Biometric identification"), "done": identified})
    found.append({"name": "sign", "title": _("Electronic signature"), "done": False})
    now = next(step for step in found if not step["done"])
    return [step | {"mark": "done" if step["done"] else "now" if step is now else ""} for step in found]


@require_POST
@for_client
def code(request: Request, change_id: UUID) -> HttpResponse:
    """The code from the new number."""
    try:
        outcome = actions.confirm_new_phone(
            request.actor, request.now, change_id=change_id, code=forms.text(request, "code")
        )
    except Refused as refusal:
        form = forms.entered(request, refusal)
        return _page(request, queries.details_change(request.actor, change_id), form)
    if outcome is CodeOutcome.ACCEPTED:
        messages.success(request, _("The new number is confirmed."))
        return redirect("client:details", change_id)
    form = forms.Entered(errors={"code": _(CODE_WORDS[outcome])}, status=422)
    return _page(request, queries.details_change(request.actor, change_id), form)


@require_POST
@for_client
def check(request: Request, change_id: UUID) -> HttpResponse:
    """The state is asked about the new document."""
    waits.for_answer(actions.request_document_check(request.actor, request.now, change_id=change_id))
    found = actions.record_document_check(request.actor, request.now, change_id=change_id)
    if found.outcome is StateOutcome.MATCHES:
        messages.success(request, _("The state registry confirms your data."))
        return redirect("client:details", change_id)
    waiting = found.outcome is StateOutcome.NO_ANSWER
    view = queries.details_change(request.actor, change_id)
    form = forms.Entered(status=200 if waiting else 422)
    return _page(request, view, form, waiting=waiting, differences=found.differences)


@require_POST
@for_client
def biometric(request: Request, change_id: UUID) -> HttpResponse:
    """Before the camera here, or to the identification centre and back; bound to this very paper."""
    view = queries.details_change(request.actor, change_id)
    after = reverse("client:details", args=[change_id])
    try:
        return agreeing.visit(request, operation=CHANGE_OPERATION, sha256=view.sha256, after=after)
    except Refused as refusal:
        return _page(request, view, forms.entered(request, refusal))


@require_http_methods(["GET", "POST"])
@for_client
def sign(request: Request, change_id: UUID) -> HttpResponse:
    """The client's own key over exactly the paper that was shown."""
    view = queries.details_change(request.actor, change_id)
    face = proofs.usable(request, ProofKind.BIOMETRIC, CHANGE_OPERATION, view.sha256)
    if face is None or not view.confirmed or view.status is not DetailsStatus.DRAFTED:
        return redirect("client:details", change_id)
    form = forms.Entered()
    if request.method == "POST":
        try:
            key, trouble = agreeing.key(request, operation=CHANGE_OPERATION, sha256=view.sha256)
            if key is not None:
                actions.agree_to_details_change(
                    request.actor,
                    request.now,
                    change_id=change_id,
                    biometric_proof_id=face,
                    eds_proof_id=key,
                    document_sha256=view.sha256,
                )
                messages.success(request, _("The change is signed."))
                return redirect("client:details", change_id)
            form = forms.Entered(general=trouble, status=422)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = papers.reader(view.document_id, title=label(view.kind, "details_kind"), sha256=view.sha256)
    to = reverse("client:details_sign", args=[change_id])
    page |= {"change": view, "form": form}
    page |= agreeing.signing_page(request, operation=CHANGE_OPERATION, document_id=view.document_id, to=to)
    return render(request, "web/client/details_sign.html", page, status=form.status)


@require_POST
@for_client
def cancel(request: Request, change_id: UUID) -> HttpResponse:
    """Stop it: everything stays as it was."""
    actions.cancel_details_change(request.actor, request.now, change_id=change_id)
    messages.success(request, _("The change is stopped. Everything stays as it was."))
    return redirect("client:profile")


@require_http_methods(["GET", "POST"])
def stop(request: Request, secret: str) -> HttpResponse:
    """The link from the message to the old number: it may only stop, and a second look is asked before it does."""
    if request.method == "POST":
        actions.cancel_by_link(request.actor, request.now, secret=secret)
        return render(request, "web/stopped.html", {})
    view = queries.stoppable(secret)
    if view is None:
        raise NotFound
    return render(request, "web/stop.html", {"kind": view.kind, "at": view.takes_effect_at})
