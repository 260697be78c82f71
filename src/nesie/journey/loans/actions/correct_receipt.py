"""A receipt takes effect on another day than the one it was booked on by mistake."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.serviced import Serviced, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, ReceiptId


@use_case
def correct_receipt(actor: Actor, now: datetime, *, loan_id: LoanId, receipt_id: ReceiptId, on: date) -> Serviced:
    """The same money, on the day it really was paid; a second person approves.

    Both the taking back and the new entry stay to be seen. Raises NotFound, AlreadyReversed, EventInFuture,
    EventBeforeLoan.
    """
    queries.visible(actor, loan_id)
    ref = queries.receipt_event(loan_id, receipt_id)
    was = queries.event(loan_id, ref)
    gone = rules.Reversed(ref=f"{ref}:reversed", on=was.on, of=ref)
    serve(actor, loan_id, gone, now, receipt_id=receipt_id, told=False)
    again = rules.moved_to(was, on, queries.next_ref(loan_id, receipt_id))
    return serve(actor, loan_id, again, now, receipt_id=receipt_id)
