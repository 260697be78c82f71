"""Take one camera frame of a session on an own device: keep it, judge it, say what to show next."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from nesie.foundation.identification import queries
from nesie.foundation.identification.actions._course import State, locked
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import LivenessFrame, LivenessSession
from nesie.foundation.identification.rules import (
    MAX_FRAME_BYTES,
    BiometricSessionId,
    FrameAnswer,
    FrameTooLarge,
    alike,
    liveness,
)
from nesie.foundation.identification.rules.liveness import Arrival, Fault, FrameUnreadable, Likeness, Look, Progress
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id

LIMITS = liveness.Limits()


def take_frame(
    actor: Actor, now: datetime, *, session_id: UUID, nonce: str, counter: int, taken_ms: int, jpeg: bytes
) -> FrameAnswer:
    """Judge a frame; not a use case: a session's opening and its end are, and eight records a second would say no more.

    `counter` runs from 0 without a gap, `nonce` is that of the last answer, `taken_ms` the device's own clock. A frame
    sent once more after a lost answer is answered again and not judged. When `answer.progress` is at its end, the
    caller runs `conclude_liveness`. Raises NotFound (another's), FrameTooLarge. Clauses 34, 35.
    """
    live = queries.own_liveness(actor, session_id)
    if len(jpeg) > MAX_FRAME_BYTES:
        raise FrameTooLarge
    digest = hashlib.sha256(jpeg).digest()
    look, seen = _seen(jpeg)  # outside the transaction: the other frames of this process need not wait for it
    with transaction.atomic(durable=True):
        row = locked(live)
        if row.over:
            return _answer(live, _over())
        state = State.loaded(row.state)
        course = state.course
        if course.over or _sent_again(live, course, counter, digest):
            return _answer(live, course)
        repeated = LivenessFrame.objects.filter(subject_id=live.subject_id, sha256=digest).exists()
        arrival = Arrival(
            counter,
            in_order=counter == course.frames and hmac.compare_digest(nonce, queries.step_nonce(live.pk, course)),
            repeated=repeated,
            at=(now - live.opened_at).total_seconds(),
            taken=taken_ms / 1000,
        )
        if not repeated:
            _keep(live, course.frames, digest, jpeg, now)
        suspected, likeness = _compared(state, look, seen, jpeg)
        state.course = liveness.see(course, arrival, look or Look(faces=0), likeness, LIMITS)
        if look is None or suspected:
            state.course = liveness.failed(state.course, Fault.SUSPECTED_ATTACK if suspected else Fault.UNREADABLE)
        row.state = state.dumped()
        row.save(update_fields=["state"])
        return _answer(live, state.course)


def _seen(jpeg: bytes) -> tuple[Look | None, Any]:
    try:
        return Wiring.faces.look(jpeg)
    except FrameUnreadable:
        return None, None


def _sent_again(live: LivenessSession, course: liveness.Course, counter: int, digest: bytes) -> bool:
    return (
        counter == course.frames - 1
        and LivenessFrame.objects.filter(session=live, number=counter, sha256=digest).exists()
    )


def _keep(live: LivenessSession, number: int, digest: bytes, jpeg: bytes, now: datetime) -> None:
    LivenessFrame(
        id=new_id(),
        session=live,
        subject_id=live.subject_id,
        number=number,
        sha256=digest,
        jpeg=jpeg,
        arrived_at=now,
    ).save(force_insert=True)


def _compared(state: State, look: Look | None, seen: Any, jpeg: bytes) -> tuple[bool, Likeness | None]:
    """Whether a plug-in suspects this frame, and whose face it shows; nobody knows which frames are taken."""
    course = state.course
    if look is None or not liveness.wants_face(course, look, secrets.randbelow, LIMITS):
        return False, None
    if Wiring.attack_detector is not None and Wiring.attack_detector.suspects(jpeg):
        return True, None
    face = Wiring.faces.face(seen)
    if course.rest is None:
        state.taken.append((course.frames, face))
    first = state.taken[0][1] if state.taken else face
    return False, Likeness(
        reference=round(alike(face, state.reference), 4),
        first=round(alike(face, first), 4),
        frontal=liveness.frontal(course, look),
        step=course.step,
    )


def _over() -> liveness.Course:
    return replace(liveness.begin((), ()), phase=liveness.Phase.FAILED)


def _answer(live: LivenessSession, course: liveness.Course) -> FrameAnswer:
    return FrameAnswer(
        session_id=BiometricSessionId(live.session_id),
        progress=Progress.of(course),
        frames=course.frames,
        nonce="" if course.over else queries.step_nonce(live.pk, course),
    )
