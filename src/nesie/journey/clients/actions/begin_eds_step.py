"""Put the statement before the applicant to sign."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.actions import request_signature
from nesie.foundation.identification.rules import ChallengeId
from nesie.journey.clients import queries
from nesie.journey.clients.rules import OPERATION, Step, saved
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def begin_eds_step(actor: Actor, now: datetime, *, registration_id: RegistrationId) -> ChallengeId:
    """A challenge over the statement, for the IIN of the registration itself (clause 6): no caller names a person.

    Raises `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.EDS)
    statement_id = saved(row.statement_document_id, Step.STATEMENT)
    return request_signature(actor, now, subject_id=row.id, operation=OPERATION, document_id=statement_id, iin=row.iin)
