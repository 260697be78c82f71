"""Let a drafted version of a product out to be sold."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import queries, rules
from nesie.foundation.terms.models import Product, ProductRelease
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProductVersionId


@use_case
def release_product_version(actor: Actor, now: datetime, *, version_id: ProductVersionId) -> None:
    """Release a version (four eyes): its corners are tested against the caps of its first day of force."""
    version = queries.product_version(version_id)
    # The lock lets two releases at once meet at the check below, not at the constraint.
    Product.objects.select_for_update().get(code=version.code)
    version = queries.product_version(version_id)
    rules.check_not_released(version)
    draft = version.draft
    rules.check_draft(draft, queries.caps(draft.product_class, draft.valid_from), norms.calendar())
    ProductRelease.objects.create(version_id=version_id, released_at=now)
