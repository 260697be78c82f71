"""Save the applicant's name, IIN and address."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import void_what_follows
from nesie.journey.clients.rules import Capacity, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def save_person(
    actor: Actor,
    now: datetime,
    *,
    registration_id: RegistrationId,
    surname: str,
    given_name: str,
    patronymic: str = "",
    iin: str,
    address: str,
    email: str = "",
    capacity: Capacity = Capacity.INDIVIDUAL,
) -> None:
    """Surname, given name, patronymic if any, as in the document, and the IIN (clause 6); may be mended until the end.

    A sole proprietor, and the signatory of a legal entity, say as what they register. Whether the IIN is a client's
    already is not told here: anybody may type anybody's. Raises `NameUnfit`, `IinUnfit`, `AddressUnfit`, `EmailUnfit`,
    `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require(Step.PHONE)
    row.surname = rules.person_name(surname, field="surname")
    row.given_name = rules.person_name(given_name, field="given_name")
    row.patronymic = rules.person_name(patronymic, field="patronymic", optional=True)
    row.iin = rules.checked_iin(iin)
    row.address = rules.postal_address(address)
    row.email = rules.email_address(email)
    row.capacity = capacity
    row.person_saved_at = now
    void_what_follows(row)
    row.save()
