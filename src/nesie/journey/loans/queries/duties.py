"""What the lender owes by a day for its loans, and what was done of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day, day_start, deadline
from nesie.journey.loans import rules
from nesie.journey.loans.models import DutyDone, FraudPaper, Loan, LoanEvent
from nesie.journey.loans.queries.position import visible
from nesie.journey.loans.queries.settlement_procedure import SettlementView, settlements
from nesie.journey.payments import queries as payments
from nesie.journey.payments.rules import DisbursementOutcome
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ContractId, LoanId
from nesie.kernel.refused import NotFound

_STAGES = {
    rules.SettlementStage.NOTICE_DUE: rules.DutyKind.ARREARS_NOTICE,
    rules.SettlementStage.ANSWER_DUE: rules.DutyKind.SETTLEMENT_ANSWER,
    rules.SettlementStage.APPLICATION_AWAITED: rules.DutyKind.CLIENT_APPLIES,
    rules.SettlementStage.AGREEMENT_AWAITED: rules.DutyKind.CLIENT_AGREES,
    rules.SettlementStage.COUNTER_OFFERED: rules.DutyKind.CLIENT_AGREES,
    rules.SettlementStage.OMBUDSMAN: rules.DutyKind.CLIENT_OMBUDSMAN,
}


def open_duties(actor: Actor, now: datetime, limit: int = 500) -> tuple[rules.Duty, ...]:
    """Everything owed and not done, and the client's own terms that run, the most urgent first; NotFound for a client.

    At most `limit` of each sort: those of the oldest facts.
    """
    if not actor.reads_clients:
        raise NotFound
    papers = FraudPaper.objects.select_related("loan__state").order_by("received_on", "recorded_at")
    found = [duty for duty in _of_papers(papers[:limit]) if duty.done_at is None]
    told = DutyDone.objects.filter(source=OuterRef("key"), kind=rules.DutyKind.REPORT_BUREAU)
    found += _of_reports(_reported().exclude(Exists(told))[:limit])
    found += _of_settlements(actor, now, limit)
    return rules.by_urgency(found)


def duties_of_loan(actor: Actor, loan_id: LoanId, now: datetime) -> tuple[rules.Duty, ...]:
    """Everything that was or is owed for one loan, done or not, the most urgent first; NotFound when not to be seen."""
    visible(actor, loan_id)
    papers = (
        FraudPaper.objects.select_related("loan__state").filter(loan_id=loan_id).order_by("received_on", "recorded_at")
    )
    found = list(_of_papers(papers))
    found += _of_reports(_reported().filter(loan_id=loan_id))
    return rules.by_urgency(found)


def papers_of_loan(actor: Actor, loan_id: LoanId) -> tuple[FraudPaper, ...]:
    """The papers of paragraph 13 registered for a loan, the newest first; NotFound when it is not to be seen."""
    visible(actor, loan_id)
    return tuple(FraudPaper.objects.filter(loan_id=loan_id).order_by("-received_on", "-recorded_at"))


def _of_papers(papers: Iterable[FraudPaper]) -> Iterator[rules.Duty]:
    rows = list(papers)
    notes = _notes([str(row.pk) for row in rows])
    events = _events([row.loan_id for row in rows])
    calendar = norms.calendar()
    for row in rows:
        kind, received_at = rules.FraudPaper(row.kind), day_start(row.received_on)
        money = _money(row.loan) if kind is rules.FraudPaper.COURT_ACT else ()
        paper = rules.PaperFacts(received_at, row.recorded_at, runs=row.loan.state.closed_on is None)
        facts = rules.facts_of(paper, events[row.loan_id], money)
        for duty, term in rules.duties_of(kind, norms.edition(row.received_on, "13").since):
            until = deadline(received_at, norms.term(term, row.received_on), calendar) if term else None
            note = notes.get((str(row.pk), duty.value))
            yield rules.Duty(
                kind=duty,
                loan_id=LoanId(row.loan_id),
                number=row.loan.number,
                source=str(row.pk),
                since=received_at,
                until=until,
                cause=kind.value,
                done_at=note.done_at if note else rules.done_by_events(duty, facts),
                reference=note.reference if note else "",
            )


def _events(loan_ids: list[UUID]) -> defaultdict[UUID, list[tuple[rules.AnyEvent, datetime]]]:
    """The events in force of some loans, each with the moment it was entered, in the order of their days."""
    found: defaultdict[UUID, list[tuple[rules.AnyEvent, datetime]]] = defaultdict(list)
    rows = LoanEvent.objects.filter(loan_id__in=loan_ids, reversed_by__isnull=True, reverses__isnull=True)
    kinds = (rules.Suspended.kind, rules.Resumed.kind, rules.WrittenOff.kind)
    for row in rows.filter(kind__in=kinds).order_by("on", "recorded_at"):
        found[row.loan_id].append((rules.from_json(row.details), row.recorded_at))
    return found


def _money(loan: Loan) -> tuple[datetime | None, ...]:
    """When each sum that goes back to the client of a loan was paid; None for one that was not yet."""
    newest = {one.key: one for one in payments.refunds_of(worker(), ContractId(loan.contract_id))}
    return tuple(one.paid_at if one.outcome == DisbursementOutcome.PAID else None for one in newest.values())


def _notes(sources: list[str]) -> dict[tuple[str, str], DutyDone]:
    return {(note.source, note.kind): note for note in DutyDone.objects.filter(source__in=sources)}


def _reported() -> QuerySet[LoanEvent]:
    """The events the bureau must hear of, and what took one of them back, the oldest first."""
    taken_back = Q(kind=rules.Reversed.kind, reverses__kind__in=rules.REPORTED_EVENTS)
    rows = LoanEvent.objects.filter(Q(kind__in=rules.REPORTED_EVENTS) | taken_back)
    return rows.select_related("loan").order_by("recorded_at", "id")


def _of_reports(events: Iterable[LoanEvent]) -> Iterator[rules.Duty]:
    rows = list(events)
    notes, calendar = _notes([row.key for row in rows]), norms.calendar()
    for row in rows:
        note = notes.get((row.key, rules.DutyKind.REPORT_BUREAU.value))
        term = norms.term("bureau_other_report", business_day(row.recorded_at))
        yield rules.Duty(
            kind=rules.DutyKind.REPORT_BUREAU,
            loan_id=LoanId(row.loan_id),
            number=row.loan.number,
            source=row.key,
            since=row.recorded_at,
            until=deadline(row.recorded_at, term, calendar),
            cause=row.kind,
            done_at=note.done_at if note else None,
            reference=note.reference if note else "",
        )


def _of_settlements(actor: Actor, now: datetime, limit: int) -> Iterator[rules.Duty]:
    """Who owes what in each settlement of arrears that runs."""
    for one in settlements(actor, now, limit):
        duty, until = _STAGES.get(one.standing.stage), one.standing.until
        if duty is not None:
            yield rules.Duty(
                kind=duty,
                loan_id=one.loan_id,
                number=one.number,
                source=str(one.loan_id),
                since=_since(one, now),
                until=until,
            )


def _since(one: SettlementView, now: datetime) -> datetime:
    asked, delay = one.procedure.application, one.procedure.delay
    if asked is not None and one.standing.stage is not rules.SettlementStage.NOTICE_DUE:
        return asked.received_at
    return day_start(delay.began_on) if delay is not None else now
