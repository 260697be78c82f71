"""Who may service a loan in which way, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from nesie.journey.loans.rules.book import Book, Goes, HaltKind, Parts, Status, days_past_due
from nesie.journey.loans.rules.events import (
    AnyEvent,
    Forgiven,
    Halted,
    PenaltyLowered,
    RateChanged,
    Received,
    Released,
    Resumed,
    Suspended,
    WrittenOff,
)
from nesie.kernel.actor import Role
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused, noop

_STAFF = frozenset({Role.OPERATOR, Role.CREDIT_OFFICER})
_OFFICER = frozenset({Role.CREDIT_OFFICER})
_INCIDENTS = frozenset({Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER})
_WORKER = frozenset({Role.WORKER})

PERMITTED_SERVICING: dict[str, frozenset[Role]] = {
    "repay_early": frozenset({Role.CLIENT}) | _STAFF,
    "refund_credit": frozenset({Role.CLIENT}) | _STAFF,
    "reverse_receipt": _STAFF,
    "correct_receipt": _STAFF,
    "suspend_loan": _INCIDENTS | _WORKER,
    "resume_loan": _INCIDENTS | _WORKER,
    "halt_loan": _OFFICER | _INCIDENTS,
    "end_halt": _OFFICER | _INCIDENTS,
    "propose_change": _OFFICER,
    "apply_change": _WORKER,
    "decrease_rate": _OFFICER,
    "lower_penalty": _OFFICER,
    "defer_for_service": _OFFICER,
    "forgive_debt": _OFFICER,
    "request_tranche": frozenset({Role.CLIENT}),
    "pay_tranche": _WORKER,
    "refinance_loan": _WORKER,
    "transfer_loan": _OFFICER,
    "write_off_loan": _OFFICER | _INCIDENTS,
    "record_recovery": _WORKER,  # of a receipt; staff say of money in suspense whose it is (`match_receipt`)
    "reinstate_claim": _OFFICER | _INCIDENTS,
    "reverse_event": _OFFICER | _INCIDENTS,
}
# Money or a right is given away, or what was written is put right: a second person agrees.
FOUR_EYES_SERVICING: frozenset[str] = frozenset(
    {
        "correct_receipt",
        "forgive_debt",
        "reinstate_claim",
        "reverse_event",
        "reverse_receipt",
        "transfer_loan",
        "write_off_loan",
    }
)


class SuspensionGround(StrEnum):
    """Why accrual stands still (Rules, 13)."""

    LAW_ENFORCEMENT = "law_enforcement"  # a submission of a law-enforcement body
    VICTIM = "victim"  # a resolution that recognises the client as a victim
    INCIDENT = "incident"  # the lender's own finding of unlawful access, before either came


class WriteOffGround(StrEnum):
    """Why a loan leaves the books."""

    FRAUD = "fraud"  # a final court act: the loan was not the client's doing
    UNCOLLECTABLE = "uncollectable"
    DEATH = "death"
    BANKRUPTCY = "bankruptcy"  # the court released the client from the debt

    @property
    def returns_payments(self) -> bool:
        """True when what the client had paid goes back (Rules, 13)."""
        return self is WriteOffGround.FRAUD

    @property
    def keeps_claim(self) -> bool:
        """True when the claim lives on off the balance sheet: only a court's release ends it."""
        return self is not WriteOffGround.BANKRUPTCY


# The edition of paragraph 13 since which interest of a pause is added as a duty; before, it was the lender's right.
PAUSE_INTEREST_DUTY_SINCE = date(2025, 8, 31)
# What may be taken back by hand: facts wrongly recorded. Money and signed schedules have ways of their own.
REVERSIBLE: tuple[type[Any], ...] = (Suspended, Resumed, Halted, Released, Forgiven, RateChanged, PenaltyLowered)


class EventInFuture(Refused):
    message = noop("Nothing can be recorded of a day that has not begun.")


class EventBeforeLoan(Refused):
    message = noop("The loan was not opened yet on this day.")


class EventDiffers(Refused):
    message = noop("This has been recorded already with other contents.")


class LoanEnded(Refused):
    message = noop("The loan has ended: nothing of this kind can happen to it any more.")


