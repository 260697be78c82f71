"""Begin the change of a client's mobile number."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions import issue_code
from nesie.foundation.access.rules import CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import rules
from nesie.journey.clients.actions._details import draft, lock_served
from nesie.journey.clients.rules import DetailKind, DetailsDrafted, SameDetails
from nesie.kernel.actor import Actor


@use_case
def propose_phone_change(actor: Actor, now: datetime, *, phone: str) -> DetailsDrafted:
    """Lay the change before the client and send a code to the new number (clause 6, change of the phone number).

    Whether the number is another client's is told only to whoever holds the phone. Raises `PhoneUnfit`,
    `SameDetails`, `ClientNotActive`, and `TooManyCodes` of access.
    """
    client = lock_served(actor)
    number = rules.mobile(phone)
    if number == client.phone:
        raise SameDetails(field="phone")
    drafted = draft(actor, now, DetailKind.PHONE, number, before=client.phone)
    issue_code(
        actor,
        now,
        purpose=CodePurpose.CHANGE_PHONE,
        subject_id=drafted.change_id,
        phone=number,
        language=client.language,
    )
    return drafted
