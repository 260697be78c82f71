"""What was owed by a day was done outside of the loan's own events: somebody was told, the bureau was corrected."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import DutyDone
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, new_id


@use_case
def note_duty_done(
    actor: Actor, now: datetime, *, loan_id: LoanId, kind: rules.DutyKind, source: str, reference: str
) -> None:
    """Close an open duty of a loan with the paper that shows it. Done is when it is noted: nobody dates it back.

    Raises NoSuchDuty, DoneByEvents, ReferenceMissing, NotFound.
    """
    duties = queries.duties_of_loan(actor, loan_id, now)
    if kind in rules.BY_EVENTS:
        raise rules.DoneByEvents
    if not any(one.kind is kind and one.source == source and one.done_at is None for one in duties):
        raise rules.NoSuchDuty
    DutyDone.objects.create(
        id=new_id(),
        loan_id=loan_id,
        kind=kind.value,
        source=source,
        reference=rules.checked_reference(reference),
        done_at=now,
        done_by=actor.id,
    )
