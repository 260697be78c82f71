"""What a product allows, and the terms of one loan under one of its versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from nesie.foundation.terms.rules.caps import Caps, ProductClass, check_caps
from nesie.foundation.terms.rules.dates import WorkingDays
from nesie.foundation.terms.rules.days import DayCount, Unit
from nesie.foundation.terms.rules.gesv import NoGesv, flows, gesv
from nesie.foundation.terms.rules.schedule import schedule
from nesie.foundation.terms.rules.terms import ONE_TIYN, Method, NonWorkingDay, PeriodInterest, Terms, TermsUnfit
from nesie.kernel.actor import Role
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused, noop

ONE_THOUSAND_TENGE = Money.tenge(1000)
LANGUAGES = ("kk", "ru", "en")

MOST_LINE_DAYS = 3650

PERMITTED: dict[str, frozenset[Role]] = {
    "draft_product_version": frozenset({Role.RISK_OFFICER, Role.ADMINISTRATOR}),
    "release_product_version": frozenset({Role.RISK_OFFICER, Role.ADMINISTRATOR}),
    "load_demo_products": frozenset({Role.WORKER}),
}
FOUR_EYES: frozenset[str] = frozenset({"release_product_version"})


class BorrowerKind(StrEnum):
    """As what somebody borrows."""

    INDIVIDUAL = "individual"
    ENTREPRENEUR = "entrepreneur"  # a natural person registered as a sole proprietor (IE)
    LEGAL_ENTITY = "legal_entity"


# A sole proprietor is a natural person: what is sold to one for consumption is sold to the other.
CONSUMERS = (BorrowerKind.INDIVIDUAL, BorrowerKind.ENTREPRENEUR)


class NotForThisBorrower(Refused):
    message = noop("This product is not granted to borrowers of your kind.")


class NoBorrower(Refused):
    message = noop("Say to whom this product is granted.")


class BorrowersUnfit(Refused):
    """Consumers borrow for themselves, businesses for their business: a product is for the one or the other."""

    message = noop("A business product is for sole proprietors and legal entities, any other for natural persons.")


class AmountOutsideProduct(Refused):
    message = noop("This product is granted from {least} to {most} tenge.")


class TermOutsideProduct(Refused):
    message = noop("This product is granted for a term from {least} to {most}.")


class MethodNotOffered(Refused):
    message = noop("This product has no schedule of the method {method}.")


class TermNotWhole(Refused):
    message = noop("The term of this product is a multiple of {every}.")


class ConditionsUnfit(Refused):
    """A condition that gives no schedule, alone or with another; the field says which."""

    message = noop("These conditions give no schedule: {reason}.")


class LimitOutsideProduct(Refused):
    message = noop("The limit of this credit line is from the first loan to {most} tenge.")


class NotALine(Refused):
    message = noop("This product is not a credit line.")


class LineNeedsLimit(Refused):
    message = noop("Say how large the credit line shall be.")


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
    (the unit is then usually days); otherwise one instalment falls due each `every` units.

    Attributes:
        period_interest, due_day, non_working_day, grace_principal, grace_interest: as in `Terms`.
        balloon: the part of the principal that stays for the last instalment, above its share.
        parts: for the custom method: how the principal is spread over the instalments, in proportion, over and over
            again (1, 1, 2: each third instalment is twice as large).
        line_days: a credit line: so many days from the agreement on it may be drawn; None for a product that is none.
            Its amounts are those of one loan under it, and the largest is the largest limit.
        line_restored: principal repaid may be drawn again.
        borrowers: to whom it is granted.
        business: for the purposes of a business: what protects consumers is not for such loans, and a sole proprietor
            signs them without EDS (Rules, 9).
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
    every: int = 1
    period_interest: PeriodInterest = PeriodInterest.DAILY
    due_day: int | None = None
    non_working_day: NonWorkingDay = NonWorkingDay.LEAVE
    grace_principal: int = 0
    grace_interest: int = 0
    balloon: Rate | None = None
    parts: tuple[int, ...] = ()
    line_days: int | None = None
    line_restored: bool = False
    borrowers: tuple[BorrowerKind, ...] = CONSUMERS
    business: bool = False


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
    if not draft.single_payment and term % draft.every:
        raise TermNotWhole(field="term", every=draft.every)
    if method not in draft.methods:
        raise MethodNotOffered(field="method", method=method.value)
    return _terms(draft, amount, term, method)


def check_borrower(version: ProductVersionView, kind: BorrowerKind) -> None:
    """Raises NotForThisBorrower."""
    if kind not in version.draft.borrowers:
        raise NotForThisBorrower(field="product")


def check_limit(version: ProductVersionView, *, amount: Money, limit: Money | None) -> None:
    """Refuses a limit of a credit line that the product does not allow, or one where there is no line.

    `amount`: of the first loan under it. Raises NotALine, LineNeedsLimit, LimitOutsideProduct.
    """
    draft = version.draft
    if draft.line_days is None:
        if limit is not None:
            raise NotALine(field="limit")
        return
    if limit is None:
        raise LineNeedsLimit(field="limit")
    if not amount <= limit <= draft.most_amount:
        raise LimitOutsideProduct(field="limit", most=draft.most_amount)


def _terms(draft: ProductDraft, amount: Money, term: int, method: Method) -> Terms:
    instalments = 1 if draft.single_payment else term // draft.every
    step = draft.fixed_payment_step if method is Method.FIXED_PAYMENT else draft.payment_step
    custom = method is Method.CUSTOM
    return Terms(
        principal=amount,
        annual_rate=draft.annual_rate,
        method=method,
        instalments=instalments,
        every=term if draft.single_payment else draft.every,
        unit=draft.unit,
        day_count=draft.day_count,
        payment_step=step,
        period_interest=draft.period_interest,
        # What is spread by named parts, or due at once, has no grace of its own.
        grace_principal=0 if custom else min(draft.grace_principal, instalments - 1),
        grace_interest=min(draft.grace_interest, instalments - 1),
        principal_parts=_parts(amount, draft.parts or (1,), instalments, step) if custom else None,
        balloon=_balloon(draft, amount, method, step),
        due_day=None if draft.single_payment else draft.due_day,
        non_working_day=draft.non_working_day,
    )


def _parts(amount: Money, shares: tuple[int, ...], instalments: int, step: Money) -> tuple[Money, ...]:
    """The principal in proportion to the shares, each part a multiple of the step; the last takes what is left."""
    each = [shares[number % len(shares)] for number in range(instalments)]
    whole = sum(each) or 1
    parts = [step * (amount.tiyn * share // (whole * step.tiyn)) for share in each[:-1]]
    return (*parts, amount - Money.total(parts))


def _balloon(draft: ProductDraft, amount: Money, method: Method, step: Money) -> Money | None:
    if draft.balloon is None or draft.single_payment or method in (Method.BULLET, Method.CUSTOM):
        return None
    return step * int(amount.tiyn * draft.balloon.ratio / step.tiyn)


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
    _check_borrowers(draft)
    _check_line(draft)
    _check_spacing(draft)
    _check_days_off(draft)
    if draft.balloon is not None and not 0 < draft.balloon.ratio < 1:
        raise ConditionsUnfit(field="balloon", reason=noop("a balloon is a part of the principal"))
    if Method.CUSTOM in draft.methods and (not draft.parts or min(draft.parts) < 0 or not sum(draft.parts)):
        raise ConditionsUnfit(field="parts", reason=noop("the custom method needs the principal of each instalment"))
    list(_corners(draft))


def _check_borrowers(draft: ProductDraft) -> None:
    if not draft.borrowers:
        raise NoBorrower(field="borrowers")
    outside = BorrowerKind.INDIVIDUAL if draft.business else BorrowerKind.LEGAL_ENTITY
    if outside in draft.borrowers:
        raise BorrowersUnfit(field="borrowers")


def _check_line(draft: ProductDraft) -> None:
    if draft.line_days is not None and not 0 < draft.line_days <= MOST_LINE_DAYS:
        raise LimitsInDisorder(field="line_days")


def _check_spacing(draft: ProductDraft) -> None:
    """Instalments are whole steps apart, and grace leaves the shortest loan something to repay."""
    if draft.every < 1:
        raise LimitsInDisorder(field="every")
    if not draft.single_payment and (draft.least_term % draft.every or draft.most_term % draft.every):
        raise TermNotWhole(field="every", every=draft.every)
    shortest = 1 if draft.single_payment else draft.least_term // draft.every
    for field in ("grace_principal", "grace_interest"):
        if not 0 <= getattr(draft, field) < shortest:
            raise ConditionsUnfit(field=field, reason=noop("grace must leave at least the last instalment"))


def _check_days_off(draft: ProductDraft) -> None:
    """An equal period costs the same however long: with its end moved, a loan could not tell it from a broken one."""
    if draft.non_working_day is not NonWorkingDay.LEAVE and draft.period_interest is PeriodInterest.EQUAL:
        raise ConditionsUnfit(field="non_working_day", reason=noop("with equal periods instalments stay on their days"))


def _corners(draft: ProductDraft) -> Iterator[tuple[Method, Terms]]:
    """The terms at the corners of a draft. Raises ConditionsUnfit."""
    for method in draft.methods:
        for amount in (draft.least_amount, draft.most_amount):
            for term in (draft.least_term, draft.most_term):
                try:
                    yield method, _terms(draft, amount, term, method)
                except TermsUnfit as unfit:
                    raise _refused(unfit) from unfit


def _refused(unfit: TermsUnfit) -> ConditionsUnfit:
    return ConditionsUnfit(field=unfit.field or "methods", reason=str(unfit))


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


def check_draft(draft: ProductDraft, caps: Caps, calendar: WorkingDays | None = None) -> None:
    """Refuse to release a version one of whose corners breaks a cap, or gives no schedule at all.

    `calendar`: needed where instalments are moved off days off. A loan within the corners is still tested by itself:
    this gate only spares the client a product that cannot be sold.
    """
    check_form(draft)
    for _, terms in _corners(draft):
        try:
            plan = schedule(terms, draft.valid_from, calendar=calendar)
            rate = gesv(flows(plan))
        except TermsUnfit as unfit:
            raise _refused(unfit) from unfit
        except NoGesv as none:
            raise ConditionsUnfit(field="annual_rate", reason=str(none)) from none
        check_caps(terms, plan, rate, caps)


def check_class(draft: ProductDraft, product_class: ProductClass) -> None:
    """A product stays under the limits it was made for."""
    if draft.product_class is not product_class:
        raise ProductClassFixed(field="product_class")


def check_not_released(version: ProductVersionView) -> None:
    """A version is released once."""
    if version.released:
        raise AlreadyReleased
