"""Settlement of arrears before anything harder (Law 56-V, art. 9-2): who does what by when, from dated facts alone.

Arrears are computed from what is due and paid. A delay begins on the first day after the last day without delay of the
oldest unpaid instalment. What was sent, asked or answered during a delay is a dated fact; a fact from before it began
belongs to an earlier one. Nothing is demanded early while the procedure runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nesie.foundation.norms.rules import Calendar, Deadline, Term, business_day, day_start, deadline
from nesie.foundation.terms.rules import Unit, step
from nesie.journey.contracts.rules import ChangeKind, ChangeProposal, ChangeStatus, Conditions
from nesie.journey.loans.rules.book import Book, Status, overdue_since
from nesie.journey.loans.rules.position import overdue
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused, noop

# Our choice, well within the Law's days: money paid on the last day may still be on its way through the banks.
NOTICE_FROM_DAY = 3


class Relief(StrEnum):
    """What the client asks for (art. 9-2 p. 2)."""

    LOWER_RATE = "lower_rate"
    SMALLER_INSTALMENTS = "smaller_instalments"  # by half or more
    DEFERRAL = "deferral"
    ORDER_OR_METHOD = "order_or_method"
    LONGER_TERM = "longer_term"
    FORGIVENESS = "forgiveness"
    PLEDGE = "pledge"  # its sale by the client, its transfer, or with the debt to a buyer


class Hardship(StrEnum):
    """Why the lender may have to agree (art. 9-2 p. 3)."""

    NONE = "none"
    INCOME_FELL = "income_fell"
    TARGETED_AID = "targeted_aid"
    EMERGENCY = "emergency"


class Answer(StrEnum):
    """What the lender says to an application."""

    AGREED = "agreed"
    COUNTER_OFFER = "counter_offer"
    REFUSED = "refused"


class RefusalReason(StrEnum):
    """Why the lender refuses; its words stand in the document."""

    NO_PAPERS = "no_papers"  # nothing shows the circumstances named
    NO_HARDSHIP = "no_hardship"  # the papers show that the payments can be made
    NOT_FEASIBLE = "not_feasible"  # on the terms asked for the debt could not be repaid
    BROKEN_BEFORE = "broken_before"  # a change agreed before was not kept
    OTHER = "other"  # as explained


class SettlementStage(StrEnum):
    """Where the procedure stands."""

    NONE = "none"  # nothing is late, nothing is open
    HALTED = "halted"  # delay stands still by law: nobody is pressed
    NOTICE_DUE = "notice_due"
    APPLICATION_AWAITED = "application_awaited"  # the client was told and may apply
    ANSWER_DUE = "answer_due"
    AGREEMENT_AWAITED = "agreement_awaited"  # the change agreed on lies before the client
    COUNTER_OFFERED = "counter_offered"
    AGREED = "agreed"  # signed
    OMBUDSMAN = "ombudsman"  # refused: the client may go to the microfinance ombudsman
    OVER = "over"  # other measures may follow


# The stages in which a person of the lender has something to do.
WAITS_FOR_LENDER = frozenset({SettlementStage.NOTICE_DUE, SettlementStage.ANSWER_DUE})


class NoArrears(Refused):
    """Nothing is late under the loan."""

    message = noop("Nothing is overdue under this loan.")


class NoticeAlreadySent(Refused):
    """The client was told of this delay."""

    message = noop("The client was already told of this delay.")


class ApplicationWaits(Refused):
    """An application is answered before another is made."""

    message = noop("An application already waits for the lender's answer.")


class AlreadyAnswered(Refused):
    """An application is answered once."""

    message = noop("This application was already answered.")


class ReliefOwed(Refused):
    """In hardship that is shown the lender must agree for three months at least (art. 9-2 p. 3)."""

    message = noop("The hardship is shown: the payments must be halved or put off for at least {months} months.")


class ReasonMissing(Refused):
    """A refusal names its reason (art. 9-2 p. 3)."""

    message = noop("Say why the application is refused.")


class WordsMissing(Refused):
    """An application says something."""

    message = noop("Write in a few words what happened.")


class ChangeNotForThis(Refused):
    """The answer names a change that is not an open proposal of this loan made after the application."""

    message = noop("Propose the change of the contract first: it must be open and made after the application.")


class TooEarlyToDemand(Refused):
    """Nothing is demanded early, sold or taken to a court while the settlement procedure runs (art. 9-2)."""

    message = noop("The settlement of arrears is not over: nothing more can be demanded yet.")


@dataclass(frozen=True, slots=True)
class SettlementNorms:
    """The terms of art. 9-2 on the contract's date."""

    notice: Term
    apply: Term
    reply: Term
    counter_offer: Term
    ombudsman: Term
    relief_months: int
    instalment_cut: Rate
    income_drop: Rate


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay as it stands: since when, and how much is late."""

    began_on: date
    days: int
    principal: Money
    interest: Money
    penalty: Money

    @property
    def total(self) -> Money:
        """All that is claimed now."""
        return self.principal + self.interest + self.penalty


@dataclass(frozen=True, slots=True)
class Application:
    """What the client asked for."""

    received_at: datetime
    relief: Relief
    hardship: Hardship = Hardship.NONE


@dataclass(frozen=True, slots=True)
class Answered:
    """What the lender said; `change` is how the proposal it names stands now."""

    at: datetime
    answer: Answer
    change: ChangeStatus | None = None
    change_ended_at: datetime | None = None  # when the proposal was refused, withdrawn or ran out


@dataclass(frozen=True, slots=True)
class Procedure:
    """Every fact of the newest settlement of a loan."""

    delay: Delay | None
    halted: bool = False
    notified_at: datetime | None = None
    application: Application | None = None
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class SettlementStanding:
    """The stage and the end of its term; None where nothing runs."""

    stage: SettlementStage
    until: Deadline | None = None

    @property
    def early_demand_allowed(self) -> bool:
        """True when measures beyond the settlement may be taken."""
        return self.stage is SettlementStage.OVER


def delay_of(book: Book) -> Delay | None:
    """The delay of a loan on its last accrued day; None without one."""
    if book.status is not Status.ACTIVE:
        return None
    last_on = overdue_since(book.dues, book.delay_day)
    if last_on is None:
        return None
    principal, interest, days = overdue(book)
    return Delay(last_on + timedelta(days=1), days, principal, interest, book.penalty)


def is_halted(book: Book, today: date) -> bool:
    """True while delay stands still: papers of the law-enforcement bodies, service, bankruptcy."""
    return any(halt.stops_delay and halt.holds(today) for halt in book.halts)


def belongs(at: datetime | None, delay: Delay | None) -> bool:
    """True when a fact of this moment is one of the delay's."""
    return at is not None and (delay is None or business_day(at) >= delay.began_on)


