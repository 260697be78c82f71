"""Open a visit to the identification provider."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import BiometricSession
from nesie.foundation.identification.rules import (
    SESSION_LIFETIME,
    BiometricRequest,
    BiometricSessionId,
    BiometricStart,
    check_subject,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id


@use_case
def start_biometric(
    actor: Actor,
    now: datetime,
    *,
    subject_id: UUID,
    operation: str,
    document_sha256: str,
    iin: str,
    phone: str,
    redirect_uri: str,
) -> BiometricStart:
    """Open a session bound to one operation and one document hash ("" where none is bound), with one result.

    The caller then sends the person to `queries.begin_biometric(start.request)`. NotFound when the subject is not the
    actor. Clauses 6, 9, 11.
    """
    check_subject(actor, subject_id)
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    row = BiometricSession(
        id=new_id(),
        subject_id=subject_id,
        operation=operation,
        document_sha256=document_sha256,
        provider=Wiring.biometrics.name,
        iin=iin,
        state_digest=hashlib.sha256(state.encode()).digest(),
        nonce_digest=hashlib.sha256(nonce.encode()).digest(),
        opened_at=now,
        expires_at=now + SESSION_LIFETIME,
    )
    row.save(force_insert=True)
    witness(row)
    request = BiometricRequest(state=state, nonce=nonce, iin=iin, phone=phone, redirect_uri=redirect_uri)
    return BiometricStart(BiometricSessionId(row.pk), request)
