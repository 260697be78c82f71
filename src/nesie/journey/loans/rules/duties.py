"""What the lender owes by a day: of paragraph 13 of the Rules, of the settlement of arrears, to the credit bureau.

A duty begins with a dated fact (a paper received, an event of the loan, a delay) and ends with another: an event of the
loan, or a note of a member of the staff with the paper that shows it. Terms are of the edition in force on the day the
fact became known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nesie.foundation.norms.rules import Deadline
from nesie.journey.loans.rules import events as happened
from nesie.journey.loans.rules.servicing import PAUSE_INTEREST_DUTY_SINCE, WriteOffGround
from nesie.kernel.actor import Role
from nesie.kernel.ids import LoanId
from nesie.kernel.refused import Refused, noop

PERMITTED_DUTIES: dict[str, frozenset[Role]] = {
    "register_fraud_paper": frozenset({Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER}),
    "note_duty_done": frozenset({Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER, Role.CREDIT_OFFICER}),
}


class FraudPaper(StrEnum):
    """A fact of paragraph 13 that sets terms running for a loan."""

    INCIDENT = "incident"  # unlawful access, change or fraud was found
    SUBMISSION = "submission"  # of a law-enforcement body
    VICTIM = "victim"  # a resolution that recognises the client as a victim
    CANCELLED = "cancelled"  # of either, by its body
    COURT_ACT = "court_act"  # final, on the fraud


class DutyKind(StrEnum):
    """What has to be done."""

    TELL_CLIENT = "tell_client"
    TELL_REGULATOR = "tell_regulator"
    STOP_ACTS = "stop_acts"
    MEND_CONSEQUENCES = "mend_consequences"
    SUSPEND = "suspend"
    STOP_COLLECTION = "stop_collection"
    STOP_BUREAU = "stop_bureau"
    WRITE_NOTICE = "write_notice"
    RESUME = "resume"
    WRITE_OFF = "write_off"
    RETURN_MONEY = "return_money"
    CORRECT_BUREAU = "correct_bureau"
    REPORT_BUREAU = "report_bureau"
    ARREARS_NOTICE = "arrears_notice"
    SETTLEMENT_ANSWER = "settlement_answer"
    CLIENT_APPLIES = "client_applies"
    CLIENT_AGREES = "client_agrees"
    CLIENT_OMBUDSMAN = "client_ombudsman"


# The client's own terms: shown, never overdue for us.
OF_THE_CLIENT = frozenset({DutyKind.CLIENT_APPLIES, DutyKind.CLIENT_AGREES, DutyKind.CLIENT_OMBUDSMAN})
# Done by the loan's own events; the rest is noted by a person with the paper that shows it.
BY_EVENTS = frozenset({DutyKind.SUSPEND, DutyKind.RESUME, DutyKind.WRITE_OFF, DutyKind.RETURN_MONEY})

_INCIDENT = (
    (DutyKind.TELL_CLIENT, "incident_notify_client"),
    (DutyKind.TELL_REGULATOR, "incident_notify_regulator"),
    (DutyKind.STOP_ACTS, "incident_eliminate"),
    (DutyKind.MEND_CONSEQUENCES, "incident_consequences"),
)
_SUSPENDING = ((DutyKind.SUSPEND, "fraud_suspend"), (DutyKind.STOP_COLLECTION, "fraud_suspend"))
# The edition of 2023 asks for more: the bureau is told nothing of the debt, and the client gets it in writing.
_SUSPENDING_2023 = (
    *_SUSPENDING,
    (DutyKind.STOP_BUREAU, "fraud_suspend"),
    (DutyKind.WRITE_NOTICE, "fraud_suspend"),
)
_WRITING_OFF = ((DutyKind.WRITE_OFF, "fraud_writeoff"), (DutyKind.RETURN_MONEY, "fraud_writeoff"))


def duties_of(paper: FraudPaper, point_13_since: date) -> tuple[tuple[DutyKind, str], ...]:
    """What a paper asks for, each with the code of its term (empty: none). `point_13_since`: of the edition in force.

    The edition of 2023 puts the correction at the bureau under the term of the write-off; since 31.08.2025 it has the
    term of every other report (`REPORTED_EVENTS`), from the write-off itself.
    """
    of_2023 = point_13_since < PAUSE_INTEREST_DUTY_SINCE
    match paper:
        case FraudPaper.INCIDENT:
            return _INCIDENT
        case FraudPaper.SUBMISSION | FraudPaper.VICTIM:
            return _SUSPENDING_2023 if of_2023 else _SUSPENDING
        case FraudPaper.CANCELLED:
            return ((DutyKind.RESUME, ""),)
        case FraudPaper.COURT_ACT:
            return (*_WRITING_OFF, (DutyKind.CORRECT_BUREAU, "fraud_writeoff")) if of_2023 else _WRITING_OFF


# After which events the bureau must hear of the loan again (Law on credit bureaus, art. 19).
REPORTED_EVENTS = (
    happened.RateChanged.kind,
    happened.Rescheduled.kind,
    happened.Forgiven.kind,
    happened.WrittenOff.kind,
    happened.Transferred.kind,
    happened.Reinstated.kind,
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed. `source` names the fact it begins with; `until` None: at once, without a term in the norm."""

    kind: DutyKind
    loan_id: LoanId
    number: str
    source: str
    since: datetime
    until: Deadline | None
    cause: str = ""  # the kind of the event or paper behind it
    done_at: datetime | None = None
    reference: str = ""  # of the paper that shows it was done

    @property
    def ours(self) -> bool:
        """True when the lender owes it."""
        return self.kind not in OF_THE_CLIENT

    def is_over(self, now: datetime) -> bool:
        """True when its term has ended and it is not done; of one done, when it was done late."""
        return self.ours and self.until is not None and self.until.is_over(self.done_at or now)


