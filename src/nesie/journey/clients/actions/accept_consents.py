"""Record the applicant's consents."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import queries, rules
from nesie.journey.clients.models import GivenConsent
from nesie.journey.clients.rules import Consent, ConsentsMissing, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def accept_consents(
    actor: Actor, now: datetime, *, registration_id: RegistrationId, consents: frozenset[Consent]
) -> None:
    """Every consent of the present wording, before any state source is asked; said again in the signed statement.

    Raises `ConsentsMissing`, `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require(Step.PHONE)
    if consents != set(Consent):
        raise ConsentsMissing(field="consents")
    GivenConsent.objects.bulk_create(
        [GivenConsent(owner_id=row.id, consent=one, text_version=rules.CONSENT_TEXT, given_at=now) for one in Consent],
        ignore_conflicts=True,
    )
