"""From a key's certificate up to a root that is trusted."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nesie.foundation.access.rules.attestation.verdict import AttestationFault, AttestationWrong

MAX_CERTIFICATES = 8
MAX_CERTIFICATE_BYTES = 16 * 1024


def read_chain(raw: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """Certificates, the key's first; AttestationWrong."""
    if not 1 <= len(raw) <= MAX_CERTIFICATES or any(len(one) > MAX_CERTIFICATE_BYTES for one in raw):
        raise AttestationWrong(AttestationFault.MALFORMED)
    try:
        chain = tuple(x509.load_der_x509_certificate(one) for one in raw)
        for one in chain:  # read lazily otherwise, and hostile bytes would surface anywhere
            _ = one.public_key(), one.extensions, one.not_valid_before_utc, one.not_valid_after_utc, one.serial_number
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise AttestationWrong(AttestationFault.MALFORMED) from error
    return chain


def check_chain(
    chain: tuple[x509.Certificate, ...],
    roots: tuple[x509.Certificate, ...],
    *,
    revoked: frozenset[str],
    now: datetime,
) -> None:
    """Each certificate issued by the next, an authority; the last by a trusted root (or that root itself); in force.

    The root is known by its key: makers renew the certificate over it. AttestationWrong.
    """
    for certificate, issuer in pairwise(chain):
        if not _issued(certificate, issuer) or not _is_authority(issuer):
            raise AttestationWrong(AttestationFault.CHAIN)
    trusted = {_key(root): root for root in roots}
    top = chain[-1]
    if _key(top) not in trusted and not any(_issued(top, root) for root in roots):
        raise AttestationWrong(AttestationFault.ROOT)
    for certificate in chain:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise AttestationWrong(AttestationFault.TERM)
        if f"{certificate.serial_number:x}" in revoked:
            raise AttestationWrong(AttestationFault.REVOKED)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    """A key that was itself attested is a leaf: what it signs counts for nothing."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _key(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def extension(certificate: x509.Certificate, oid: str) -> bytes | None:
    """The raw value of an extension; None when the certificate has none."""
    try:
        found = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier(oid))
    except x509.ExtensionNotFound:
        return None
    value: bytes = found.value.public_bytes()
    return value