class NothingToWriteOff(Refused):
    """A loan repaid in full has nothing on the books; a final court act on fraud still gives back what was paid."""

    message = noop(
        "The loan is repaid: there is nothing to write off. Only a final court act on fraud gives back what was paid."
    )


class GivenBackAlready(Refused):
    message = noop("What was paid was ordered to be given back by an earlier court act.")


class NotSuspended(Refused):
    message = noop("The loan is not suspended on this day.")


class AlreadySuspended(Refused):
    message = noop("The loan is suspended already.")


class NoCredit(Refused):
    message = noop("So much of the client's money does not lie with us.")


class InterestOwed(Refused):
    message = noop("The Rules in force when the pause began demand that its interest is added.")


class HaltUnfit(Refused):
    message = noop("Such a standstill cannot be recorded: look at its kind and its days.")


class EffectMissing(Refused):
    message = noop("Say what stands still: the document of the case names it.")


class EffectByLaw(Refused):
    message = noop("What stands still by this fact the Law says itself.")


class DueInThePast(Refused):
    message = noop("A claim that comes back is due on a later day.")


class TooEarlyToTransfer(Refused):
    message = noop("A claim may be assigned only after more than {days} days of delay.")


class MoneyCameToday(Refused):
    """Money of a day counts after what ends a loan on it: what was just paid would be paid for nothing."""

    message = noop("Money came for this loan today: do it tomorrow.")


class ExcessGivenBack(Refused):
    """What a payment had left over was returned to the client: without the payment that money was ours."""

    message = noop(
        "What this payment had left over was given back to the client. Before it can be taken back, {missing} has to"
        " come in: what is overdue without it, and what was given back. Ask the client for it, then try again."
    )


class NotReversible(Refused):
    message = noop("This cannot be taken back by hand.")


class NotWrittenOff(Refused):
    message = noop("The loan was not written off, or its claim was given up.")


class MoreThanOwed(Refused):
    message = noop("More than is owed cannot be forgiven.")


class AlreadyReversed(Refused):
    message = noop("This has been taken back already.")


class NoSuchHalt(Refused):
    message = noop("There is no such standstill, or it has ended.")


def check_event_day(on: date, today: date) -> None:
    """Raises EventInFuture."""
    if on > today:
        raise EventInFuture(field="on")


def check_since_opening(on: date, opened_on: date) -> None:
    """Raises EventBeforeLoan."""
    if on < opened_on:
        raise EventBeforeLoan(field="on")


def check_same_event(same_loan: bool, known: Mapping[str, Any], event: AnyEvent) -> None:
    """Raises EventDiffers."""
    if not same_loan or known != event.to_json():
        raise EventDiffers


def check_running(book: Book) -> None:
    """Raises LoanEnded."""
    if book.status is not Status.ACTIVE:
        raise LoanEnded


def check_write_off(book: Book, ground: WriteOffGround, happened: Iterable[AnyEvent]) -> None:
    """A running loan on any ground; on a final court act on fraud one that is repaid or off the books, too.

    The Rules, 13, return what was paid whether or not anything is still owed: the victim may have repaid it all before
    the court has spoken. Raises NothingToWriteOff, GivenBackAlready, LoanEnded (assigned, or off the books already).
    """
    if book.status is Status.ACTIVE:
        return
    if book.status is Status.CLOSED and not ground.returns_payments:
        raise NothingToWriteOff(field="ground")
    if book.status is Status.TRANSFERRED or not ground.returns_payments:
        raise LoanEnded
    if any(isinstance(one, WrittenOff) and WriteOffGround(one.ground).returns_payments for one in happened):
        raise GivenBackAlready


def check_suspendable(book: Book) -> None:
    """Raises LoanEnded, AlreadySuspended."""
    check_running(book)
    if suspended_since(book) is not None:
        raise AlreadySuspended


def suspended_since(book: Book) -> date | None:
    """Since when accrual stands still for an incident; None when it does not, today."""
    return next((halt.since for halt in book.halts if halt.kind is HaltKind.SUSPENSION and halt.until is None), None)


