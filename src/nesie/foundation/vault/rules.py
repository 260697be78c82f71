"""Sealing personal data: the form of a sealed value, what it is bound to, and how a value is searched blindly.

Envelope encryption: each owner (a client, a staff member) has a data key; the data key is kept wrapped by a
versioned master key that never enters the database. A sealed value is AES-256-GCM under the data key, bound by
its associated data to one column of one row and to the version of the key, so that it can be neither moved nor
passed for another (clauses 11-secrecy, 37.2).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from nesie.kernel.actor import Role
from nesie.kernel.refused import Refused, noop

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = 1
_HEAD = 1 + 4  # format, version of the data key

PERMITTED: dict[str, frozenset[Role]] = {
    "begin_key_rotation": frozenset({Role.ADMINISTRATOR, Role.WORKER}),
    "advance_key_rotation": frozenset({Role.ADMINISTRATOR, Role.WORKER}),
    "finish_key_rotation": frozenset({Role.ADMINISTRATOR, Role.WORKER}),
}
FOUR_EYES: frozenset[str] = frozenset()


class Family(StrEnum):
    """What a key outside the database is for."""

    MASTER = "master"  # wraps data keys
    INDEX = "index"  # makes blind indexes
    HASH = "hash"  # makes keyed hashes of one-time codes and integrity marks of rows


class KeyState(StrEnum):
    """Where a key version stands in its rotation."""

    CURRENT = "current"  # written with; complete, so also searched by
    FILLING = "filling"  # index only: written with, but older rows are still being added
    RETIRING = "retiring"  # master only: still wraps some data keys, wraps no new one
    RETIRED = "retired"  # nothing in the database depends on it (a backup may)


class IndexedField(StrEnum):
    """What can be searched by, without being readable in the database."""

    IIN = "iin"
    PHONE = "phone"
    DOCUMENT_NUMBER = "document_number"
    IBAN = "iban"
    BIN = "bin"


class SealBroken(Exception):
    """A sealed value does not open: altered, moved from its place, or of another key. Never a refusal."""


class KeyMissing(Exception):
    """The key ring does not hold this version of this key."""


class IndexTaken(Refused):
    """The value already belongs to somebody else."""

    message = noop("This is already registered for another person.")


@dataclass(frozen=True, slots=True)
class Advanced:
    """A step of a rotation: rows brought over now, rows that still depend on the old key."""

    done: int
    left: int


class RotationUnderWay(Refused):
    """An earlier rotation of this key is not finished."""

    message = noop("A rotation of this key is still under way.")


class NoRotationUnderWay(Refused):
    """There is nothing to advance or to finish."""

    message = noop("No rotation of this key is under way.")


class RotationUnfinished(Refused):
    """Some rows still depend on the old key."""

    message = noop("{left} rows still depend on the old key.")


def bound_to(*parts: str | bytes | int | UUID) -> bytes:
    """Associated data out of parts: each is prefixed by its length, so that no two lists give the same bytes."""
    encoded = (part if isinstance(part, bytes) else str(part).encode() for part in parts)
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def seal(key: bytes, plain: bytes, *, nonce: bytes, key_version: int, label: str, row_id: UUID) -> bytes:
    """The sealed form of `plain`: format, key version, nonce, AES-256-GCM ciphertext with its tag.

    `label` names the table and column; `nonce` is 12 fresh random bytes.
    """
    head = FORMAT.to_bytes(1, "big") + key_version.to_bytes(4, "big")
    return head + nonce + AESGCM(key).encrypt(nonce, plain, bound_to(label, row_id, key_version))


def key_version_of(sealed: bytes) -> int:
    """Which version of its owner's data key a sealed value needs; SealBroken when it is no sealed value."""
    if len(sealed) < _HEAD + NONCE_BYTES + 16 or sealed[0] != FORMAT:
        raise SealBroken("not a sealed value")
    return int.from_bytes(sealed[1:_HEAD], "big")


def unseal(key: bytes, sealed: bytes, *, label: str, row_id: UUID) -> bytes:
    """The bytes sealed for this label and row; SealBroken when anything was altered or moved."""
    version = key_version_of(sealed)
    nonce, box = sealed[_HEAD : _HEAD + NONCE_BYTES], sealed[_HEAD + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, box, bound_to(label, row_id, version))
    except InvalidTag:
        raise SealBroken(f"{label} of row {row_id} does not open") from None


def wrap(master: bytes, key: bytes, *, nonce: bytes, context: bytes) -> bytes:
    """A data key under a master key, bound to its context (owner and versions)."""
    return nonce + AESGCM(master).encrypt(nonce, key, context)


def unwrap(master: bytes, wrapped: bytes, *, context: bytes) -> bytes:
    """The data key again; SealBroken when it is not this master's, or not of this context."""
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise SealBroken("a data key does not unwrap") from None


def mac(root: bytes, label: str, data: bytes) -> bytes:
    """HMAC-SHA-256 under the key that this root gives for this label; no label's key gives away another's."""
    key = HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=b"nesie:" + label.encode()).derive(root)
    return hmac.new(key, data, hashlib.sha256).digest()


def normalised(field: IndexedField, value: str) -> str:
    """The one spelling under which a value is indexed.

    Phones become digits with the country code 7 ("8 701..." and "+7 701..." are one); document numbers and IBANs
    lose blanks and dashes and become upper case. ValueError when nothing is left.
    """
    if field is IndexedField.PHONE:
        text = re.sub(r"\D", "", value)
        if len(text) == 10:
            text = "7" + text
        elif len(text) == 11 and text.startswith("8"):
            text = "7" + text[1:]
    elif field in (IndexedField.IIN, IndexedField.BIN):
        text = re.sub(r"\s", "", value)
    else:
        text = re.sub(r"[\s\-]", "", value).upper()
    if not text:
        raise ValueError(f"an empty {field} cannot be indexed")
    return text
