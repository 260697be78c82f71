"""A change of the contract: the old and the new side by side, the document, signing or refusing (Rules, 9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints.web import camera, forms, papers, proofs
from nesie.entrypoints.web.client import agreeing, consenting
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ChangeStatus, ChangeView, Conditions, ConsentKind, SignOutcome
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused

OPERATION = "sign_change"
_INSTANT = timedelta(microseconds=1)


@require_GET
@for_client
def change(request: Request, change_id: UUID) -> HttpResponse:
    """What would change, what it costs, what is to be done next."""
    view = queries.change(request.actor, change_id, request.now)
    page = papers.reader(view.sign_document_id, title=view.contract_number, sha256=view.sign_sha256)
    waits = view.status is ChangeStatus.SIGNED and bool(view.payout)
    other = view.document_ru_id if view.sign_document_id == view.document_kk_id else view.document_kk_id
    may_answer = request.now < view.answer_until
    page |= {
        "change": shown(view),
        "other_language_address": reverse("client:document", args=[other]),
        "steps": _steps(request, view) if may_answer and view.status is ChangeStatus.DRAFTED else [],
        "may_refuse": may_answer and view.status in (ChangeStatus.DRAFTED, ChangeStatus.ANNOUNCED),
        # The hours before the money are for thinking it over (Rules, 9-1).
        "may_give_up": waits,
        "consent_needed": waits and _consent_needed(view),
        "cooling": consenting.countdown(request, view.cooling) if waits and _thinking(request, view) else None,
    }
    return render(request, "web/client/change.html", page)


def _consent_needed(view: ChangeView) -> bool:
    return view.cooling is not None and view.cooling.consent_needed and not consenting.given(view.to_receive)


def _thinking(request: Request, view: ChangeView) -> bool:
    """True while the hours run, or wait for the consent after them."""
    return view.cooling is not None and (not view.cooling.over(request.now) or _consent_needed(view))


def shown(view: ChangeView) -> dict[str, Any]:
    """A change as the pages show it."""
    before, after = view.proposal.before, view.proposal.after
    return {
        "id": view.change_id,
        "contract_id": view.contract_id,
        "number": f"{view.contract_number}/{view.number}",
        "kind": view.kind,
        "status": view.status,
        "one_sided": view.one_sided,
        "effective_on": view.effective_on,
        "payout": view.payout,
        "answer_last_on": business_day(view.answer_until - _INSTANT),
        "signed_at": view.signed_at,
        "drafted_at": view.drafted_at,
        "standing": view.proposal.standing,
        "forgiven": view.proposal.forgiven,
        "before": _side(before, view.gesv_before),
        "after": _side(after, view.gesv_after),
        "saved": view.saved if view.saved > ZERO else None,
        "dearer": -view.saved if view.saved < ZERO else None,
        "days": _days(before, after),
        "rows": after.plan.rows,
        "steps": view.steps,
    }


def _side(conditions: Conditions, gesv: Any) -> dict[str, Any]:
    rows = conditions.plan.rows
    return {
        "annual_rate": conditions.annual_rate,
        "gesv": gesv,
        "method": conditions.method.value,
        "payments": len(rows),
        "first_payment": rows[0].payment if rows else None,
        "last_due_on": rows[-1].due_on if rows else None,
        "penalty": conditions.penalty_day_rate,
        "overpayment": conditions.overpayment,
        "total": conditions.total,
    }


def _days(before: Conditions, after: Conditions) -> list[dict[str, Any]]:
    """What is to be paid on each day, by the old and by the new conditions; claims are among it."""
    old, new = _payments(before), _payments(after)
    return [{"on": day, "before": old.get(day), "after": new.get(day)} for day in sorted(old | new)]


def _payments(conditions: Conditions) -> dict[date, Money]:
    found: dict[date, Money] = {}
    for row in conditions.plan.rows:
        found[row.due_on] = found.get(row.due_on, ZERO) + row.payment
    for claim in conditions.claims:
        found[claim.due_on] = found.get(claim.due_on, ZERO) + claim.interest + claim.penalty
    return found


def _steps(request: Request, view: ChangeView) -> list[dict[str, Any]]:
    """The way to a signed change: face, then key where it is needed; the first not done is to be done now."""
    identified = proofs.usable(request, ProofKind.BIOMETRIC, OPERATION, view.sign_sha256) is not None
    sign = (
        (_("Electronic signature"), _("Sign"))
        if view.eds_needed
        else (_("Agreement to the change"), _("Agree to the change"))
    )
    return [
        {
            "mark": "done" if identified else "now",
            "title": _("Biometric identification"),
            "button": _("Show that it is you"),
            "address": reverse("client:change_biometric", args=[view.change_id]),
        },
        {
            "mark": "now" if identified else "",
            "title": sign[0],
            "button": sign[1],
            "address": reverse("client:sign_change", args=[view.change_id]),
        },
    ]


@require_http_methods(["GET", "POST"])
@for_client
def biometric(request: Request, change_id: UUID) -> HttpResponse:
    """Before the camera here, or to the identification centre and back; bound to this very document."""
    view = queries.change(request.actor, change_id)
    form = forms.Entered()
    if request.method == "POST":
        try:
            after = reverse("client:change", args=[change_id])
            return agreeing.visit(request, operation=OPERATION, sha256=view.sign_sha256, after=after)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = {"change": shown(view), "form": form, "own_device": camera.looks_here(request, registering=False)}
    return render(request, "web/client/change_biometric.html", page, status=form.status)


@require_http_methods(["GET", "POST"])
@for_client
def sign(request: Request, change_id: UUID) -> HttpResponse:
    """The client's own key over exactly the bytes that were shown; where no key is needed, the face alone agrees."""
    view = queries.change(request.actor, change_id)
    face = proofs.usable(request, ProofKind.BIOMETRIC, OPERATION, view.sign_sha256)
    if face is None or view.status is not ChangeStatus.DRAFTED:
        return redirect("client:change", change_id)
    form = forms.Entered()
    if request.method == "POST":
        try:
            trouble = _agree(request, view, face)
            if not trouble:
                messages.success(request, _("The change is signed."))
                return redirect("client:change", change_id)
            form = forms.Entered(general=trouble, status=422)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = papers.reader(view.sign_document_id, title=view.contract_number, sha256=view.sign_sha256)
    page |= {"change": shown(view), "form": form, "eds_needed": view.eds_needed}
    if view.eds_needed:
        to = reverse("client:sign_change", args=[change_id])
        page |= agreeing.signing_page(request, operation=OPERATION, document_id=view.sign_document_id, to=to)
    return render(request, "web/client/change_sign.html", page, status=form.status)


