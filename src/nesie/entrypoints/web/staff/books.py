"""The lender's registers: messages, published texts, staff, audit trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints import clock
from nesie.entrypoints.web import demo, forms
from nesie.entrypoints.web.gates import CHECKERS, for_staff
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.site import safe_back
from nesie.foundation.audit import queries as audit
from nesie.foundation.audit.rules import Outcome
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import PERMITTED, TROUBLED, Status
from nesie.foundation.lender import actions as lender_actions
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind
from nesie.foundation.norms import actions as norms_actions
from nesie.foundation.norms.rules import add_months, business_day
from nesie.kernel.actor import Role
from nesie.kernel.ids import MessageId
from nesie.kernel.refused import NotFound, Refused

PAGE = 100
MESSAGE_ACTS: dict[str, Callable[..., Status]] = {
    "resend": exchange_actions.resend_unknown_message,
    "retry": exchange_actions.retry_dead_message,
    "abandon": exchange_actions.abandon_message,
}


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
            }
            for one in rows
        ]
    }
    return render(request, "web/staff/messages.html", page)


@require_GET
@for_staff()
def message(request: Request, message_id: UUID) -> HttpResponse:
    """One message with every attempt and what was heard of it; no content, no personal data."""
    view = exchange.described(MessageId(message_id))
    choices = ("resend" if view.status is Status.UNKNOWN else "retry", "abandon") if view.status in TROUBLED else ()
    page = {
        "message": view,
        "acts": [one for one in choices if request.actor.has(*PERMITTED[MESSAGE_ACTS[one].__name__])],
        "trail": audit.trail_of(message_id),
    }
    return render(request, "web/staff/message.html", page)


@require_POST
@for_staff()
def decide_message(request: Request, message_id: UUID) -> HttpResponse:
    """A person decides about a message of unknown fate or a dead one: sent again, tried again, or given up."""
    act = MESSAGE_ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound
    act(request.actor, request.now, message_id=MessageId(message_id))
    messages.success(request, _("Your decision is recorded."))
    return redirect("staff:message", message_id)


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
