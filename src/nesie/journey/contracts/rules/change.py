"""What may be agreed to change in a contract, and on what terms (Rules, 9; Law 56-V, art. 3 p. 6, art. 4 p. 7, art. 7).

A later stage proposes: it knows what is owed and reckons the new schedule. Here is decided whether such a change may
be put before the client at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from nesie.foundation.terms.rules import (
    Caps,
    Flow,
    Gesv,
    Method,
    Schedule,
    Terms,
    TermTooLong,
    check_caps,
    gesv,
)
from nesie.journey.contracts.rules.credit_line import CreditLine, Draw, check_draw
from nesie.kernel.ids import ContractId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused, noop


class ChangeKind(StrEnum):
    """What a change is, by the name people know it under."""

    RESTRUCTURING = "restructuring"  # several conditions at once
    PROLONGATION = "prolongation"  # a longer term
    PAYMENT_REDUCTION = "payment_reduction"  # smaller payments for a time
    DEFERRAL = "deferral"  # payments put off
    FORGIVENESS = "forgiveness"  # a part of the debt is given up
    RATE_REDUCTION = "rate_reduction"
    PENALTY_REDUCTION = "penalty_reduction"
    DUE_DAY = "due_day"  # other days of payment
    CONSCRIPT_DEFERRAL = "conscript_deferral"  # service and 60 days after it, without interest
    # These give money out, which has its own 24 hours and consent (Rules, 9-1). A refinancing is no change: it is a
    # contract of its own.
    INCREASE = "increase"
    TRANCHE = "tranche"  # a loan under a credit-line agreement (Rules, 2 sub 9-1)


GIVES_MONEY = frozenset({ChangeKind.INCREASE, ChangeKind.TRANCHE})
# Improvements the lender may make alone (Law, art. 3 p. 6); of forgiveness only that of the penalty.
ONE_SIDED = frozenset(
    {
        ChangeKind.RATE_REDUCTION,
        ChangeKind.PENALTY_REDUCTION,
        ChangeKind.CONSCRIPT_DEFERRAL,
        ChangeKind.FORGIVENESS,
    }
)


class ArrearsFirst(Refused):
    """No more money while something is overdue: overdue interest and penalty would be paid out of new principal."""

    message = noop("Something of this loan is overdue. It has to be paid before more money can be given.")


class AboveProduct(Refused):
    """With the sum asked for, the loan would be larger than its product allows."""

    message = noop("Under this product at most {most} tenge can be owed at once.")


class NoCreditLine(Refused):
    """Loans are drawn under a credit-line agreement only; without one the sum of the contract is increased."""

    message = noop("This contract is not a credit-line agreement.")


class RateRaised(Refused):
    """The rate can only be lowered, agreed or not (Law, art. 7 p. 3 1))."""

    message = noop("The rate of a contract can only be lowered.")


class PenaltyRaised(Refused):
    """The penalty can only be lowered (Law, art. 3 p. 6)."""

    message = noop("The penalty of a contract can only be lowered.")


class DebtCapitalised(Refused):
    """Overdue interest and penalty never become principal, so that no interest grows on them (Law, art. 4 p. 7)."""

    message = noop("Overdue interest and penalty cannot be added to the principal.")


class DebtDiffers(Refused):
    """The new payments are not the debt less what is forgiven: something is lost or made up."""

    message = noop("The new schedule does not add up to what is owed.")


class NotAnImprovement(Refused):
    """Made by the lender alone, a change may only be better for the client (Law, art. 3 p. 6)."""

    message = noop("Without the client's signature the lender may only improve the conditions.")


class ChangeUnfit(Refused):
    """The figures do not do what the kind of the change says."""

    message = noop("These figures are not a change of this kind.")


class ChangeInThePast(Refused):
    """A change takes effect on the day of its proposal or later; made by the lender alone, after the days to refuse."""

    message = noop("The change cannot take effect before {earliest}.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is owed at the end of the effective day before the change, as the loan reckons it."""

    principal: Money  # all that is left, the overdue part included
    overdue_principal: Money = ZERO
    interest: Money = ZERO  # of the running period, not yet due
    overdue_interest: Money = ZERO
    penalty: Money = ZERO

    @property
    def debt(self) -> Money:
        """All of it."""
        return self.principal + self.interest + self.overdue_interest + self.penalty


