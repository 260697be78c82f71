"""What an audit record holds, how it is hashed, and how a batch of records is sealed.

Clause 32: the trail is kept and unchangeable. The tree is that of RFC 6962, section 2.1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from nesie.kernel.money import Money
from nesie.kernel.refused import Refused, noop

PERMITTED: dict[str, frozenset[Any]] = {}


class Outcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"


class NotPermitted(Refused):
    """The actor's roles do not include this act (clause 27)."""

    message = noop("You are not allowed to do this.")
    status = 403


class ApprovalNeeded(Refused):
    """The act needs a second person's approval of exactly these arguments (four eyes)."""

    message = noop("This needs the approval of a second person first.")
    status = 403


def summary(value: Any) -> Any:
    """What the trail may keep of a value: ids, enums, numbers, dates and money as they are;
    of text and bytes the length only, since they may be personal data."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int():
            return value
        case UUID() | Decimal() | Fraction():
            return str(value)
        case date() | time():
            return value.isoformat()
        case Money():
            return {"tiyn": value.tiyn}
        case str():
            return f"text of {len(value)}"
        case bytes() | bytearray() | memoryview():
            return f"{len(value)} bytes"
        case _:
            return _summary_of_many(value)


def _summary_of_many(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: summary(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): summary(part) for key, part in value.items()}
    if isinstance(value, Sequence | frozenset | set):
        return [summary(part) for part in value]
    return type(value).__name__


def arguments_digest(act: str, arguments: Mapping[str, Any]) -> bytes:
    """SHA-256 over the act and its exact arguments; what a four-eyes approval is bound to.

    Raises TypeError for an argument that has no canonical form.
    """
    return hashlib.sha256(canonical_arguments(act, arguments).encode()).digest()


def canonical_arguments(act: str, arguments: Mapping[str, Any]) -> str:
    """The act and its exact arguments in the one form that is hashed; TypeError as above."""
    return json.dumps([act, {name: _exact(arguments[name]) for name in sorted(arguments)}], sort_keys=True)


def told_arguments(canonical: str) -> tuple[tuple[str, str], ...]:
    """The same for a person to read: each argument's name and its exact value."""
    _act, arguments = json.loads(canonical)
    return tuple((name, _told(exact)) for name, exact in arguments.items())


def _told(exact: Any) -> str:
    kind, value = exact if isinstance(exact, list) else ("", exact)
    if kind == "Money":
        return str(Money(value["tiyn"][1]))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_told(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(_told(part) for part in value)
    return "—" if value is None else str(value)


def _exact(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return [type(value).__name__, value.value if isinstance(value, Enum) else value]
        case UUID() | Decimal() | Fraction() | Enum():
            return [type(value).__name__, str(value.value if isinstance(value, Enum) else value)]
        case date() | time():
            return [type(value).__name__, value.isoformat()]
        case bytes():
            return ["bytes", value.hex()]
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, {part.name: _exact(getattr(value, part.name)) for part in fields(value)}]
    if isinstance(value, Mapping):
        return ["mapping", {str(key): _exact(value[key]) for key in sorted(value, key=str)}]
    if isinstance(value, list | tuple):
        return ["sequence", [_exact(part) for part in value]]
    raise TypeError(f"{type(value).__name__} has no canonical form for an approval")


def leaf_hash(row: Mapping[str, Any]) -> bytes:
    """RFC 6962 leaf hash of a record's columns in canonical JSON."""
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\x00" + canonical.encode()).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 tree head over leaf hashes; the hash of nothing for no leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        # An odd last node rises unchanged: the same tree as RFC 6962's split at the largest power of two.
        paired = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


@dataclass(frozen=True, slots=True)
class SealBody:
    """What a seal signs. Every record of a transaction below `horizon` is in this seal or in an earlier one."""

    number: int
    previous: str
    root: str
    records: int
    horizon: int
    sealed_at: str
    key_id: str

    def to_bytes(self) -> bytes:
        """The exact bytes that are signed and hashed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    def digest(self) -> str:
        """Hex SHA-256 that the next seal and the anchor name."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


FIRST_PREVIOUS = "0" * 64


class Fault(StrEnum):
    """What verification can find."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    SEAL_BROKEN = "seal_broken"
    SIGNATURE_INVALID = "signature_invalid"
    TAIL_CUT = "tail_cut"
    ANCHOR_BROKEN = "anchor_broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first bad thing: its kind, the seal and the record it names (0 when none)."""

    fault: Fault
    seal: int
    record: int

    def __str__(self) -> str:
        where = f"record {self.record}" if self.record else f"seal {self.seal}"
        return f"{self.fault}: {where} (seal {self.seal})"
