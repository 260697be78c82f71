"""The products of the demo."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import queries, rules
from nesie.foundation.terms.actions.draft_product_version import draft_product_version
from nesie.foundation.terms.models import Product, ProductRelease
from nesie.kernel.actor import Actor
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

SHORT_CODE = "short"
INSTALMENT_CODE = "instalment"
LINE_CODE = "line"
BUSINESS_CODE = "business"


def demo_drafts(valid_from: date) -> tuple[rules.ProductDraft, ...]:
    """A short loan repaid at once, one in instalments, a credit line, a business loan; all inside the caps."""
    return (
        rules.ProductDraft(
            code=SHORT_CODE,
            product_class=rules.ProductClass.SHORT_TERM,
            names={"kk": "Қысқа несие", "ru": "Короткий заём", "en": "Short loan"},
            annual_rate=Rate.of("1.022"),  # 0.28 % a day: 5 days still come out under the cap of 179 %
            least_amount=Money.tenge(10_000),
            most_amount=Money.tenge(150_000),
            least_term=5,
            most_term=30,
            unit=rules.Unit.DAYS,
            single_payment=True,
            methods=(rules.Method.ANNUITY, rules.Method.DIFFERENTIATED, rules.Method.BULLET),
            valid_from=valid_from,
        ),
        rules.ProductDraft(
            code=INSTALMENT_CODE,
            product_class=rules.ProductClass.GENERAL,
            names={"kk": "Тұтынушылық несие", "ru": "Потребительский заём", "en": "Consumer loan"},
            annual_rate=Rate.percent(36),
            least_amount=Money.tenge(50_000),
            most_amount=Money.tenge(1_500_000),
            least_term=3,
            most_term=24,
            unit=rules.Unit.MONTHS,
            single_payment=False,
            methods=(rules.Method.ANNUITY, rules.Method.DIFFERENTIATED, rules.Method.FIXED_PAYMENT),
            valid_from=valid_from,
            fixed_payment_step=Money.tenge(100),
        ),
        rules.ProductDraft(
            code=LINE_CODE,
            product_class=rules.ProductClass.GENERAL,
            names={"kk": "Кредиттік желі", "ru": "Кредитная линия", "en": "Credit line"},
            annual_rate=Rate.percent(34),
            least_amount=Money.tenge(20_000),
            most_amount=Money.tenge(1_000_000),
            least_term=3,
            most_term=12,
            unit=rules.Unit.MONTHS,
            single_payment=False,
            methods=(rules.Method.ANNUITY, rules.Method.DIFFERENTIATED),
            valid_from=valid_from,
            line_days=365,
            line_restored=True,
        ),
        rules.ProductDraft(
            code=BUSINESS_CODE,
            product_class=rules.ProductClass.GENERAL,
            names={"kk": "Бизнеске арналған несие", "ru": "Заём для бизнеса", "en": "Business loan"},
            annual_rate=Rate.percent(30),
            least_amount=Money.tenge(200_000),
            most_amount=Money.tenge(5_000_000),
            least_term=3,
            most_term=24,
            unit=rules.Unit.MONTHS,
            single_payment=False,
            methods=(rules.Method.ANNUITY, rules.Method.DIFFERENTIATED),
            valid_from=valid_from,
            borrowers=(rules.BorrowerKind.ENTREPRENEUR, rules.BorrowerKind.LEGAL_ENTITY),
            business=True,
        ),
    )


@use_case
def load_demo_products(actor: Actor, now: datetime, *, valid_from: date) -> None:
    """Make and release the demo products that do not exist yet. The demo has no second pair of eyes at its start.

    The caps are tested as at any release. Only the demo's start, as a worker, may run this.
    """
    for draft in demo_drafts(valid_from):
        if Product.objects.filter(code=draft.code).exists():
            continue
        rules.check_draft(draft, queries.caps(draft.product_class, draft.valid_from), norms.calendar())
        version_id = draft_product_version(actor, now, draft=draft)
        ProductRelease.objects.create(version_id=version_id, released_at=now)
