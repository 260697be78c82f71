"""Give the client's own money back."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, after_receipts, new_ref, serve
from nesie.journey.payments import actions as payments
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money


@use_case
def refund_credit(actor: Actor, now: datetime, *, loan_id: LoanId, amount: Money) -> Serviced:
    """Money of the client's that lies with us goes to the client's own account; ordered at the bank at once.

    Raises NoCredit, OwnershipNotShown, Overdrawn, NotFound.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, business_day(now), now)
    rules.check_credit(book, amount)
    event = rules.CreditRefunded(
        ref=new_ref("refund"), on=business_day(now), sequence=after_receipts(now), amount=amount
    )
    done = serve(actor, loan_id, event, now)
    payments.intend_refund(actor, now, contract_id=book.facts.contract_id, amount=amount, key=event.ref)
    return done
