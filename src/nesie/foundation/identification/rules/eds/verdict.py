"""The answer about a signature: right, or wrong for one named reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nesie.kernel.refused import noop


class Failure(StrEnum):
    """Which check a signature failed. The first one in the order of checks is told."""

    TOO_LARGE = "too_large"
    NOT_DER = "not_der"
    NOT_SIGNED_DATA = "not_signed_data"
    CONTENT_TYPE = "content_type"
    NO_SIGNER = "no_signer"
    MANY_SIGNERS = "many_signers"
    SIGNER_NAMING = "signer_naming"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_AMBIGUOUS = "certificate_ambiguous"
    CONTENT_DIFFERS = "content_differs"
    ATTRIBUTES_MISSING = "attributes_missing"
    ATTRIBUTE_TWICE = "attribute_twice"
    ALGORITHM = "algorithm"
    DIGEST_DIFFERS = "digest_differs"
    SIGNATURE_INVALID = "signature_invalid"
    ISSUER_UNKNOWN = "issuer_unknown"
    ISSUER_SIGNATURE = "issuer_signature"
    ISSUER_NOT_AUTHORITY = "issuer_not_authority"
    ISSUER_EXPIRED = "issuer_expired"
    CRITICAL_EXTENSION = "critical_extension"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    KEY_USAGE = "key_usage"
    PURPOSE = "purpose"
    HOLDER = "holder"
    POLICY = "policy"
    IIN_MISSING = "iin_missing"
    IIN_DIFFERS = "iin_differs"
    BIN_DIFFERS = "bin_differs"
    STATUS_UNKNOWN = "status_unknown"
    OCSP_BROKEN = "ocsp_broken"
    OCSP_NONCE = "ocsp_nonce"
    OCSP_RESPONDER = "ocsp_responder"
    OCSP_SIGNATURE = "ocsp_signature"
    OCSP_OTHER_CERTIFICATE = "ocsp_other_certificate"
    OCSP_STALE = "ocsp_stale"
    CRL_BROKEN = "crl_broken"
    CRL_SIGNATURE = "crl_signature"
    CRL_STALE = "crl_stale"
    REVOKED = "revoked"
    ON_HOLD = "on_hold"
    NOT_ISSUED = "not_issued"
    STAMP_MISSING = "stamp_missing"
    STAMP_BROKEN = "stamp_broken"
    STAMP_IMPRINT = "stamp_imprint"
    STAMP_SIGNATURE = "stamp_signature"
    STAMP_AUTHORITY = "stamp_authority"
    STAMP_TIME = "stamp_time"
    OPINION_MISSING = "opinion_missing"
    OPINION_DIFFERS = "opinion_differs"


_BROKEN = noop("The signature file is damaged or is not a signature.")
_OTHER = noop("The signature was made over another document.")
_AUTHORITY = noop("The certificate is not from an accredited certification authority.")
_KIND = noop("This certificate is not for signing. Choose your signing key, not the one for sign-in.")
_KIND_SIGN_IN = noop("This certificate is not for sign-in. Choose your key for sign-in, not the one for signing.")
_STATUS = noop("It could not be established whether the certificate is still in force. Try again a little later.")
_STAMP = noop("The time stamp of the signature is missing or not valid.")

# What a person is told: one sentence per kind of trouble, the translation keys.
MESSAGES: dict[Failure, str] = {
    Failure.TOO_LARGE: noop("The signature file is too large."),
    Failure.NO_SIGNER: noop("The file holds no signature."),
    Failure.MANY_SIGNERS: noop("The document must be signed by one person only."),
    Failure.CERTIFICATE_MISSING: noop("The signature does not hold the signer's certificate."),
    Failure.CONTENT_DIFFERS: _OTHER,
    Failure.DIGEST_DIFFERS: _OTHER,
    Failure.ALGORITHM: noop("The signature uses an algorithm that is not allowed."),
    Failure.SIGNATURE_INVALID: noop("The signature is not valid."),
    Failure.ISSUER_UNKNOWN: _AUTHORITY,
    Failure.ISSUER_SIGNATURE: _AUTHORITY,
    Failure.ISSUER_NOT_AUTHORITY: _AUTHORITY,
    Failure.ISSUER_EXPIRED: noop("The certification authority's own certificate was not in force."),
    Failure.CRITICAL_EXTENSION: _AUTHORITY,
    Failure.NOT_YET_VALID: noop("The certificate is not in force yet."),
    Failure.EXPIRED: noop("The certificate has expired. Get a new one and sign again."),
    Failure.KEY_USAGE: _KIND,
    Failure.PURPOSE: _KIND,
    Failure.HOLDER: noop("The certificate was issued to its holder in another capacity than the one needed here."),
    Failure.POLICY: _KIND,
    Failure.IIN_MISSING: noop("The certificate does not name its holder's IIN."),
    Failure.IIN_DIFFERS: noop("The certificate belongs to another person."),
    Failure.BIN_DIFFERS: noop("The certificate belongs to another organisation."),
    Failure.REVOKED: noop("The certificate has been revoked."),
    Failure.ON_HOLD: noop("The certificate has been suspended."),
    Failure.NOT_ISSUED: noop("The certification authority does not know this certificate."),
    **dict.fromkeys(
        (Failure.STATUS_UNKNOWN, Failure.OCSP_BROKEN, Failure.OCSP_NONCE, Failure.OCSP_RESPONDER,
         Failure.OCSP_SIGNATURE, Failure.OCSP_OTHER_CERTIFICATE, Failure.OCSP_STALE, Failure.CRL_BROKEN,
         Failure.CRL_SIGNATURE, Failure.CRL_STALE, Failure.OPINION_MISSING), _STATUS),
    Failure.OPINION_DIFFERS: noop("The second check of the signature did not confirm it."),
    **dict.fromkeys(
        (Failure.STAMP_MISSING, Failure.STAMP_BROKEN, Failure.STAMP_IMPRINT, Failure.STAMP_SIGNATURE,
         Failure.STAMP_AUTHORITY, Failure.STAMP_TIME), _STAMP),
}  # fmt: skip


def message_of(failure: Failure) -> str:
    """What a person is told of it (English, the translation key)."""
    return MESSAGES.get(failure, _BROKEN)


class Failed(Exception):
    """Inside the verifier only: a check said no."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.value)


