"""Keep a phone whose maker vouches for its key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions._challenges import take
from nesie.foundation.access.models import Device
from nesie.foundation.access.rules import ChallengePurpose, Enrolled, EnrolStatus, NoDeviceKey, program
from nesie.foundation.access.rules.attestation import (
    AttestationFault,
    AttestationWrong,
    Attested,
    Platform,
    judge_android,
    judge_apple,
)
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def enrol_device(
    actor: Actor, now: datetime, *, challenge_id: UUID, platform: Platform, statement: tuple[bytes, ...]
) -> Enrolled:
    """The phone whose key proves this session's requests becomes the client's; the client is told (clause 26.2).

    `statement`: the certificates of Android's key attestation, the key's first; or Apple's one attestation object.
    The challenge is used up whatever the outcome, which is a value. Raises `NoDeviceKey`.
    """
    thumbprint, holder_id = actor.origin.device, queries.own_id(actor)
    if not queries.session_key_bound(actor):
        raise NoDeviceKey
    asked = take(ChallengePurpose.ENROL_DEVICE, now, challenge_id=challenge_id, session="")
    if asked is None:
        return Enrolled(EnrolStatus.CHALLENGE)
    try:
        attested = _judged(platform, statement, thumbprint, bytes(asked.value), queries.machine_time(now))
    except AttestationWrong as wrong:
        return Enrolled(EnrolStatus.REFUSED, fault=wrong.fault.value)
    row = _keep(actor, now, holder_id, thumbprint, attested, statement)
    if row is None:
        return Enrolled(EnrolStatus.REFUSED, fault=AttestationFault.OTHER_KEY.value)
    tell(holder_id, now, "device_enrolled", at=now, program=row.program or "?")
    return Enrolled(EnrolStatus.ENROLLED, row.id)


def _judged(
    platform: Platform, statement: tuple[bytes, ...], thumbprint: str, challenge: bytes, machine: datetime
) -> Attested:
    trust = queries.trust()
    if platform is Platform.ANDROID:
        return judge_android(statement, thumbprint=thumbprint, challenge=challenge, trust=trust, now=machine)
    if len(statement) != 1:
        raise AttestationWrong(AttestationFault.MALFORMED)
    return judge_apple(statement[0], thumbprint=thumbprint, challenge=challenge, trust=trust, now=machine)


def _keep(
    actor: Actor, now: datetime, holder_id: UUID, thumbprint: str, attested: Attested, statement: tuple[bytes, ...]
) -> Device | None:
    """The row; None when the key is another person's phone already."""
    row = Device(
        id=uuid4(),
        holder_id=holder_id,
        thumbprint=thumbprint,
        platform=attested.platform,
        level=attested.level,
        program=program(actor.origin.program),
        patched_on=attested.patched_on,
        attestation=b"".join(len(one).to_bytes(4, "big") + one for one in statement),
        enrolled_at=queries.machine_time(now),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row