def by_urgency(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Overdue ones first, as their terms end; what has no term after those that have; the client's own last."""
    return tuple(sorted(duties, key=lambda one: (not one.ours, one.until is None, _end(one), one.number, one.kind)))


def _end(one: Duty) -> datetime:
    return one.until.ends_at if one.until else one.since


@dataclass(frozen=True, slots=True)
class Facts:
    """What a loan's own events show of a paper's duties: when it was suspended, resumed, written off, money ordered."""

    suspended_at: datetime | None = None
    resumed_at: datetime | None = None
    written_off_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """When a paper came and was entered, and whether the loan still runs: one that has ended has nothing to suspend."""

    received_at: datetime
    recorded_at: datetime
    runs: bool


def facts_of(
    paper: PaperFacts, events: Iterable[tuple[happened.AnyEvent, datetime]], money: tuple[datetime | None, ...]
) -> Facts:
    """`events`: those in force with the moment each was entered. `money`: when each sum given back was paid."""
    pauses: list[tuple[datetime, datetime | None]] = []
    written = None
    for event, at in events:
        match event:
            case happened.Suspended():
                pauses.append((at, None))
            case happened.Resumed() if pauses:
                pauses[-1] = (pauses[-1][0], at)
            case happened.WrittenOff() if event.ground == WriteOffGround.FRAUD:
                written = at
            case _:
                pass
    # Suspended before the paper came: done when it came.
    lasting = (max(since, paper.received_at) for since, until in pauses if until is None or until > paper.recorded_at)
    ended = (until for _, until in pauses if until is not None and until >= paper.received_at)
    nothing_paused = not any(until is None for _, until in pauses)
    paid = [at for at in money if at is not None]
    return Facts(
        suspended_at=next(lasting, None if paper.runs else paper.received_at),
        resumed_at=next(ended, paper.received_at if nothing_paused or not paper.runs else None),
        written_off_at=written,
        returned_at=max([written, *paid]) if written and len(paid) == len(money) else None,
    )


def done_by_events(kind: DutyKind, facts: Facts) -> datetime | None:
    """When the loan's own events did a duty; None while they have not, or cannot."""
    return {
        DutyKind.SUSPEND: facts.suspended_at,
        DutyKind.RESUME: facts.resumed_at,
        DutyKind.WRITE_OFF: facts.written_off_at,
        DutyKind.RETURN_MONEY: facts.returned_at,
    }.get(kind)


class NoSuchDuty(Refused):
    """There is no such open duty of this loan."""

    message = noop("This is not owed, or it is done already.")


class DoneByEvents(Refused):
    """The loan's own event is what does it."""

    message = noop("This is done by servicing the loan, not by a note.")


class ReceivedInFuture(Refused):
    """A paper cannot have come later than now."""

    message = noop("A paper cannot be received on a day that has not begun.")


class ReferenceMissing(Refused):
    """What cannot be shown is not done."""

    message = noop("Name the paper: its number and day.")


def check_received(received_on: date, today: date) -> None:
    """Raises ReceivedInFuture."""
    if received_on > today:
        raise ReceivedInFuture(field="received_on")


def checked_reference(reference: str) -> str:
    """The reference without spaces around it. Raises ReferenceMissing."""
    if not reference.strip():
        raise ReferenceMissing(field="reference")
    return reference.strip()
