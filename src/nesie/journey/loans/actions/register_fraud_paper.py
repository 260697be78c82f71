"""A paper of paragraph 13 came about a loan, or an incident was found: its terms run from here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import FraudPaper
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, new_id


@use_case
def register_fraud_paper(
    actor: Actor, now: datetime, *, loan_id: LoanId, paper: rules.FraudPaper, received_on: date, reference: str
) -> UUID:
    """Write down what came and when; what has to follow by when is computed by the edition in force on that day.

    It does nothing to the loan itself: that is `suspend_loan`, `resume_loan`, `write_off_loan`. `reference`: number
    and day of the paper, no personal data. Returns its id. Raises ReceivedInFuture, EventBeforeLoan, ReferenceMissing,
    NormMissing (before the first edition), NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_received(received_on, business_day(now))
    rules.check_since_opening(received_on, queries.opened_on(loan_id))
    norms.edition(received_on, "13")
    row = FraudPaper.objects.create(
        id=new_id(),
        loan_id=loan_id,
        kind=paper.value,
        received_on=received_on,
        reference=rules.checked_reference(reference),
        recorded_at=now,
        recorded_by=actor.id,
    )
    documents.witness(row)
    return row.pk
