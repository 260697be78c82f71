"""Android Key Attestation: what the phone's trusted hardware says of a key it has made.

Works without the maker's services on the phone: the statement rides in the key's own certificate.
"""

from __future__ import annotations

import hmac
from datetime import date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from nesie.foundation.access.rules import proofs
from nesie.foundation.access.rules.attestation import der
from nesie.foundation.access.rules.attestation.chain import check_chain, extension, read_chain
from nesie.foundation.access.rules.attestation.verdict import (
    AttestationFault,
    AttestationWrong,
    Attested,
    Level,
    Platform,
    Trust,
    VerifiedBoot,
)

_DESCRIPTION = "1.3.6.1.4.1.11129.2.1.17"
_LEVELS = {1: Level.TEE, 2: Level.STRONGBOX}
# Tags of the authorisation lists.
_PURPOSE, _ALGORITHM, _ORIGIN, _BOOT, _PATCH, _APPLICATION = 1, 2, 702, 704, 706, 709
_SIGNS, _ELLIPTIC, _GENERATED = 2, 3, 0


def judge_android(
    chain: tuple[bytes, ...], *, thumbprint: str, challenge: bytes, trust: Trust, now: datetime
) -> Attested:
    """Whether the chain (DER, the key's certificate first) speaks for the key of this thumbprint; AttestationWrong."""
    certificates = read_chain(chain)
    check_chain(certificates, trust.android_roots, revoked=trust.revoked, now=now)
    _check_key(certificates[0], thumbprint)
    fields = _description(certificates)
    if len(fields) < 8:
        raise AttestationWrong(AttestationFault.MALFORMED)
    said, keymaster = fields[1].number(), fields[3].number()
    level = _LEVELS.get(min(said, keymaster))
    if not hmac.compare_digest(fields[4].octets(), challenge):
        raise AttestationWrong(AttestationFault.CHALLENGE)
    if level is None:
        raise AttestationWrong(AttestationFault.LEVEL)
    software, hardware = fields[6].expect(der.SEQUENCE).inside(), fields[7].expect(der.SEQUENCE).inside()
    _check_use(hardware)
    _check_boot(hardware)
    _check_application(software, trust)
    return Attested(Platform.ANDROID, level, _patched(hardware, trust))


def _check_key(certificate: x509.Certificate, thumbprint: str) -> None:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise AttestationWrong(AttestationFault.OTHER_KEY)
    if proofs.thumbprint(proofs.jwk_of(key)) != thumbprint:
        raise AttestationWrong(AttestationFault.OTHER_KEY)


def _description(certificates: tuple[x509.Certificate, ...]) -> tuple[der.Piece, ...]:
    """The statement, of the key's own certificate, and no other in the chain may bear one.

    A key that was attested can itself sign a certificate with any statement: only the one nearest to the root is the
    hardware's word, and it must be about the key that is enrolled.
    """
    spoken = [extension(one, _DESCRIPTION) for one in certificates]
    if spoken[0] is None or any(one is not None for one in spoken[1:]):
        raise AttestationWrong(AttestationFault.EXTENSION)
    return der.whole(spoken[0], der.SEQUENCE).inside()


def _check_use(hardware: tuple[der.Piece, ...]) -> None:
    """Made inside, on a curve, for signing and nothing else."""
    purposes = der.field(hardware, _PURPOSE)
    allowed = {piece.number() for piece in purposes.expect(der.SET).inside()} if purposes else set()
    algorithm, origin = der.field(hardware, _ALGORITHM), der.field(hardware, _ORIGIN)
    made_inside = origin is not None and origin.number() == _GENERATED
    if allowed != {_SIGNS} or algorithm is None or algorithm.number() != _ELLIPTIC or not made_inside:
        raise AttestationWrong(AttestationFault.KEY_PURPOSE)


def _check_boot(hardware: tuple[der.Piece, ...]) -> None:
    """Started from a system its maker has signed, and the door to another is shut."""
    root = der.field(hardware, _BOOT)
    parts = root.expect(der.SEQUENCE).inside() if root else ()
    if len(parts) < 3 or not parts[1].truth() or parts[2].number() != VerifiedBoot.VERIFIED:
        raise AttestationWrong(AttestationFault.BOOT)


def _check_application(software: tuple[der.Piece, ...], trust: Trust) -> None:
    """Asked for by our package alone, signed by us alone."""
    named = der.field(software, _APPLICATION)
    if named is None:
        raise AttestationWrong(AttestationFault.APPLICATION)
    parts = der.whole(named.octets(), der.SEQUENCE).inside()
    if len(parts) != 2:
        raise AttestationWrong(AttestationFault.MALFORMED)
    packages = {one.expect(der.SEQUENCE).inside()[0].octets() for one in parts[0].expect(der.SET).inside()}
    signers = {one.octets() for one in parts[1].expect(der.SET).inside()}
    if not trust.package or packages != {trust.package.encode()} or not signers or not signers <= trust.signers:
        raise AttestationWrong(AttestationFault.APPLICATION)


def _patched(hardware: tuple[der.Piece, ...], trust: Trust) -> date | None:
    """The month of the security patches (YYYYMM), which must not lie too far back."""
    told = der.field(hardware, _PATCH)
    year, month = divmod(told.number(), 100) if told else (0, 0)
    on = date(year, month, 1) if 2008 <= year <= 9999 and 1 <= month <= 12 else None
    if trust.patched_since is not None and (on is None or on < trust.patched_since):
        raise AttestationWrong(AttestationFault.PATCH)
    return on
