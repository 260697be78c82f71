"""What a product is and allows, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import Caps, Method, ProductClass, ProductDraft, ProductVersionView, Unit
from nesie.kernel.ids import ProductVersionId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

INSTALMENTS = ProductDraft(
    code="instalment",
    product_class=ProductClass.GENERAL,
    names={"kk": "Несие", "ru": "Заём", "en": "Loan"},
    annual_rate=Rate.percent(36),
    least_amount=Money.tenge(50_000),
    most_amount=Money.tenge(1_500_000),
    least_term=3,
    most_term=24,
    unit=Unit.MONTHS,
    single_payment=False,
    methods=(Method.ANNUITY, Method.DIFFERENTIATED, Method.FIXED_PAYMENT),
    valid_from=date(2026, 11, 23),
    payment_step=Money(1),
    fixed_payment_step=Money.tenge(100),
)
CAPS = Caps(gesv=Rate.of("0.46"))


def version(draft: ProductDraft = INSTALMENTS, *, released: bool = True) -> ProductVersionView:
    return ProductVersionView(ProductVersionId(new_id()), 1, draft, released)


class TestTermsOfALoan:
    def test_they_are_the_version_s(self) -> None:
        found = rules.terms_for(version(), amount=Money.tenge(60_000), term=5, method=Method.ANNUITY)
        assert (found.principal, found.annual_rate) == (Money.tenge(60_000), Rate.percent(36))
        assert (found.instalments, found.every, found.unit) == (5, 1, Unit.MONTHS)
        assert found.payment_step == Money(1)

    def test_a_fixed_payment_has_its_own_step(self) -> None:
        found = rules.terms_for(version(), amount=Money.tenge(60_000), term=5, method=Method.FIXED_PAYMENT)
        assert found.payment_step == Money.tenge(100)

    def test_a_single_payment_falls_due_at_the_end(self) -> None:
        at_once = replace(INSTALMENTS, single_payment=True, unit=Unit.DAYS)
        found = rules.terms_for(version(at_once), amount=Money.tenge(60_000), term=20, method=Method.ANNUITY)
        assert (found.instalments, found.every, found.unit) == (1, 20, Unit.DAYS)

    @pytest.mark.parametrize(("amount", "term"), [(50_000, 3), (1_500_000, 24)])
    def test_the_limits_belong_to_it(self, amount: int, term: int) -> None:
        rules.terms_for(version(), amount=Money.tenge(amount), term=term, method=Method.ANNUITY)

    @pytest.mark.parametrize(
        ("amount", "term", "method", "refusal", "field"),
        [
            (49_999, 3, Method.ANNUITY, rules.AmountOutsideProduct, "amount"),
            (1_500_001, 3, Method.ANNUITY, rules.AmountOutsideProduct, "amount"),
            (50_000, 2, Method.ANNUITY, rules.TermOutsideProduct, "term"),
            (50_000, 25, Method.ANNUITY, rules.TermOutsideProduct, "term"),
            (50_000, 3, Method.BULLET, rules.MethodNotOffered, "method"),
        ],
    )
    def test_what_is_outside_is_refused(
        self, amount: int, term: int, method: Method, refusal: type[rules.AmountOutsideProduct], field: str
    ) -> None:
        with pytest.raises(refusal) as refused:
            rules.terms_for(version(), amount=Money.tenge(amount), term=term, method=method)
        assert refused.value.field == field


class TestDrafts:
    def test_a_fair_one_passes(self) -> None:
        rules.check_draft(INSTALMENTS, CAPS)

    @pytest.mark.parametrize(
        ("wrong", "refusal", "field"),
        [
            ({"names": {"kk": "Несие", "ru": "Заём"}}, rules.NameMissing, "name_en"),
            ({"names": {"kk": " ", "ru": "Заём", "en": "Loan"}}, rules.NameMissing, "name_kk"),
            ({"least_amount": ZERO}, rules.LimitsInDisorder, "most_amount"),
            ({"most_amount": Money.tenge(49_999)}, rules.LimitsInDisorder, "most_amount"),
            ({"least_term": 0}, rules.LimitsInDisorder, "most_term"),
            ({"most_term": 2}, rules.LimitsInDisorder, "most_term"),
            ({"methods": ()}, rules.NoMethod, "methods"),
            ({"every": 0}, rules.LimitsInDisorder, "every"),
            ({"every": 2}, rules.TermNotWhole, "every"),
            ({"grace_principal": 3}, rules.ConditionsUnfit, "grace_principal"),
            ({"grace_interest": -1}, rules.ConditionsUnfit, "grace_interest"),
            ({"balloon": Rate.of(1)}, rules.ConditionsUnfit, "balloon"),
            ({"balloon": Rate.of(0)}, rules.ConditionsUnfit, "balloon"),
            ({"due_day": 32}, rules.ConditionsUnfit, "due_day"),
            ({"due_day": 5, "unit": Unit.WEEKS}, rules.ConditionsUnfit, "due_day"),
            ({"methods": (Method.CUSTOM,)}, rules.ConditionsUnfit, "parts"),
            ({"methods": (Method.CUSTOM,), "parts": (0, 0)}, rules.ConditionsUnfit, "parts"),
            ({"methods": (Method.CUSTOM,), "parts": (2, -1)}, rules.ConditionsUnfit, "parts"),
            ({"line_days": 0}, rules.LimitsInDisorder, "line_days"),
            ({"line_days": 3651}, rules.LimitsInDisorder, "line_days"),
        ],
    )
    def test_what_could_never_be_sold_is_refused(
        self, wrong: dict[str, object], refusal: type[rules.NoMethod], field: str
    ) -> None:
        with pytest.raises(refusal) as refused:
            rules.check_form(replace(INSTALMENTS, **wrong))  # type: ignore[arg-type]  # wrong on purpose
        assert refused.value.field == field

    def test_limits_may_meet(self) -> None:
        rules.check_form(replace(INSTALMENTS, most_amount=INSTALMENTS.least_amount, most_term=INSTALMENTS.least_term))

    def test_one_dear_corner_is_enough(self) -> None:
        """The longest of the terms is the cheapest by the effective rate; the limit is between the two."""
        dear = replace(INSTALMENTS, annual_rate=Rate.percent("38.6"))
        with pytest.raises(rules.GesvAboveCap):
            rules.check_draft(dear, CAPS)

    @pytest.mark.parametrize("corner", ["least_amount", "most_amount"])
    def test_both_ends_of_the_amount_are_tested(self, corner: str) -> None:
        limit = Caps(gesv=Rate.of(10), most_amount=getattr(INSTALMENTS, corner) - Money(1))
        with pytest.raises(rules.AmountTooLarge):
            rules.check_draft(INSTALMENTS, limit)

    def test_the_longest_term_is_tested(self) -> None:
        with pytest.raises(rules.TermTooLong):
            rules.check_draft(INSTALMENTS, Caps(gesv=Rate.of(10), most_days=729))
        rules.check_draft(INSTALMENTS, Caps(gesv=Rate.of(10), most_days=731))

    def test_the_class_and_the_release_are_for_ever(self) -> None:
        rules.check_class(INSTALMENTS, ProductClass.GENERAL)
        with pytest.raises(rules.ProductClassFixed):
            rules.check_class(INSTALMENTS, ProductClass.SHORT_TERM)
        rules.check_not_released(version(released=False))
        with pytest.raises(rules.AlreadyReleased):
            rules.check_not_released(version())

    def test_what_a_version_changes(self) -> None:
        after = replace(INSTALMENTS, annual_rate=Rate.percent(30), most_term=36)
        assert rules.differences(INSTALMENTS, after) == (
            rules.Difference("annual_rate", Rate.percent(36), Rate.percent(30)),
            rules.Difference("most_term", 24, 36),
        )
        assert rules.differences(INSTALMENTS, INSTALMENTS) == ()

    def test_a_version_is_called_by_its_language(self) -> None:
        assert (version().code, version().name("ru")) == ("instalment", "Заём")
        with pytest.raises(KeyError):
            version().name("de")


class TestConditions:
    def test_instalments_are_as_many_units_apart_as_it_says(self) -> None:
        quarterly = replace(INSTALMENTS, every=3)
        found = rules.terms_for(version(quarterly), amount=Money.tenge(60_000), term=12, method=Method.ANNUITY)
        assert (found.instalments, found.every) == (4, 3)
        with pytest.raises(rules.TermNotWhole):
            rules.terms_for(version(quarterly), amount=Money.tenge(60_000), term=10, method=Method.ANNUITY)

    def test_the_named_parts_are_spread_in_proportion_and_make_up_the_loan(self) -> None:
        harvest = replace(INSTALMENTS, methods=(Method.CUSTOM,), parts=(0, 1, 2), payment_step=Money.tenge(1))
        found = rules.terms_for(version(harvest), amount=Money.tenge(100_000), term=6, method=Method.CUSTOM)
        assert found.principal_parts == tuple(
            map(Money.tenge, (0, 16_666, 33_333, 0, 16_666, 33_335))
        )  # fmt: skip

    def test_a_balloon_is_a_part_of_the_principal_and_a_multiple_of_the_step(self) -> None:
        large = replace(INSTALMENTS, balloon=Rate.of("0.3"), payment_step=Money.tenge(1_000))
        found = rules.terms_for(version(large), amount=Money.tenge(55_555), term=6, method=Method.ANNUITY)
        assert found.balloon == Money.tenge(16_000)
        bullet = replace(large, methods=(Method.BULLET,))
        assert (
            rules.terms_for(version(bullet), amount=Money.tenge(55_555), term=6, method=Method.BULLET).balloon is None
        )

    def test_grace_goes_into_the_terms_but_not_where_the_parts_are_named(self) -> None:
        patient = replace(
            INSTALMENTS, grace_principal=2, grace_interest=1, methods=(Method.ANNUITY, Method.CUSTOM), parts=(1,)
        )
        annuity = rules.terms_for(version(patient), amount=Money.tenge(60_000), term=6, method=Method.ANNUITY)
        custom = rules.terms_for(version(patient), amount=Money.tenge(60_000), term=6, method=Method.CUSTOM)
        assert (annuity.grace_principal, annuity.grace_interest) == (2, 1)
        assert (custom.grace_principal, custom.grace_interest) == (0, 1)

    def test_what_breaks_a_schedule_is_refused_at_the_release_with_the_field(self) -> None:
        moved = replace(INSTALMENTS, non_working_day=rules.NonWorkingDay.NEXT)
        with pytest.raises(rules.ConditionsUnfit) as refused:
            rules.check_draft(moved, CAPS)  # no calendar
        assert refused.value.field == "non_working_day"

    def test_the_limit_of_a_line_holds_its_first_loan(self) -> None:
        line = version(replace(INSTALMENTS, line_days=365))
        rules.check_limit(line, amount=Money.tenge(60_000), limit=Money.tenge(60_000))
        rules.check_limit(version(), amount=Money.tenge(60_000), limit=None)
        for one, limit, refusal in (
            (line, None, rules.LineNeedsLimit),
            (line, Money.tenge(59_999), rules.LimitOutsideProduct),
            (line, Money.tenge(1_500_001), rules.LimitOutsideProduct),
            (version(), Money.tenge(60_000), rules.NotALine),
        ):
            with pytest.raises(refusal):
                rules.check_limit(one, amount=Money.tenge(60_000), limit=limit)
