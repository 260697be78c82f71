"""Compare what the applicant entered with the state's record."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.actions import consume
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import move_registration
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import (
    RegistrationStatus,
    StateChecked,
    Stated,
    StateOutcome,
    StateRecord,
    Step,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId, RegistrationId


@use_case
def record_state_check(actor: Actor, now: datetime, *, registration_id: RegistrationId) -> StateChecked:
    """The outcome is a value and commits: a mismatch is refused and recorded (clause 6, verification).

    The answer is read from what the state sent, never from the caller. Raises `NotFound`, `RegistrationClosed`,
    `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.STATE_CHECK)
    known, record = _answered(row)
    if not known or row.state_message_id is None:
        return StateChecked(StateOutcome.NO_ANSWER)
    consume(MessageId(row.state_message_id))
    found = rules.differences(_entered(row), record)
    row.state_tries += 1
    outcome = rules.state_outcome(found, row.state_tries)
    row.state_message_id = None
    row.state_differences = [one.value for one in found]
    row.state_checked_at = now if outcome is StateOutcome.MATCHES else None
    row.save()
    if outcome is StateOutcome.REVIEW:
        move_registration(row, RegistrationStatus.REVIEW, actor, now, reason="state record differs")
    return StateChecked(outcome, found)


def _answered(row: Registration) -> tuple[bool, StateRecord | None]:
    """Whether the state has answered, and its record; None when it knows nobody with this IIN."""
    answer = exchange.answer(MessageId(row.state_message_id)) if row.state_message_id else None
    if answer is None or answer.status is not AnswerStatus.ANSWERED:
        return False, None
    body = answer.body
    if not body["found"]:
        return True, None
    stated = Stated(
        surname=body["surname"],
        given_name=body["given_name"],
        patronymic=body["patronymic"],
        birth_on=date.fromisoformat(body["birth_on"]),
        document_number=body["document_number"],
        document_valid_until=date.fromisoformat(body["document_valid_until"]),
    )
    return True, StateRecord(stated, alive=bool(body["alive"]), document_valid=bool(body["document_valid"]))


def _entered(row: Registration) -> Stated:
    if row.document_valid_until is None:
        raise rules.StepNotReached(field=Step.DOCUMENT.value)
    return Stated(
        surname=row.surname,
        given_name=row.given_name,
        patronymic=row.patronymic or "",
        birth_on=rules.birth_date(row.iin),
        document_number=row.document_number,
        document_valid_until=row.document_valid_until,
    )
