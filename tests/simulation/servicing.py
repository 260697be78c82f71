"""What becomes of a loan besides its payments: other terms agreed on, pauses, payments that bounce or are put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.rules import TermTooLong
from nesie.journey.contracts import actions as contracts
from nesie.journey.contracts import queries as agreed
from nesie.journey.contracts.rules import AnswerTooLate, ChangeKind, ChangeStatus, ChangeUnfit, DraftedChange
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import PositionView, Status, SuspensionGround, Wish
from nesie.journey.payments import queries as payments
from nesie.journey.payments.rules import ReceiptView
from nesie.kernel.ids import ContractId, LoanId, ReceiptId
from tests.simulation.joining import both_proofs
from tests.simulation.life import Life
from tests.simulation.plans import Servicing

_VISIT = 1  # the second time somebody comes about a loan
_PAUSE = timedelta(days=20)
_BACK = timedelta(days=5)
_TRIES = 4


def before_paying(life: Life, visit: int, view: PositionView) -> Iterator[datetime]:
    """What the person, or the office, does about the loan before a payment."""
    kind = life.plan.servicing
    if visit != _VISIT or view.status is not Status.ACTIVE:
        return
    if kind in (Servicing.RESTRUCTURED, Servicing.UNDECIDED):
        yield from _other_terms(life, view.loan_id, signs=kind is Servicing.RESTRUCTURED)
    elif kind is Servicing.SUSPENDED:
        yield from _paused(life, view.loan_id)
    elif kind is Servicing.MISTAKEN:
        yield from _paused_by_mistake(life, view.loan_id)
    elif kind in (Servicing.SHORTER, Servicing.SMALLER):
        wish = Wish.REDUCE_TERM if kind is Servicing.SHORTER else Wish.REDUCE_PAYMENT
        life.does(actions.repay_early, loan_id=view.loan_id, wish=wish)
        life.tell("wants to repay early", wish.value)


def after_paying(life: Life, visit: int, view: PositionView, contract_id: ContractId) -> Iterator[datetime]:
    """What becomes of a payment some days later, when it is in the books."""
    kind = life.plan.servicing
    if visit != _VISIT or kind not in (Servicing.BOUNCED, Servicing.CORRECTED):
        return
    yield life.days_on(6)
    receipt = _newest(life, view.loan_id, contract_id)
    if receipt is None:
        life.tell("the payment is not in the books yet")
    elif kind is Servicing.BOUNCED:
        life.world.bounce(receipt.receipt_id, receipt.amount, life.index)
        life.world.office.puts_right(
            actions.reverse_receipt,
            loan_id=view.loan_id,
            receipt_id=receipt.receipt_id,
            returned_on=life.clock.today,
        )
        life.tell("a payment bounced")
    else:
        on = max(receipt.booked_on - timedelta(days=3), queries.opened_on(view.loan_id))
        life.world.office.puts_right(
            actions.correct_receipt, loan_id=view.loan_id, receipt_id=receipt.receipt_id, on=on
        )
        life.tell("the day of a payment is put right")


def _newest(life: Life, loan_id: LoanId, contract_id: ContractId) -> ReceiptView | None:
    """The newest receipt that a loan counts now."""
    counted = {event.receipt_id for event in queries.events_of(life.actor, loan_id) if not event.undone}
    found = [one for one in payments.receipts_of(life.actor, contract_id) if ReceiptId(one.receipt_id) in counted]
    return found[-1] if found else None


def _other_terms(life: Life, loan_id: LoanId, *, signs: bool) -> Iterator[datetime]:
    """Twice the instalments from a day some days on; the client agrees by signature and face, or lets it lie."""
    rows_left = len([due for due in queries.book(loan_id).dues if due.due_on > life.clock.today])
    made = life.world.office.tries(
        actions.propose_change,
        ChangeUnfit,
        TermTooLong,  # of a short loan that is long overdue
        loan_id=loan_id,
        kind=ChangeKind.PROLONGATION,
        effective_on=life.clock.today + timedelta(days=4),
        instalments=max(rows_left, 1) * 2,
    )
    if made is None:
        life.tell("other terms are refused")
        return
    for _ in range(_TRIES if signs else 0):
        yield life.half_an_hour()
        if _agrees(life, made):
            break
    yield life.days_on(6)
    status = agreed.change(life.actor, made.change_id).status
    life.tell("other terms", status.value)
    assert status is not ChangeStatus.SIGNED, "signed, its day has come, and the loan does not know it"


def _agrees(life: Life, made: DraftedChange) -> bool:
    proofs = both_proofs(life, "sign_change", made.sign_document_id, made.sign_sha256)
    if proofs is None:
        return False
    return life.tries(
        contracts.sign_change,
        AnswerTooLate,
        change_id=made.change_id,
        document_sha256=made.sign_sha256,
        **proofs,
    )


def _paused(life: Life, loan_id: LoanId) -> Iterator[datetime]:
    """The police ask; accrual stands still from some days ago, and goes on three weeks later."""
    _suspend(life, loan_id)
    yield life.now + _PAUSE
    life.world.office.does(
        actions.resume_loan, loan_id=loan_id, on=life.clock.today, with_interest=True, reference="case closed"
    )
    life.tell("accrual goes on")


def _paused_by_mistake(life: Life, loan_id: LoanId) -> Iterator[datetime]:
    ref = _suspend(life, loan_id)
    yield life.days_on(2)
    life.world.office.puts_right(actions.reverse_event, loan_id=loan_id, ref=ref)
    life.tell("a pause is taken back")


def _suspend(life: Life, loan_id: LoanId) -> str:
    on = max(business_day(life.now - _BACK), queries.opened_on(loan_id))
    life.world.office.does(
        actions.suspend_loan,
        loan_id=loan_id,
        ground=SuspensionGround.LAW_ENFORCEMENT,
        on=on,
        reference="submission 1",
    )
    life.tell("accrual stands still")
    known = queries.events_of(life.actor, loan_id)
    return next(event.ref for event in known if event.kind == "suspended" and not event.undone)