def _agree(request: Request, view: ChangeView, face: Any) -> str:
    """Judge the signature and agree; the sentence that says why not, or nothing when it is done."""
    key = None
    if view.eds_needed:
        key, trouble = agreeing.key(request, operation=OPERATION, sha256=view.sign_sha256)
        if key is None:
            return trouble
    done = actions.sign_change(
        request.actor,
        request.now,
        change_id=view.change_id,
        biometric_proof_id=face,
        eds_proof_id=key,
        document_sha256=view.sign_sha256,
    )
    return "" if done.outcome is SignOutcome.SIGNED else agreeing.why_not(done.outcome)


@require_http_methods(["GET", "POST"])
@for_client
def consent(request: Request, change_id: UUID) -> HttpResponse:
    """The consent to receive the money of a change, after its hours of thought (clause 9-1.2)."""
    contract_id = queries.change(request.actor, change_id).contract_id
    this: dict[str, Any] = {"contract_id": contract_id, "change_id": change_id}
    if request.method == "GET":
        actions.draft_consent_to_receive(request.actor, request.now, **this)
    one = consenting.Consenting(
        _("Consent to receive the money"),
        _("The time for thought is over: the money is paid only with this consent."),
        reverse("client:change", args=[change_id]),
        lambda: actions.request_consent_code(request.actor, request.now, kind=ConsentKind.RECEIVE, **this),
        lambda code: actions.consent_to_receive(request.actor, request.now, code=code, **this),
    )
    return consenting.consent_page(request, queries.change(request.actor, change_id).to_receive, one)


@require_POST
@for_client
def decline(request: Request, change_id: UUID) -> HttpResponse:
    """Refuse the change: the contract stays as it was."""
    actions.decline_change(request.actor, request.now, change_id=change_id)
    messages.success(request, _("You refused the change. The contract stays as it was."))
    return redirect("client:change", change_id)
