"""Paying back: how, how much on a chosen day, early in part with both new schedules compared, and money returned."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints.web import forms, words
from nesie.entrypoints.web.client.lending import shown
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import EarlyWay, Wish
from nesie.journey.payments.rules import OPEN_WAYS
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused


@require_GET
@for_client
def repay_loan(request: Request, loan_id: UUID) -> HttpResponse:
    """How to pay, and what closes the loan today or on a chosen day (clause 7.6)."""
    view = queries.position(request.actor, LoanId(loan_id))
    form, today = forms.Entered(), business_day(request.now)
    payoff = chosen = None
    try:
        payoff = queries.quote_payoff(request.actor, view.loan_id, max(today, view.as_of))
    except Refused:
        payoff = None
    typed = forms.plain(request.GET.get("on", ""))
    if typed:
        form = forms.Entered({"on": typed})
        try:
            chosen = queries.quote_payoff(request.actor, view.loan_id, _day(typed))
        except Refused as refusal:
            form = forms.Entered({"on": typed}, {"on": words.refusal(refusal)}, status=refusal.status)
    repayment = lender.organisation().repayment
    page = {
        "loan": shown(view),
        "payoff": payoff,
        "chosen": chosen,
        "form": form,
        "today": today,
        "repayment": repayment,
        "bank": repayment.bank[(get_language() or "kk")[:2]],
        "open_ways": OPEN_WAYS,
        "contract_number": view.number,
    }
    return render(request, "web/client/repay_loan.html", page, status=form.status)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise forms.FieldUnreadable(field="on") from error


@require_http_methods(["GET", "POST"])
@for_client
def repay_early(request: Request, loan_id: UUID) -> HttpResponse:
    """An early payment in part: both new schedules beside the present one before anything is chosen."""
    view = queries.position(request.actor, LoanId(loan_id))
    form = forms.Entered()
    if request.method == "POST":
        try:
            wish = forms.one_of(Wish, request, "wish")
            actions.repay_early(request.actor, request.now, loan_id=view.loan_id, wish=wish)
            messages.success(
                request, _("Your choice is kept. Now transfer the money: it is used so on the day it comes.")
            )
            return redirect("client:repay_loan", loan_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, "amount")
    typed = forms.plain(request.GET.get("amount", "") or request.POST.get("amount", ""))
    ways: tuple[EarlyWay, ...] = ()
    if typed and form.status == 200:
        form = forms.Entered({"amount": typed})
        try:
            on = max(business_day(request.now), view.as_of)
            ways = queries.early_ways(request.actor, view.loan_id, forms.tenge(typed, "amount"), on)
        except Refused as refusal:
            form = forms.Entered({"amount": typed}, {"amount": words.refusal(refusal)}, status=refusal.status)
    page: dict[str, Any] = {"loan": shown(view), "form": form, "amount": typed, "ways": [_way(one) for one in ways]}
    if ways:
        page["chart"] = _chart(ways)
    return render(request, "web/client/repay_early.html", page, status=form.status)


def _way(one: EarlyWay) -> dict[str, Any]:
    code = one.wish.value if one.wish else "as_it_is"
    return {
        "code": code,
        "wish": one.wish,
        "title": label(code, "wish"),
        "words": label(code, "wish_words"),
        "rows": one.rows,
        "payment": one.payment,
        "least": one.payments[0],
        "most": one.payments[1],
        "ends_on": one.ends_on,
        "interest": one.interest,
        "saved": one.saved,
    }


def _chart(ways: tuple[EarlyWay, ...]) -> dict[str, Any]:
    """What is left after each instalment, one line for each way."""
    longest = max(ways, key=lambda one: len(one.rows))
    colours = ("grey", "primary", "accent")
    return {
        "labels": [row.due_on.strftime("%d.%m.%y") for row in longest.rows],
        "series": [
            {
                "name": label(one.wish.value if one.wish else "as_it_is", "wish"),
                "type": "line",
                "colour": colours[place % 3],
                "values": [row.balance.tiyn / 100 for row in one.rows],
            }
            for place, one in enumerate(ways)
        ],
    }


@require_POST
@for_client
def refund_credit(request: Request, loan_id: UUID) -> HttpResponse:
    """The client's own money that lies with us goes back to the client's own account."""
    amount: Money = queries.position(request.actor, LoanId(loan_id)).credit
    try:
        actions.refund_credit(request.actor, request.now, loan_id=LoanId(loan_id), amount=amount)
        messages.success(request, _("Your money is on its way to your account."))
    except Refused as refusal:
        messages.error(request, words.refusal(refusal), extra_tags="danger")
    return redirect("client:loan", loan_id)
