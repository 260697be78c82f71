"""The little DER a signature is put together from.

By hand, because the ASN.1 library re-encodes nested messages in a time that doubles with every level.
"""

from __future__ import annotations

from datetime import UTC, datetime

NULL = b"\x05\x00"


def element(tag: int, body: bytes) -> bytes:
    """A tag, the shortest length, the contents."""
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return element(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """SET OF, in DER's order."""
    return element(0x31, b"".join(sorted(parts)))


def tagged(number: int, *parts: bytes) -> bytes:
    """A constructed context tag."""
    return element(0xA0 | number, b"".join(parts))


def octets(body: bytes) -> bytes:
    """OCTET STRING."""
    return element(0x04, body)


def integer(value: int) -> bytes:
    """INTEGER."""
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = b""
    for arc in (40 * first + second, *rest):
        packed, left = bytes((arc & 0x7F,)), arc >> 7
        while left:
            packed, left = bytes((0x80 | left & 0x7F,)) + packed, left >> 7
        body += packed
    return element(0x06, body)


def boolean(value: bool) -> bytes:
    """BOOLEAN."""
    return element(0x01, b"\xff" if value else b"\x00")


def bits(body: bytes) -> bytes:
    """BIT STRING of whole bytes."""
    return element(0x03, b"\x00" + body)


def utc_time(at: datetime) -> bytes:
    """UTCTime, to the second."""
    return element(0x17, at.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())
