"""What a product allows, and the terms of one loan under one of its versions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from nesie.foundation.terms.rules.caps import Caps, ProductClass, check_caps
from nesie.foundation.terms.rules.days import DayCount, Unit
from nesie.foundation.terms.rules.gesv import flows, gesv
from nesie.foundation.terms.rules.schedule import schedule
from nesie.foundation.terms.rules.terms import ONE_TIYN, Method, Terms
from nesie.kernel.actor import Role
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused, noop

ONE_THOUSAND_TENGE = Money.tenge(1000)
LANGUAGES = ("kk", "ru", "en")

# What the servicing of loans reckons interest for in the same way as the schedule does: on the balance, by days.
SERVED = frozenset({Method.ANNUITY, Method.DIFFERENTIATED, Method.BULLET, Method.FIXED_PAYMENT})

PERMITTED: dict[str, frozenset[Role]] = {
    "draft_product_version": frozenset({Role.RISK_OFFICER, Role.ADMINISTRATOR}),
    "release_product_version": frozenset({Role.RISK_OFFICER, Role.ADMINISTRATOR}),
    "load_demo_products": frozenset({Role.WORKER}),
}
FOUR_EYES: frozenset[str] = frozenset({"release_product_version"})


class AmountOutsideProduct(Refused):
    message = noop("This product is granted from {least} to {most} tenge.")


class TermOutsideProduct(Refused):
    message = noop("This product is granted for a term from {least} to {most}.")


class MethodNotOffered(Refused):
    message = noop("This product has no schedule of the method {method}.")


class MethodNotServed(Refused):
    message = noop("Loans of the method {method} can be reckoned here, but not kept: no product can offer it.")


class NoMethod(Refused):
    message = noop("A product needs at least one way of repaying.")


class LimitsInDisorder(Refused):
    message = noop("The largest must not be below the smallest, and the smallest must be above nothing.")


class NameMissing(Refused):
    message = noop("A product needs its name in Kazakh, Russian and English.")


class AlreadyReleased(Refused):
    message = noop("This version of the product is released already and cannot change.")


class ProductClassFixed(Refused):
    message = noop("The class of a product cannot change; make a product of another code.")


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A version of a product as an officer proposes it.

    The term of a loan is counted in `unit`. With `single_payment` the whole loan falls due at the end of the term
    (the unit is then usually days); otherwise one instalment falls due each unit.
    """

    code: str
    product_class: ProductClass
    names: dict[str, str]  # by language: kk, ru, en
    annual_rate: Rate
    least_amount: Money
    most_amount: Money
    least_term: int
    most_term: int
    unit: Unit
    single_payment: bool
    methods: tuple[Method, ...]
    valid_from: date
    day_count: DayCount = DayCount.ACT_365
    payment_step: Money = ONE_TIYN
    fixed_payment_step: Money = ONE_THOUSAND_TENGE


@dataclass(frozen=True, slots=True)
class ProductVersionView:
    """A version as the rest of the system sees it; a contract keeps its id for ever."""

    id: ProductVersionId
    number: int
    draft: ProductDraft
    released: bool

    @property
    def code(self) -> str:
        """The product's code, the same for all its versions."""
        return self.draft.code

    def name(self, language: str) -> str:
        """The name in a language; KeyError when the product has none in it."""
        return self.draft.names[language]


def terms_for(version: ProductVersionView, *, amount: Money, term: int, method: Method) -> Terms:
    """The terms of a loan under a version; refuses what the product does not allow. The term is in its unit."""
    draft = version.draft
    if not draft.least_amount <= amount <= draft.most_amount:
        raise AmountOutsideProduct(field="amount", least=draft.least_amount, most=draft.most_amount)
    if not draft.least_term <= term <= draft.most_term:
        raise TermOutsideProduct(field="term", least=draft.least_term, most=draft.most_term, unit=draft.unit.value)
    if method not in draft.methods:
        raise MethodNotOffered(field="method", method=method.value)
    return _terms(draft, amount, term, method)


def _terms(draft: ProductDraft, amount: Money, term: int, method: Method) -> Terms:
    return Terms(
        principal=amount,
        annual_rate=draft.annual_rate,
        method=method,
        instalments=1 if draft.single_payment else term,
        every=term if draft.single_payment else 1,
        unit=draft.unit,
        day_count=draft.day_count,
        payment_step=draft.fixed_payment_step if method is Method.FIXED_PAYMENT else draft.payment_step,
    )


def check_form(draft: ProductDraft) -> None:
    """Refuse a draft that could never be a product, before anybody's time is spent on it."""
    for language in LANGUAGES:
        if not draft.names.get(language, "").strip():
            raise NameMissing(field=f"name_{language}")
    if not ZERO < draft.least_amount <= draft.most_amount:
        raise LimitsInDisorder(field="most_amount")
    if not 0 < draft.least_term <= draft.most_term:
        raise LimitsInDisorder(field="most_term")
    if not draft.methods:
        raise NoMethod(field="methods")
    for method in draft.methods:
        if method not in SERVED:
            raise MethodNotServed(field="methods", method=method.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """A condition that two versions have differently."""

    field: str
    before: object
    after: object


def differences(before: ProductDraft, after: ProductDraft) -> tuple[Difference, ...]:
    """What a version changes of another, in the order of the conditions."""
    return tuple(
        Difference(one.name, getattr(before, one.name), getattr(after, one.name))
        for one in fields(ProductDraft)
        if getattr(before, one.name) != getattr(after, one.name)
    )


def check_draft(draft: ProductDraft, caps: Caps) -> None:
    """Refuse to release a version one of whose corners breaks a cap, or gives no schedule at all.

    A loan within the corners is still tested by itself: this gate only spares the client a product that cannot be sold.
    """
    check_form(draft)
    for method in draft.methods:
        for amount in (draft.least_amount, draft.most_amount):
            for term in (draft.least_term, draft.most_term):
                terms = _terms(draft, amount, term, method)
                plan = schedule(terms, draft.valid_from)
                check_caps(terms, plan, gesv(flows(plan)), caps)


def check_class(draft: ProductDraft, product_class: ProductClass) -> None:
    """A product stays under the limits it was made for."""
    if draft.product_class is not product_class:
        raise ProductClassFixed(field="product_class")


def check_not_released(version: ProductVersionView) -> None:
    """A version is released once."""
    if version.released:
        raise AlreadyReleased
