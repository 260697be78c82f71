"""Propose a new version of a product."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.terms import rules
from nesie.foundation.terms.models import Product, ProductVersion
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProductVersionId


@use_case
def draft_product_version(actor: Actor, now: datetime, *, draft: rules.ProductDraft) -> ProductVersionId:
    """Write down the next version of a product; it is sold only after `release_product_version`.

    The first version of a code makes the product. A draft whose class differs from the product's is refused, and one
    that could never be sold.
    """
    rules.check_form(draft)
    product, _ = Product.objects.get_or_create(code=draft.code, defaults={"product_class": draft.product_class.value})
    rules.check_class(draft, rules.ProductClass(product.product_class))
    # Two officers drafting at once meet at the unique constraint; the lock makes the second wait instead.
    Product.objects.select_for_update().get(id=product.id)
    last = ProductVersion.objects.filter(product=product).aggregate(last=Max("number"))["last"] or 0
    version = ProductVersion.objects.create(
        product=product,
        number=last + 1,
        names=draft.names,
        annual_rate=str(draft.annual_rate.ratio),
        least_amount_tiyn=draft.least_amount.tiyn,
        most_amount_tiyn=draft.most_amount.tiyn,
        least_term=draft.least_term,
        most_term=draft.most_term,
        unit=draft.unit.value,
        single_payment=draft.single_payment,
        methods=[method.value for method in draft.methods],
        day_count=draft.day_count.value,
        payment_step_tiyn=draft.payment_step.tiyn,
        fixed_payment_step_tiyn=draft.fixed_payment_step.tiyn,
        every=draft.every,
        period_interest=draft.period_interest.value,
        due_day=draft.due_day,
        non_working_day=draft.non_working_day.value,
        grace_principal=draft.grace_principal,
        grace_interest=draft.grace_interest,
        balloon=str(draft.balloon.ratio) if draft.balloon is not None else "",
        parts=list(draft.parts),
        line_days=draft.line_days,
        line_restored=draft.line_restored,
        borrowers=[kind.value for kind in draft.borrowers],
        business=draft.business,
        valid_from=draft.valid_from,
        drafted_at=now,
    )
    return ProductVersionId(version.id)
