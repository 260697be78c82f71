"""Pages anyone may read: what is lent, by whom, under which rules, and the way in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import calculator as calculators
from nesie.entrypoints.web import forms, words
from nesie.entrypoints.web.middleware import LANGUAGE_COOKIE, LANGUAGES
from nesie.entrypoints.web.request import Request
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind, RulesNotPublished
from nesie.foundation.norms.rules import business_day
from nesie.journey.payments.rules import OPEN_WAYS
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused

YEAR_SECONDS = 31_536_000


@require_GET
def brand(request: Request) -> HttpResponse:
    """The lender's colours as a style sheet (clause 24.1)."""
    colours = lender.organisation().brand
    response = render(request, "web/brand.css", {"colours": colours}, content_type="text/css")
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_POST
def language(request: Request) -> HttpResponse:
    """Keep the reader's language and come back to the same page."""
    response = HttpResponseRedirect(safe_back(request))
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    return response


@require_GET
def landing(request: Request) -> HttpResponse:
    """The first page: the product and its price before anything is asked."""
    return render(request, "web/landing.html", _calculated(request))


@require_GET
def calculator(request: Request) -> HttpResponse:
    """The calculator; for HTMX only its result."""
    template = "web/calculator_result.html" if request.headers.get("HX-Request") else "web/calculator.html"
    return render(request, template, _calculated(request))


@require_GET
def about_lender(request: Request) -> HttpResponse:
    """Addresses, phones, fax, e-mail and the first head (clause 7.2)."""
    code = (get_language() or "kk")[:2]
    facts = lender.organisation()
    page = {
        "facts": facts,
        "legal_address": facts.legal_address[code],
        "actual_address": facts.actual_address[code],
        "head_position": facts.head_position[code],
    }
    return render(request, "web/lender.html", page)


@require_GET
def rules(request: Request, kind: str) -> HttpResponse:
    """The granting rules, or the rights and duties, in force (clauses 8.2, 8.5)."""
    if kind not in set(RulesKind):
        raise Http404
    try:
        document = lender.rules_document(RulesKind(kind), get_language() or "kk")
    except RulesNotPublished:
        document = None
    return render(request, "web/rules.html", {"document": document, "kind": kind})


@require_GET
def repay(request: Request) -> HttpResponse:
    """The ways to repay, with details (clause 7.6)."""
    repayment = lender.organisation().repayment
    bank = repayment.bank[(get_language() or "kk")[:2]]
    page = {"repayment": repayment, "bank": bank, "open_ways": OPEN_WAYS}
    return render(request, "web/repay.html", page)


def safe_back(request: Request, default: str = "/") -> str:
    """Where the form says it came from, if that is one of our own pages."""
    back = request.POST.get("back", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else default


def _calculated(request: Request) -> dict[str, Any]:
    today = business_day(request.now)
    products = calculators.open_products(today)
    if not products:
        return {"products": []}
    by_code = {version.code: (version, limits) for version, limits in products}
    usual = calculators.usual(version for version, _limits in products)
    version, limits = by_code.get(request.GET.get("product", ""), by_code[usual.code])
    start = {"amount": min(300_000, limits["amount"]["max"]), "term": min(12, limits["term"]["max"])}
    amount = forms.whole(request.GET, "amount", start["amount"])
    term = forms.whole(request.GET, "term", start["term"])
    page: dict[str, Any] = {
        "products": [(v, v.name((get_language() or "kk")[:2]), ends) for v, ends in products],
        "chosen": version,
        "limits": limits,
        "amount": amount,
        "term": term,
    }
    try:
        found = calculators.variants(version, Money(amount * 100), term, today)
    except Refused as refusal:
        return page | {"refusal": words.refusal(refusal)}
    return page | {"variants": found, "chart": calculators.payments_chart(found)}
