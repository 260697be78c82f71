"""Acts that need two persons: one asks with the exact arguments, another approves, the first carries the act out.

One mechanism for every such act of the pages: `Act.read` makes the use case's arguments out of texts, be they typed
into a form or told by the approval. Were the two not the same, the approval would not serve: it is bound to their
hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import forms, words
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import acts
from nesie.entrypoints.web.staff.effects import servicing_facts
from nesie.foundation.access import actions
from nesie.foundation.access import queries as access
from nesie.foundation.access.rules import ApprovalStatus, ApprovalView, Attempt, StaffCreated
from nesie.foundation.ledger import actions as ledger_actions
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import CHOSEN
from nesie.foundation.norms import actions as norms_actions
from nesie.foundation.norms.rules import business_day, parse_value
from nesie.foundation.terms import actions as terms_actions
from nesie.foundation.terms import queries as terms
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans.rules import FOUR_EYES
from nesie.journey.payments import actions as payments_actions
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Role
from nesie.kernel.ids import ApprovalId, ContractId, ProductVersionId, ReceiptId, StaffId
from nesie.kernel.refused import NotFound, Refused

Arguments = dict[str, Any]
Facts = list[tuple[str, Any]]
NOTHING = "—"  # as an approval tells an argument that is empty


class FieldEmpty(forms.FieldUnreadable):
    """A field that an act of two persons cannot do without is empty."""


@dataclass(frozen=True, slots=True)
class Act:
    """How the pages ask for one use case of four eyes and carry it out."""

    run: Callable[..., Any]
    read: Callable[[Mapping[str, str]], Arguments]  # texts -> exact arguments; FieldUnreadable
    facts: Callable[[Request, Arguments], Facts]  # what the second person has to see besides the arguments
    page: str  # where the requester comes back to
    shown: Callable[[Request, Any], HttpResponse] | None = None  # instead, when the result is to be seen once


def _text(typed: Mapping[str, str], name: str) -> str:
    found = forms.plain(typed.get(name, ""))
    if not found:
        raise FieldEmpty(field=name)
    return found


def _day(typed: Mapping[str, str], name: str) -> date | None:
    found = forms.plain(typed.get(name, ""))
    if not found or found == NOTHING:
        return None
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise forms.FieldUnreadable(field=name) from error


def _id(typed: Mapping[str, str], name: str) -> UUID:
    return forms.uuid_of(typed.get(name, ""), name)


def _setting(typed: Mapping[str, str]) -> Arguments:
    since = _day(typed, "valid_from")
    if since is None:
        raise FieldEmpty(field="valid_from")
    found = {name: _text(typed, name) for name in ("code", "value", "unit", "source")}
    parse_value(found["value"], found["unit"])  # a second person's time is not asked for nonsense
    return found | {"valid_from": since, "valid_to": _day(typed, "valid_to")}


def _confirming(typed: Mapping[str, str]) -> Arguments:
    found = {name: _text(typed, name) for name in ("code", "value", "basis")}
    return found | {"valid_from": _day(typed, "valid_from")}


def _matching(typed: Mapping[str, str]) -> Arguments:
    return {
        "receipt_id": ReceiptId(_id(typed, "receipt_id")),
        "contract_id": ContractId(_id(typed, "contract_id")),
    }


def _closing(typed: Mapping[str, str]) -> Arguments:
    month = _day(typed, "month")
    if month is None:
        raise FieldEmpty(field="month")
    return {"month": month}


def _choosing(typed: Mapping[str, str]) -> Arguments:
    since = _day(typed, "valid_from")
    if since is None:
        raise FieldEmpty(field="valid_from")
    codes = {chart.name.lower(): _text(typed, chart.name.lower()) for chart in CHOSEN}
    return {"product_code": _text(typed, "product_code"), "valid_from": since} | codes


def _month_facts(request: Request, arguments: Arguments) -> Facts:
    """What the month holds as the second person decides, and whether anything stands in the way."""
    preview = ledger.preview_close(business_day(request.now))
    if preview is None or preview.last_day != arguments["month"]:
        return []
    obstacles = ", ".join(label(one.value, "obstacle") for one in preview.obstacles)
    return [
        (_("Entries"), str(preview.entries)),
        (_("Debit"), words.plain(preview.turnovers.debit)),
        (_("Credit"), words.plain(preview.turnovers.credit)),
        (_("What stands in the way"), obstacles or NOTHING),
    ]


def _roles(typed: Mapping[str, str]) -> tuple[Role, ...]:
    try:
        found = tuple(Role(code) for code in typed.get("roles", "").split(", ") if code)
    except ValueError as error:
        raise forms.FieldUnreadable(field="roles") from error
    if not found:
        raise FieldEmpty(field="roles")
    return found


def _account(typed: Mapping[str, str]) -> Arguments:
    return {"login": _text(typed, "login"), "name": _text(typed, "name"), "roles": _roles(typed)}


def _other_roles(typed: Mapping[str, str]) -> Arguments:
    return {"staff_id": StaffId(_id(typed, "staff_id")), "roles": _roles(typed)}


def _somebody(typed: Mapping[str, str]) -> Arguments:
    return {"staff_id": StaffId(_id(typed, "staff_id"))}


def _sealing(typed: Mapping[str, str]) -> Arguments:
    try:
        role = Role(_text(typed, "role"))
    except ValueError as error:
        raise forms.FieldUnreadable(field="role") from error
    return _somebody(typed) | {"role": role}


def _staff_facts(request: Request, arguments: Arguments) -> Facts:
    return [(_("Name"), access.staff_name(arguments["staff_id"]))]


def _invited(request: Request, made: StaffCreated) -> HttpResponse:
    address = request.build_absolute_uri(reverse("staff:enrol", args=[made.invitation]))
    return render(request, "web/staff/invited.html", {"address": address, "until": made.expires_at})


def _releasing(typed: Mapping[str, str]) -> Arguments:
    return {"version_id": ProductVersionId(_id(typed, "version_id"))}


def _product_facts(request: Request, arguments: Arguments) -> Facts:
    """The product itself: an id says nothing to a person."""
    try:
        version = terms.product_version(arguments["version_id"])
    except NotFound:
        return []
    draft = version.draft
    return [
        (_("Name of the product"), version.name(request.LANGUAGE_CODE)),
        (_("Version"), version.number),
        (_("Annual rate"), words.plain(draft.annual_rate)),
        (_("Amount"), f"{words.plain(draft.least_amount)} – {words.plain(draft.most_amount)}"),
        (_("Term"), f"{draft.least_term} – {draft.most_term} {label(draft.unit.value, 'unit')}"),
        (_("Sold from"), words.plain(draft.valid_from)),
    ]


def _no_facts(request: Request, arguments: Arguments) -> Facts:
    return []


def _receipt_facts(request: Request, arguments: Arguments) -> Facts:
    """The receipt and the contract themselves: ids say nothing to a person."""
    facts: Facts = []
    for one in payments.in_suspense(request.actor):
        if one.receipt_id == arguments["receipt_id"]:
            facts += [(_("Amount"), words.plain(one.amount)), (_("Payer"), one.payer_name), (_("Purpose"), one.purpose)]
    try:
        contract = contracts.contract(request.actor, arguments["contract_id"], request.now)
    except NotFound:
        return facts
    return [*facts, (_("Contract"), contract.number)]


ACTS: dict[str, Act] = {
    "create_staff": Act(actions.create_staff, _account, _no_facts, "staff:people", _invited),
    "invite_staff_again": Act(actions.invite_staff_again, _somebody, _staff_facts, "staff:people", _invited),
    "change_staff_roles": Act(actions.change_staff_roles, _other_roles, _staff_facts, "staff:people"),
    "seal_emergency": Act(actions.seal_emergency, _sealing, _staff_facts, "staff:emergency"),
    "set_parameter": Act(norms_actions.set_parameter, _setting, _no_facts, "staff:parameters"),
    "confirm_parameter": Act(norms_actions.confirm_parameter, _confirming, _no_facts, "staff:parameters"),
    "choose_accounts": Act(ledger_actions.choose_accounts, _choosing, _no_facts, "staff:ledger_chart"),
    "close_period": Act(ledger_actions.close_period, _closing, _month_facts, "staff:ledger_months"),
    "release_product_version": Act(terms_actions.release_product_version, _releasing, _product_facts, "staff:products"),
    "match_receipt": Act(payments_actions.match_receipt, _matching, _receipt_facts, "staff:receipts"),
}


def _serviced(request: Request, done: Any) -> HttpResponse:
    messages.success(request, _("Done, as two persons decided."))
    return redirect("staff:history", done.loan_id)


def _service_facts(service: acts.Act) -> Callable[[Request, Arguments], Facts]:
    """The loan, and what the act would make of it as the second person looks at it."""

    def facts(request: Request, arguments: Arguments) -> Facts:
        return servicing_facts(request, service, arguments)

    return facts


ACTS |= {
    name: Act(one.run, one.read, _service_facts(one), "staff:queue", _serviced)
    for name, one in acts.ACTS.items()
    if name in FOUR_EYES
}


def ask(request: Request, permission: str, typed: Mapping[str, str], summary: str) -> HttpResponse:
    """Make the request and go to the page of approvals; Refused when a field or the person does not fit."""
    actions.request_approval(
        request.actor, request.now, permission=permission, arguments=ACTS[permission].read(typed), summary=summary
    )
    messages.success(request, _("Asked. As soon as a second person approves, you carry it out on this page."))
    return redirect("staff:approvals")


@require_POST
@for_staff()
def carry_out(request: Request, approval_id: UUID) -> HttpResponse:
    """The requester does what was approved, with exactly those arguments."""
    view = next((one for one in _to_carry_out(request) if one.id == approval_id), None)
    if view is None:
        raise NotFound
    act = ACTS[view.permission]
    try:
        done = act.run(request.actor, request.now, **act.read(dict(view.arguments)))
    except Refused as refusal:
        return _show(request, forms.Entered(general=words.refusal(refusal), status=refusal.status))
    if act.shown is not None:
        return act.shown(request, done)
    messages.success(request, _("Done, as two persons decided."))
    return redirect(act.page)


@require_GET
@for_staff()
def approvals(request: Request) -> HttpResponse:
    """Requests for a second pair of eyes, and what may be carried out."""
    return _show(request, forms.Entered())


@require_POST
@for_staff()
def decide(request: Request, approval_id: UUID) -> HttpResponse:
    """Approve (signing in again for it) or reject."""
    approval = ApprovalId(approval_id)
    try:
        if request.POST.get("act") != "approve":
            actions.reject_request(request.actor, request.now, approval_id=approval)
            messages.success(request, _("The request is rejected."))
            return redirect("staff:approvals")
        outcome = actions.approve_request(
            request.actor,
            request.now,
            approval_id=approval,
            password=request.POST.get("password", ""),
            totp=forms.text(request, "totp"),
        )
    except Refused as refusal:
        return _show(request, forms.Entered(general=words.refusal(refusal), status=refusal.status))
    if outcome is Attempt.DONE:
        messages.success(request, _("The request is approved."))
        return redirect("staff:approvals")
    return _show(request, forms.Entered(general=_("The password or the code is wrong."), status=403))


def _to_carry_out(request: Request) -> list[ApprovalView]:
    return [
        one
        for one in access.approvals(request.actor, request.now)
        if one.status is ApprovalStatus.APPROVED
        and one.requester_id == request.actor.id
        and one.permission in ACTS
        and access.machine_time(request.now) < one.expires_at
    ]


def _show(request: Request, form: forms.Entered) -> HttpResponse:
    waiting = access.approvals_to_decide(request.actor, request.now)
    ready = _to_carry_out(request)
    ids = {one.id for one in (*waiting, *ready)}
    others = [one for one in access.approvals(request.actor, request.now) if one.id not in ids]
    page = {
        "waiting": [_named(request, one) for one in waiting],
        "ready": [_named(request, one) for one in ready],
        "others": [_named(request, one) for one in others],
        "form": form,
    }
    return render(request, "web/staff/approvals.html", page, status=form.status)


def _named(request: Request, view: ApprovalView) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(view, name) for name in view.__dataclass_fields__}
    facts["requester_name"] = access.staff_name(view.requester_id)
    facts["approver_name"] = access.staff_name(view.approver_id) if view.approver_id else ""
    told = [(label(name, "argument"), value) for name, value in view.arguments]
    open_one = view.status in (ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED)
    if open_one and view.permission in ACTS and view.arguments:
        act = ACTS[view.permission]
        told = [*act.facts(request, act.read(dict(view.arguments))), *told]
    return facts | {"arguments": told}
