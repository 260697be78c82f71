"""The way of a change: proposed, answered by the client, in force; and which proofs the answer takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.norms.rules import Deadline, day_end
from nesie.journey.contracts.rules.change import ChangeInThePast
from nesie.kernel.ids import ProofId
from nesie.kernel.refused import Refused, noop


class ChangeStatus(StrEnum):
    """Where a change stands."""

    DRAFTED = "drafted"  # its document lies before the client
    ANNOUNCED = "announced"  # an improvement by the lender alone: the client was told and may refuse it
    SIGNED = "signed"  # agreed; waits for its day, or for its money
    PAYING = "paying"  # its payment order is on the way to the bank: nobody may give it up now
    PAID = "paid"  # its money is at the client's
    APPLIED = "applied"  # in force
    REFUSED = "refused"  # the client does not want it
    EXPIRED = "expired"  # nobody signed it in time
    CANCELLED = "cancelled"  # taken back by the lender before an answer
    FAILED = "failed"  # the debt was no longer what the document says: nothing was changed


MOVES: Mapping[ChangeStatus | None, frozenset[ChangeStatus]] = {
    None: frozenset({ChangeStatus.DRAFTED, ChangeStatus.ANNOUNCED}),
    ChangeStatus.DRAFTED: frozenset(
        {ChangeStatus.SIGNED, ChangeStatus.REFUSED, ChangeStatus.EXPIRED, ChangeStatus.CANCELLED}
    ),
    ChangeStatus.ANNOUNCED: frozenset(
        {ChangeStatus.APPLIED, ChangeStatus.REFUSED, ChangeStatus.CANCELLED, ChangeStatus.FAILED}
    ),
    # What both have agreed to, neither takes back alone (but see `MONEY_MOVES`).
    ChangeStatus.SIGNED: frozenset({ChangeStatus.APPLIED, ChangeStatus.FAILED}),
    ChangeStatus.PAYING: frozenset(),
    ChangeStatus.PAID: frozenset(),
    ChangeStatus.APPLIED: frozenset(),
    ChangeStatus.REFUSED: frozenset(),
    ChangeStatus.EXPIRED: frozenset(),
    ChangeStatus.CANCELLED: frozenset(),
    ChangeStatus.FAILED: frozenset(),
}
# A change that gives money out: the hours after its signing are there for the client to think it over (Rules, 9-1).
MONEY_MOVES: Mapping[ChangeStatus | None, frozenset[ChangeStatus]] = {
    **MOVES,
    ChangeStatus.SIGNED: frozenset({ChangeStatus.PAYING, ChangeStatus.REFUSED, ChangeStatus.FAILED}),
    # A refused payment order gives it back, so that it may be paid again or given up.
    ChangeStatus.PAYING: frozenset({ChangeStatus.SIGNED, ChangeStatus.PAID}),
    ChangeStatus.PAID: frozenset({ChangeStatus.APPLIED}),
}
OPEN = frozenset(
    {ChangeStatus.DRAFTED, ChangeStatus.ANNOUNCED, ChangeStatus.SIGNED, ChangeStatus.PAYING, ChangeStatus.PAID}
)
# Signed and not given up: its money counts among the client's loans of a day.
GRANTED = frozenset({ChangeStatus.SIGNED, ChangeStatus.PAYING, ChangeStatus.PAID, ChangeStatus.APPLIED})


class ChangeMoveRefused(Refused):
    """The change is not in a state that allows this."""

    message = noop("The change is {current}: this step is not possible now.")


class OtherChangeOpen(Refused):
    """One change at a time: the second would be reckoned from conditions that may never be."""

    message = noop("Another change of this contract waits for its end.")


class ContractNotRunning(Refused):
    """Only a contract under which the money was paid out is changed here."""

    message = noop("Only a contract whose money was paid out can be changed.")


class AnswerTooLate(Refused):
    """The days to sign or to refuse are over."""

    message = noop("The time to answer this change is over.")


class AnswerRuns(Refused):
    """The change does not take effect while the client may still refuse it, nor before its day."""

    message = noop("The change cannot take effect yet.")


class SecondProofMissing(Refused):
    """Biometric identification and EDS are both needed (Rules, paragraph 9)."""

    message = noop("The contract and its changes need both biometric identification and your electronic signature.")


class NotTheChangeShown(Refused):
    """The hash that was signed is not the hash of this change's document (Rules, paragraph 9)."""

    message = noop("The document you signed is not the text of this change. Open it again.")


def check_change_move(current: ChangeStatus | None, to: ChangeStatus, *, gives_money: bool = False) -> None:
    """Raises ChangeMoveRefused unless a change may go from `current` (None: it does not exist yet) to `to`."""
    if to not in (MONEY_MOVES if gives_money else MOVES)[current]:
        raise ChangeMoveRefused(current=current.value if current else "", to=to.value)


def needed_proofs(*, consumer: bool, entrepreneur: bool) -> frozenset[ProofKind]:
    """Biometrics and EDS; without EDS only for an individual entrepreneur's business microcredit (Rules, 9)."""
    if entrepreneur and not consumer:
        return frozenset({ProofKind.BIOMETRIC})
    return frozenset({ProofKind.BIOMETRIC, ProofKind.EDS})


def change_proofs(*, consumer: bool, entrepreneur: bool, at_work: bool | None) -> frozenset[ProofKind]:
    """As for a contract; who the state no longer knows as an entrepreneur (`at_work`) signs as everybody."""
    return needed_proofs(consumer=consumer, entrepreneur=entrepreneur and at_work is not False)


def answer_until(effective_on: date, refusal: Deadline | None, today: date) -> datetime:
    """The first moment too late for the client's answer.

    An agreed change is signed on its effective day at the latest; one made by the lender alone (`refusal`: the days
    to refuse it) takes effect only after those days. Raises ChangeInThePast.
    """
    if refusal is None:
        if effective_on < today:
            raise ChangeInThePast(earliest=today.isoformat())
        return day_end(effective_on)
    if effective_on <= refusal.last_on:
        raise ChangeInThePast(earliest=date.fromordinal(refusal.last_on.toordinal() + 1).isoformat())
    return refusal.ends_at


def check_answer_in_time(until: datetime, now: datetime) -> None:
    """Raises AnswerTooLate from the first moment too late on."""
    if now >= until:
        raise AnswerTooLate


def in_force_from(status: ChangeStatus, effective_on: date, until: datetime, *, today: date, now: datetime) -> bool:
    """True when the change may take effect: its day has come; if the lender made it alone, nobody may refuse it now."""
    if effective_on > today:
        return False
    return status is ChangeStatus.SIGNED or (status is ChangeStatus.ANNOUNCED and now >= until)


def check_change_shown(shown_sha256: str, sha256: str) -> None:
    """Raises NotTheChangeShown unless the hash is that of the change's document."""
    if not sha256 or shown_sha256.lower() != sha256:
        raise NotTheChangeShown(field="document_sha256")


def proofs_given(*, biometric: ProofId, eds: ProofId | None) -> dict[ProofKind, ProofId]:
    """The proofs that came, by their kind."""
    given = {ProofKind.EDS: eds} if eds is not None else {}
    return given | {ProofKind.BIOMETRIC: biometric}


def check_proofs(needed: frozenset[ProofKind], given: frozenset[ProofKind]) -> None:
    """Raises SecondProofMissing unless every proof needed is given."""
    if not needed <= given:
        raise SecondProofMissing
