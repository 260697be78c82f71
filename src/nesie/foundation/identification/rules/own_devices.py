"""Identification on the lender's own devices: what is opened, answered, refused (clauses 6, 9, 35)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from nesie.foundation.identification.rules.liveness import Progress
from nesie.foundation.identification.rules.proofs import BiometricSessionId
from nesie.kernel.refused import Refused, noop

TRIES_WITHIN = timedelta(hours=24)
MAX_FRAME_BYTES = 400_000  # 640 x 480 at good quality takes a tenth
MAX_DEVICE_NAME = 100


class TooManyTries(Refused):
    """So many identifications were begun lately that no more are allowed for now."""

    message = noop("Too many tries. Try again tomorrow or use the identification centre.")
    status = 429


class ReferenceFaceMissing(Refused):
    """There is no face to compare with."""

    message = noop("There is no face on the photo to compare with. Send another photo.")


class DeviceNameMissing(Refused):
    """A device of the lender is entered under a name."""

    message = noop("Name the device: where it stands, what it is.")
    status = 422


class FrameTooLarge(Refused):
    """A picture larger than a camera frame of ours can be."""

    message = noop("The picture from the camera is too large.")
    status = 413


@dataclass(frozen=True, slots=True)
class FrameAnswer:
    """What the page is told after a frame: where the session stands, and the nonce of the next frames."""

    session_id: BiometricSessionId
    progress: Progress
    frames: int
    nonce: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LivenessView:
    """A session on an own device, as its page needs it."""

    id: BiometricSessionId
    subject_id: UUID
    operation: str
    opened_at: datetime
    answer: FrameAnswer
    concluded: bool


@dataclass(frozen=True, slots=True)
class LenderDeviceView:
    """A device of the lender."""

    id: UUID
    name: str
    entered_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class EnteredDevice:
    """A device just entered: the key is shown to the device once and kept nowhere."""

    id: UUID
    key: str = field(repr=False)


def match_limit(operation: str) -> str:
    """The parameter with the least likeness for this act: signing asks for more."""
    return "face_match_sign" if operation.startswith("sign_") else "face_match_identify"


def mean_face(faces: list[tuple[float, ...]]) -> tuple[float, ...]:
    """One face of several frames' embeddings, of length one; ValueError for none."""
    if not faces:
        raise ValueError("no face")
    sums = [sum(values) for values in zip(*faces, strict=True)]
    length = sum(value * value for value in sums) ** 0.5 or 1.0
    return tuple(round(value / length, 5) for value in sums)


def alike(first: tuple[float, ...] | list[float], second: tuple[float, ...] | list[float]) -> float:
    """Cosine of two embeddings of length one."""
    return sum(a * b for a, b in zip(first, second, strict=True))
