"""The 24 hours before the money (Rules, paragraph 9-1; Law on microfinance activity, article 3, paragraph 3-3).

An unsecured consumer loan above the minimal size, concluded electronically, is paid not earlier than 24 hours
after its signing or after an increase of its sum, and only with the client's consent given after those hours.
Several such loans of one calendar day whose sum is above the size follow the rule as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.foundation.norms.rules import business_day
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused, noop


class ExemptionKind(StrEnum):
    """Why part one of paragraph 9-1 does not hold for a loan."""

    SELLER = "seller"  # the money goes to the seller of goods or services whose receipt the client confirms
    OWN_REFINANCING = "own_refinancing"  # it repays the client's loan at this same lender


@dataclass(frozen=True, slots=True)
class Exemption:
    """A recorded exemption. Without the evidence it is no exemption and the rule holds."""

    kind: ExemptionKind
    evidence_document_id: UUID


@dataclass(frozen=True, slots=True)
class Limits:
    """The dated parameters of the rule, taken on the contract's date. None instead of them: not yet in force."""

    min_amount: Money  # strictly more than this is caught
    hours: int
    consent_needed: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """What the rule looks at in one signed contract of the client; contracts given up are not passed.

    More money under a running contract (an increase, a loan drawn under a credit line) is a grant of its own: with the
    id of the change that was signed, `amount` what is given on top, and `whole` all that is then owed under the
    contract, so that a large loan cannot be had at once in small parts.
    """

    contract_id: UUID
    amount: Money
    consumer: bool
    secured: bool  # by a pledge of property
    signed_at: datetime
    increased_at: datetime | None = None  # the last increase of the sum
    disbursed_at: datetime | None = None
    exemption: Exemption | None = None
    whole: Money | None = None

    @property
    def size(self) -> Money:
        """The size of the loan that part one of the paragraph asks about."""
        return self.amount if self.whole is None else self.whole

    @property
    def clock_from(self) -> datetime:
        """The moment the hours run from: an increase of the sum starts them again."""
        return max(self.signed_at, self.increased_at) if self.increased_at else self.signed_at

    @property
    def days(self) -> frozenset[date]:
        """The days of Kazakhstan time on which this sum was agreed: of the signing and of the last increase."""
        return frozenset(business_day(at) for at in (self.signed_at, self.increased_at) if at is not None)

    @property
    def is_such(self) -> bool:
        """True for the loans the rule speaks of: consumer, without a pledge."""
        return self.consumer and not self.secured


class Ground(StrEnum):
    """What makes the money wait."""

    NONE = "none"
    AMOUNT = "amount"  # part one: the loan itself is above the size
    SAME_DAY_SUM = "same_day_sum"  # part two: several loans of one day are, together


@dataclass(frozen=True, slots=True)
class CoolingOff:
    """The rule's answer for one contract at one moment."""

    ground: Ground
    over_at: datetime  # the first moment the money may go; the signing itself when nothing makes it wait
    consent_needed: bool

    @property
    def required(self) -> bool:
        return self.ground is not Ground.NONE

    def over(self, now: datetime) -> bool:
        """True from the very second the hours are full."""
        return now >= self.over_at


class CoolingOffNotOver(Refused):
    """The money asked for before the 24 hours are full (9-1, subparagraph 1)."""

    message = noop("The money may be given only 24 hours after signing: not before {over_at}.")


class ConsentTooEarly(Refused):
    """Consent to receive given before the 24 hours are full does not count (9-1, subparagraph 2)."""

    message = noop("Your consent to receive the money can be given only 24 hours after signing: not before {over_at}.")


class ConsentMissing(Refused):
    """The money asked for without the client's consent given after the 24 hours (9-1, subparagraph 2)."""

    message = noop("The client's consent to receive the money, given after the 24 hours, is missing.")


def _counted_with(grant: Grant, other: Grant, now: datetime) -> bool:
    """True when `other` is a loan of the same calendar day of Kazakhstan time.

    The text says "several loans within one calendar day" and not whether the signing or the payment makes the day,
    so either does: signed (or increased) on the day this one was, or paid on the day this one would be paid.
    """
    if other.contract_id == grant.contract_id or not other.is_such:
        return False
    if other.days & grant.days:
        return True
    return other.disbursed_at is not None and business_day(other.disbursed_at) == business_day(now)


def cooling_off(grant: Grant, others: Iterable[Grant], limits: Limits | None, now: datetime) -> CoolingOff:
    """How long the money of `grant` waits, given the client's `others` contracts over all channels.

    The exemptions are from part one only (Rules, 9-1): an exempt loan of a day with several loans above the size
    in sum still waits.
    """
    ground = Ground.NONE
    if limits is not None and grant.is_such:
        same_day = [other.amount for other in others if _counted_with(grant, other, now)]
        if same_day and Money.total([grant.amount, *same_day]) > limits.min_amount:
            ground = Ground.SAME_DAY_SUM
        if grant.size > limits.min_amount and grant.exemption is None:
            ground = Ground.AMOUNT
    if ground is Ground.NONE or limits is None:
        return CoolingOff(Ground.NONE, grant.clock_from, consent_needed=False)
    # Part two names only the hours; asking for the consent there as well can harm nobody, its lack could.
    return CoolingOff(ground, grant.clock_from + timedelta(hours=limits.hours), limits.consent_needed)


def lacks_consent(grant: Grant, limits: Limits | None, consent_at: datetime | None) -> bool:
    """True when `grant` by its own size needs a consent and none was given: then the money stays, whatever else is.

    Spares asking for the client's other loans while the client is thinking.
    """
    if limits is None or not limits.consent_needed or consent_at is not None:
        return False
    return grant.is_such and grant.exemption is None and grant.size > limits.min_amount


def check_consent_moment(cooling: CoolingOff, now: datetime) -> None:
    """Raises ConsentTooEarly while the hours run: refused at 23:59:59, allowed at 24:00:00."""
    if not cooling.over(now):
        raise ConsentTooEarly(over_at=cooling.over_at.isoformat())


def consent_is_awaited(cooling: CoolingOff, consent_at: datetime | None, now: datetime) -> bool:
    """True when nothing but the client's consent to receive keeps the money: it can be given now, and was not."""
    return cooling.consent_needed and cooling.over(now) and not money_may_go(cooling, consent_at, now)


def money_may_go(cooling: CoolingOff, consent_at: datetime | None, now: datetime) -> bool:
    """True when `check_money_may_go` would let the money go."""
    try:
        check_money_may_go(cooling, consent_at, now)
    except (CoolingOffNotOver, ConsentMissing):
        return False
    return True


def check_money_may_go(cooling: CoolingOff, consent_at: datetime | None, now: datetime) -> None:
    """Raises CoolingOffNotOver or ConsentMissing unless the money may be sent at `now`.

    A consent counts only when given at or after the end of the hours, as they stand at `now`: a loan increased, or
    caught by the sum of its day after the consent, needs a new one.
    """
    if not cooling.over(now):
        raise CoolingOffNotOver(over_at=cooling.over_at.isoformat())
    if cooling.consent_needed and (consent_at is None or not cooling.over(consent_at)):
        raise ConsentMissing()
