"""A signer in memory whose key everybody knows: for tests only, production settings refuse it."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID


class FakeSigner:
    """Signs with a key made out of a number."""

    def __init__(self) -> None:
        self._key = ec.derive_private_key(0x4E65736965, ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nesie fake")])
        builder = x509.CertificateBuilder(name, name, self._key.public_key(), 1)
        builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        builder = builder.not_valid_after(datetime(2050, 1, 1, tzinfo=UTC))
        self._certificate = builder.sign(self._key, SHA256())

    def sign(self, content: bytes) -> bytes:
        """As Signer."""
        builder = PKCS7SignatureBuilder().set_data(content).add_signer(self._certificate, self._key, SHA256())
        return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])

    def certificate(self) -> bytes:
        """As Signer."""
        return self._certificate.public_bytes(Encoding.DER)

    def make(self, name: str, number: str, now: datetime) -> bool:
        """As Signer: nothing to make."""
        return False
