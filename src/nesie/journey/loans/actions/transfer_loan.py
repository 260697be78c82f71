"""The claim is assigned to a new creditor."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, new_ref, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def transfer_loan(actor: Actor, now: datetime, *, loan_id: LoanId, assignee: str, reference: str) -> Serviced:
    """Everything owed leaves the books; its price is awaited from the assignee (Law 56-V, art. 9-1, art. 9-2 p. 5).

    Only after more consecutive days of delay than the Law asks for, and not while the client's application for a
    settlement of the arrears is open (art. 9-2); approved by a second person; the client is told.
    `assignee`: who, by a name in the register of assignees, never personal data. Raises LoanEnded, TooEarlyToTransfer,
    TooEarlyToDemand, MoneyCameToday, NotFound.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, business_day(now), now)
    queries.check_transfer(actor, book, now)
    rules.check_no_money_came(came=queries.money_came(loan_id, business_day(now)))
    event = rules.Transferred(ref=new_ref("transferred"), on=business_day(now), sequence=reference, to=assignee)
    return serve(actor, loan_id, event, now)
