"""Applying for a loan: what must be read, where the money goes, how much; then the progress and the choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints.web import calculator, forms
from nesie.entrypoints.web.client.room import own_id
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind, RulesNotPublished
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms.rules import BorrowerKind, ProductVersionView
from nesie.journey.applications import actions, queries
from nesie.journey.applications.queries import ApplicationView, Move, OfferView
from nesie.journey.applications.rules import (
    ENABLED_METHODS,
    OPEN,
    STATUS_WORDS,
    DisbursementMethod,
    Purpose,
    Status,
    words_of,
)
from nesie.journey.clients import actions as client_actions
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import Matter
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import queries as loans
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, ContractId, OfferId
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused

STOPPED = frozenset({Status.DECLINED, Status.CANCELLED, Status.EXPIRED})
WAITING = frozenset({Status.SUBMITTED, Status.SCREENING, Status.APPROVED})


def shown(application: ApplicationView) -> dict[str, Any]:
    """An application as the pages show it, the product in words."""
    version = terms.product_version(application.product_version_id)
    facts = {name: getattr(application, name) for name in application.__dataclass_fields__}
    return facts | {"product": version.name((get_language() or "kk")[:2]), "unit": version.draft.unit.value}


def timeline(actor: Actor, application: ApplicationView) -> list[dict[str, Any]]:
    """Every state so far in words, the last one marked (clause 7.4)."""
    moves = queries.timeline(actor, application.id)
    return [_event(move, last=number == len(moves)) for number, move in enumerate(moves, start=1)]


def _event(move: Move, *, last: bool) -> dict[str, Any]:
    mark = "done"
    if move.status in STOPPED:
        mark = "stopped"
    elif last and move.status is not Status.CHOSEN:
        mark = "now"
    return {"title": _(STATUS_WORDS[move.status]), "at": move.at, "mark": mark, "reasons": _reasons(move)}


def _reasons(move: Move) -> list[str]:
    found = []
    for reason in move.reasons:
        try:
            found.append(_(words_of(reason)))
        except KeyError:  # an inner code, which staff see as it is
            found.append(reason.code)
    return found


def open_application(actor: Actor, client_id: Any) -> ApplicationView | None:
    """The newest application that still goes on."""
    found = queries.applications_of(actor, client_id)
    return next((one for one in found if one.status in OPEN), None)


@require_http_methods(["GET", "POST"])
@for_client
def apply(request: Request) -> HttpResponse:
    """First the granting rules, rights and duties, acknowledged in their version (clauses 8.2, 8.5)."""
    form = forms.Entered()
    if request.method == "POST":
        try:
            for text in _texts(request):
                if text["kind"] in request.POST.getlist("read"):
                    matter = Matter(text["kind"])
                    client_actions.acknowledge(request.actor, request.now, matter=matter, text_id=text["id"])
            if {text["kind"] for text in _texts(request) if text["acknowledged"]} == {one.value for one in RulesKind}:
                return redirect("client:apply_account")
            form = forms.Entered(general=_("Mark both texts as read."), status=422)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    return render(request, "web/client/apply_texts.html", {"texts": _texts(request), "form": form}, status=form.status)


def _texts(request: Request) -> list[dict[str, Any]]:
    known = {read.sha256 for read in clients.acknowledgements(request.actor, own_id(request))}
    found = []
    for kind in RulesKind:
        try:
            text = lender.rules_document(kind, get_language() or "kk")
        except RulesNotPublished:
            continue
        facts = {name: getattr(text, name) for name in ("id", "title", "body", "version", "language")}
        found.append(facts | {"kind": kind.value, "acknowledged": text.sha256 in known})
    return found


@require_http_methods(["GET", "POST"])
@for_client
def apply_account(request: Request) -> HttpResponse:
    """The way of getting the money and the account (clauses 8.6, 8.7)."""
    form = forms.Entered()
    if request.method == "POST":
        try:
            account = forms.text(request, "account")
            if account in ("", "new"):
                account = str(client_actions.add_account(request.actor, request.now, iban=forms.text(request, "iban")))
            method = forms.one_of(DisbursementMethod, request, "method")
            return HttpResponseRedirect(_sum_address(method.value, account))
        except Refused as refusal:
            form = forms.entered(request, refusal, "iban")
    page = {
        "form": form,
        "accounts": clients.accounts(request.actor, own_id(request)),
        # A refinancing is asked for from the page of the loan it repays.
        "methods": [
            {"code": one.value, "enabled": one in ENABLED_METHODS}
            for one in DisbursementMethod
            if one is not DisbursementMethod.REFINANCING
        ],
        "demo_people": [],
    }
    return render(request, "web/client/apply_account.html", page, status=form.status)


def _sum_address(method: str, account: str) -> str:
    return f"{reverse('client:apply_sum')}?{urlencode({'method': method, 'account': account})}"


@require_http_methods(["GET", "POST"])
@for_client
def apply_sum(request: Request) -> HttpResponse:
    """Product, amount, term and purpose; sending is the application (clause 7.1)."""
    today = business_day(request.now)
    client = clients.client(request.actor, own_id(request))
    kind = BorrowerKind(client.capacity)
    products = {version.code: version for version, _limits in calculator.open_products(today, kind)}
    if not products or "account" not in request.GET:
        return redirect("client:apply_account")
    chosen = products.get(request.POST.get("product", "")) or calculator.usual(products.values())
    limits = calculator.limits(chosen)
    refinanced = _refinanced(request)
    usual = refinanced["principal"].tiyn // 100 if refinanced else 300_000
    amount = forms.whole(request.POST, "amount", min(usual, limits["amount"]["max"]))
    term = forms.whole(request.POST, "term", min(12, limits["term"]["max"]))
    form = forms.Entered()
    if request.method == "POST":
        try:
            done = actions.submit_application(
                request.actor,
                request.now,
                product_version_id=chosen.id,
                amount=Money(amount * 100),
                term=term,
                purpose=forms.one_of(Purpose, request, "purpose"),
                disbursement_method=DisbursementMethod(request.GET.get("method", "bank_account")),
                account_id=UUID(request.GET["account"]),
                language=get_language() or "kk",
                politically_exposed=forms.text(request, "politically_exposed") == "yes",
                acting_for_self=forms.text(request, "acting_for_self") == "yes",
                limit=_limit(request, chosen),
                refinances=refinanced["contract_id"] if refinanced else None,
            )
            return redirect("client:application", done.application_id)
        except (Refused, ValueError) as error:
            refusal = error if isinstance(error, Refused) else forms.FieldUnreadable(field="account")
            form = forms.entered(request, refusal, "purpose", "limit", "product")
    language = (get_language() or "kk")[:2]
    found = calculator.variants_or_none(chosen, Money(amount * 100), term, today)
    page = {
        "form": form,
        "products": [(v, v.name(language), calculator.limits(v)) for v in products.values()],
        "chosen": chosen,
        "limits": limits,
        "amount": amount,
        "term": term,
        "refinanced": refinanced,
        "has_line": any(version.draft.line_days is not None for version in products.values()),
        "purposes": _purposes(products.values()),
        "entity": client.is_entity,
        "variants": found,
        "chart": calculator.payments_chart(found) if found else None,
    }
    return render(request, "web/client/apply_sum.html", page, status=form.status)


def _purposes(products: Iterable[ProductVersionView]) -> list[str]:
    """Those that fit some product; which fits the chosen one is judged when the application comes."""
    served = {version.draft.business for version in products}
    return [purpose.value for purpose in Purpose if purpose.business in served]


def _limit(request: Request, chosen: ProductVersionView) -> Money | None:
    """The limit of a credit line, as typed; None for a product that is none."""
    typed = forms.text(request, "limit")
    return forms.tenge(typed, "limit") if chosen.draft.line_days is not None and typed else None


def _refinanced(request: Request) -> dict[str, Any] | None:
    """The loan to be repaid by the one asked for, when the page was opened from it; NotFound when it is another's."""
    given = request.GET.get("refinances", "")
    if not given:
        return None
    contract_id = ContractId(forms.uuid_of(given, "refinances"))
    found = contracts.contract(request.actor, contract_id, request.now)
    loan_id = loans.loan_of_contract(contract_id)
    if loan_id is None:
        return None
    principal = loans.position(request.actor, loan_id).principal
    return {"contract_id": contract_id, "number": found.number, "principal": principal}


