"""The contract: reading, two consents, two proofs, the time for thought (clauses 7.3, 9-conclude, 9-1)."""

from __future__ import annotations

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
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ConsentKind, ContractStatus, ContractView, SignOutcome
from nesie.kernel.ids import ApplicationId, ContractId
from nesie.kernel.refused import Refused

OPERATION = "sign_contract"


@require_POST
@for_client
def draft(request: Request, application_id: UUID) -> HttpResponse:
    """Draw the contract up (or take today's text of it) and show it."""
    done = actions.draft_contract(request.actor, request.now, application_id=ApplicationId(application_id))
    return redirect("client:contract", done.contract_id)


@require_GET
@for_client
def contract(request: Request, contract_id: UUID) -> HttpResponse:
    """The facts of the first page, the PDF, what is to be done next."""
    view = queries.contract(request.actor, ContractId(contract_id), request.now)
    title = _("Contract {number}").format(number=view.number)
    page = papers.reader(view.sign_document_id, title=title, sha256=view.sign_sha256)
    other = view.document_ru_id if view.sign_document_id == view.document_kk_id else view.document_kk_id
    page |= {
        "contract": shown(view),
        "other_language_address": reverse("client:document", args=[other]),
        "other_language_title": _("The same contract in the other language"),
        "cooling": _cooling(request, view),
        "consent_needed": view.cooling is not None
        and view.cooling.consent_needed
        and not consenting.given(view.to_receive),
        "status_note": _note(view),
        "steps": _steps(request, view) if view.status is ContractStatus.DRAFTED else [],
        "changes": queries.changes_of(request.actor, view.contract_id),
        "may_cancel": view.status in (ContractStatus.DRAFTED, ContractStatus.SIGNED),
    }
    return render(request, "web/client/contract.html", page)


def shown(view: ContractView) -> dict[str, Any]:
    """A contract as the pages show it."""
    return {
        "id": view.contract_id,
        "number": view.number,
        "status": view.status,
        "principal": view.principal,
        "line": view.line,
        "refinances": view.refinances,
        "annual_rate": view.terms.annual_rate,
        "gesv": view.gesv_percent,
        "overpayment": view.overpayment,
        "total": view.total,
        "method": view.terms.method.value,
        "rows": view.plan.rows,
        "last_due_on": view.plan.rows[-1].due_on,
        "signed_at": view.signature.signed_at if view.signature else None,
        "drawn_up_at": view.dated_on,
    }


def _cooling(request: Request, view: ContractView) -> dict[str, Any] | None:
    return consenting.countdown(request, view.cooling) if view.status is ContractStatus.SIGNED else None


def _consent_needed(view: ContractView) -> bool:
    return view.cooling is not None and view.cooling.consent_needed and not consenting.given(view.to_receive)


def _note(view: ContractView) -> dict[str, str] | None:
    if view.status is ContractStatus.PAYING:
        return {"tone": "info", "icon": "send", "text": _("The money is on its way to your bank.")}
    if view.status is ContractStatus.DISBURSED:
        text = _("Your earlier loan is repaid.") if view.refinances else _("The money is on your account.")
        return {"tone": "success", "icon": "circle-check", "text": text}
    if view.status is ContractStatus.CANCELLED:
        return {"tone": "warning", "icon": "ban", "text": _("The contract is cancelled. Nothing is owed.")}
    if view.status is ContractStatus.SIGNED and view.refinances is not None:
        text = _("We repay your earlier loan with this one; no money is paid out.")
        return {"tone": "info", "icon": "refresh", "text": text}
    waits = view.cooling is not None and not view.cooling.required
    if view.status is ContractStatus.SIGNED and (waits or consenting.given(view.to_receive)):
        return {"tone": "info", "icon": "building-bank", "text": _("We ask the bank about your account, then pay.")}
    return None


def _steps(request: Request, view: ContractView) -> list[dict[str, Any]]:
    """The way to a signed contract: consent, face, key; the first not done is to be done now."""
    identified = proofs.usable(request, ProofKind.BIOMETRIC, OPERATION, view.sign_sha256) is not None
    sign = (
        (_("Electronic signature"), _("Sign"))
        if view.eds_needed
        else (_("Agreement to the contract"), _("Conclude the contract"))
    )
    ways = [
        (
            consenting.given(view.to_conclude),
            "client:consent_conclude",
            _("Consent to conclude the contract"),
            _("Read and consent"),
        ),
        (identified, "client:contract_biometric", _("Biometric identification"), _("Show that it is you")),
        (False, "client:sign", *sign),
    ]
    steps, reached = [], False
    for done, name, title, button in ways:
        mark = "done" if done else ("" if reached else "now")
        reached = reached or not done
        steps.append(
            {"mark": mark, "title": title, "button": button, "address": reverse(name, args=[view.contract_id])}
        )
    return steps


