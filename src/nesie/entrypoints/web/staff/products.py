"""Products: their versions beside each other, a new draft, and its release by two persons."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints.web import forms, words
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import four_eyes
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import actions, queries, rules
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound, Refused

Choice = TypeVar("Choice", bound=StrEnum)
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NUMBER = re.compile(r"[0-9]{1,13}([.][0-9]{1,6})?")
_MOST_TERM = 32_767
_GAPS = re.compile(r"[,;\s]+")
_MOST_PARTS, _MOST_SHARE_FIGURES = 120, 6

CONDITIONS: dict[str, str] = {
    "code": gettext_noop("Code"),
    "product_class": gettext_noop("Limits of the Law"),
    "names": gettext_noop("Name of the product"),
    "annual_rate": gettext_noop("Annual rate"),
    "least_amount": gettext_noop("Smallest loan"),
    "most_amount": gettext_noop("Largest loan"),
    "least_term": gettext_noop("Shortest term"),
    "most_term": gettext_noop("Longest term"),
    "unit": gettext_noop("The term is counted in"),
    "single_payment": gettext_noop("Repaid at once, at the end"),
    "methods": gettext_noop("Ways of repaying"),
    "valid_from": gettext_noop("Sold from"),
    "day_count": gettext_noop("How days become a part of a year"),
    "payment_step": gettext_noop("Payments are multiples of"),
    "fixed_payment_step": gettext_noop("Round payments are multiples of"),
    "every": gettext_noop("Units of the term between payments"),
    "period_interest": gettext_noop("Interest of a period"),
    "due_day": gettext_noop("Day of the month of payments"),
    "non_working_day": gettext_noop("Payments on days off"),
    "grace_principal": gettext_noop("First payments without principal"),
    "grace_interest": gettext_noop("First payments without interest"),
    "balloon": gettext_noop("Kept for the last payment, percent of the principal"),
    "parts": gettext_noop("Shares of the principal, payment by payment"),
    "line_days": gettext_noop("Credit line: days it may be drawn"),
    "line_restored": gettext_noop("Principal repaid may be drawn again"),
    "borrowers": gettext_noop("Granted to"),
    "business": gettext_noop("For the purposes of a business"),
}
FLAGS = ("single_payment", "line_restored", "business")
TYPED = (
    "code",
    "product_class",
    *(f"name_{language}" for language in rules.LANGUAGES),
    *(name for name in CONDITIONS if name not in ("code", "product_class", "names", "methods", "borrowers", *FLAGS)),
)


@require_GET
@for_staff()
def products(request: Request) -> HttpResponse:
    """Every product with its versions: on sale, waiting for release, of the past."""
    today = business_day(request.now)
    in_force = {one.id for one in queries.open_products(today)}
    found = [
        (code, [(one, one.name(request.LANGUAGE_CODE), _state(one, in_force, today)) for one in versions])
        for code, versions in groupby(queries.versions(), key=lambda one: one.code)
    ]
    page = {"products": found, "may_draft": _may(request, "draft_product_version")}
    return render(request, "web/staff/products.html", page)


@require_http_methods(["GET", "POST"])
@for_staff()
def product(request: Request, version_id: UUID) -> HttpResponse:
    """One version: its conditions beside another version's, what it costs, and asking for its release."""
    version = queries.product_version(ProductVersionId(version_id))
    form = forms.Entered()
    if request.method == "POST":
        typed = {"version_id": str(version.id), "why": forms.text(request, "why")}
        try:
            rules.check_not_released(version)
            rules.check_draft(version.draft, _caps(version.draft), norms.calendar())
            if not typed["why"]:
                raise four_eyes.FieldEmpty(field="why")
            return four_eyes.ask(
                request, "release_product_version", typed, f"{version.code} {version.number}: {typed['why']}"
            )
        except Refused as refusal:
            form = forms.entered(request, refusal, "why")
    siblings = [one for one in queries.versions() if one.code == version.code and one.id != version.id]
    other, today = _other(request, siblings, version), business_day(request.now)
    page = {
        "version": version,
        "name": version.name(request.LANGUAGE_CODE),
        "state": _state(version, {one.id for one in queries.open_products(today)}, today),
        "siblings": siblings,
        "other": other,
        "rows": _beside(version.draft, other.draft if other else None),
        "corners": _corners(version.draft),
        "may_ask": not version.released and _may(request, "release_product_version"),
        "may_draft": _may(request, "draft_product_version"),
        "form": form,
    }
    return render(request, "web/staff/product.html", page, status=form.status)