@require_GET
@for_client
def application(request: Request, application_id: UUID) -> HttpResponse:
    """Progress and result (clause 7.4); renews itself while the checks run."""
    view = queries.application(request.actor, ApplicationId(application_id))
    page = {
        "application": shown(view),
        "timeline": timeline(request.actor, view),
        "waiting": view.status in WAITING,
        "offered": view.status is Status.OFFERED,
        "chosen": view.status is Status.CHOSEN,
        "contract": contracts.contract_of_application(request.actor, view.id, request.now),
        "may_cancel": view.status in OPEN,
    }
    return render(request, "web/client/application.html", page)


@require_POST
@for_client
def cancel_application(request: Request, application_id: UUID) -> HttpResponse:
    """Withdraw it."""
    actions.cancel_application(request.actor, request.now, application_id=ApplicationId(application_id))
    messages.success(request, _("The application is withdrawn."))
    return redirect("client:home")


@require_GET
@for_client
def offers(request: Request, application_id: UUID) -> HttpResponse:
    """The draft schedules side by side (clauses 8.3, 8.4)."""
    view = queries.application(request.actor, ApplicationId(application_id))
    found = queries.offers(request.actor, view.id)
    if not found:
        return redirect("client:application", application_id)
    least = min((one.overpayment for one in found if one.within_caps), default=None)
    page: dict[str, Any] = {"application": shown(view), "offers": [_compared(one, least) for one in found]}
    lines = [(o.method.value, [(row.due_on.strftime("%d.%m.%y"), row.payment) for row in o.plan.rows]) for o in found]
    if len(found[0].plan.rows) > 1:
        page["chart"] = calculator.chart(lines, _("Payment by instalment"))
    return render(request, "web/client/offers.html", page)


def _compared(offer: OfferView, least: Money | None) -> dict[str, Any]:
    return {
        "id": offer.id,
        "method": offer.method.value,
        "title": label(offer.method.value, "method"),
        "rows": offer.plan.rows,
        "first_payment": offer.plan.rows[0].payment,
        "last_payment": offer.plan.rows[-1].payment,
        "overpayment": offer.overpayment,
        "total": offer.total,
        "gesv": offer.gesv_percent,
        "cheapest": offer.overpayment == least,
        "may_choose": offer.within_caps,
    }


@require_POST
@for_client
def choose_offer(request: Request, application_id: UUID) -> HttpResponse:
    """The client's own choice among the schedules."""
    actions.choose_offer(
        request.actor,
        request.now,
        application_id=ApplicationId(application_id),
        offer_id=OfferId(forms.identifier(request, "offer")),
    )
    return redirect("client:application", application_id)
