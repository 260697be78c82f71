"""The books for the staff: trial balance, journal, one entry, one account, months, comparisons, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints import extracts
from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import BOOKKEEPERS, for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import four_eyes
from nesie.entrypoints.web.templatetags.web import ALMATY
from nesie.foundation.ledger import actions, queries, rules
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import queries as terms
from nesie.journey.loans import queries as loans
from nesie.kernel.ids import EntryId
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused

PAGE = 50
LINES = 200
SHOWN_COMPARISONS = 14
CHOICE = ("product_code", "valid_from", *(role.name.lower() for role in rules.CHOSEN))
_LAST_MOMENT = time(23, 59, 59, 999_999)


@require_GET
@for_staff(*BOOKKEEPERS)
def trial_balance(request: Request) -> HttpResponse:
    """Every account's opening balance, turnover and closing balance over a period, as known now or on an evening."""
    form = forms.Entered()
    first, last, known_on = _month_start(request), business_day(request.now), None
    try:
        first, last = _day(request, "first") or first, _day(request, "last") or last
        known_on = _day(request, "known")
        found = queries.turnovers(first, last, known_at=_evening(known_on))
    except Refused as refusal:
        form = forms.entered(request, refusal, "first", "last", "known")
        first, last = _month_start(request), business_day(request.now)
        found = queries.turnovers(first, last)
    names = _names()
    shown = [_turnover(row, names, first, last) for row in found.rows if row.moved or "all" in request.GET]
    off = {account.code for account in queries.accounts() if account.kind.off_balance}
    page = {
        "first": first,
        "last": last,
        "known": known_on,
        "every": "all" in request.GET,
        "rows": [row for row in shown if row["code"] not in off],
        "off_rows": [row for row in shown if row["code"] in off],
        "debit": Money.total(row.debit for row in found.rows if row.code not in off),
        "credit": Money.total(row.credit for row in found.rows if row.code not in off),
        "balanced": not found.difference,
        "form": form,
    }
    return _render(request, "trial", "web/staff/ledger.html", page, form.status)


def _names() -> dict[str, str]:
    """Every account's title in the reader's language: what it means, whatever its code."""
    return {account.code: label(account.chart.value, "account") for account in queries.accounts()}


def _turnover(row: rules.Turnover, names: Mapping[str, str], first: date, last: date) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": names[row.code],
        "address": f"{reverse('staff:ledger_account', args=[row.code])}?{urlencode({'first': first, 'last': last})}",
        "opening": row.opening,
        "debit": row.debit,
        "credit": row.credit,
        "closing": row.closing,
    }


@require_GET
@for_staff(*BOOKKEEPERS)
def account(request: Request, code: str) -> HttpResponse:
    """What each entry of a period moved on one account."""
    names = _names()
    if code not in names:
        raise Http404
    form, first, last = _period(request)
    offset = max(0, forms.whole(request.GET, "from", 0))
    found, more = queries.account_lines(code, first, last, limit=PAGE, offset=offset)
    about = _numbers(one.sub or one.entry.about for one in found)
    page = {
        "code": code,
        "name": names[code],
        "first": first,
        "last": last,
        "rows": [
            {"entry": one.entry, "debit": one.debit, "credit": one.credit} | _thing(one.sub or one.entry.about, about)
            for one in found
        ],
        "older": urlencode({"first": first, "last": last, "from": offset + PAGE}) if more else "",
        "form": form,
    }
    return _render(request, "trial", "web/staff/ledger_account.html", page, form.status)


@require_GET
@for_staff(*BOOKKEEPERS)
def journal(request: Request) -> HttpResponse:
    """The entries, newest first, searched by day, account, kind, and what they are about."""
    form, wanted, after = forms.Entered(), rules.JournalFilter(), None
    try:
        wanted = _wanted(request)
        after = EntryId(forms.uuid_of(request.GET["after"], "after")) if request.GET.get("after") else None
    except Refused as refusal:
        form = forms.entered(request, refusal, "first", "last", "about")
    found, more = queries.journal(wanted, limit=PAGE, after=after)
    about = _numbers(one.about for one in found)
    typed = {name: request.GET[name] for name in _FILTERS if request.GET.get(name)}
    page = {
        "rows": [{"entry": one} | _thing(one.about, about) for one in found],
        "typed": typed,
        "accounts": [
            (one.code, label(one.code, "account")) for one in sorted(rules.ACCOUNTS, key=lambda one: one.code)
        ],
        "kinds": queries.descriptions(),
        "older": urlencode(typed | {"after": str(found[-1].id)}) if more else "",
        "form": form,
    }
    return _render(request, "journal", "web/staff/ledger_journal.html", page, form.status)


