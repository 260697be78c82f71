"""Whether a device's key lies in hardware of a sound phone, and was asked for by our own application (clause 26.2)."""

from nesie.foundation.access.rules.attestation.android import judge_android
from nesie.foundation.access.rules.attestation.apple import judge_apple
from nesie.foundation.access.rules.attestation.verdict import (
    AttestationFault,
    AttestationWrong,
    Attested,
    Level,
    Platform,
    Trust,
    VerifiedBoot,
)

__all__ = [
    "AttestationFault",
    "AttestationWrong",
    "Attested",
    "Level",
    "Platform",
    "Trust",
    "VerifiedBoot",
    "judge_android",
    "judge_apple",
]
