"""Send the code with which a recovery begins."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._admission import NOBODY, only_if
from nesie.foundation.access.actions.issue_code import make_code, send_code
from nesie.foundation.access.actions.send_sign_in_code import client_with, nobody
from nesie.foundation.access.rules import CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def send_recovery_code(actor: Actor, now: datetime, *, phone: str, language: str) -> None:
    """A code by SMS when the phone is a client's; the same answer and the same work when it is nobody's.

    Raises `TooManyCodes` and `TooManyFromHere`, for known and unknown phones alike.
    """
    client_id, purpose = client_with(phone), CodePurpose.RECOVERY
    code = make_code(actor, now, purpose=purpose, subject_id=client_id or nobody(phone), phone=phone)
    with only_if(client_id is not None, client_id or NOBODY):
        send_code(code, now, purpose=purpose, subject_id=client_id or NOBODY, phone=phone, language=language)
