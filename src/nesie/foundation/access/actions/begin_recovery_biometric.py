"""To the identification centre, to show that it is the client."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.queries import recovering
from nesie.foundation.access.rules import OPERATION
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.actions import start_biometric
from nesie.foundation.identification.rules import BiometricStart
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def begin_recovery_biometric(actor: Actor, now: datetime, *, redirect_uri: str) -> BiometricStart:
    """A visit to the national centre, never one's own device, for the client of this recovery. Raises `NotFound`."""
    row = recovering(actor)
    known = Wiring.people.known(row.client_id)
    if known is None:
        raise NotFound
    return start_biometric(
        actor,
        now,
        subject_id=row.id,
        operation=OPERATION,
        document_sha256="",
        iin=known.iin,
        phone=known.phone,
        redirect_uri=redirect_uri,
    )