def settlement_standing(
    procedure: Procedure, norms: SettlementNorms, calendar: Calendar, now: datetime
) -> SettlementStanding:
    """Where the procedure stands at `now` and until when (art. 9-2 p. 1-4)."""
    delay, application, answered = procedure.delay, procedure.application, procedure.answered
    # An application is answered even when the arrears were paid meanwhile.
    if application is not None and answered is None:
        until = deadline(application.received_at, norms.reply, calendar)
        return SettlementStanding(SettlementStage.ANSWER_DUE, until)
    if delay is not None and procedure.halted:
        return SettlementStanding(SettlementStage.HALTED)
    if application is not None and answered is not None and belongs(application.received_at, delay):
        found = _after_answer(application, answered, norms, calendar, now)
        if delay is not None or found.stage in _OFFERED:
            return found
    if delay is None:
        return SettlementStanding(SettlementStage.NONE)
    began_at = day_start(delay.began_on)
    if not belongs(procedure.notified_at, delay):
        return SettlementStanding(SettlementStage.NOTICE_DUE, deadline(began_at, norms.notice, calendar))
    until = deadline(began_at, norms.apply, calendar)
    if until.is_over(now):
        return SettlementStanding(SettlementStage.OVER)
    return SettlementStanding(SettlementStage.APPLICATION_AWAITED, until)