_FILTERS = ("first", "last", "account", "kind", "about", "backdated")


def _wanted(request: Request) -> rules.JournalFilter:
    about = forms.plain(request.GET.get("about", ""))
    wanted = rules.JournalFilter(
        first=_day(request, "first"),
        last=_day(request, "last"),
        account=forms.plain(request.GET.get("account", "")) or None,
        description=forms.plain(request.GET.get("kind", "")) or None,
        backdated=bool(request.GET.get("backdated")),
    )
    if not about:
        return wanted
    known = loans.loan_of_number(about)
    return replace(wanted, about=known if known is not None else forms.uuid_of(about, "about"))


@require_GET
@for_staff(*BOOKKEEPERS)
def entry(request: Request, entry_id: UUID) -> HttpResponse:
    """One entry with its lines: why money moved, on which day, and whose it is."""
    head = queries.entry_view(EntryId(entry_id))
    after = max(0, forms.whole(request.GET, "after", 0))
    found = queries.entry_lines(head.id, limit=LINES, after=after)
    things = [line.account.sub for line in found.lines if line.account.sub is not None]
    numbers = _numbers([*things, head.about])
    page = {
        "entry": head,
        "about": _thing(head.about, numbers),
        "rows": [
            {
                "number": line.number,
                "code": line.account.code,
                "name": label(line.account.chart.value, "account"),
                "debit": line.debit,
                "credit": line.credit,
            }
            | (_thing(line.account.sub, numbers) if line.account.sub else {})
            for line in found.lines
        ],
        "after": found.lines[-1].number if found.more else "",
    }
    return _render(request, "journal", "web/staff/ledger_entry.html", page)


@require_http_methods(["GET", "POST"])
@for_staff(*BOOKKEEPERS)
def months(request: Request) -> HttpResponse:
    """The months closed, what closing the next one would close, and asking a second person for it."""
    preview = queries.preview_close(business_day(request.now))
    form = forms.Entered()
    if request.method == "POST" and preview is not None:
        try:
            rules.check_ready(preview.obstacles)
            end = preview.last_day.isoformat()
            return four_eyes.ask(request, "close_period", {"month": end}, _("Close the month for ever"))
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = {
        "preview": preview,
        "rows": _month_rows(preview) if preview is not None else [],
        "closed": queries.closed_months(),
        "may_ask": request.actor.has(*rules.PERMITTED["close_period"]),
        "form": form,
    }
    return _render(request, "months", "web/staff/ledger_months.html", page, form.status)


def _month_rows(preview: rules.ClosePreview) -> list[dict[str, Any]]:
    found = preview.turnovers
    names = _names()
    return [_turnover(row, names, found.first, found.last) for row in found.rows if row.moved]


@require_GET
@for_staff(*BOOKKEEPERS)
def reconciliation(request: Request) -> HttpResponse:
    """The comparisons of the loans with the books: every night, and nothing may differ."""
    found = queries.reconciliations(loans.PART, limit=SHOWN_COMPARISONS)
    newest = found[0] if found else None
    numbers = _numbers(one.thing for one in newest.examples) if newest else {}
    page = {
        "newest": newest,
        "examples": [
            {"account": label(one.account, "account"), "code": one.account, "own": one.own, "booked": one.booked}
            | _thing(one.thing, numbers)
            for one in (newest.examples if newest else ())
        ],
        "rows": found,
        "totals": _totals(newest),
        "months": [
            {"last_day": month.last_day, "closed_at": month.closed_at, "one": one, "totals": _totals(one)}
            for month in queries.closed_months()
            for one in month.compared
        ],
    }
    return _render(request, "reconciliation", "web/staff/ledger_reconciliation.html", page)


def _totals(found: rules.Reconciled | None) -> list[dict[str, Any]]:
    names = _names() if found else {}
    return [
        {"code": one.account, "name": names.get(one.account, ""), "own": one.own, "booked": one.booked}
        for one in (found.totals if found else ())
    ]


