"""Take a loan off the books."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.refund_credit import refund_credit
from nesie.journey.loans.actions.serviced import Serviced, new_ref, serve
from nesie.journey.payments import actions as payments
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def write_off_loan(
    actor: Actor, now: datetime, *, loan_id: LoanId, ground: rules.WriteOffGround, reference: str
) -> Serviced:
    """Nothing is receivable after it (Rules, 13); a second person approves. `reference`: of the court act or decision.

    After a final court act on fraud everything the client had paid goes back, at once ordered for payout, and so does
    what still lies with us; the claim lives on off the balance sheet, since a court may find the client's own fault
    (`reinstate_claim`). Such an act returns what was paid of a loan that was repaid in full, or written off, before it;
    on any other ground there is nothing to write off then. Raises NothingToWriteOff, GivenBackAlready, LoanEnded,
    MoneyCameToday, Overdrawn (no money to give back), OwnershipNotShown, NotFound.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, business_day(now), now)
    rules.check_write_off(book, ground, rules.in_force(queries.events(loan_id)))
    rules.check_no_money_came(came=queries.money_came(loan_id, business_day(now)))
    returned = queries.returned_by(book, ground)
    event = rules.WrittenOff(
        ref=new_ref("written_off"),
        on=business_day(now),
        sequence=reference,
        ground=ground.value,
        recourse=ground.keeps_claim,
        returned=returned,
    )
    done = serve(actor, loan_id, event, now)
    if returned:
        payments.intend_refund(actor, now, contract_id=book.facts.contract_id, amount=returned, key=event.ref)
    if ground.returns_payments and book.credit:
        refund_credit(actor, now, loan_id=loan_id, amount=book.credit)
    return done
