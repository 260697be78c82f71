"""The algorithms a signature may use: one table, so that another family is another row and one function.

Signing today: GOST 34.10-2015 of 512 bits with Streebog, and RSA of 2048 to 8192 bits with SHA-256. The older state
standards are read from an archive only. A row not in the table is refused, never guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from nesie.foundation.identification.rules.eds import der
from nesie.foundation.identification.rules.eds.der import DerError, Fields, Node, inner, oid
from nesie.kernel import gost

SHA256 = "2.16.840.1.101.3.4.2.1"
SHA1 = "1.3.14.3.2.26"
RSA_KEY = "1.2.840.113549.1.1.1"
SHA256_WITH_RSA = "1.2.840.113549.1.1.11"
# Kazakhstan's arc of algorithms: keys, what a key's parameters name, signatures, digests.
GOST_2015_512_KEY, GOST_2015_512_CURVE, GOST_2015_512 = (
    "1.2.398.3.10.1.1.2.2", "1.2.398.3.10.1.1.2.2.1", "1.2.398.3.10.1.1.2.3.2",
)  # fmt: skip
GOST_2015_256_KEY, GOST_2015_256_CURVE, GOST_2015_256 = (
    "1.2.398.3.10.1.1.2.1", "1.2.398.3.10.1.1.2.1.1", "1.2.398.3.10.1.1.2.3.1",
)  # fmt: skip
GOST_2004_KEY, GOST_2004_CURVE, GOST_2004 = (
    "1.2.398.3.10.1.1.1.1", "1.2.398.3.10.1.1.1.1.1", "1.2.398.3.10.1.1.1.2",
)  # fmt: skip
STREEBOG_512, STREEBOG_256, GOST_94 = "1.2.398.3.10.1.3.3", "1.2.398.3.10.1.3.2", "1.2.398.3.10.1.3.1"

MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192


class AlgorithmRefused(Exception):
    """The algorithm or the key is not among those allowed."""


class Reading(StrEnum):
    """What a signature is judged for: to count today, or to be read in an archive, where old standards are known."""

    TODAY = "today"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest algorithm: its OID and how to compute it."""

    oid: str
    compute: Callable[[bytes], bytes]
    archive: bool = False  # for reading archives only


@dataclass(frozen=True, slots=True)
class Family:
    """A signature algorithm: its key, its digest, the OIDs it may be named by in a SignerInfo, and its check."""

    name: str
    signature_oid: str  # as certificates, CRLs and OCSP answers name it
    signer_oids: frozenset[str]  # as a SignerInfo names it (Kalkan writes the full one, others the key's)
    key_oid: str
    digest: Digest
    valid: Callable[[bytes, bytes, bytes], bool]  # (key info, signature, signed bytes)

    @property
    def archive(self) -> bool:
        """For reading archives only."""
        return self.digest.archive


def digest_algorithm(identifier: str, reading: Reading = Reading.TODAY) -> Digest:
    """The digest of this OID; AlgorithmRefused for any not allowed."""
    for digest in (*(family.digest for family in _FAMILIES), _OLD_IMPRINT):
        if digest.oid == identifier and (reading is Reading.ARCHIVE or not digest.archive):
            return digest
    raise AlgorithmRefused(identifier)


def family_of_signer(signature_oid: str, digest_oid: str, key_oid: str, reading: Reading = Reading.TODAY) -> Family:
    """The family a SignerInfo uses; AlgorithmRefused when its three names do not belong together."""
    for family in _allowed(reading):
        if signature_oid in family.signer_oids and (digest_oid, key_oid) == (family.digest.oid, family.key_oid):
            return family
    raise AlgorithmRefused(signature_oid)


def family_of_issuer(signature_oid: str, key_oid: str, reading: Reading = Reading.TODAY) -> Family:
    """The family of a signature over a certificate, a CRL or an OCSP answer."""
    for family in _allowed(reading):
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


def _allowed(reading: Reading) -> list[Family]:
    return [family for family in _FAMILIES if reading is Reading.ARCHIVE or not family.archive]


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


@dataclass(frozen=True, slots=True)
class _GostKey:
    """How a state standard's key is written: what its parameters must name, and on which curve it lies."""

    key_oid: str
    curve_oid: str
    curve: gost.Curve
    digest: Digest

    def point(self, key_info: bytes) -> gost.Point:
        """The key; AlgorithmRefused for other parameters, another length, or a point not on the curve."""
        try:
            fields = Fields(inner(key_info))
            algorithm, body = Fields(fields.take(der.SEQUENCE)), der.bits(fields.take())
            fields.end()
            named = (oid(algorithm.take()), oid(Fields(algorithm.take(der.SEQUENCE)).take()))
            algorithm.end()
            point = gost.curves.unpacked(self.curve, inner(body).expect(der.OCTET_STRING).body)
        except DerError as error:
            raise AlgorithmRefused(self.key_oid) from error
        if named != (self.key_oid, self.curve_oid) or point is None:
            raise AlgorithmRefused(self.key_oid)
        return point

    def valid(self, key_info: bytes, signature: bytes, signed: bytes) -> bool:
        """True when the key signed these bytes."""
        return gost.valid(self.curve, self.point(key_info), self.digest.compute(signed), signature)


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _gost_family(name: str, signature_oid: str, key: _GostKey) -> Family:
    return Family(
        name=name,
        signature_oid=signature_oid,
        signer_oids=frozenset({signature_oid, key.key_oid}),
        key_oid=key.key_oid,
        digest=key.digest,
        valid=key.valid,
    )


_OLD_IMPRINT = Digest(SHA1, _sha1, archive=True)  # of time stamps of old; no signature may use it
_FAMILIES: tuple[Family, ...] = (
    _gost_family(
        "GOST 34.10-2015 (512)",
        GOST_2015_512,
        _GostKey(
            GOST_2015_512_KEY, GOST_2015_512_CURVE, gost.TC26_512_A, Digest(STREEBOG_512, gost.streebog512)
        ),
    ),
    Family(
        name="RSA",
        signature_oid=SHA256_WITH_RSA,
        signer_oids=frozenset({RSA_KEY, SHA256_WITH_RSA}),
        key_oid=RSA_KEY,
        digest=Digest(SHA256, sha256),
        valid=_rsa_valid,
    ),
    # Never seen in a certificate of the authority: built from the standard, tried on keys of our own only.
    _gost_family(
        "GOST 34.10-2015 (256)",
        GOST_2015_256,
        _GostKey(
            GOST_2015_256_KEY, GOST_2015_256_CURVE, gost.TC26_256_A,
            Digest(STREEBOG_256, gost.streebog256, archive=True),
        ),
    ),
    _gost_family(
        "GOST 34.310-2004",
        GOST_2004,
        _GostKey(GOST_2004_KEY, GOST_2004_CURVE, gost.CRYPTOPRO_A, Digest(GOST_94, gost.gost94, archive=True)),
    ),
)  # fmt: skip