@require_http_methods(["GET", "POST"])
@for_staff(*rules.PERMITTED["draft_product_version"])
def draft(request: Request) -> HttpResponse:
    """The form of a new version, empty or with the conditions of another; saving drafts it."""
    form = forms.Entered(values=_values_of(request))
    if request.method == "POST":
        try:
            version_id = actions.draft_product_version(request.actor, request.now, draft=_typed(request))
        except Refused as refusal:
            form = forms.entered(request, refusal, *TYPED)
            chosen: dict[str, Any] = {name: request.POST.getlist(name) for name in ("methods", "borrowers")}
            chosen |= {name: name in request.POST for name in FLAGS}
            form = forms.Entered({**form.values, **chosen}, form.errors, form.general, form.status)
        else:
            messages.success(request, _("Drafted. It is sold only after two persons release it."))
            return redirect("staff:product", version_id=version_id)
    page = {
        "form": form,
        "classes": [(one.value, label(one.value, "product_class")) for one in rules.ProductClass],
        "units": [(one.value, label(one.value, "unit")) for one in rules.Unit],
        "day_counts": [(one.value, label(one.value, "day_count")) for one in rules.DayCount],
        "period_interests": [(one.value, label(one.value, "period_interest")) for one in rules.PeriodInterest],
        "non_working_days": [(one.value, label(one.value, "non_working_day")) for one in rules.NonWorkingDay],
        "methods": [(one.value, label(one.value, "method")) for one in rules.Method],
        "borrowers": [(one.value, label(one.value, "borrower")) for one in rules.BorrowerKind],
    }
    return render(request, "web/staff/product_draft.html", page, status=form.status)


def _may(request: Request, act: str) -> bool:
    return request.actor.has(*rules.PERMITTED[act])


def _state(version: rules.ProductVersionView, in_force: set[ProductVersionId], today: date) -> str:
    if not version.released:
        return "drafted"
    if version.id in in_force:
        return "on_sale"
    return "released" if version.draft.valid_from > today else "replaced"


def _other(
    request: Request, siblings: list[rules.ProductVersionView], version: rules.ProductVersionView
) -> rules.ProductVersionView | None:
    """The version to compare with: the one asked for, else the one before."""
    asked = request.GET.get("with", "")
    chosen = next((one for one in siblings if str(one.id) == asked), None)
    return chosen or next((one for one in siblings if one.number < version.number), None)


def _beside(one: rules.ProductDraft, other: rules.ProductDraft | None) -> list[dict[str, Any]]:
    changed = {found.field for found in rules.differences(other, one)} if other else set()
    return [
        {
            "title": _(title),
            "value": _shown(name, one),
            "before": _shown(name, other) if other else "",
            "changed": name in changed,
        }
        for name, title in CONDITIONS.items()
    ]


def _shown(name: str, draft: rules.ProductDraft) -> str:
    value = getattr(draft, name)
    if name == "names":
        return " · ".join(value[language] for language in rules.LANGUAGES if language in value)
    if name == "methods":
        return ", ".join(label(method.value, "method") for method in value)
    if name == "borrowers":
        return ", ".join(label(kind.value, "borrower") for kind in value)
    if name in FLAGS:
        return _("Yes") if value else _("No")
    if name in ("unit", "product_class", "day_count", "period_interest", "non_working_day"):
        return label(value.value, name)
    if name == "parts":
        return ", ".join(str(part) for part in value) or "—"
    if value is None:
        return "—"
    return str(words.plain(value) if not isinstance(value, int) else value)


def _caps(draft: rules.ProductDraft) -> rules.Caps:
    return queries.caps(draft.product_class, draft.valid_from)


def _corners(draft: rules.ProductDraft) -> list[dict[str, Any]]:
    """What a loan costs at the corners of the product, and the limit it breaks, if any, with the reason."""
    found = []
    version = rules.ProductVersionView(ProductVersionId(UUID(int=0)), 0, draft, False)
    try:
        caps = _caps(draft)
    except Refused:
        return []
    for method in draft.methods:
        for term in sorted({draft.least_term, draft.most_term}):
            terms = rules.terms_for(version, amount=draft.most_amount, term=term, method=method)
            found.append({"method": method.value, "term": term, **_cost(terms, draft.valid_from, caps)})
    return found


def _cost(terms: rules.Terms, on: date, caps: rules.Caps) -> dict[str, Any]:
    try:
        plan = rules.schedule(terms, on, calendar=norms.calendar())
        rate = rules.gesv(rules.flows(plan))
    except (rules.TermsUnfit, rules.NoGesv) as unfit:
        return {"reason": _(str(unfit))}
    told: dict[str, Any] = {"gesv": rate.shown_pct, "overpayment": plan.overpayment, "reason": ""}
    try:
        rules.check_caps(terms, plan, rate, caps)
    except rules.CapExceeded as above:
        told["reason"] = words.refusal(above)
    return told


