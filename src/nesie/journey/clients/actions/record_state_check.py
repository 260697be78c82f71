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
from nesie.foundation.identification.rules.standing import BusinessRecord
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import move_registration
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import (
    Capacity,
    Difference,
    PortraitUnreadable,
    RegistrationStatus,
    StateChecked,
    StateOutcome,
    Step,
)
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
    asked = [MessageId(one) for one in (row.state_message_id, row.business_message_id) if one is not None]
    answers = [exchange.answer(one) for one in asked]
    if not asked or any(one is None or one.status in _NOT_KNOWN_YET for one in answers):
        return StateChecked(StateOutcome.NO_ANSWER)
    for message_id in asked:
        consume(message_id)
    row.state_message_id = row.business_message_id = None
    bodies = [one.body for one in answers if one is not None and one.status is AnswerStatus.ANSWERED]
    if len(bodies) < len(asked):  # a source would not tell: the questions are put anew
        row.save(update_fields=["state_message_id", "business_message_id"])
        return StateChecked(StateOutcome.NO_ANSWER)
    record = PersonRecord.from_data(bodies[0]) if bodies[0]["found"] else None
    business = BusinessRecord.from_data(bodies[1]) if len(bodies) > 1 and bodies[1]["found"] else None
    return _compared(row, record, business, actor, now)


_NOT_KNOWN_YET = frozenset({AnswerStatus.PENDING, AnswerStatus.UNKNOWN})


def _compared(
    row: Registration, record: PersonRecord | None, business: BusinessRecord | None, actor: Actor, now: datetime
) -> StateChecked:
    likeness = None
    if record is not None:
        _keep(row, record, now)
        likeness = _likeness(row, record)
    found = rules.differences(_entered(row), record, likeness, business_day(now)) + _of_business(row, business, now)
    row.state_tries += 1
    outcome = rules.state_outcome(found, row.state_tries)
    row.state_differences = [one.value for one in found]
    row.state_checked_at = now if outcome is StateOutcome.MATCHES else None
    row.save()
    if outcome is StateOutcome.REVIEW:
        move_registration(row, RegistrationStatus.REVIEW, actor, now, reason="state record differs")
    elif outcome is StateOutcome.MATCHES and row.capacity == Capacity.LEGAL_ENTITY:
        move_registration(row, RegistrationStatus.REVIEW, actor, now, reason="authority of the signatory")
        return StateChecked(StateOutcome.REVIEW)
    return StateChecked(outcome, found)


def _of_business(row: Registration, business: BusinessRecord | None, now: datetime) -> tuple[Difference, ...]:
    capacity = Capacity(row.capacity)
    if business is not None:
        _keep(row, business, now)
        row.head_signs = business.head_iin == row.iin
    number = row.bin if capacity is Capacity.LEGAL_ENTITY else row.iin
    found = rules.business_difference(capacity, number, row.business_name or "", business)
    if found is None and business is not None:
        # From here on it goes by the state's own spelling: on papers, to the bank and against the lists.
        row.business_name = rules.state_name(business.name)
    return (found,) if found is not None else ()


def _keep(row: Registration, record: PersonRecord | BusinessRecord, now: datetime) -> None:
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
