"""A payment bounced: the bank took it back."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, serve
from nesie.journey.payments import actions as payments
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, ReceiptId


@use_case
def reverse_receipt(
    actor: Actor, now: datetime, *, loan_id: LoanId, receipt_id: ReceiptId, returned_on: date
) -> Serviced:
    """The loan is as if the receipt had never come; the money leaves our account on the day the bank took it back.

    A second person approves. Raises NotFound (no such receipt of this loan), AlreadyReversed, ReceiptReturned,
    ReturnedBeforeBooked, Overdrawn (its excess has been given back already), EventInFuture.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, business_day(now), now)
    ref = queries.receipt_event(loan_id, receipt_id)
    event = rules.Reversed(ref=f"{ref}:reversed", on=returned_on, of=ref)
    done = serve(actor, loan_id, event, now, receipt_id=receipt_id)
    payments.return_receipt(receipt_id, now, contract_id=book.facts.contract_id, returned_on=returned_on)
    return done
