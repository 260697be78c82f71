"""Keys of the demo's people and authorities: RSA, and the state standard GOST 34.10-2015 of 512 bits."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from nesie.kernel import gost
from nesie.simulators.pki.der import NULL, element, integer, octets, oid, sequence

_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)
_SHA256_WITH_RSA = sequence(oid("1.2.840.113549.1.1.11"), NULL)  # as Kalkan names it in a SignerInfo
_GOST_KEY = sequence(
    oid("1.2.398.3.10.1.1.2.2"), sequence(oid("1.2.398.3.10.1.1.2.2.1"), oid("1.2.398.3.10.1.3.3"))
)  # the key, its curve, its digest
_GOST_SIGNATURE = sequence(oid("1.2.398.3.10.1.1.2.3.2"), NULL)
_STREEBOG = sequence(oid("1.2.398.3.10.1.3.3"), NULL)
_PEM = re.compile(r"-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", re.DOTALL)


class Algorithm(StrEnum):
    """With what a key signs."""

    GOST = "gost"
    RSA = "rsa"


class Key(Protocol):
    """A private key."""

    @property
    def algorithm(self) -> Algorithm:
        """With what it signs."""

    @property
    def info(self) -> bytes:
        """The public key as certificates hold it (SubjectPublicKeyInfo)."""

    @property
    def signature_algorithm(self) -> bytes:
        """The name of its signatures, as an AlgorithmIdentifier."""

    @property
    def digest_algorithm(self) -> bytes:
        """The name of the digest that goes with it."""

    def digest(self, data: bytes) -> bytes:
        """That digest."""

    def sign(self, data: bytes) -> bytes:
        """A signature over the data."""

    def pem(self) -> bytes:
        """The private key as a file holds it (PKCS#8)."""


@dataclass(frozen=True)
class RsaKey:
    """RSA PKCS#1 v1.5 with SHA-256."""

    private: rsa.RSAPrivateKey = field(repr=False)
    algorithm = Algorithm.RSA
    signature_algorithm = _SHA256_WITH_RSA
    digest_algorithm = _SHA256

    @cached_property
    def info(self) -> bytes:
        """As the protocol says."""
        public = self.private.public_key()
        return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def digest(self, data: bytes) -> bytes:
        """As the protocol says."""
        return hashlib.sha256(data).digest()

    def sign(self, data: bytes) -> bytes:
        """As the protocol says."""
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def pem(self) -> bytes:
        """As the protocol says."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


@dataclass(frozen=True)
class GostKey:
    """GOST 34.10-2015 of 512 bits with Streebog; the private key is written little-endian, as the authority does."""

    private: int = field(repr=False)
    algorithm = Algorithm.GOST
    signature_algorithm = _GOST_SIGNATURE
    digest_algorithm = _STREEBOG

    @cached_property
    def info(self) -> bytes:
        """As the protocol says."""
        point = gost.curves.multiple(gost.TC26_512_A, self.private)
        return sequence(_GOST_KEY, element(0x03, b"\x00" + octets(gost.curves.packed(gost.TC26_512_A, point))))

    def digest(self, data: bytes) -> bytes:
        """As the protocol says."""
        return gost.streebog512(data)

    def sign(self, data: bytes) -> bytes:
        """As the protocol says."""
        return gost.curves.sign(gost.TC26_512_A, self.private, gost.streebog512(data))

    def pem(self) -> bytes:
        """As the protocol says."""
        inside = sequence(integer(0), _GOST_KEY, octets(octets(self.private.to_bytes(64, "little"))))
        body = base64.encodebytes(inside)
        return b"-----BEGIN PRIVATE KEY-----\n" + body + b"-----END PRIVATE KEY-----\n"


def new_key(bits: int = 2048) -> RsaKey:
    """A fresh RSA key."""
    return RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=bits))


def new_gost_key() -> GostKey:
    """A fresh GOST key."""
    return GostKey(gost.curves.new_private(gost.TC26_512_A))


def fresh(algorithm: Algorithm) -> Key:
    """A fresh key of either kind."""
    return new_gost_key() if algorithm is Algorithm.GOST else new_key()


def load_key(pem: bytes) -> Key:
    """A private key from the first PEM block that is one. ValueError when there is none."""
    found = _PEM.search(pem.decode("ascii", "replace"))
    if found is None:
        raise ValueError("no private key")
    inside = base64.b64decode(found.group(1))
    if _GOST_KEY in inside:
        return GostKey(int.from_bytes(inside[-64:], "little"))
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("neither RSA nor GOST")
    return RsaKey(key)