def _typed(request: Request) -> rules.ProductDraft:
    """The draft somebody typed; FieldUnreadable by the first field that cannot be read."""
    code = forms.text(request, "code")
    if not _CODE.fullmatch(code):
        raise forms.FieldUnreadable(field="code")
    try:
        methods = tuple(rules.Method(one) for one in request.POST.getlist("methods"))
    except ValueError as error:
        raise forms.FieldUnreadable(field="methods") from error
    try:
        borrowers = tuple(rules.BorrowerKind(one) for one in request.POST.getlist("borrowers"))
    except ValueError as error:
        raise forms.FieldUnreadable(field="borrowers") from error
    return rules.ProductDraft(
        code=code,
        product_class=forms.one_of(rules.ProductClass, request, "product_class"),
        names={language: forms.text(request, f"name_{language}")[:100] for language in rules.LANGUAGES},
        annual_rate=Rate(Fraction(_number(request, "annual_rate")) / 100),
        least_amount=_money(request, "least_amount"),
        most_amount=_money(request, "most_amount"),
        least_term=_term(request, "least_term"),
        most_term=_term(request, "most_term"),
        unit=forms.one_of(rules.Unit, request, "unit"),
        single_payment="single_payment" in request.POST,
        methods=methods,
        valid_from=forms.given_day(request, "valid_from"),
        day_count=forms.one_of(rules.DayCount, request, "day_count"),
        payment_step=_step(request, "payment_step"),
        fixed_payment_step=_step(request, "fixed_payment_step"),
        every=_maybe(request, "every") or 1,
        period_interest=_one_of(rules.PeriodInterest, request, "period_interest", rules.PeriodInterest.DAILY),
        due_day=_maybe(request, "due_day"),
        non_working_day=_one_of(rules.NonWorkingDay, request, "non_working_day", rules.NonWorkingDay.LEAVE),
        grace_principal=_maybe(request, "grace_principal") or 0,
        grace_interest=_maybe(request, "grace_interest") or 0,
        balloon=Rate(Fraction(_number(request, "balloon")) / 100) if forms.text(request, "balloon") else None,
        parts=_parts(request),
        line_days=_maybe(request, "line_days"),
        line_restored="line_restored" in request.POST,
        borrowers=borrowers,
        business="business" in request.POST,
    )


def _maybe(request: Request, name: str) -> int | None:
    """A number that may be left empty."""
    return _term(request, name) if forms.text(request, name) else None


def _one_of(enum: type[Choice], request: Request, name: str, usual: Choice) -> Choice:
    return forms.one_of(enum, request, name) if forms.text(request, name) else usual


def _parts(request: Request) -> tuple[int, ...]:
    """Shares as people write them: `1, 1, 2`."""
    typed = [one for one in _GAPS.split(forms.text(request, "parts")) if one]
    if len(typed) > _MOST_PARTS or not all(one.isdecimal() and len(one) <= _MOST_SHARE_FIGURES for one in typed):
        raise forms.FieldUnreadable(field="parts")
    return tuple(int(one) for one in typed)


def _number(request: Request, name: str) -> Decimal:
    typed = forms.text(request, name).replace(",", ".").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if not _NUMBER.fullmatch(typed):
        raise forms.FieldUnreadable(field=name)
    return Decimal(typed)


def _money(request: Request, name: str) -> Money:
    try:
        return Money.tenge(_number(request, name))
    except ValueError as error:
        raise forms.FieldUnreadable(field=name) from error


def _step(request: Request, name: str) -> Money:
    step = _money(request, name)
    if not step:
        raise forms.FieldUnreadable(field=name)
    return step


def _term(request: Request, name: str) -> int:
    term = forms.whole(request.POST, name, -1)
    if not 0 <= term <= _MOST_TERM:
        raise forms.FieldUnreadable(field=name)
    return term


def _values_of(request: Request) -> dict[str, Any]:
    """What stands in the form at first: another version's conditions, or the usual steps."""
    source = request.GET.get("of", "")
    if not source:
        return {
            "day_count": "act/365",
            "payment_step": "0.01",
            "fixed_payment_step": "1000",
            "methods": [],
            "borrowers": [kind.value for kind in rules.CONSUMERS],
            "every": "1",
            "grace_principal": "0",
            "grace_interest": "0",
        }
    try:
        found = queries.product_version(ProductVersionId(forms.uuid_of(source, "of"))).draft
    except forms.FieldUnreadable as error:
        raise NotFound from error
    values: dict[str, Any] = {one.name: forms.shown(getattr(found, one.name)) for one in fields(found)}
    values |= {f"name_{language}": found.names.get(language, "") for language in rules.LANGUAGES}
    values["annual_rate"] = format(found.annual_rate.as_percent(6).normalize(), "f")
    values["balloon"] = format(found.balloon.as_percent(6).normalize(), "f") if found.balloon is not None else ""
    values["parts"] = ", ".join(str(part) for part in found.parts)
    values |= {name: "" for name in ("due_day", "line_days") if getattr(found, name) is None}
    values["borrowers"] = [kind.value for kind in found.borrowers]
    return values | {"methods": [method.value for method in found.methods]} | {n: getattr(found, n) for n in FLAGS}
