"""A change the client agreed to, or did not refuse, takes effect in the loan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.rules import Language
from nesie.journey.contracts import actions as contracts_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.papers import keep_papers, keep_schedule
from nesie.journey.loans.actions.recording import record
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, LoanId
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class ChangeApplied:
    """What became of a change; `applied` False when the loan does not fit it any more and the client was told."""

    loan_id: LoanId
    change_id: UUID
    applied: bool


@use_case
def apply_change(actor: Actor, now: datetime, *, change_id: UUID) -> ChangeApplied:
    """Take over a change from its effective day on: a new version of the schedule, with the paper the client has.

    A payment that came meanwhile is taken off the end of the new schedule. A loan that has ended, or owes more
    principal than was signed, does not fit: the change fails, and staff propose anew. NotFound when no such change
    waits.
    """
    change = contracts.change_to_apply(change_id, now)
    loan_id = queries.loan_of_contract(change.contract_id) if change else None
    if change is None or loan_id is None:
        raise NotFound
    book = brought_to(loan_id, change.effective_on, now)
    if not rules.still_fits(book, change.proposal.standing):
        contracts_actions.fail_change(actor, now, change_id=change_id)
        return ChangeApplied(loan_id, change_id, applied=False)
    event = rules.from_json(dict(change.proposal.event))
    done = record(loan_id, event, now, by=actor.id)
    papers: dict[Language, DocumentId] = {"kk": change.document_kk_id, "ru": change.document_ru_id}
    keep_papers(done, papers)
    keep_schedule(done, event, papers)
    contracts_actions.finish_change(actor, now, change_id=change_id)
    return ChangeApplied(loan_id, change_id, applied=True)