@require_http_methods(["GET", "POST"])
@for_client
def consent_conclude(request: Request, contract_id: UUID) -> HttpResponse:
    """Before the contract (Law, article 3, paragraph 3-3)."""
    view = queries.contract(request.actor, ContractId(contract_id), request.now)
    one = consenting.Consenting(
        _("Consent to conclude the contract"),
        _("It comes before the contract itself; you confirm it by a code."),
        reverse("client:contract", args=[contract_id]),
        lambda: _send(request, view.contract_id, ConsentKind.CONCLUDE),
        lambda code: actions.consent_to_conclude(request.actor, request.now, contract_id=view.contract_id, code=code),
    )
    return consenting.consent_page(request, view.to_conclude, one)


@require_http_methods(["GET", "POST"])
@for_client
def consent_receive(request: Request, contract_id: UUID) -> HttpResponse:
    """After the hours of thought (clause 9-1.2); its document is made only then."""
    number = ContractId(contract_id)
    if request.method == "GET":
        actions.draft_consent_to_receive(request.actor, request.now, contract_id=number)
    one = consenting.Consenting(
        _("Consent to receive the money"),
        _("The time for thought is over: the money is paid only with this consent."),
        reverse("client:contract", args=[contract_id]),
        lambda: _send(request, number, ConsentKind.RECEIVE),
        lambda code: actions.consent_to_receive(request.actor, request.now, contract_id=number, code=code),
    )
    return consenting.consent_page(request, queries.contract(request.actor, number, request.now).to_receive, one)


def _send(request: Request, contract_id: ContractId, kind: ConsentKind) -> None:
    actions.request_consent_code(request.actor, request.now, contract_id=contract_id, kind=kind)


@require_http_methods(["GET", "POST"])
@for_client
def biometric(request: Request, contract_id: UUID) -> HttpResponse:
    """Before the camera here, or to the identification centre and back; bound to this very text (clause 9-conclude)."""
    view = queries.contract(request.actor, ContractId(contract_id), request.now)
    form = forms.Entered()
    if request.method == "POST":
        try:
            after = reverse("client:contract", args=[view.contract_id])
            return agreeing.visit(request, operation=OPERATION, sha256=view.sign_sha256, after=after)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = {"contract": shown(view), "form": form, "own_device": camera.looks_here(request, registering=False)}
    return render(request, "web/client/biometric.html", page, status=form.status)


@require_http_methods(["GET", "POST"])
@for_client
def sign(request: Request, contract_id: UUID) -> HttpResponse:
    """The client's own key over exactly the bytes that were shown; where no key is needed, the face alone concludes."""
    view = queries.contract(request.actor, ContractId(contract_id), request.now)
    face = proofs.usable(request, ProofKind.BIOMETRIC, OPERATION, view.sign_sha256)
    if face is None or view.status is not ContractStatus.DRAFTED:
        return redirect("client:contract", contract_id)
    form = forms.Entered()
    if request.method == "POST":
        try:
            done = _conclude(request, view, face)
            if done is None:
                return redirect("client:contract", contract_id)
            form = forms.Entered(general=done, status=422)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = papers.reader(view.sign_document_id, title=view.number, sha256=view.sign_sha256)
    if view.eds_needed:
        to = reverse("client:sign", args=[contract_id])
        page |= agreeing.signing_page(request, operation=OPERATION, document_id=view.sign_document_id, to=to)
    page |= {"contract": shown(view), "form": form, "eds_needed": view.eds_needed}
    return render(request, "web/client/sign.html", page, status=form.status)


def _conclude(request: Request, view: ContractView, face: Any) -> str | None:
    """Judge the signature and conclude; the sentence that says why not, or None when it is done."""
    key = None
    if view.eds_needed:
        key, trouble = agreeing.key(request, operation=OPERATION, sha256=view.sign_sha256)
        if key is None:
            return trouble
    done = actions.sign_contract(
        request.actor,
        request.now,
        contract_id=view.contract_id,
        eds_proof_id=key,
        biometric_proof_id=face,
        document_sha256=view.sign_sha256,
    )
    if done.outcome is SignOutcome.SIGNED:
        messages.success(request, _("The contract is signed."))
        return None
    return agreeing.why_not(done.outcome)


@require_POST
@for_client
def cancel(request: Request, contract_id: UUID) -> HttpResponse:
    """Give the loan up while no money is on its way."""
    actions.cancel_contract(request.actor, request.now, contract_id=ContractId(contract_id))
    messages.success(request, _("The contract is cancelled. Nothing is owed."))
    return redirect("client:contract", contract_id)
