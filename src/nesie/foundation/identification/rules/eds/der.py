"""A strict reader of DER: definite shortest lengths, known depth and count, nothing after the end.

Own, because a signature is judged over the very bytes that came: a reader that quietly mends or re-encodes would judge
other bytes. It also reads certificates with Kazakhstan's algorithms and its responders' empty extensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

SEQUENCE, SET = 0x30, 0x31
BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
_STRINGS = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}

MAX_DEPTH = 24
MAX_NODES = 50_000


class DerError(ValueError):
    """The bytes are not the DER expected; the text says what was wrong, never what the bytes were."""


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its tag and where it stands in the whole."""

    whole: bytes
    tag: int
    start: int
    body_start: int
    end: int

    @property
    def raw(self) -> bytes:
        """The element with its tag and length, exactly as it came."""
        return self.whole[self.start : self.end]

    @property
    def body(self) -> bytes:
        """The element's contents."""
        return self.whole[self.body_start : self.end]

    @property
    def constructed(self) -> bool:
        """True when it holds elements."""
        return bool(self.tag & 0x20)

    def children(self) -> list[Node]:
        """The elements inside; DerError when it is primitive or malformed."""
        if not self.constructed:
            raise DerError("a primitive element where a constructed one is due")
        return list(_elements(self.whole, self.body_start, self.end))

    def expect(self, *tags: int) -> Node:
        """Itself, when it bears one of the tags; DerError otherwise."""
        if self.tag not in tags:
            raise DerError(f"tag {self.tag:#x} where {tags[0]:#x} is due")
        return self


def read(data: bytes, *, max_bytes: int) -> Node:
    """The one element the bytes are. DerError when too large, too deep, too many, not DER, or followed by more."""
    if len(data) > max_bytes:
        raise DerError("too large")
    root = _element(data, 0, len(data))
    if root.end != len(data):
        raise DerError("bytes after the end")
    _check_inside(root)
    return root


def outline(data: bytes) -> Node:
    """The one element the bytes are, its inside left unread: for long lists, scanned once as they are used."""
    root = _element(data, 0, len(data))
    if root.end != len(data):
        raise DerError("bytes after the end")
    return root


def inner(octets: bytes) -> Node:
    """The element wrapped in an OCTET STRING or BIT STRING, checked as `read` does."""
    return read(octets, max_bytes=len(octets))


def _check_inside(root: Node) -> None:
    waiting = [(root, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise DerError("too deep")
        if node.constructed:
            inside = node.children()
            if seen + len(waiting) + len(inside) > MAX_NODES:
                raise DerError("too many elements")
            waiting.extend((child, depth + 1) for child in inside)


def _elements(whole: bytes, start: int, end: int) -> Iterator[Node]:
    while start < end:
        node = _element(whole, start, end)
        yield node
        start = node.end


def _element(whole: bytes, start: int, limit: int) -> Node:
    if start + 2 > limit:
        raise DerError("cut short")
    tag = whole[start]
    if tag & 0x1F == 0x1F:
        raise DerError("a tag of many bytes")
    length, body_start = whole[start + 1], start + 2
    if length == 0x80:
        raise DerError("an indefinite length")
    if length > 0x80:
        size = length - 0x80
        if size > 4 or body_start + size > limit:
            raise DerError("a length out of range")
        length = int.from_bytes(whole[body_start : body_start + size], "big")
        body_start += size
        if length < 0x80 or length < 1 << (8 * (size - 1)):
            raise DerError("a length not in its shortest form")
    if body_start + length > limit:
        raise DerError("cut short")
    return Node(whole, tag, start, body_start, body_start + length)


class Fields:
    """The elements of a SEQUENCE taken one after the other, optional ones by their tag."""

    def __init__(self, node: Node, tag: int = SEQUENCE) -> None:
        self._left = node.expect(tag).children()
        self._left.reverse()

    def take(self, *tags: int) -> Node:
        """The next element, which must bear one of the tags (any when none is named)."""
        if not self._left:
            raise DerError("an element is missing")
        node = self._left.pop()
        return node.expect(*tags) if tags else node

    def maybe(self, *tags: int) -> Node | None:
        """The next element when it bears one of the tags."""
        return self._left.pop() if self._left and self._left[-1].tag in tags else None

    def end(self) -> None:
        """DerError when something is left."""
        if self._left:
            raise DerError("an element too many")


def whole_number(node: Node) -> int:
    """INTEGER or ENUMERATED in its shortest form."""
    body = node.expect(INTEGER, ENUMERATED).body
    if not body or (len(body) > 1 and (body[0], body[1] >> 7) in ((0x00, 0), (0xFF, 1))):
        raise DerError("a number not in its shortest form")
    return int.from_bytes(body, "big", signed=True)


def oid(node: Node) -> str:
    """OBJECT IDENTIFIER as dotted numbers."""
    body = node.expect(OID).body
    if not body or body[-1] & 0x80 or len(body) > 64:
        raise DerError("a broken object identifier")
    arcs, value, fresh = [], 0, True
    for byte in body:
        if fresh and byte == 0x80:
            raise DerError("a broken object identifier")
        value, fresh = (value << 7) | (byte & 0x7F), not byte & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def bits(node: Node) -> bytes:
    """BIT STRING of whole bytes."""
    body = node.expect(BIT_STRING).body
    if not body or body[0] != 0:
        raise DerError("a bit string of odd length")
    return body[1:]


def named_bits(node: Node) -> frozenset[int]:
    """The numbers of the bits set in a BIT STRING."""
    body = node.expect(BIT_STRING).body
    if not body or body[0] > 7 or (len(body) == 1 and body[0]):
        raise DerError("a broken bit string")
    return frozenset(8 * n + bit for n, byte in enumerate(body[1:]) for bit in range(8) if byte & (0x80 >> bit))


def boolean(node: Node) -> bool:
    """BOOLEAN, which in DER is 00 or FF."""
    body = node.expect(BOOLEAN).body
    if body not in (b"\x00", b"\xff"):
        raise DerError("a broken boolean")
    return body == b"\xff"


def text(node: Node) -> str:
    """Any of the character strings of a name."""
    if node.tag not in _STRINGS:
        raise DerError("not a character string")
    try:
        return node.body.decode(_STRINGS[node.tag])
    except UnicodeDecodeError as error:
        raise DerError("a broken character string") from error


def moment(node: Node) -> datetime:
    """UTCTime or GeneralizedTime in UTC; years of two digits below 50 are 20xx."""
    try:
        written = node.expect(UTC_TIME, GENERALIZED_TIME).body.decode("ascii")
        if node.tag == UTC_TIME:
            written = ("20" if written[:2] < "50" else "19") + written
        if not written.endswith("Z") or not written[:14].isdigit():
            raise DerError("a moment not in UTC")
        at = datetime.strptime(written[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise DerError("a broken moment") from error
    fraction = written[14:-1]
    if not fraction:
        return at
    if node.tag == UTC_TIME or fraction[0] != "." or not fraction[1:].isdigit():
        raise DerError("a broken moment")
    return at.replace(microsecond=int(fraction[1:7].ljust(6, "0")))
