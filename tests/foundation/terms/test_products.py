"""Products and their versions on real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import actions, queries, rules
from nesie.foundation.terms.models import ProductRelease, ProductVersion
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

DAY = date(2026, 11, 23)


def officer() -> Actor:
    return Actor(new_id(), frozenset({Role.RISK_OFFICER}), Channel.WEB)


@pytest.fixture
def loaded(db: None, now: datetime) -> None:
    actions.load_demo_products(worker(), now, valid_from=business_day(now))


@pytest.mark.usefixtures("loaded")
class TestDemoProducts:
    def test_they_are_open_from_their_first_day(self, now: datetime) -> None:
        assert [version.code for version in queries.open_products(DAY)] == ["business", "instalment", "line", "short"]
        assert queries.open_products(DAY - timedelta(days=1)) == ()

    def test_loading_again_changes_nothing(self, now: datetime) -> None:
        before = queries.open_products(DAY)
        actions.load_demo_products(worker(), now, valid_from=DAY)
        assert queries.open_products(DAY) == before

    @pytest.mark.parametrize("code", ["business", "instalment", "line", "short"])
    def test_every_loan_they_allow_is_under_the_caps(self, code: str) -> None:
        version = next(version for version in queries.open_products(DAY) if version.code == code)
        draft = version.draft
        caps = queries.caps(draft.product_class, DAY)
        for term in range(draft.least_term, draft.most_term + 1):
            for method in draft.methods:
                for amount in (draft.least_amount, draft.least_amount + Money.tenge("67777.77"), draft.most_amount):
                    terms = rules.terms_for(version, amount=amount, term=term, method=method)
                    plan = rules.schedule(terms, DAY)
                    rules.check_caps(terms, plan, rules.gesv(rules.flows(plan)), caps)

    def test_three_different_schedules_for_the_client_to_choose_from(self) -> None:
        version = next(version for version in queries.open_products(DAY) if version.code == "instalment")
        plans = {
            method: rules.schedule(rules.terms_for(version, amount=Money.tenge(200_000), term=12, method=method), DAY)
            for method in version.draft.methods
        }
        assert set(plans) == {rules.Method.ANNUITY, rules.Method.DIFFERENTIATED, rules.Method.FIXED_PAYMENT}
        assert len({plan.overpayment for plan in plans.values()}) == 3

    def test_what_the_product_does_not_allow_is_refused(self) -> None:
        version = next(version for version in queries.open_products(DAY) if version.code == "instalment")
        fair = {"amount": Money.tenge(200_000), "term": 12, "method": rules.Method.ANNUITY}
        for refusal, wrong in (
            (rules.AmountOutsideProduct, {"amount": Money.tenge(49_999)}),
            (rules.AmountOutsideProduct, {"amount": Money.tenge(1_500_001)}),
            (rules.TermOutsideProduct, {"term": 25}),
            (rules.MethodNotOffered, {"method": rules.Method.BULLET}),
        ):
            with pytest.raises(refusal):
                rules.terms_for(version, **{**fair, **wrong})  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.usefixtures("loaded")
class TestVersions:
    def test_a_draft_is_not_sold_until_it_is_released(self, now: datetime) -> None:
        cheaper = replace(actions.demo_drafts(DAY)[1], annual_rate=Rate.percent(30))
        version_id = actions.draft_product_version(officer(), now, draft=cheaper)
        assert queries.product_version(version_id).number == 2
        assert not queries.product_version(version_id).released
        assert {version.number for version in queries.open_products(DAY)} == {1}

    def test_a_release_needs_a_second_pair_of_eyes(self, now: datetime) -> None:
        version_id = actions.draft_product_version(officer(), now, draft=actions.demo_drafts(DAY)[1])
        with pytest.raises(ApprovalNeeded):
            actions.release_product_version(officer(), now, version_id=version_id)

    def test_a_version_never_changes(self, now: datetime) -> None:
        """What a contract points to stays as it was, whatever is sold later; not even the database lets it be bent."""
        first = next(version for version in queries.open_products(DAY) if version.code == "instalment")
        cheaper = replace(first.draft, annual_rate=Rate.percent(30))
        version_id = actions.draft_product_version(officer(), now, draft=cheaper)
        ProductRelease.objects.create(version_id=version_id, released_at=now)
        assert [one.number for one in queries.open_products(DAY) if one.code == "instalment"] == [2]
        assert queries.product_version(first.id) == first
        for bend in (
            lambda: ProductVersion.objects.filter(id=first.id).update(annual_rate="1/100"),
            lambda: ProductVersion.objects.filter(id=first.id).delete(),
            lambda: ProductRelease.objects.filter(version_id=first.id).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                bend()
        assert queries.product_version(first.id) == first

    def test_a_product_that_breaks_a_cap_cannot_be_released(self) -> None:
        dear = replace(actions.demo_drafts(DAY)[1], annual_rate=Rate.percent(41))
        with pytest.raises(rules.GesvAboveCap):
            rules.check_draft(dear, queries.caps(dear.product_class, DAY))

    def test_a_product_keeps_its_class(self, now: datetime) -> None:
        other = replace(actions.demo_drafts(DAY)[1], product_class=rules.ProductClass.SHORT_TERM)
        with pytest.raises(rules.ProductClassFixed):
            actions.draft_product_version(officer(), now, draft=other)

    def test_a_client_cannot_draft(self, now: datetime) -> None:
        somebody = Actor(new_id(), frozenset({Role.CLIENT}), Channel.WEB)
        with pytest.raises(NotPermitted):
            actions.draft_product_version(somebody, now, draft=actions.demo_drafts(DAY)[1])


class TestCapsInForce:
    def test_they_come_from_the_norms_of_the_day(self, db: None) -> None:
        assert queries.caps(rules.ProductClass.GENERAL, DAY).gesv == Rate.of("0.46")
        assert queries.caps(rules.ProductClass.GENERAL, date(2024, 8, 19)).gesv == Rate.of("0.56")
        short = queries.caps(rules.ProductClass.SHORT_TERM, DAY)
        assert (short.gesv, short.most_days, short.most_amount) == (Rate.of("1.79"), 45, Money.tenge(194_625))