@dataclass(frozen=True, slots=True)
class CertificateSummary:
    """The signer's certificate as a page shows it. Personal data: never into a log."""

    serial: str
    common_name: str = field(repr=False)
    patronymic: str = field(repr=False)
    iin: str = field(repr=False)
    bin: str
    organisation: str
    issuer_name: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a signature counts. `judged_at` is the time stamp's moment when there is one, else the moment asked."""

    ok: bool
    failed_check: Failure | None
    judged_at: datetime
    signer: CertificateSummary | None = field(default=None, repr=False)
    signing_time: datetime | None = None  # as the signer's machine claims
    stamped_at: datetime | None = None
    status_by: str = ""  # "ocsp" or "crl"
    status_at: datetime | None = None  # as of when the certificate's status is known
    content_sha256: str = ""
    attached: bool = False
    algorithm: str = ""  # of the signature
    for_sign_in: bool = False
    checks: tuple[str, ...] = ()  # those passed, in order
    chain: tuple[bytes, ...] = field(default=(), repr=False)  # DER: the signer's certificate up to the anchor
    stamp_chain: tuple[bytes, ...] = field(default=(), repr=False)  # DER: the stamping authority up to the anchor
    signature_digest: bytes = field(default=b"", repr=False)  # SHA-256 of the signature value: knows it again

    @property
    def message(self) -> str:
        """What a person is told (English, the translation key); "" when all is right."""
        if self.failed_check is None:
            return ""
        told = message_of(self.failed_check)
        return _KIND_SIGN_IN if told is _KIND and self.for_sign_in else told

    def as_json(self) -> dict[str, Any]:
        """The verdict for the archive. Holds personal data."""
        signer = self.signer
        return {
            "ok": self.ok,
            "failed_check": self.failed_check.value if self.failed_check else None,
            "judged_at": self.judged_at.isoformat(),
            "signing_time": _iso(self.signing_time),
            "stamped_at": _iso(self.stamped_at),
            "status_by": self.status_by,
            "status_at": _iso(self.status_at),
            "content_sha256": self.content_sha256,
            "attached": self.attached,
            "algorithm": self.algorithm,
            "checks": list(self.checks),
            "signer": signer
            and {
                "serial": signer.serial,
                "common_name": signer.common_name,
                "patronymic": signer.patronymic,
                "iin": signer.iin,
                "bin": signer.bin,
                "organisation": signer.organisation,
                "issuer_name": signer.issuer_name,
                "valid_from": signer.valid_from.isoformat(),
                "valid_until": signer.valid_until.isoformat(),
            },
        }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
