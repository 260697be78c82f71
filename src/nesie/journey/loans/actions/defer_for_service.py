"""The borrower is called up: the payments are put off for the time of the service."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import deadline
from nesie.journey.contracts.rules import ChangeKind, DraftedChange
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.halt_loan import halt_loan
from nesie.journey.loans.actions.propose_change import propose_change
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def defer_for_service(
    actor: Actor, now: datetime, *, loan_id: LoanId, since: date, until: date, reference: str
) -> DraftedChange:
    """Record the call-up by its paper, and put the instalments off past the service and the days after it.

    Law 56-V, art. 7 p. 2 sub 11-2: for the service and so many days after it (a dated parameter) no interest; this
    counts from the day of the call-up itself, heard of late or not. The new days of payment need no signature, but
    the client may refuse them (art. 3 p. 6). `since`, `until`: the first and the last day of the service.
    Raises HaltUnfit, LoanEnded, EventInFuture, EventBeforeLoan, NormMissing, and what `propose_change` raises.
    """
    facts = queries.book(loan_id).facts
    last = queries.service_deferred_until(loan_id, until)
    halt_loan(actor, now, loan_id=loan_id, kind=rules.HaltKind.CONSCRIPT, on=since, until=last, reference=reference)
    refusal = deadline(now, norms.term("improvement_refusal", facts.contract_on), norms.calendar())
    return propose_change(
        actor,
        now,
        loan_id=loan_id,
        kind=ChangeKind.CONSCRIPT_DEFERRAL,
        effective_on=refusal.last_on + timedelta(days=1),
        deferred_until=last,
    )
