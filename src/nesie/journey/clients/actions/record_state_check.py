"""Compare what the applicant entered with the state's record."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import store
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.actions import consume
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.identification.rules.persons import PersonFacts, PersonRecord
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import move_registration
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import PortraitUnreadable, RegistrationStatus, StateChecked, StateOutcome, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId, RegistrationId


@use_case
def record_state_check(actor: Actor, now: datetime, *, registration_id: RegistrationId) -> StateChecked:
    """The outcome is a value and commits: a mismatch is refused and recorded (clause 6, verification).

    Name, IIN, document and photo are compared with what the state sent, never with what a caller says; its answer
    is kept in the bytes it came in. Raises `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.STATE_CHECK)
    answer = exchange.answer(MessageId(row.state_message_id)) if row.state_message_id else None
    if row.state_message_id is None or answer is None or answer.status in _NOT_KNOWN_YET:
        return StateChecked(StateOutcome.NO_ANSWER)
    consume(MessageId(row.state_message_id))
    row.state_message_id = None
    if answer.status is not AnswerStatus.ANSWERED:  # the source would not tell: the question is put anew
        row.save(update_fields=["state_message_id"])
        return StateChecked(StateOutcome.NO_ANSWER)
    record = PersonRecord.from_data(answer.body) if answer.body["found"] else None
    return _compared(row, record, actor, now)


_NOT_KNOWN_YET = frozenset({AnswerStatus.PENDING, AnswerStatus.UNKNOWN})


def _compared(row: Registration, record: PersonRecord | None, actor: Actor, now: datetime) -> StateChecked:
    likeness = None
    if record is not None:
        _keep(row, record, now)
        likeness = _likeness(row, record)
    found = rules.differences(_entered(row), record, likeness, business_day(now))
    row.state_tries += 1
    outcome = rules.state_outcome(found, row.state_tries)
    row.state_differences = [one.value for one in found]
    row.state_checked_at = now if outcome is StateOutcome.MATCHES else None
    row.save()
    if outcome is StateOutcome.REVIEW:
        move_registration(row, RegistrationStatus.REVIEW, actor, now, reason="state record differs")
    return StateChecked(outcome, found)


def _keep(row: Registration, record: PersonRecord, now: datetime) -> None:
    store(
        row.id,
        kind="state_record",
        content=record.original,
        media_type=record.media_type,
        file_name="state-record",
        now=now,
        retention="identity",
    )


def _likeness(row: Registration, record: PersonRecord) -> float | None:
    if not record.photo or row.photo_document_id is None:
        return None
    try:
        return queries.portrait_meter().likeness(documents.content(row.photo_document_id), record.photo)
    except PortraitUnreadable:  # the portrait was read when it came: it is the state's photo, no fault of the applicant
        return None


def _entered(row: Registration) -> PersonFacts:
    return PersonFacts(
        iin=row.iin,
        surname=row.surname,
        given_name=row.given_name,
        patronymic=row.patronymic or "",
        birth_on=rules.birth_date(row.iin),
        document_number=row.document_number,
        document_valid_until=row.document_valid_until,
    )
