"""Begin an individual's registration with the mobile number."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from nesie.foundation.access.actions import issue_code
from nesie.foundation.access.rules import CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import rules
from nesie.journey.clients.models import Registration, RegistrationTransition
from nesie.journey.clients.rules import RegistrationStarted, RegistrationStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def start_registration(actor: Actor, now: datetime, *, phone: str, language: str) -> RegistrationStarted:
    """Keep the number and send it a one-time code (clause 6, mobile number).

    The answer is the same whether or not the number is known to us: that is told only to whoever holds the phone.
    Raises `PhoneUnfit`, and `TooManyCodes` of access.
    """
    number = rules.mobile(phone)
    row = Registration(
        id=uuid4(), language=language, started_at=now, expires_at=now + rules.REGISTRATION_LIFE, phone=number
    )
    row.save(force_insert=True)
    RegistrationTransition.objects.create(registration=row, to=RegistrationStatus.OPEN, at=now)
    issue_code(actor, now, purpose=CodePurpose.REGISTRATION, subject_id=row.id, phone=number, language=language)
    return RegistrationStarted(RegistrationId(row.id))
