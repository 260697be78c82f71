"""The draft schedules of an application as of a day; shared by screening and by the offer."""

from __future__ import annotations

from datetime import date

from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import NormMissing, NormUnconfirmed
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms.rules import Schedule, schedule, terms_for
from nesie.journey.applications import rules
from nesie.journey.applications.models import Application
from nesie.journey.applications.rules import Draft
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import Money


def drafts_of(row: Application, on: date) -> tuple[tuple[Draft, ...], str]:
    """The drafts under the caps of the day, and the code of a cap that may not be used ('' when all may)."""
    version = terms.product_version(ProductVersionId(row.product_version_id))
    try:
        caps = terms.caps(version.draft.product_class, on)
    except (NormMissing, NormUnconfirmed) as gap:
        return (), str(gap.params.get("code", ""))
    amount = Money(row.amount_tiyn)
    found = rules.drafts(version, amount=amount, term=row.term, disbursed_on=on, caps=caps, calendar=norms.calendar())
    return found, ""


def whole_cost(row: Application, drafts: tuple[Draft, ...], on: date) -> tuple[Schedule, ...]:
    """The schedules the client's means are held against: of a credit line as if it were drawn whole at once."""
    if row.limit_tiyn is None:
        return tuple(draft.plan for draft in drafts)
    version = terms.product_version(ProductVersionId(row.product_version_id))
    whole, calendar = Money(row.limit_tiyn), norms.calendar()
    asked = (terms_for(version, amount=whole, term=row.term, method=draft.method) for draft in drafts)
    return tuple(schedule(one, on, calendar=calendar) for one in asked)
