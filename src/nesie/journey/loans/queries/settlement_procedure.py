"""The settlement of arrears of a loan, and what of it waits for the lender (Law 56-V, art. 9-2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import F

from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import Calendar, business_day
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ChangeStatus, ChangeView
from nesie.journey.loans import rules
from nesie.journey.loans.models import ArrearsNotice, LoanState, SettlementAnswer, SettlementApplication
from nesie.journey.loans.queries.books import book, books
from nesie.journey.loans.queries.position import visible
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ClientId, ContractId, DocumentId, LoanId
from nesie.kernel.refused import NotFound

_ENDED = frozenset({ChangeStatus.REFUSED, ChangeStatus.EXPIRED, ChangeStatus.CANCELLED, ChangeStatus.FAILED})


@dataclass(frozen=True, slots=True)
class SettlementView:
    """Everything about the newest settlement of a loan's arrears."""

    loan_id: LoanId
    contract_id: ContractId
    client_id: ClientId
    number: str
    procedure: rules.Procedure
    standing: rules.SettlementStanding
    notice_document_kk_id: DocumentId | None
    notice_document_ru_id: DocumentId | None
    application_id: UUID | None
    application_document_id: DocumentId | None
    change_id: UUID | None
    refusal_reason: str
    refusal_document_kk_id: DocumentId | None
    refusal_document_ru_id: DocumentId | None


def settlement(actor: Actor, loan_id: LoanId, now: datetime) -> SettlementView:
    """Where the settlement of a loan's arrears stands; NotFound when it is not the actor's to see."""
    visible(actor, loan_id)
    return _view(book(loan_id), norms.calendar(), now)


def settlements(actor: Actor, now: datetime, limit: int = 100) -> tuple[SettlementView, ...]:
    """Loans in arrears or with an open application, those whose lender's term ends first at the front; staff only."""
    if not actor.reads_clients:
        raise NotFound
    calendar = norms.calendar()
    late = LoanState.objects.filter(closed_on__isnull=True, late_after_on__isnull=False)
    waiting = SettlementApplication.objects.filter(answer__isnull=True)
    ids = list(waiting.values_list("loan_id", flat=True))
    ids += late.order_by("-late_after_on").values_list("loan_id", flat=True)[:limit]
    found = [_view(one, calendar, now) for one in books(dict.fromkeys(ids))]
    open_ones = [one for one in found if one.standing.stage is not rules.SettlementStage.NONE]
    return tuple(sorted(open_ones, key=_urgency)[:limit])


def _urgency(one: SettlementView) -> tuple[bool, date]:
    until = one.standing.until
    return one.standing.stage not in rules.WAITS_FOR_LENDER, until.last_on if until else date.max


def arrears_to_tell(now: datetime, limit: int = 100) -> tuple[LoanId, ...]:
    """Loans late for some days whose clients were not told of this delay, the oldest delay first."""
    return tuple(islice(_to_tell(now), limit))


# In plain SQL: asked in every round of the worker, mostly for nothing.
_LATE_UNTOLD = """
SELECT state.loan_id FROM loans_loanstate AS state
WHERE state.closed_on IS NULL AND state.late_after_on <= %s AND NOT EXISTS (
  SELECT FROM loans_arrearsnotice AS told
  WHERE told.loan_id = state.loan_id AND told.began_on > state.late_after_on
)
ORDER BY state.late_after_on, state.serial
"""


def _to_tell(now: datetime) -> Iterator[LoanId]:
    last_on = business_day(now) - timedelta(days=rules.NOTICE_FROM_DAY)
    with connection.cursor() as cursor:
        cursor.execute(_LATE_UNTOLD, [last_on])
        late = [loan_id for (loan_id,) in cursor.fetchall()]
    for loan_id in late:
        one = book(LoanId(loan_id))
        delay = rules.delay_of(one)
        if delay is None or rules.is_halted(one, business_day(now)):
            continue
        notice = newest_notice(loan_id)
        if not rules.belongs(notice.sent_at if notice else None, delay):
            yield LoanId(loan_id)


def settlement_norms(contract_on: date) -> rules.SettlementNorms:
    """The terms of art. 9-2 on a contract's date."""
    return rules.SettlementNorms(
        notice=norms.term("arrears_notice", contract_on),
        apply=norms.term("settle_apply", contract_on),
        reply=norms.term("settle_reply", contract_on),
        counter_offer=norms.term("settle_counter_offer", contract_on),
        ombudsman=norms.term("ombudsman_apply", contract_on),
        relief_months=norms.integer("settle_min_relief", contract_on),
        instalment_cut=norms.rate("settle_instalment_cut_min", contract_on),
        income_drop=norms.rate("settle_income_drop", contract_on),
    )


def newest_notice(loan_id: UUID) -> ArrearsNotice | None:
    """The last notice of arrears of a loan."""
    return ArrearsNotice.objects.filter(loan_id=loan_id).order_by("-sent_at").first()


def newest_application(loan_id: UUID) -> SettlementApplication | None:
    """The last application of a loan, with its answer."""
    rows = SettlementApplication.objects.select_related("answer").filter(loan_id=loan_id)
    # One that waits comes first, whatever its day.
    return rows.order_by(F("answer__answered_at").desc(nulls_first=True), "-received_at").first()


def procedure_of(one: rules.Book, now: datetime) -> rules.Procedure:
    """The facts of the newest settlement of a loan whose book is given."""
    loan_id = one.facts.loan_id
    notice, asked = newest_notice(loan_id), newest_application(loan_id)
    said = getattr(asked, "answer", None)
    return rules.Procedure(
        delay=rules.delay_of(one),
        halted=rules.is_halted(one, business_day(now)),
        notified_at=notice.sent_at if notice else None,
        application=application_of(asked) if asked else None,
        answered=_answered(said) if said else None,
    )


def application_of(row: SettlementApplication) -> rules.Application:
    """An application as the rules know it."""
    return rules.Application(row.received_at, rules.Relief(row.relief), rules.Hardship(row.hardship))


def _answered(row: SettlementAnswer) -> rules.Answered:
    offered = contracts.change(worker(), row.change_id) if row.change_id else None
    return rules.Answered(
        at=row.answered_at,
        answer=rules.Answer(row.answer),
        change=offered.status if offered else None,
        change_ended_at=_ended_at(offered) if offered else None,
    )


def _ended_at(offered: ChangeView) -> datetime | None:
    return next((one.at for one in offered.steps if one.status in _ENDED), None)


def _view(one: rules.Book, calendar: Calendar, now: datetime) -> SettlementView:
    facts, procedure = one.facts, procedure_of(one, now)
    notice, asked = newest_notice(facts.loan_id), newest_application(facts.loan_id)
    said = getattr(asked, "answer", None)
    return SettlementView(
        loan_id=facts.loan_id,
        contract_id=facts.contract_id,
        client_id=facts.client_id,
        number=facts.number,
        procedure=procedure,
        standing=rules.settlement_standing(procedure, settlement_norms(facts.contract_on), calendar, now),
        notice_document_kk_id=DocumentId(notice.document_kk_id) if notice else None,
        notice_document_ru_id=DocumentId(notice.document_ru_id) if notice else None,
        application_id=asked.pk if asked else None,
        application_document_id=DocumentId(asked.document_id) if asked else None,
        change_id=said.change_id if said else None,
        refusal_reason=said.reason if said else "",
        refusal_document_kk_id=DocumentId(said.document_kk_id) if said and said.document_kk_id else None,
        refusal_document_ru_id=DocumentId(said.document_ru_id) if said and said.document_ru_id else None,
    )