@dataclass(frozen=True, slots=True)
class ChangeClaim:
    """Overdue interest and penalty, to be paid on a day; nothing grows on them."""

    due_on: date
    interest: Money = ZERO
    penalty: Money = ZERO


@dataclass(frozen=True, slots=True)
class Forgiven:
    """What is given up."""

    principal: Money = ZERO
    interest: Money = ZERO
    penalty: Money = ZERO

    @property
    def total(self) -> Money:
        """All of it."""
        return self.principal + self.interest + self.penalty


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of what remains. `plan` starts on the effective day; overdue principal left as it is falls due
    on that very day."""

    annual_rate: Rate
    method: Method
    plan: Schedule
    claims: tuple[ChangeClaim, ...] = ()
    penalty_day_rate: Rate = field(default_factory=lambda: Rate.percent(0))
    penalty_later_day_rate: Rate = field(default_factory=lambda: Rate.percent(0))

    @property
    def claimed_interest(self) -> Money:
        """Overdue interest to be paid apart from the schedule."""
        return Money.total(claim.interest for claim in self.claims)

    @property
    def claimed_penalty(self) -> Money:
        """Penalty to be paid apart from the schedule."""
        return Money.total(claim.penalty for claim in self.claims)

    @property
    def total(self) -> Money:
        """Everything still to be paid when every payment is made on its day."""
        return self.plan.totals.payment + self.claimed_interest + self.claimed_penalty

    @property
    def overpayment(self) -> Money:
        """What is paid above the principal that remains."""
        return self.total - self.plan.totals.principal

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dict that `from_json` reads back exactly; money in tiyn."""
        return {
            "annual_rate": str(self.annual_rate.ratio),
            "method": self.method.value,
            "plan": self.plan.to_json(),
            "claims": [
                {
                    "due_on": claim.due_on.isoformat(),
                    "interest_tiyn": claim.interest.tiyn,
                    "penalty_tiyn": claim.penalty.tiyn,
                }
                for claim in self.claims
            ],
            "penalty_day_rate": str(self.penalty_day_rate.ratio),
            "penalty_later_day_rate": str(self.penalty_later_day_rate.ratio),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Conditions as `to_json` wrote them."""
        return cls(
            annual_rate=Rate(Fraction(data["annual_rate"])),
            method=Method(data["method"]),
            plan=Schedule.from_json(data["plan"]),
            claims=tuple(
                ChangeClaim(
                    date.fromisoformat(claim["due_on"]), Money(claim["interest_tiyn"]), Money(claim["penalty_tiyn"])
                )
                for claim in data["claims"]
            ),
            penalty_day_rate=Rate(Fraction(data["penalty_day_rate"])),
            penalty_later_day_rate=Rate(Fraction(data["penalty_later_day_rate"])),
        )


@dataclass(frozen=True, slots=True)
class ChangeProposal:
    """A change as the stage that serves the loan proposes it.

    `event` is that stage's own account of the change, JSON-able and without personal data: kept with the document and
    handed back unread once the change takes effect. `granted_on` is the day the money was paid out.
    """

    contract_id: ContractId
    kind: ChangeKind
    granted_on: date
    effective_on: date
    standing: Standing
    before: Conditions
    after: Conditions
    event: Mapping[str, Any]
    forgiven: Forgiven = Forgiven()
    one_sided: bool = False
    payout: Money = ZERO  # what is given out on top

    @property
    def carried_interest(self) -> Money:
        """Interest of the running period that the new schedule's own payments hold."""
        owed = self.standing.interest + self.standing.overdue_interest
        return owed - self.forgiven.interest - self.after.claimed_interest

    def to_json(self) -> dict[str, Any]:
        """Everything but the contract it belongs to."""
        standing, forgiven = self.standing, self.forgiven
        return {
            "kind": self.kind.value,
            "granted_on": self.granted_on.isoformat(),
            "effective_on": self.effective_on.isoformat(),
            "standing": {
                "principal_tiyn": standing.principal.tiyn,
                "overdue_principal_tiyn": standing.overdue_principal.tiyn,
                "interest_tiyn": standing.interest.tiyn,
                "overdue_interest_tiyn": standing.overdue_interest.tiyn,
                "penalty_tiyn": standing.penalty.tiyn,
            },
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "event": dict(self.event),
            "forgiven": {
                "principal_tiyn": forgiven.principal.tiyn,
                "interest_tiyn": forgiven.interest.tiyn,
                "penalty_tiyn": forgiven.penalty.tiyn,
            },
            "one_sided": self.one_sided,
            "payout_tiyn": self.payout.tiyn,
        }

    @classmethod
    def from_json(cls, contract_id: ContractId, data: Mapping[str, Any]) -> Self:
        """A proposal as `to_json` wrote it."""
        standing, forgiven = data["standing"], data["forgiven"]
        return cls(
            contract_id=contract_id,
            kind=ChangeKind(data["kind"]),
            granted_on=date.fromisoformat(data["granted_on"]),
            effective_on=date.fromisoformat(data["effective_on"]),
            standing=Standing(
                Money(standing["principal_tiyn"]),
                Money(standing["overdue_principal_tiyn"]),
                Money(standing["interest_tiyn"]),
                Money(standing["overdue_interest_tiyn"]),
                Money(standing["penalty_tiyn"]),
            ),
            before=Conditions.from_json(data["before"]),
            after=Conditions.from_json(data["after"]),
            event=data["event"],
            forgiven=Forgiven(
                Money(forgiven["principal_tiyn"]), Money(forgiven["interest_tiyn"]), Money(forgiven["penalty_tiyn"])
            ),
            one_sided=data["one_sided"],
            payout=Money(data.get("payout_tiyn", 0)),
        )


def change_gesv(proposal: ChangeProposal) -> Gesv | None:
    """The annual effective rate of what remains: from the principal left, past payments ignored; None if none is left
    after the effective day itself.

    Interest that grew before the effective day belongs to the past as well: it is taken out of the first payments.
    """
    return _gesv(proposal.after, proposal.carried_interest)


def gesv_before(proposal: ChangeProposal) -> Gesv | None:
    """The same of what would remain without the change."""
    return _gesv(proposal.before, proposal.standing.interest)


def _gesv(conditions: Conditions, past_interest: Money) -> Gesv | None:
    plan = conditions.plan
    if not any(row.principal for row in plan.rows if row.due_on > plan.disbursed_on):
        return None  # nothing is lent for a day any more
    money, past = [Flow(plan.disbursed_on, plan.totals.principal)], past_interest
    for row in plan.rows:
        old = min(past, row.interest)
        past -= old
        money.append(Flow(row.due_on, old - row.payment))
    return gesv(money)


def check_change(proposal: ChangeProposal, terms: Terms, caps: Caps) -> None:
    """Refuses what may not even be proposed; the first reason found is the one given.

    `terms` are the contract's, `caps` those of its date; see also `check_payout`. Raises RateRaised, PenaltyRaised,
    DebtCapitalised, DebtDiffers, NotAnImprovement, ChangeUnfit, CapExceeded.
    """
    if bool(proposal.payout) is not (proposal.kind in GIVES_MONEY) or proposal.payout < ZERO:
        raise ChangeUnfit(field="amount")
    before, after = proposal.before, proposal.after
    if after.annual_rate > before.annual_rate:
        raise RateRaised
    if after.penalty_day_rate > before.penalty_day_rate or after.penalty_later_day_rate > before.penalty_later_day_rate:
        raise PenaltyRaised
    _check_sums(proposal)
    if proposal.one_sided:
        _check_improvement(proposal)
    if not _does_what_it_says(proposal):
        raise ChangeUnfit(field="kind")
    _check_caps(proposal, terms, caps)


def check_payout(proposal: ChangeProposal, *, most: Money, line: CreditLine | None, issued: Money) -> None:
    """Refuses more money than may be given under the contract; nothing for a change that gives none.

    `most`: the largest loan of the product; `line`: of a credit-line agreement; `issued`: all that was ever paid out
    under the contract. Raises ArrearsFirst, NoCreditLine, ChangeUnfit, AboveProduct, LineNotOpen, LineExceeded.
    """
    if proposal.kind not in GIVES_MONEY:
        return
    standing = proposal.standing
    if standing.overdue_principal or standing.overdue_interest or standing.penalty:
        raise ArrearsFirst
    if proposal.kind is ChangeKind.TRANCHE:
        if line is None:
            raise NoCreditLine
        drawn = Draw(proposal.contract_id, issued, repaid=issued - standing.principal)
        check_draw(line, [drawn], proposal.payout, proposal.effective_on)
    elif line is not None:
        raise ChangeUnfit(field="kind")
    elif standing.principal + proposal.payout > most:
        raise AboveProduct(field="amount", most=most)


def _check_sums(proposal: ChangeProposal) -> None:
    standing, after, forgiven = proposal.standing, proposal.after, proposal.forgiven
    left = standing.principal - forgiven.principal + proposal.payout
    if after.plan.totals.principal > left:
        raise DebtCapitalised
    carried = proposal.carried_interest
    if carried > standing.interest:  # overdue interest inside payments that bear interest
        raise DebtCapitalised
    sums_up = after.plan.totals.principal == left and after.claimed_penalty == standing.penalty - forgiven.penalty
    if not sums_up or carried < ZERO or carried > after.plan.totals.interest or not _whole(after.plan):
        raise DebtDiffers


def _whole(plan: Schedule) -> bool:
    """True when the rows themselves add up, payment by payment."""
    left = plan.totals.principal
    for row in plan.rows:
        left -= row.principal
        if (
            row.payment != row.principal + row.interest
            or row.balance != left
            or min(row.principal, row.interest) < ZERO
        ):
            return False
    return True


def _check_improvement(proposal: ChangeProposal) -> None:
    before, after = proposal.before, proposal.after
    if proposal.kind not in ONE_SIDED:
        raise NotAnImprovement
    # Put off, the same instalments lie in periods of other lengths: their interest may differ by days, and the days of
    # the service itself bear none (Law, art. 7 p. 2 sub 11-2).
    if proposal.kind is not ChangeKind.CONSCRIPT_DEFERRAL and after.total > before.total:
        raise NotAnImprovement
    if proposal.kind is ChangeKind.FORGIVENESS and proposal.forgiven.total != proposal.forgiven.penalty:
        raise NotAnImprovement
    if proposal.kind is not ChangeKind.CONSCRIPT_DEFERRAL and _last_day(after) > _last_day(before):
        raise NotAnImprovement


def _does_what_it_says(proposal: ChangeProposal) -> bool:
    before, after = proposal.before, proposal.after
    match proposal.kind:
        case ChangeKind.PROLONGATION:
            return _last_day(after) > _last_day(before)
        case ChangeKind.PAYMENT_REDUCTION:
            return after.plan.rows[0].payment < before.plan.rows[0].payment
        case ChangeKind.DEFERRAL | ChangeKind.CONSCRIPT_DEFERRAL:
            return _first_principal_on(after) > _first_principal_on(before)
        case ChangeKind.FORGIVENESS:
            return proposal.forgiven.total > ZERO
        case ChangeKind.RATE_REDUCTION:
            return after.annual_rate < before.annual_rate
        case ChangeKind.PENALTY_REDUCTION:
            rates = (after.penalty_day_rate, after.penalty_later_day_rate)
            return rates != (before.penalty_day_rate, before.penalty_later_day_rate)
        case ChangeKind.DUE_DAY:
            return [row.due_on for row in after.plan.rows] != [row.due_on for row in before.plan.rows]
        case _:
            return after != before


def _last_day(conditions: Conditions) -> date:
    days = [row.due_on for row in conditions.plan.rows] + [claim.due_on for claim in conditions.claims]
    return max(days, default=date.min)


def _first_principal_on(conditions: Conditions) -> date:
    return next((row.due_on for row in conditions.plan.rows if row.principal), date.max)


def _check_caps(proposal: ChangeProposal, terms: Terms, caps: Caps) -> None:
    rate, plan = change_gesv(proposal), proposal.after.plan
    if rate is None or proposal.kind is ChangeKind.CONSCRIPT_DEFERRAL:
        return  # the Law itself puts the payments off
    days = (plan.last_due_on - proposal.granted_on).days
    if caps.most_days is not None and days > caps.most_days:
        raise TermTooLong(days=days, most=caps.most_days)
    check_caps(_remaining(terms, proposal.after), plan, rate, caps)


def _remaining(terms: Terms, after: Conditions) -> Terms:
    return Terms(
        principal=after.plan.totals.principal,
        annual_rate=after.annual_rate,
        method=terms.method,
        instalments=terms.instalments,
        every=terms.every,
        unit=terms.unit,
        day_count=terms.day_count,
        payment_step=terms.payment_step,
        payment=terms.payment,
    )
