"""The state of a session on an own device between two frames: sealed data, locked while one frame is judged."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nesie.foundation.documents.actions import witness
from nesie.foundation.identification.actions._ending import make_proof, write_result
from nesie.foundation.identification.actions.keep_evidence import Piece, keep_evidence
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import (
    BiometricResult,
    BiometricSession,
    FaceEnrolment,
    LivenessCourse,
    LivenessFrame,
    LivenessSession,
)
from nesie.foundation.identification.rules import (
    BiometricFailure,
    BiometricOutcome,
    BiometricSessionId,
    EvidencePart,
    liveness,
    match_limit,
    mean_face,
)
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.kernel.ids import ProofId, new_id

_PPM = 1_000_000


@dataclass(slots=True)
class State:
    """A course with the faces it is compared by."""

    course: liveness.Course
    reference: tuple[float, ...] = field(repr=False)
    taken: list[tuple[int, tuple[float, ...]]] = field(default_factory=list, repr=False)  # of the resting face

    def dumped(self) -> bytes:
        """For the sealed column."""
        told = {"course": liveness.as_data(self.course), "reference": self.reference, "taken": self.taken}
        return json.dumps(told, separators=(",", ":")).encode()

    @classmethod
    def loaded(cls, kept: bytes) -> State:
        """Back from `dumped`."""
        told: dict[str, Any] = json.loads(kept)
        taken = [(number, tuple(face)) for number, face in told["taken"]]
        return cls(liveness.from_data(told["course"]), tuple(told["reference"]), taken)


def locked(session: LivenessSession) -> LivenessCourse:
    """The session's state, ours until the transaction ends."""
    return LivenessCourse.objects.select_for_update().get(session=session)


def end(row: LivenessCourse, state: State, now: datetime) -> BiometricOutcome:
    """Write the one result of a session: its record, and the proof and the enrolment when it proves the person."""
    live = row.session
    session = BiometricSession.objects.get(pk=live.session_id)
    fault = state.course.fault or _face_fault(session, state, now)
    outcome = BiometricOutcome(BiometricSessionId(session.pk), passed=False)
    result = write_result(
        session,
        now,
        failed_check=str(fault or ""),
        transaction_digest=bytes(session.nonce_digest),
        liveness_ppm=None,
        similarity_ppm=_likeness_ppm(state),
    )
    row.over = True
    row.state = b"{}"  # the measures of the face have served
    row.save(update_fields=["over", "state"])
    if result is None:
        return _failed(outcome, BiometricFailure.SPENT)
    keep_evidence(live.subject_id, now, [_record(live, state)], biometric=result)
    if fault is not None:
        return _failed(outcome, BiometricFailure.OWN_DEVICE, fault)
    if live.registering:
        _enrol(live, result, state, now)
    return BiometricOutcome(outcome.session_id, True, ProofId(make_proof(session, result, now)))


def _failed(
    outcome: BiometricOutcome, failure: BiometricFailure, fault: liveness.Fault | None = None
) -> BiometricOutcome:
    return BiometricOutcome(outcome.session_id, passed=False, failure=failure, fault=fault)


def _face_fault(session: BiometricSession, state: State, now: datetime) -> liveness.Fault | None:
    if state.course.phase is not liveness.Phase.DONE:
        return liveness.Fault.LEFT
    day = business_day(now)
    return liveness.judge_likeness(
        state.course,
        least=float(norms.decimal(match_limit(session.operation), day)),
        unclear=float(norms.decimal("face_match_unclear", day)),
    )


def _likeness_ppm(state: State) -> int | None:
    middle = liveness.middle_likeness(state.course)
    return None if middle is None else max(0, round(middle * _PPM))


def _record(live: LivenessSession, state: State) -> Piece:
    """What was asked, shown and measured, and the hash of every frame: the frames themselves lie sealed beside it."""
    frames = LivenessFrame.objects.filter(session=live).order_by("number").only("number", "sha256", "arrived_at")
    told = liveness.record(state.course) | {
        "session": str(live.session_id),
        "device": live.device,
        "embedder": Wiring.faces.embedder,
        "opened_at": live.opened_at.isoformat(),
        "kept": [[one.number, bytes(one.sha256).hex(), one.arrived_at.isoformat()] for one in frames],
    }
    content = json.dumps(told, sort_keys=True, indent=1).encode()
    return Piece(EvidencePart.LIVENESS_RECORD, content, "application/json", "liveness.json")


def _enrol(live: LivenessSession, result: BiometricResult, state: State, now: datetime) -> UUID:
    row = FaceEnrolment(
        id=new_id(),
        subject_id=live.subject_id,
        result=result,
        embedder=Wiring.faces.embedder,
        face=json.dumps(mean_face([face for _, face in state.taken])),
        frames=[number for number, _ in state.taken],
        taken_at=now,
    )
    row.save(force_insert=True)
    witness(row)
    return row.pk
