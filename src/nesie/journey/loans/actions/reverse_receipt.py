"""A payment bounced: the bank took it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.recording import record
from nesie.journey.loans.actions.serviced import Serviced, after_receipts, serve
from nesie.journey.payments import actions as payments
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, ReceiptId


@use_case
def reverse_receipt(
    actor: Actor, now: datetime, *, loan_id: LoanId, receipt_id: ReceiptId, returned_on: date
) -> Serviced:
    """The loan is as if the receipt had never come; the money leaves our account on the day the bank took it back.

    A second person approves. When its excess was given back to the client meanwhile, the client has to return that
    first; the refund then stands on the day of the reversal, covered by the money returned. Raises NotFound (no such
    receipt of this loan), AlreadyReversed, ReceiptReturned, ReturnedBeforeBooked, ExcessGivenBack, EventInFuture.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, business_day(now), now)
    ref = queries.receipt_event(loan_id, receipt_id)
    rules.check_event_day(returned_on, business_day(now))
    given_back = queries.unbacked(loan_id, ref, returned_on)
    rules.check_given_back(given_back.missing)
    for refund in given_back.refunds:
        _put_on(refund, loan_id, now, actor)
    event = rules.Reversed(ref=f"{ref}:reversed", on=returned_on, of=ref)
    done = serve(actor, loan_id, event, now, receipt_id=receipt_id)
    payments.return_receipt(receipt_id, now, contract_id=book.facts.contract_id, returned_on=returned_on)
    return done


def _put_on(refund: rules.CreditRefunded, loan_id: LoanId, now: datetime, actor: Actor) -> None:
    """The same refund as of today: it was paid, and what covers it came later than we thought."""
    today = business_day(now)
    moved = replace(refund, ref=f"{refund.ref}:moved", on=today, sequence=after_receipts(now))
    record(loan_id, moved, now, by=actor.id)
    record(loan_id, rules.Reversed(ref=f"{refund.ref}:reversed", on=today, of=refund.ref), now, by=actor.id)
