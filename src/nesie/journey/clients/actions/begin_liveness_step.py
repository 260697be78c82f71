"""Open the applicant's identification on one of the lender's own devices."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.actions import start_liveness
from nesie.foundation.identification.rules import BiometricSessionId
from nesie.journey.clients import queries
from nesie.journey.clients.actions._proofs import statement_sha256
from nesie.journey.clients.rules import OPERATION, Step, saved
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, RegistrationId


@use_case
def begin_liveness_step(
    actor: Actor, now: datetime, *, registration_id: RegistrationId, device_key: str = ""
) -> BiometricSessionId:
    """For the IIN of the registration itself, compared with its own portrait, bound to its statement (clause 6).

    `device_key`: of the lender's device, "" for the applicant's own. Raises `NotFound`, `RegistrationClosed`,
    `StepNotReached`, and `OwnDeviceNotFor`, `TooManyTries`, `ReferenceFaceMissing` of identification.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.BIOMETRIC)
    return start_liveness(
        actor,
        now,
        subject_id=row.id,
        operation=OPERATION,
        document_sha256=statement_sha256(row),
        iin=row.iin,
        portrait_id=DocumentId(saved(row.photo_document_id, Step.PHOTO)),
        device_key=device_key,
    )