def check_resumable(book: Book, on: date) -> date:
    """Since when the pause that ends lasts. Raises LoanEnded (repaid in full meanwhile), NotSuspended."""
    check_running(book)
    since = suspended_since(book)
    if since is None or on < since:
        raise NotSuspended(field="on")
    return since


def check_pause_interest(point_13_since: date, *, with_interest: bool) -> None:
    """`point_13_since`: of the edition in force when the pause began. Raises InterestOwed."""
    if point_13_since >= PAUSE_INTEREST_DUTY_SINCE and not with_interest:
        raise InterestOwed(field="with_interest")


def check_halt(book: Book, kind: HaltKind, on: date, until: date | None) -> None:
    """Raises LoanEnded, HaltUnfit."""
    check_running(book)
    if kind is HaltKind.SUSPENSION or (until is not None and until < on):
        raise HaltUnfit(field="kind" if kind is HaltKind.SUSPENSION else "until")


# No source we know says what stands still: the document of the case does.
BY_ITS_ACT = frozenset({HaltKind.BANKRUPTCY, HaltKind.COURT})


def check_halt_effect(
    kind: HaltKind, interest: Goes | None, *, stops_penalty: bool | None, stops_delay: bool | None
) -> None:
    """What stands still is said where only the act of the case does, and not said where the Law does.

    Raises EffectMissing, EffectByLaw.
    """
    said = {"interest": interest, "stops_penalty": stops_penalty, "stops_delay": stops_delay}
    for field, value in said.items():
        if kind in BY_ITS_ACT and value is None:
            raise EffectMissing(field=field)
        if kind not in BY_ITS_ACT and value is not None:
            raise EffectByLaw(field=field)


def check_halt_open(book: Book, ref: str, on: date) -> None:
    """Raises NoSuchHalt."""
    if not any(one.ref == ref and one.since <= on and (one.until is None or on <= one.until) for one in book.halts):
        raise NoSuchHalt(field="ref")


def check_forgivable(book: Book, parts: Parts) -> None:
    """Raises LoanEnded, MoreThanOwed."""
    check_running(book)
    owed = (book.principal, book.interest, book.penalty_owed)
    wanted = (parts.principal, parts.interest, parts.penalty)
    if not parts.total or min(wanted) < ZERO or any(part > have for part, have in zip(wanted, owed, strict=True)):
        raise MoreThanOwed(field="parts")


def check_reinstatable(book: Book, due_on: date, today: date) -> None:
    """Raises NotWrittenOff, DueInThePast."""
    if book.status is not Status.WRITTEN_OFF or not book.recourse.total:
        raise NotWrittenOff
    if due_on <= today:
        raise DueInThePast(field="due_on")


def check_no_money_came(*, came: bool) -> None:
    """Raises MoneyCameToday."""
    if came:
        raise MoneyCameToday


def check_transferable(book: Book, more_than_days: int) -> None:
    """Raises LoanEnded, TooEarlyToTransfer."""
    check_running(book)
    if days_past_due(book, book.accrued_on) <= more_than_days:
        raise TooEarlyToTransfer(days=more_than_days)


def check_given_back(missing: Money) -> None:
    """`missing`: what has to come in so that refunds are not paid from our own money. Raises ExcessGivenBack."""
    if missing:
        raise ExcessGivenBack(missing=missing)


def check_reversible(event: AnyEvent) -> None:
    """Raises NotReversible."""
    if not isinstance(event, REVERSIBLE):
        raise NotReversible(field="ref")


def moved_to(event: AnyEvent, on: date, ref: str) -> Received:
    """The same receipt on another day, under another name; TypeError for what is no receipt."""
    if not isinstance(event, Received):
        raise TypeError(event.kind)
    return replace(event, ref=ref, on=on)


def check_credit(book: Book, amount: Money) -> None:
    """Raises NoCredit."""
    if not ZERO < amount <= book.credit:
        raise NoCredit(field="amount")


def move_kind(code: str) -> str:
    """A move in one word: the code of its entry without the room; money received is called by what it is."""
    word = code.removeprefix("loan.")
    return "received" if word == "receipt_allocated" else word
