"""The algorithms a signature may use: one table, so that another family is another row and one function.

Signing today: RSA of 2048 to 8192 bits with SHA-256. A row not in the table is refused, never guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from nesie.foundation.identification.rules.eds.der import Fields, Node, inner, oid

SHA256 = "2.16.840.1.101.3.4.2.1"
SHA1 = "1.3.14.3.2.26"
RSA_KEY = "1.2.840.113549.1.1.1"
SHA256_WITH_RSA = "1.2.840.113549.1.1.11"

MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192


class AlgorithmRefused(Exception):
    """The algorithm or the key is not among those allowed."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest algorithm: its OID and how to compute it."""

    oid: str
    compute: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Family:
    """A signature algorithm: its key, its digest, the OIDs it may be named by in a SignerInfo, and its check."""

    signature_oid: str  # as certificates, CRLs and OCSP answers name it
    signer_oids: frozenset[str]  # as a SignerInfo names it (Kalkan writes the full one, others the key's)
    key_oid: str
    digest: Digest
    valid: Callable[[bytes, bytes, bytes], bool]  # (key info, signature, signed bytes)


def digest_algorithm(identifier: str) -> Digest:
    """The digest of this OID; AlgorithmRefused for any not allowed."""
    for family in _FAMILIES:
        if family.digest.oid == identifier:
            return family.digest
    raise AlgorithmRefused(identifier)


def family_of_signer(signature_oid: str, digest_oid: str, key_oid: str) -> Family:
    """The family a SignerInfo uses; AlgorithmRefused when its three names do not belong together."""
    for family in _FAMILIES:
        if signature_oid in family.signer_oids and (digest_oid, key_oid) == (family.digest.oid, family.key_oid):
            return family
    raise AlgorithmRefused(signature_oid)


def family_of_issuer(signature_oid: str, key_oid: str) -> Family:
    """The family of a signature over a certificate, a CRL or an OCSP answer."""
    for family in _FAMILIES:
        if (signature_oid, key_oid) == (family.signature_oid, family.key_oid):
            return family
    raise AlgorithmRefused(signature_oid)


def identifier(node: Node) -> str:
    """The OID of an AlgorithmIdentifier."""
    fields = Fields(node)
    return oid(fields.take())


def key_algorithm(key_info: bytes) -> str:
    """The OID of the key inside a SubjectPublicKeyInfo."""
    return identifier(Fields(inner(key_info)).take())


def _rsa_valid(key_info: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        key = serialization.load_der_public_key(key_info)
    except Exception as error:  # the library names many kinds of broken key
        raise AlgorithmRefused(RSA_KEY) from error
    if not isinstance(key, rsa.RSAPublicKey) or not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        raise AlgorithmRefused(RSA_KEY)
    try:
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


_FAMILIES: tuple[Family, ...] = (
    Family(
        signature_oid=SHA256_WITH_RSA,
        signer_oids=frozenset({RSA_KEY, SHA256_WITH_RSA}),
        key_oid=RSA_KEY,
        digest=Digest(SHA256, sha256),
        valid=_rsa_valid,
    ),
)
