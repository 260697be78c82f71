"""Reads of the products and of the limits in force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import rules
from nesie.foundation.terms.models import ProductVersion
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound


def open_products(on: date) -> tuple[rules.ProductVersionView, ...]:
    """The version in force of each product on a day: the last one released and valid by then, in order of code."""
    versions = (
        ProductVersion.objects.filter(release__isnull=False, valid_from__lte=on)
        .select_related("product", "release")
        .order_by("product__code", "-valid_from", "-number")
        .distinct("product__code")
    )
    return tuple(_view(version) for version in versions)


def product_version(version_id: ProductVersionId) -> rules.ProductVersionView:
    """One version, released or not; NotFound otherwise."""
    version = ProductVersion.objects.select_related("product", "release").filter(id=version_id).first()
    if version is None:
        raise NotFound
    return _view(version)


def versions() -> tuple[rules.ProductVersionView, ...]:
    """Every version of every product, newest first within a product: the staff page."""
    every = ProductVersion.objects.select_related("product", "release").order_by("product__code", "-number")
    return tuple(_view(version) for version in every)


@norms.read_once()
def caps(product_class: rules.ProductClass, on: date) -> rules.Caps:
    """The limits in force for a class of products on the date of the contract (regulation: joint Res. 62/45)."""
    if product_class is rules.ProductClass.GENERAL:
        return rules.Caps(gesv=Rate.of(norms.decimal("gesv_cap", on)))
    most_mrp = norms.decimal("st_max_mrp", on)
    return rules.Caps(
        gesv=Rate.of(norms.decimal("st_gesv_cap", on)),
        day_rate_below=Rate.of(norms.decimal("st_day_rate_lt", on)),
        most_days=norms.integer("st_max_days", on),
        most_amount=Money(int(norms.mrp(on).tiyn * most_mrp)),
    )


def _view(version: ProductVersion) -> rules.ProductVersionView:
    draft = rules.ProductDraft(
        code=version.product.code,
        product_class=rules.ProductClass(version.product.product_class),
        names=version.names,
        annual_rate=Rate(Fraction(version.annual_rate)),
        least_amount=Money(version.least_amount_tiyn),
        most_amount=Money(version.most_amount_tiyn),
        least_term=version.least_term,
        most_term=version.most_term,
        unit=rules.Unit(version.unit),
        single_payment=version.single_payment,
        methods=tuple(rules.Method(method) for method in version.methods),
        valid_from=version.valid_from,
        day_count=rules.DayCount(version.day_count),
        payment_step=Money(version.payment_step_tiyn),
        fixed_payment_step=Money(version.fixed_payment_step_tiyn),
        every=version.every,
        period_interest=rules.PeriodInterest(version.period_interest),
        due_day=version.due_day,
        non_working_day=rules.NonWorkingDay(version.non_working_day),
        grace_principal=version.grace_principal,
        grace_interest=version.grace_interest,
        balloon=Rate(Fraction(version.balloon)) if version.balloon else None,
        parts=tuple(version.parts),
        line_days=version.line_days,
        line_restored=version.line_restored,
        borrowers=tuple(rules.BorrowerKind(kind) for kind in version.borrowers),
        business=version.business,
    )
    return rules.ProductVersionView(
        id=ProductVersionId(version.id), number=version.number, draft=draft, released=hasattr(version, "release")
    )
