"""Seal key and anchor as files outside the database, readable by the service's own account only."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class FileSealKey:
    """An Ed25519 key in `audit-seal.pem`; retired public keys stay beside it as `audit-seal-<id>.pub`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._private: Ed25519PrivateKey | None = None

    def _key(self) -> Ed25519PrivateKey:
        if self._private is None:
            path = self._folder / "audit-seal.pem"
            if not path.exists():
                _create(path)
            key = load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(key, Ed25519PrivateKey):
                raise ValueError("audit-seal.pem does not hold an Ed25519 key")
            self._private = key
            public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            (self._folder / f"audit-seal-{public.hex()[:16]}.pub").write_bytes(public)
        return self._private

    @property
    def key_id(self) -> str:
        """First 16 hex digits of the public key."""
        return self._key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()[:16]

    def sign(self, body: bytes) -> bytes:
        """Ed25519 signature over the seal's body."""
        return self._key().sign(body)

    def verify(self, key_id: str, body: bytes, signature: bytes) -> bool:
        """True when a key kept in the folder bears the id and made the signature."""
        path = self._folder / f"audit-seal-{key_id}.pub"
        if not key_id.isalnum() or not path.exists():
            return False
        try:
            Ed25519PublicKey.from_public_bytes(path.read_bytes()).verify(signature, body)
        except (InvalidSignature, ValueError):
            return False
        return True


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    partial = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(partial, path)  # whoever is first wins; the others read the winner's key
    except FileExistsError:
        pass
    finally:
        partial.unlink()


class FileAnchor:
    """One JSON line a head, appended and flushed to disk. In production the file lives on write-once storage."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: tuple[int, str] | None = None

    def write(self, number: int, digest: str, at: str) -> None:
        """Append the head unless it is the one written last."""
        if self._last is None:
            heads = self.heads()
            self._last = (max(heads), heads[max(heads)]) if heads else (0, "")
        if self._last == (number, digest):
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps({"seal": number, "digest": digest, "at": at}) + "\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._last = (number, digest)

    def heads(self) -> Mapping[int, str]:
        """Every head written down; ValueError for a line that cannot be read or two heads for one seal."""
        heads: dict[int, str] = {}
        if not self._path.exists():
            return heads
        for line in self._path.read_text().splitlines():
            try:
                row = json.loads(line)
                number, digest = int(row["seal"]), str(row["digest"])
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError("the anchor holds a line that is not a head") from error
            if heads.setdefault(number, digest) != digest:
                raise ValueError(f"the anchor holds two heads for seal {number}")
        return heads
