"""The little DER we write ourselves: questions to OCSP responders and time-stamping authorities."""

from __future__ import annotations


def element(tag: int, body: bytes) -> bytes:
    """A tag, the shortest length, the contents."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return element(0x30, b"".join(parts))


def tagged(number: int, *parts: bytes) -> bytes:
    """A constructed context tag."""
    return element(0xA0 | number, b"".join(parts))


def octets(body: bytes) -> bytes:
    """OCTET STRING."""
    return element(0x04, body)


def integer(value: int) -> bytes:
    """INTEGER."""
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value: bool) -> bytes:
    """BOOLEAN."""
    return element(0x01, b"\xff" if value else b"\x00")


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = b""
    for arc in (40 * first + second, *rest):
        packed = bytes((arc & 0x7F,))
        while arc := arc >> 7:
            packed = bytes((0x80 | arc & 0x7F,)) + packed
        body += packed
    return element(0x06, body)