_OFFERED = frozenset({SettlementStage.AGREEMENT_AWAITED, SettlementStage.COUNTER_OFFERED})
_OPEN_CHANGE = frozenset({ChangeStatus.DRAFTED, ChangeStatus.ANNOUNCED})
_MADE_CHANGE = frozenset({ChangeStatus.SIGNED, ChangeStatus.APPLIED})


def _after_answer(
    application: Application, answered: Answered, norms: SettlementNorms, calendar: Calendar, now: datetime
) -> SettlementStanding:
    if answered.change in _MADE_CHANGE:
        return SettlementStanding(SettlementStage.AGREED)
    refused_at = answered.at
    if answered.answer is not Answer.REFUSED:
        offered = deadline(application.received_at, norms.counter_offer, calendar)
        if answered.change in _OPEN_CHANGE and not offered.is_over(now):
            counter = answered.answer is Answer.COUNTER_OFFER
            stage = SettlementStage.COUNTER_OFFERED if counter else SettlementStage.AGREEMENT_AWAITED
            return SettlementStanding(stage, offered)
        # No agreement in time is a refusal, of the day the offer ended.
        refused_at = min(answered.change_ended_at or offered.ends_at, offered.ends_at)
    until = deadline(refused_at, norms.ombudsman, calendar)
    if until.is_over(now):
        return SettlementStanding(SettlementStage.OVER)
    return SettlementStanding(SettlementStage.OMBUDSMAN, until)


def check_notice(delay: Delay | None, notified_at: datetime | None, *, halted: bool) -> Delay:
    """The delay to tell of; raises NoArrears (also while delay stands still), NoticeAlreadySent."""
    if delay is None or halted:
        raise NoArrears
    if belongs(notified_at, delay):
        raise NoticeAlreadySent
    return delay


def check_application(procedure: Procedure) -> None:
    """Raises NoArrears or ApplicationWaits unless the client may apply. A late application is taken all the same."""
    if procedure.delay is None:
        raise NoArrears
    if procedure.application is not None and procedure.answered is None:
        raise ApplicationWaits


def check_answer(
    answer: Answer,
    application: Application,
    *,
    hardship_shown: bool,
    proposal: ChangeProposal | None,
    norms: SettlementNorms,
) -> None:
    """Raises ReliefOwed when hardship is shown and the answer gives less than the Law asks."""
    if not hardship_shown or application.hardship is Hardship.NONE:
        return
    enough = proposal is not None and relieves(proposal, norms.relief_months, norms.instalment_cut)
    if answer is Answer.REFUSED or not enough:
        raise ReliefOwed(months=norms.relief_months)


def checked_words(text: str) -> str:
    """The client's words without spaces around them; raises WordsMissing."""
    if not text.strip():
        raise WordsMissing(field="text")
    return text.strip()


def checked_reason(reason: RefusalReason | None) -> RefusalReason:
    """The reason of a refusal; raises ReasonMissing."""
    if reason is None:
        raise ReasonMissing(field="reason")
    return reason


def relieves(proposal: ChangeProposal, months: int, cut: Rate) -> bool:
    """True when the payments of so many months from the change on are put off, or cut by `cut` or more."""
    if proposal.kind in (ChangeKind.FORGIVENESS, ChangeKind.PENALTY_REDUCTION):
        return False
    until = step(proposal.effective_on, Unit.MONTHS, months)
    before, after = (_paid_until(side, until) for side in (proposal.before, proposal.after))
    return after.tiyn <= before.tiyn * (1 - cut.ratio) and before.tiyn > 0


def _paid_until(conditions: Conditions, until: date) -> Money:
    rows = [row.payment for row in conditions.plan.rows if row.due_on < until]
    return Money.total([*rows, *(one.interest + one.penalty for one in conditions.claims if one.due_on < until)])


def income_fell(two_months: Money, twelve_months: Money, norms: SettlementNorms) -> bool:
    """True when the average income of two months is below that of the twelve before by more than the norm."""
    return two_months.tiyn * 6 < twelve_months.tiyn * (1 - norms.income_drop.ratio)


def check_early_demand(found: SettlementStanding) -> None:
    """Raises TooEarlyToDemand while the procedure runs."""
    if not found.early_demand_allowed:
        raise TooEarlyToDemand
