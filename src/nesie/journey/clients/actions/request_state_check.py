"""Ask the state's register about the applicant."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange.actions import intend
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.identification.rules.persons import PERSON_KIND
from nesie.foundation.identification.rules.standing import BUSINESS_KIND
from nesie.journey.clients import queries
from nesie.journey.clients.rules import Capacity, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId, RegistrationId


@use_case
def request_state_check(actor: Actor, now: datetime, *, registration_id: RegistrationId) -> MessageId:
    """Intend the question; asked again before its answer was recorded, it is the same question (clause 6).

    A business is asked about as well, of its own base: `queries.questions` names both messages.

    Raises `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.STATE_CHECK)
    if row.state_message_id is not None:
        return MessageId(row.state_message_id)
    message_id = intend(
        row.id,
        destination=Destination.PERSON_REGISTRY,
        kind=PERSON_KIND,
        key=f"person:{uuid4()}",
        payload={"iin": row.iin},
        now=now,
    )
    row.state_message_id = message_id
    if row.capacity != Capacity.INDIVIDUAL:
        row.business_message_id = intend(
            row.id,
            destination=Destination.BUSINESS_REGISTRY,
            kind=BUSINESS_KIND,
            key=f"business:{uuid4()}",
            payload={"number": row.bin if row.capacity == Capacity.LEGAL_ENTITY else row.iin},
            now=now,
        )
    row.save(update_fields=["state_message_id", "business_message_id"])
    return message_id
