"""Open an identification on one of the lender's own devices."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import connection

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import witness
from nesie.foundation.identification import queries
from nesie.foundation.identification.actions._course import State, end, locked
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import BiometricSession, LivenessCourse, LivenessSession
from nesie.foundation.identification.rules import (
    SESSION_LIFETIME,
    TRIES_WITHIN,
    BiometricSessionId,
    Device,
    Provider,
    ReferenceFaceMissing,
    TooManyTries,
    check_own_device,
    check_subject,
    liveness,
)
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.foundation.vault import queries as vault
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, new_id

_PAUSE_LEAST, _PAUSE_MORE = 300, 900  # milliseconds before a prompt


@use_case
def start_liveness(
    actor: Actor,
    now: datetime,
    *,
    subject_id: UUID,
    operation: str,
    document_sha256: str,
    iin: str,
    portrait_id: DocumentId | None = None,
    device_key: str = "",
) -> BiometricSessionId:
    """A session for one subject, operation and document hash, with movements this person was never asked in this order.

    `portrait_id`: the applicant's own portrait, at registration; later the face taken then is the only one compared
    with. `device_key`: what a device of the lender holds, "" for the client's own. One session at a time: an earlier
    one that is still open ends. Raises OwnDeviceNotFor (the centre is to be used), TooManyTries, ReferenceFaceMissing,
    NotFound. Clauses 6, 9, 35.
    """
    check_subject(actor, subject_id)
    registering, device_id = portrait_id is not None, queries.lender_device(device_key)
    device = Device.LENDER if device_id else Device.CLIENT
    check_own_device(queries.provider(subject_id, registering=registering, device=device, now=now))
    person = vault.keyed_hash("liveness person", iin)
    _one_by_one(person)
    if LivenessSession.objects.filter(person_digest=person, opened_at__gt=now - TRIES_WITHIN).count() >= norms.integer(
        "liveness_tries", business_day(now)
    ):
        raise TooManyTries
    _end_earlier(subject_id, now)
    live = _opened(subject_id, operation, document_sha256, iin, registering, device_id, person, now)
    state = State(liveness.begin(liveness.read_sequence(live.sequence), _pauses()), _reference(subject_id, portrait_id))
    LivenessCourse(id=new_id(), session=live, subject_id=subject_id, state=state.dumped()).save(force_insert=True)
    return BiometricSessionId(live.session_id)


def _one_by_one(person: bytes) -> None:
    """Two starts of one person wait for one another: neither tries nor sequences are counted past."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 12))", [person.hex()])


def _end_earlier(subject_id: UUID, now: datetime) -> None:
    earlier = LivenessCourse.objects.filter(subject_id=subject_id, over=False).select_related("session").first()
    if earlier is not None:
        row = locked(earlier.session)
        if not row.over:
            state = State.loaded(row.state)
            state.course = liveness.failed(state.course, liveness.Fault.SUPERSEDED)
            end(row, state, now)


def _opened(
    subject_id: UUID,
    operation: str,
    document_sha256: str,
    iin: str,
    registering: bool,
    device_id: UUID | None,
    person: bytes,
    now: datetime,
) -> LivenessSession:
    row = BiometricSession(
        id=new_id(),
        subject_id=subject_id,
        operation=operation,
        document_sha256=document_sha256,
        provider=Provider.OWN,
        iin=iin,
        # No redirect comes back from an own device: these two bind nothing here, and fit nothing.
        state_digest=hashlib.sha256(secrets.token_bytes(32)).digest(),
        nonce_digest=hashlib.sha256(secrets.token_bytes(32)).digest(),
        opened_at=now,
        expires_at=now + SESSION_LIFETIME,
    )
    row.save(force_insert=True)
    witness(row)
    issued = LivenessSession.objects.filter(person_digest=person).values_list("sequence", flat=True)
    live = LivenessSession.objects.create(
        id=new_id(),
        session=row,
        subject_id=subject_id,
        person_digest=person,
        sequence=liveness.draw(frozenset(issued), secrets.randbelow),
        registering=registering,
        device=Device.LENDER if device_id else Device.CLIENT,
        lender_device_id=device_id,
        opened_at=now,
    )
    witness(live)
    return live


def _pauses() -> list[float]:
    return [(_PAUSE_LEAST + secrets.randbelow(_PAUSE_MORE + 1)) / 1000 for _ in range(liveness.STEPS)]


def _reference(subject_id: UUID, portrait_id: DocumentId | None) -> tuple[float, ...]:
    if portrait_id is None:
        return queries.enrolled_face(subject_id)
    described = documents.described(portrait_id)
    face = Wiring.faces.face_of_picture(documents.content(portrait_id)) if described.owner_id == subject_id else None
    if face is None:
        raise ReferenceFaceMissing
    return face
