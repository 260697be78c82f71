"""The outside systems that tell who somebody is, in our words. Called outside any transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from nesie.foundation.identification.rules.eds import Certificate, Opinion
from nesie.foundation.identification.rules.liveness import Look
from nesie.foundation.identification.rules.mobile import Launch
from nesie.foundation.identification.rules.persons import (
    BiometricAnswer,
    BiometricRequest,
    PersonRecord,
    Refusal,
    Unanswered,
)
from nesie.foundation.identification.rules.standing import BusinessRecord, PhoneOwner

__all__ = [
    "Anchors",
    "AttackDetector",
    "Biometrics",
    "BusinessRegistry",
    "Faces",
    "PersonRegistry",
    "PhoneBase",
    "Refusal",
    "Revocation",
    "Timestamps",
    "Unanswered",
    "Wiring",
]


class Revocation(Protocol):
    """The certification authorities' word on whether a certificate is in force, as raw signed bytes."""

    def ocsp(self, certificate: bytes, issuer: bytes, nonce: bytes) -> bytes | None:
        """The OCSP answer for a certificate (DER), with our nonce in it; None when the responder is silent."""

    def crl(self, issuer: bytes) -> bytes | None:
        """The issuer's current revocation list (DER); None when it cannot be had."""


class Timestamps(Protocol):
    """A time-stamping authority."""

    def stamp(self, signature: bytes, nonce: int) -> bytes | None:
        """A token (DER) over a signature value; None when none was given."""


class Biometrics(Protocol):
    """An identification provider to which the person is sent and from which he comes back with a code."""

    @property
    def name(self) -> str:
        """Which provider, for the record."""

    def begin(self, request: BiometricRequest) -> str:
        """The address to send the person to; no personal data stands in it. Unanswered."""

    def result(self, code: str, *, redirect_uri: str, now: datetime) -> BiometricAnswer:
        """What came of the visit; a code serves once. Refusal for a code not good (any more), Unanswered."""


class Faces(Protocol):
    """What the lender's own devices see: measures of one frame, and a face as numbers that can be compared."""

    @property
    def embedder(self) -> str:
        """Which model makes the numbers; only numbers of one model are comparable."""

    def warm(self) -> None:
        """Load what is needed, so that nobody's first frame waits."""

    def look(self, jpeg: bytes) -> tuple[Look, Any]:
        """Measures of a frame, and what `face` needs of it. FrameUnreadable for bytes that are no picture."""

    def face(self, seen: Any) -> tuple[float, ...]:
        """The face of a frame as numbers of length one; `seen` as `look` gave it for exactly one face."""

    def face_of_picture(self, picture: bytes) -> tuple[float, ...] | None:
        """The largest face of a still picture; None when there is none. FrameUnreadable."""


class AttackDetector(Protocol):
    """A presentation-attack model: optional, asked about the frames whose face is compared."""

    def suspects(self, jpeg: bytes) -> bool:
        """True when the frame looks like a picture, a screen or a mask."""


class PersonRegistry(Protocol):
    """The state base of natural persons."""

    def person(self, iin: str, *, key: str, now: datetime) -> PersonRecord | None:
        """What the state says of this IIN; None when it knows no such person.

        Raises the exchange's NotCarried and NoAnswer when it was not heard, Refusal when it will not tell us.
        """


class PhoneBase(Protocol):
    """The state base of phone numbers."""

    def owner(self, iin: str, phone: str, *, key: str, now: datetime) -> PhoneOwner:
        """Whether the number is this person's (clause 36).

        Raises the exchange's NotCarried and NoAnswer when it was not heard, Refusal when it will not tell us.
        """


class BusinessRegistry(Protocol):
    """The state base of legal entities and sole proprietors."""

    def subject(self, number: str, *, key: str, now: datetime) -> BusinessRecord | None:
        """What the state says of this IIN or BIN as a business; None when it knows none. Raises as `PhoneBase`."""


class SecondJudge(Protocol):
    """Another verifier of signatures, asked beside our own; both must agree."""

    def opinion(self, cms: bytes, content: bytes) -> Opinion | None:
        """What it says of a signature over this document; None when it is silent or says nothing of use."""


class MobileSigning(Protocol):
    """An application with the person's keys on his phone, called by a QR code or a link."""

    def launch(self, address: str) -> Launch | None:
        """How it is called to fetch what is to be signed from this address of ours; None where it is not offered."""


class Anchors(Protocol):
    """The certification authorities the lender has pinned."""

    def signing(self) -> tuple[Certificate, ...]:
        """Those whose people may sign."""

    def stamping(self) -> tuple[Certificate, ...]:
        """Those whose time stamps count."""


class Wiring:
    """Set once by `config`; asked at each use."""

    revocation: Revocation
    timestamps: Timestamps
    biometrics: Biometrics
    registry: PersonRegistry
    anchors: Anchors
    phone: MobileSigning
    second: SecondJudge | None = None  # None: our own verifier alone
    faces: Faces
    attack_detector: AttackDetector | None = None
