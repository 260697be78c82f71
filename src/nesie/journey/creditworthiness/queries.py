"""Reads of what was asked and answered about a client, and of the norms of a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms import rules as norms_rules
from nesie.foundation.norms.rules import NormMissing, NormUnconfirmed, Row
from nesie.journey.creditworthiness import rules
from nesie.journey.creditworthiness.gateways import Wiring
from nesie.journey.creditworthiness.models import Assessment, Inquiry, InquiryAnswer
from nesie.journey.creditworthiness.rules import (
    NEEDED_NORMS,
    AnswerStatus,
    BureauReport,
    BusinessStanding,
    InquiryKind,
    Norm,
    OwnStanding,
    Replaced,
    Stage,
    VoluntaryRefusal,
)
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Decision, Outcome
from nesie.kernel.ids import ClientId, MessageId
from nesie.kernel.refused import NotFound

_LIST = 50


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """One run of the rules, explained."""

    id: UUID
    case_id: UUID
    stage: Stage
    assessed_at: datetime
    norms_on: date
    outcome: Outcome
    decision: Decision


@dataclass(frozen=True, slots=True)
class InquiryView:
    """A question and how it ended; no personal data."""

    kind: InquiryKind
    stage: Stage
    round: int
    asked_at: datetime
    answered_at: datetime | None
    status: AnswerStatus | None
    failure: str
    document_id: UUID | None


def norms_on(day: date) -> dict[str, Norm]:
    """Every norm the rules may ask for, as it stands on the day; gaps included, so that the rules can name them."""
    rows = norms.rows_of_all(NEEDED_NORMS)
    return {code: norm for code in NEEDED_NORMS if (norm := _norm(rows, code, day)) is not None}


def unusable_norms(day: date) -> tuple[str, ...]:
    """Codes of the norms that would hold an application on that day: for whoever sets a lender up."""
    found = norms_on(day)
    return tuple(code for code in NEEDED_NORMS if code not in found or found[code].gap or found[code].value is None)


def waiting(case_id: UUID, stage: Stage) -> tuple[InquiryKind, ...]:
    """Questions of the newest round that nothing final has come to."""
    return tuple(InquiryKind(row.kind) for row in _newest_round(case_id, stage) if not hasattr(row, "answer"))


def failed(case_id: UUID, stage: Stage) -> tuple[InquiryKind, ...]:
    """Questions of the newest round that were answered without facts."""
    rows = [row for row in _newest_round(case_id, stage) if hasattr(row, "answer")]
    return tuple(InquiryKind(row.kind) for row in rows if row.answer.status == AnswerStatus.FAILED)


def answered_since(case_id: UUID, moment: datetime) -> bool:
    """True when an answer of the case came after the moment."""
    return InquiryAnswer.objects.filter(inquiry__case_id=case_id, answered_at__gt=moment).exists()


def report(case_id: UUID, stage: Stage) -> BureauReport | None:
    """The newest credit report of a case; None when none came."""
    row = _newest_answer(case_id, stage, InquiryKind.BUREAU_REPORT)
    return BureauReport.from_data(json.loads(row.facts)) if row and row.facts else None


def refusal(case_id: UUID, stage: Stage) -> VoluntaryRefusal | None:
    """The newest word of the register of voluntary refusals for a case; None when none came."""
    row = _newest_answer(case_id, stage, InquiryKind.VOLUNTARY_REFUSAL)
    return VoluntaryRefusal.from_data(json.loads(row.facts)) if row and row.facts else None


def business_standing(case_id: UUID, stage: Stage) -> BusinessStanding | None:
    """The state's newest word on the borrower's business for a case; None when none came."""
    row = _newest_answer(case_id, stage, InquiryKind.BUSINESS_STANDING)
    return BusinessStanding.from_data(json.loads(row.facts)) if row and row.facts else None


def own_standing(client_id: ClientId, on: date, *, without: Replaced | None = None) -> OwnStanding | None:
    """How the client stands with this lender; None where nobody was wired to tell. `without` as for the gateway."""
    loans = Wiring.own_loans
    return loans.standing(client_id, on, without=without) if loans is not None else None


def answers_to_record(limit: int = 100) -> list[MessageId]:
    """Answered questions that nobody has recorded, oldest first."""
    return exchange.answered_ids([rules.message_kind(kind) for kind in InquiryKind], limit)


def decision_of(assessment_id: UUID) -> Decision:
    """What an assessment decided, with every rule's result; NotFound."""
    row = Assessment.objects.filter(id=assessment_id).first()
    if row is None:
        raise NotFound
    return Decision.from_data(row.results)


def assessments(actor: Actor, case_id: UUID) -> list[AssessmentView]:
    """Runs of the rules over a case, newest first, for staff; NotFound for others."""
    _for_staff(actor)
    rows = Assessment.objects.filter(case_id=case_id).order_by("-assessed_at", "-id")[:_LIST]
    return [
        AssessmentView(
            row.id,
            row.case_id,
            Stage(row.stage),
            row.assessed_at,
            row.norms_on,
            Outcome(row.outcome),
            Decision.from_data(row.results),
        )
        for row in rows
    ]


def inquiries(actor: Actor, case_id: UUID) -> list[InquiryView]:
    """Questions of a case, newest first, for staff; NotFound for others."""
    _for_staff(actor)
    rows = Inquiry.objects.filter(case_id=case_id).select_related("answer").order_by("-asked_at", "kind")[:_LIST]
    return [_inquiry_view(row) for row in rows]


def inquiry_of(message_id: MessageId) -> Inquiry | None:
    """The question a message carries."""
    return Inquiry.objects.filter(message_id=message_id).first()


def newest_round(case_id: UUID, stage: Stage) -> int:
    """How many times the case was asked about; 0 when never."""
    rows = Inquiry.objects.filter(case_id=case_id, stage=stage).order_by("-round")
    return rows.values_list("round", flat=True).first() or 0


def _newest_round(case_id: UUID, stage: Stage) -> list[Inquiry]:
    rows = Inquiry.objects.filter(case_id=case_id, stage=stage, round=newest_round(case_id, stage))
    return list(rows.select_related("answer").order_by("kind"))


def _newest_answer(case_id: UUID, stage: Stage, kind: InquiryKind) -> InquiryAnswer | None:
    rows = InquiryAnswer.objects.filter(
        inquiry__case_id=case_id, inquiry__stage=stage, inquiry__kind=kind, status=AnswerStatus.ANSWERED
    )
    return rows.order_by("-inquiry__round").first()


def _norm(rows: list[Row], code: str, day: date) -> Norm | None:
    """None when there is no row for the day at all."""
    try:
        found = norms_rules.shown(norms_rules.applicable(rows, code, day))
    except NormMissing:
        return None
    try:
        norms_rules.choose(rows, code, day)
        gap = ""
    except NormUnconfirmed:
        gap = "norm_unconfirmed"
    except NormMissing:
        gap = "norm_missing"
    return Norm(code, found.value, found.valid_from, found.certainty.value, gap)


def _inquiry_view(row: Inquiry) -> InquiryView:
    answer = getattr(row, "answer", None)
    return InquiryView(
        kind=InquiryKind(row.kind),
        stage=Stage(row.stage),
        round=row.round,
        asked_at=row.asked_at,
        answered_at=answer.answered_at if answer else None,
        status=AnswerStatus(answer.status) if answer else None,
        failure=answer.failure if answer else "",
        document_id=answer.document_id if answer else None,
    )


def _for_staff(actor: Actor) -> None:
    if not actor.reads_clients:
        raise NotFound
