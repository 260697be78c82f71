"""What a phone's maker says of a key, and what is trusted to say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from cryptography import x509


class Platform(StrEnum):
    """Whose attestation it is."""

    ANDROID = "android"
    IOS = "ios"


class Level(StrEnum):
    """Where the key lies."""

    TEE = "tee"  # the processor's trusted part
    STRONGBOX = "strongbox"  # a chip of its own
    SECURE_ENCLAVE = "secure_enclave"


class VerifiedBoot(IntEnum):
    """How the phone has started, as Android numbers it."""

    VERIFIED = 0
    SELF_SIGNED = 1
    UNVERIFIED = 2
    FAILED = 3


class AttestationFault(StrEnum):
    """Why an attestation does not count; the first check that fails is told."""

    MALFORMED = "malformed"
    CHAIN = "chain"
    ROOT = "root"
    TERM = "term"
    REVOKED = "revoked"
    EXTENSION = "extension"
    OTHER_KEY = "other_key"
    CHALLENGE = "challenge"
    LEVEL = "level"
    KEY_PURPOSE = "key_purpose"
    BOOT = "boot"
    PATCH = "patch"
    APPLICATION = "application"
    COUNTER = "counter"
    ENVIRONMENT = "environment"


class AttestationWrong(Exception):
    """An attestation that does not count."""

    def __init__(self, fault: AttestationFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the lender trusts: the makers' roots, the identity of its own application, the oldest patches allowed."""

    android_roots: tuple[x509.Certificate, ...] = field(default=(), repr=False)
    apple_roots: tuple[x509.Certificate, ...] = field(default=(), repr=False)
    revoked: frozenset[str] = frozenset()  # serial numbers in lower-case hexadecimal, as the maker publishes them
    package: str = ""
    signers: frozenset[bytes] = frozenset()  # SHA-256 of the application's signing certificates
    apple_app: str = ""  # team and bundle: ABCDE12345.kz.example.app
    apple_development: bool = False
    patched_since: date | None = None  # Android's security patches must not be older


@dataclass(frozen=True, slots=True)
class Attested:
    """A key that counts."""

    platform: Platform
    level: Level
    patched_on: date | None = None  # the month's first day
