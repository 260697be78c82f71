"""Open the applicant's visit to the identification provider."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.actions import start_biometric
from nesie.foundation.identification.rules import BiometricStart
from nesie.journey.clients import queries
from nesie.journey.clients.actions._proofs import statement_sha256
from nesie.journey.clients.rules import OPERATION, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def begin_biometric_step(
    actor: Actor, now: datetime, *, registration_id: RegistrationId, redirect_uri: str
) -> BiometricStart:
    """For the IIN and phone of the registration itself, bound to its statement (clause 6): no caller names a person.

    Raises `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.BIOMETRIC)
    return start_biometric(
        actor,
        now,
        subject_id=row.id,
        operation=OPERATION,
        document_sha256=statement_sha256(row),
        iin=row.iin,
        phone=row.phone,
        redirect_uri=redirect_uri,
    )
