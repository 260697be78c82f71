"""The lender's signing key as files beside the other keys: `lender-sign.key` (0600) and `lender-sign.pem`."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

KEY_NAME, CERTIFICATE_NAME = "lender-sign.key", "lender-sign.pem"
_TEN_YEARS = timedelta(days=3650)


class SigningKeyUnfit(Exception):
    """The signing key or its certificate is missing, readable by others, or of an unknown kind."""


class FileSigner:
    """Signs with a key in a file. A lender with a certificate of the national authority puts its RSA key there."""

    def __init__(self, folder: Path) -> None:
        self._key, self._certificate = folder / KEY_NAME, folder / CERTIFICATE_NAME

    def sign(self, content: bytes) -> bytes:
        """As Signer. SigningKeyUnfit."""
        key = self._private()
        certificate = x509.load_pem_x509_certificate(self._certificate.read_bytes())
        builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
        return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])

    def certificate(self) -> bytes:
        """As Signer. SigningKeyUnfit."""
        if not self._certificate.exists():
            raise SigningKeyUnfit(f"{self._certificate} is missing: `nesie keys init` makes one")
        return x509.load_pem_x509_certificate(self._certificate.read_bytes()).public_bytes(Encoding.DER)

    def make(self, name: str, number: str, now: datetime) -> bool:
        """Make a key with a self-signed certificate of the organisation, unless there is one; True when made.

        `name` is the legal name, `number` its business number (BIN).
        """
        if self._key.exists():
            return False
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The certificate first: a key without one would never be replaced.
        _write(self._certificate, _self_signed(key, name, number, now).public_bytes(Encoding.PEM), 0o644)
        _write(self._key, pem, 0o600)
        return True

    def _private(self) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
        if not self._key.exists():
            raise SigningKeyUnfit(f"{self._key} is missing: `nesie keys init` makes one")
        if stat.S_IMODE(self._key.stat().st_mode) & 0o077:
            raise SigningKeyUnfit(f"{self._key} may be read by others")
        key = load_pem_private_key(self._key.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise SigningKeyUnfit(f"{self._key} is neither an RSA nor an EC key")
        return key


def _self_signed(key: ec.EllipticCurvePrivateKey, name: str, number: str, now: datetime) -> x509.Certificate:
    short = name.encode()[:64].decode(errors="ignore")  # X.520 allows no longer one
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, short),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"BIN{number}"),
            x509.NameAttribute(NameOID.COMMON_NAME, short),
        ]
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + _TEN_YEARS)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    return builder.sign(key, SHA256())


def _write(path: Path, content: bytes, mode: int) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
