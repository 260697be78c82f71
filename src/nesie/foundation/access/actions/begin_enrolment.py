"""Show a newcomer the secret for their authenticator app."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from pyotp.totp import TOTP

from nesie.foundation.access import queries
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import Enrolment, InvitationUnfit, StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId


@use_case
def begin_enrolment(actor: Actor, now: datetime, *, invitation: str) -> Enrolment:
    """The secret of this invitation, as text and as a QR picture (SVG); looking again shows the same (clause 28).

    Raises `InvitationUnfit`.
    """
    row = invited(invitation, now)
    secret = row.totp_secret
    if not secret:  # a reloaded page must not void what the person's phone has taken over already
        secret = row.totp_secret = pyotp.random_base32()
        row.save(update_fields=["totp_secret"])
    uri = TOTP(secret).provisioning_uri(name=row.login, issuer_name=queries.policy().totp_issuer)
    picture = segno.make(uri, error="m").svg_inline(scale=5, border=2, title="QR")
    return Enrolment(StaffId(row.id), secret, uri, picture)


def invited(invitation: str, now: datetime) -> StaffAccount:
    """The account an invitation opens, locked; raises `InvitationUnfit`."""
    row = (
        StaffAccount.objects.select_for_update()
        .filter(invitation_hash=queries.key_hash(invitation), status=StaffStatus.INVITED)
        .filter(invitation_expires_at__gt=queries.machine_time(now))
        .first()
    )
    if row is None:
        raise InvitationUnfit
    return row
