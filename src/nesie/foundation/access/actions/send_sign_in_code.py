"""Send a client the code to sign in with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access.actions._admission import NOBODY, only_if
from nesie.foundation.access.actions.issue_code import make_code, send_code
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField, normalised
from nesie.kernel.actor import Actor


@use_case
def send_sign_in_code(actor: Actor, now: datetime, *, phone: str, language: str) -> None:
    """A code by SMS when the phone is a client's; the answer is the same when it is nobody's (clause 6-access).

    Raises `TooManyCodes` and `TooManyFromHere`, for known and unknown phones alike.
    """
    client_id = client_with(phone)
    code = make_code(actor, now, purpose=CodePurpose.SIGN_IN, subject_id=client_id or nobody(phone), phone=phone)
    with only_if(client_id is not None, client_id or NOBODY):
        send_code(
            code, now, purpose=CodePurpose.SIGN_IN, subject_id=client_id or NOBODY, phone=phone, language=language
        )


def client_with(phone: str) -> UUID | None:
    """The client who signs in with this phone, blocked ones left out."""
    owner = vault.find_owner(IndexedField.PHONE, phone)
    known = ClientLogin.objects.filter(client_id=owner or NOBODY, blocked_at=None).exists()
    return owner if known else None


def nobody(phone: str) -> UUID:
    """A stand-in id for a phone that is no client's, so that the same rows are read and written for it."""
    return UUID(bytes=vault.keyed_hash("access.nobody", normalised(IndexedField.PHONE, phone))[:16])
