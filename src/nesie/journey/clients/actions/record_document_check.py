"""Compare a client's new document with the state's record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import store
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.actions import consume
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.identification.rules.persons import PersonFacts, PersonRecord
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import rules
from nesie.journey.clients.actions._details import lock_change
from nesie.journey.clients.models import DetailsChange
from nesie.journey.clients.rules import DetailKind, DetailsMoveRefused, DetailsStatus, StateChecked, StateOutcome
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId
from nesie.kernel.refused import NotFound

_NOT_KNOWN_YET = frozenset({AnswerStatus.PENDING, AnswerStatus.UNKNOWN})


@use_case
def record_document_check(actor: Actor, now: datetime, *, change_id: UUID) -> StateChecked:
    """A mismatch is a value and commits; the document is confirmed only when the state bears it out (clause 6).

    Raises `NotFound`, `DetailsMoveRefused`.
    """
    row = lock_change(actor, change_id)
    if row.kind != DetailKind.DOCUMENT:
        raise NotFound
    if row.status != DetailsStatus.DRAFTED:
        raise DetailsMoveRefused
    answer = exchange.answer(MessageId(row.state_message_id)) if row.state_message_id else None
    if row.state_message_id is None or answer is None or answer.status in _NOT_KNOWN_YET:
        return StateChecked(StateOutcome.NO_ANSWER)
    consume(MessageId(row.state_message_id))
    row.state_message_id = None
    found: tuple[rules.Difference, ...] = ()
    if answer.status is AnswerStatus.ANSWERED:
        record = PersonRecord.from_data(answer.body) if answer.body["found"] else None
        found = rules.differences(_entered(row), record, None, business_day(now))
        if record is not None:
            _keep(row, record, now)
        row.confirmed_at = None if found else now
    row.save(update_fields=["state_message_id", "confirmed_at"])
    if answer.status is not AnswerStatus.ANSWERED:
        return StateChecked(StateOutcome.NO_ANSWER)
    return StateChecked(StateOutcome.MISMATCH if found else StateOutcome.MATCHES, found)


def _keep(row: DetailsChange, record: PersonRecord, now: datetime) -> None:
    store(
        row.client_id,
        kind="state_record",
        content=record.original,
        media_type=record.media_type,
        file_name="state-record",
        now=now,
        retention="identity",
    )


def _entered(row: DetailsChange) -> PersonFacts:
    client = row.client
    iin = client.iin_row.iin
    return PersonFacts(
        iin=iin,
        surname=client.surname,
        given_name=client.given_name,
        patronymic=client.patronymic,
        birth_on=rules.birth_date(iin),
        document_number=row.value,
        document_valid_until=row.document_valid_until,
    )