@require_http_methods(["GET", "POST"])
@for_staff(*BOOKKEEPERS)
def chart(request: Request) -> HttpResponse:
    """The accounts, what each means, and which of them a product's loans post to; asking to choose others."""
    form = forms.Entered()
    if request.method == "POST":
        typed = {name: forms.text(request, name) for name in CHOICE}
        try:
            return four_eyes.ask(request, "choose_accounts", typed, _("Choose accounts for a product"))
        except Refused as refusal:
            form = forms.entered(request, refusal, *CHOICE)
    products = {one.code: one.name(request.LANGUAGE_CODE) for one in terms.versions()}
    names = _names()
    page = {
        "sets": [
            {
                "product": products.get(one.product_code, one.product_code),
                "valid_from": one.valid_from,
                "codes": [one.codes[role] for role in rules.CHOSEN],
            }
            for one in queries.account_sets()
        ],
        "roles": [names[role.value] for role in rules.CHOSEN],
        "fields": [
            {
                "name": role.name.lower(),
                "label": names[role.value],
                "value": form.values.get(role.name.lower(), role.value),
                "error": form.errors.get(role.name.lower(), ""),
            }
            for role in rules.CHOSEN
        ],
        "products": list(products.items()),
        "chart": [
            {"code": one.code, "name": names[one.code], "kind": one.kind, "certainty": one.certainty}
            for one in queries.accounts()
        ],
        "may_ask": request.actor.has(*rules.PERMITTED["choose_accounts"]),
        "form": form,
    }
    return _render(request, "chart", "web/staff/ledger_chart.html", page, form.status)


@require_POST
@for_staff(*BOOKKEEPERS)
def export(request: Request) -> HttpResponseBase:
    """Take the journal, the trial balance or the balances out as a file; the audit trail keeps who did."""
    try:
        exported = actions.export_books(
            request.actor,
            request.now,
            extract=forms.one_of(rules.Extract, request, "extract"),
            form=forms.one_of(rules.Format, request, "form"),
            first=forms.given_day(request, "first"),
            last=forms.given_day(request, "last"),
        )
    except Refused as refusal:
        form = forms.entered(request, refusal, "first", "last")
        return _render(request, "files", "web/staff/ledger_files.html", _files(request, form), form.status)
    answer = StreamingHttpResponse(extracts.blocks(exported), content_type=extracts.MEDIA_TYPES[exported.form])
    answer["Content-Disposition"] = f'attachment; filename="{exported.file_name}"'
    return answer


@require_GET
@for_staff(*BOOKKEEPERS)
def files(request: Request) -> HttpResponse:
    """What can be taken out of the books as a file."""
    return _render(request, "files", "web/staff/ledger_files.html", _files(request, forms.Entered()))


def _files(request: Request, form: forms.Entered) -> dict[str, Any]:
    return {
        "first": form.values.get("first") or forms.shown(_month_start(request)),
        "last": form.values.get("last") or forms.shown(business_day(request.now)),
        "extracts": list(rules.Extract),
        "forms": list(rules.Format),
        "may_take": request.actor.has(*rules.PERMITTED["export_books"]),
        "form": form,
    }


def _render(request: Request, place: str, template: str, page: dict[str, Any], status: int = 200) -> HttpResponse:
    tabs = [
        {"title": title, "address": reverse(name), "here": place == key}
        for key, name, title in (
            ("trial", "staff:ledger", _("Trial balance")),
            ("journal", "staff:ledger_journal", _("Journal")),
            ("months", "staff:ledger_months", _("Closing of months")),
            ("reconciliation", "staff:ledger_reconciliation", _("Loans against the books")),
            ("chart", "staff:ledger_chart", _("Accounts")),
            ("files", "staff:ledger_files", _("Files")),
        )
    ]
    return render(request, template, page | {"tabs": tabs}, status=status)


def _numbers(things: Iterable[UUID | None]) -> dict[UUID, loans.Named]:
    return loans.named({thing for thing in things if thing is not None})


def _thing(thing: UUID, numbers: dict[UUID, loans.Named]) -> dict[str, Any]:
    """A loan or its contract with the address of its page; anything else by its id."""
    known = numbers.get(thing)
    if known is None:
        return {"thing": thing, "number": "", "loan_address": ""}
    return {"thing": thing, "number": known.number, "loan_address": reverse("staff:loan", args=[known.loan_id])}


def _period(request: Request) -> tuple[forms.Entered, date, date]:
    first, last = _month_start(request), business_day(request.now)
    try:
        typed = _day(request, "first") or first, _day(request, "last") or last
        rules.check_period(*typed)
    except Refused as refusal:
        return forms.entered(request, refusal, "first", "last"), first, last
    return forms.Entered(), *typed


def _day(request: Request, name: str) -> date | None:
    typed = forms.plain(request.GET.get(name, ""))
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise forms.FieldUnreadable(field=name) from error


def _month_start(request: Request) -> date:
    return business_day(request.now).replace(day=1)


def _evening(day: date | None) -> datetime | None:
    """The last moment of a day in Kazakhstan."""
    return datetime.combine(day, _LAST_MOMENT, tzinfo=ALMATY) if day is not None else None
