"""What can be done with products."""

from nesie.foundation.terms.actions.draft_product_version import draft_product_version
from nesie.foundation.terms.actions.load_demo_products import demo_drafts, load_demo_products
from nesie.foundation.terms.actions.release_product_version import release_product_version

__all__ = ["demo_drafts", "draft_product_version", "load_demo_products", "release_product_version"]
