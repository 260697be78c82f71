"""Show a client the secret for their authenticator app."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from pyotp.totp import TOTP

from nesie.foundation.access import queries
from nesie.foundation.access.actions._anew import anew
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import Attempt, Enrolment, TotpBegun
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound


@use_case
def begin_totp(actor: Actor, now: datetime, *, current: str) -> TotpBegun:
    """A fresh secret, as text and as a QR picture, once the present password is right; it serves after `confirm_totp`.

    A wrong password is a value, since it is counted. Raises `PasswordFirst`, `NotFound`.
    """
    row = ClientLogin.objects.select_for_update().filter(client_id=queries.own_id(actor)).first()
    if row is None:
        raise NotFound
    outcome = anew(row, now, current=current)
    if outcome is not Attempt.DONE:
        return TotpBegun(outcome)
    row.totp_waiting = secret = pyotp.random_base32()
    row.save(update_fields=["totp_waiting"])
    issuer = queries.policy().totp_issuer
    uri = TOTP(secret).provisioning_uri(name=issuer, issuer_name=issuer)
    picture = segno.make(uri, error="m").svg_inline(scale=5, border=2, title="QR")
    return TotpBegun(outcome, Enrolment(StaffId(row.client_id), secret, uri, picture))
