"""Open to anybody, with no token: the lender, its texts, its products, and what a loan would cost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from nesie.entrypoints.api.routes.calls import Call
from nesie.entrypoints.api.schemas import public as schemas
from nesie.entrypoints.api.schemas.words import MOST_TIYN, In, PaperLanguage
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms import rules
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound

router = Router(tags=["Open to anybody"], auth=None)


@router.get("/lender", response=schemas.Organisation)
def organisation(request: Call) -> Any:
    """The lender's details and its first head (clause 7.2)."""
    return lender.organisation()


@router.get("/rules/{kind}/{language}", response=schemas.RulesText)
def rules_document(request: Call, kind: RulesKind, language: PaperLanguage) -> Any:
    """The granting rules, or the rights and duties, in force (clauses 8.2, 8.5)."""
    return lender.rules_document(kind, language)


@router.get("/products", response=list[schemas.Product])
def open_products(request: Call) -> Any:
    """Products one can apply for today."""
    return list(terms.open_products(business_day(request.now)))


class Wish(In):
    """An amount, and a term in the unit of the product."""

    amount_tiyn: int = Field(ge=1, le=MOST_TIYN)
    term: int = Field(ge=1, le=1200)


@router.get("/products/{product_id}/schedules", response=list[schemas.Calculated])
def schedules(request: Call, product_id: UUID, wish: Query[Wish]) -> Any:
    """The calculator: one schedule for each method of the product, side by side (clause 8.4). Nothing is kept."""
    today = business_day(request.now)
    version = {one.id: one for one in terms.open_products(today)}.get(ProductVersionId(product_id))
    if version is None:
        raise NotFound
    return [_calculated(version, wish, method, request) for method in version.draft.methods]


def _calculated(version: rules.ProductVersionView, wish: Wish, method: rules.Method, request: Call) -> dict[str, Any]:
    agreed = rules.terms_for(version, amount=Money(wish.amount_tiyn), term=wish.term, method=method)
    plan = rules.schedule(agreed, business_day(request.now), calendar=norms.calendar())
    return {
        "method": method,
        "gesv_percent": rules.gesv(rules.flows(plan)).shown_pct,
        "total_tiyn": plan.totals.payment,
        "overpayment_tiyn": plan.overpayment,
        "plan": plan,
    }
