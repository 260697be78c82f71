"""Three schedules side by side, for the calculator and for the offers (clause 8.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from nesie.entrypoints.web.labels import label
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms import rules
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of repaying, with the figures a client compares."""

    method: str
    plan: rules.Schedule
    gesv: rules.Gesv
    cheapest: bool

    @property
    def first_payment(self) -> Money:
        """The payment of the first instalment."""
        return self.plan.rows[0].payment

    @property
    def last_payment(self) -> Money:
        """The payment of the last instalment."""
        return self.plan.rows[-1].payment


def limits(version: rules.ProductVersionView) -> dict[str, Any]:
    """The sliders' ends for a product: amounts in whole tenge, term in the product's unit."""
    draft = version.draft
    unit = {"days": _("days"), "weeks": _("weeks"), "months": _("months")}[draft.unit.value]
    return {
        "amount": {
            "min": draft.least_amount.tiyn // 100,
            "max": draft.most_amount.tiyn // 100,
            "step": 5_000 if draft.most_amount.tiyn <= 50_000_000 else 10_000,
            "unit": "₸",
        },
        "term": {"min": draft.least_term, "max": draft.most_term, "step": draft.every, "unit": unit},
    }


def variants(version: rules.ProductVersionView, amount: Money, term: int, on: date) -> list[Variant]:
    """The schedules of every method of the product; refuses as `terms_for` does."""
    found = []
    for method in version.draft.methods:
        terms_of_it = rules.terms_for(version, amount=amount, term=term, method=method)
        plan = rules.schedule(terms_of_it, on, calendar=norms.calendar())
        found.append((method.value, plan, rules.gesv(rules.flows(plan))))
    least = min(plan.totals.interest for _method, plan, _gesv in found)
    single = len({plan.totals.interest for _method, plan, _gesv in found}) == 1
    return [Variant(m, plan, gesv, cheapest=not single and plan.totals.interest == least) for m, plan, gesv in found]


def variants_or_none(version: rules.ProductVersionView, amount: Money, term: int, on: date) -> list[Variant] | None:
    """The same; None when the product does not allow it."""
    try:
        return variants(version, amount, term, on)
    except Refused:
        return None


def chart(found: list[tuple[str, list[tuple[str, Money]]]], title: str) -> dict[str, Any]:
    """Lines of payments over time, one for each method, for the chart's data block."""
    longest = max((points for _name, points in found), key=len)
    colours = ("primary", "accent", "blue")
    return {
        "title": title,
        "labels": [when for when, _amount in longest],
        "series": [
            {
                "name": label(name, "method"),
                "type": "line" if len(points) > 1 else "bar",
                "colour": colours[n % 3],
                "values": [amount.tiyn / 100 for _when, amount in points],
            }
            for n, (name, points) in enumerate(found)
        ],
    }


def payments_chart(found: list[Variant]) -> dict[str, Any]:
    """The chart of the calculator's variants."""
    lines = [(v.method, [(row.due_on.strftime("%d.%m.%y"), row.payment) for row in v.plan.rows]) for v in found]
    return chart(lines, _("Payment by instalment"))


def open_products(
    on: date, borrower: rules.BorrowerKind | None = None
) -> list[tuple[rules.ProductVersionView, dict[str, Any]]]:
    """Products one can take today, each with its limits; only those for a kind of borrower, if one is named."""
    found = [one for one in terms.open_products(on) if borrower is None or borrower in one.draft.borrowers]
    return [(version, limits(version)) for version in sorted(found, key=lambda one: one.draft.business)]


def usual(versions: Iterable[rules.ProductVersionView]) -> rules.ProductVersionView:
    """The product shown at first: the largest for consumers, else the largest."""
    return max(versions, key=lambda one: (not one.draft.business, one.draft.most_amount))
