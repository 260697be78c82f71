"""The lender's books and registers: ledger, parameters, messages, published texts, approvals, staff, audit trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints import clock
from nesie.entrypoints.web import demo, forms, words
from nesie.entrypoints.web.gates import BOOKKEEPERS, CHECKERS, KEEPERS, for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.site import safe_back
from nesie.foundation.access import actions as access_actions
from nesie.foundation.access import queries as access
from nesie.foundation.access.rules import Attempt
from nesie.foundation.audit import queries as audit
from nesie.foundation.audit.rules import Outcome
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import TROUBLED, Status
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.lender import actions as lender_actions
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind
from nesie.foundation.norms import actions as norms_actions
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import add_months, business_day
from nesie.kernel.actor import Role
from nesie.kernel.ids import ApprovalId, MessageId
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused

PAGE = 100


@require_GET
@for_staff(*BOOKKEEPERS)
def trial_balance(request: Request) -> HttpResponse:
    """Every account's turnover and balance today; debit equals credit."""
    balance = ledger.trial_balance(business_day(request.now))
    rows = [
        {
            "code": row.code,
            "name": label(row.code, "account"),
            "debit": row.debit,
            "credit": row.credit,
            "balance": row.balance,
        }
        for row in balance.rows
    ]
    page = {
        "on": balance.on,
        "rows": rows,
        "balanced": not balance.difference,
        "total_debit": Money.total(row.debit for row in balance.rows),
        "total_credit": Money.total(row.credit for row in balance.rows),
    }
    return render(request, "web/staff/ledger.html", page)


@require_GET
@for_staff()
def parameters(request: Request) -> HttpResponse:
    """Every legal number with its source; what is not confirmed says so."""
    found = norms.register()
    page = {"parameters": found, "unconfirmed": sum(1 for one in found if not one.confirmed)}
    return render(request, "web/staff/parameters.html", page)


@require_GET
@for_staff()
def outgoing(request: Request) -> HttpResponse:
    """What leaves the building, troubled messages first."""
    troubled = exchange.troubled()
    known = {one.message_id for one in troubled}
    rows = [*troubled, *(one for one in exchange.latest() if one.message_id not in known)]
    page = {
        "outgoing": [
            {
                "id": one.message_id,
                "at": one.intended_at,
                "destination": one.destination,
                "kind": one.kind,
                "status": one.status,
                "tries": one.attempts,
                "may_resend": one.status in TROUBLED,
                "act": "resend" if one.status is Status.UNKNOWN else "retry",
            }
            for one in rows
        ]
    }
    return render(request, "web/staff/messages.html", page)


@require_POST
@for_staff()
def resend_message(request: Request, message_id: UUID) -> HttpResponse:
    """A person decides that a message of unknown fate, or a dead one, is sent again."""
    if request.POST.get("act") == "resend":
        exchange_actions.resend_unknown_message(request.actor, request.now, message_id=MessageId(message_id))
    else:
        exchange_actions.retry_dead_message(request.actor, request.now, message_id=MessageId(message_id))
    messages.success(request, _("The message is sent again."))
    return redirect("staff:messages")


@require_http_methods(["GET", "POST"])
@for_staff()
def texts(request: Request) -> HttpResponse:
    """Versions of the granting rules and of the rights and duties; an administrator publishes."""
    form = forms.Entered()
    if request.method == "POST":
        try:
            lender_actions.publish_rules(
                request.actor,
                request.now,
                kind=forms.one_of(RulesKind, request, "kind"),
                language=forms.text(request, "text_language"),
                title=forms.text(request, "title"),
                body=forms.text(request, "body").replace("\r\n", "\n"),
            )
            messages.success(request, _("The new version is in force."))
            return redirect("staff:texts")
        except Refused as refusal:
            form = forms.entered(request, refusal, "title", "body")
    page = {
        "texts": lender.published(),
        "kinds": [kind.value for kind in RulesKind],
        "may_publish": request.actor.has(Role.ADMINISTRATOR),
        "body_label": _("Text"),
        "form": form,
    }
    return render(request, "web/staff/texts.html", page, status=form.status)


@require_GET
@for_staff()
def approvals(request: Request) -> HttpResponse:
    """Requests for a second pair of eyes."""
    return _approvals(request, forms.Entered())


@require_POST
@for_staff()
def decide_approval(request: Request, approval_id: UUID) -> HttpResponse:
    """Approve (signing in again for it) or reject."""
    approval = ApprovalId(approval_id)
    try:
        if request.POST.get("act") != "approve":
            access_actions.reject_request(request.actor, request.now, approval_id=approval)
            messages.success(request, _("The request is rejected."))
            return redirect("staff:approvals")
        outcome = access_actions.approve_request(
            request.actor,
            request.now,
            approval_id=approval,
            password=request.POST.get("password", ""),
            totp=forms.text(request, "totp"),
        )
    except Refused as refusal:
        return _approvals(request, forms.Entered(general=words.refusal(refusal), status=refusal.status))
    if outcome is Attempt.DONE:
        messages.success(request, _("The request is approved."))
        return redirect("staff:approvals")
    return _approvals(request, forms.Entered(general=_("The password or the code is wrong."), status=403))


def _approvals(request: Request, form: forms.Entered) -> HttpResponse:
    waiting = access.approvals_to_decide(request.actor, request.now)
    ids = {one.id for one in waiting}
    others = [one for one in access.approvals(request.actor, request.now) if one.id not in ids]
    page = {"waiting": [_named(one) for one in waiting], "others": [_named(one) for one in others], "form": form}
    return render(request, "web/staff/approvals.html", page, status=form.status)


def _named(view: Any) -> dict[str, Any]:
    facts = {name: getattr(view, name) for name in view.__dataclass_fields__}
    facts["requester_name"] = access.staff_name(view.requester_id)
    facts["approver_name"] = access.staff_name(view.approver_id) if view.approver_id else ""
    return facts


@require_GET
@for_staff(*KEEPERS)
def people(request: Request) -> HttpResponse:
    """Personal accounts and their roles (clause 28)."""
    return render(request, "web/staff/people.html", {"people": access.staff(request.actor)})


@require_http_methods(["GET", "POST"])
@for_staff(*CHECKERS)
def trail(request: Request) -> HttpResponse:
    """The whole trail with its seals; a POST verifies it from end to end (clause 32)."""
    act, outcome = forms.plain(request.GET.get("act", "")), forms.plain(request.GET.get("outcome", ""))
    before = forms.whole(request.GET, "before", 0) or None
    records = audit.newest(before=before, act=act, outcome=outcome, limit=PAGE)
    page: dict[str, Any] = {
        "seals": audit.seal_state(request.machine_now),
        "trail": records,
        "older": records[-1].id if len(records) == PAGE else None,
        "act": act,
        "outcome": outcome,
        "outcomes": [one.value for one in Outcome],
        "findings": None,
    }
    if request.method == "POST":
        finding = audit.verify()
        page["findings"] = [str(finding)] if finding else []
    return render(request, "web/staff/audit.html", page)


@require_POST
@for_staff()
def push_clock(request: Request) -> HttpResponse:
    """Let the demonstration's business time run ahead by a day or to the same day of the next month."""
    ahead = timedelta(hours=24)
    if request.POST.get("push") == "month":
        today = business_day(request.now)
        ahead = timedelta(days=(add_months(today, 1) - today).days)
    norms_actions.push_clock(request.actor, request.now, seconds=int(ahead.total_seconds()))
    demo.tell_simulators(clock.business_now())
    messages.success(request, _("The business clock is pushed forward."))
    return redirect(safe_back(request, "/staff/"))
