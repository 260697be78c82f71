"""Just enough of DER for what phones say of their keys: tags of any size, definite lengths, nothing left over."""

from __future__ import annotations

from dataclasses import dataclass

from nesie.foundation.access.rules.attestation.verdict import AttestationFault, AttestationWrong

BOOLEAN, INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 1, 2, 4, 10, 16, 17
UNIVERSAL, CONTEXT = 0, 2
_MAX_TAG = 100_000
_MAX_LENGTH_BYTES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One tag with its content."""

    kind: int  # class of the tag
    tag: int
    constructed: bool
    content: bytes

    def inside(self) -> tuple[Piece, ...]:
        """What a constructed piece holds; AttestationWrong for another."""
        if not self.constructed:
            raise AttestationWrong(AttestationFault.MALFORMED)
        return pieces(self.content)

    def expect(self, tag: int) -> Piece:
        """Itself, of this universal tag; AttestationWrong otherwise."""
        if (self.kind, self.tag) != (UNIVERSAL, tag):
            raise AttestationWrong(AttestationFault.MALFORMED)
        return self

    def number(self) -> int:
        """An INTEGER or ENUMERATED, not below nothing."""
        if self.kind != UNIVERSAL or self.tag not in (INTEGER, ENUMERATED) or not 1 <= len(self.content) <= 9:
            raise AttestationWrong(AttestationFault.MALFORMED)
        return int.from_bytes(self.content, "big", signed=True)

    def octets(self) -> bytes:
        """The bytes of an OCTET STRING."""
        return self.expect(OCTETS).content

    def truth(self) -> bool:
        """A BOOLEAN, written as DER writes it."""
        if self.expect(BOOLEAN).content not in (b"\x00", b"\xff"):
            raise AttestationWrong(AttestationFault.MALFORMED)
        return self.content == b"\xff"


def pieces(data: bytes) -> tuple[Piece, ...]:
    """Everything in `data`, one after another; AttestationWrong when it is not DER."""
    found, at = [], 0
    while at < len(data):
        piece, at = _piece(data, at)
        found.append(piece)
    return tuple(found)


def whole(data: bytes, tag: int) -> Piece:
    """The one piece that `data` is, of this universal tag."""
    found = pieces(data)
    if len(found) != 1:
        raise AttestationWrong(AttestationFault.MALFORMED)
    return found[0].expect(tag)


def field(fields: tuple[Piece, ...], tag: int) -> Piece | None:
    """The content of an explicit context tag; None when absent; AttestationWrong when it stands there twice."""
    found = [piece for piece in fields if (piece.kind, piece.tag) == (CONTEXT, tag)]
    if not found:
        return None
    inside = found[0].inside()
    if len(found) != 1 or len(inside) != 1:
        raise AttestationWrong(AttestationFault.MALFORMED)
    return inside[0]


def _piece(data: bytes, at: int) -> tuple[Piece, int]:
    try:
        first = data[at]
        tag, at = first & 0x1F, at + 1
        if tag == 0x1F:
            tag, at = _high_tag(data, at)
        length, at = _length(data, at)
    except IndexError as error:
        raise AttestationWrong(AttestationFault.MALFORMED) from error
    if at + length > len(data):
        raise AttestationWrong(AttestationFault.MALFORMED)
    return Piece(first >> 6, tag, bool(first & 0x20), data[at : at + length]), at + length


def _high_tag(data: bytes, at: int) -> tuple[int, int]:
    tag = 0
    while True:
        byte = data[at]
        tag, at = tag << 7 | byte & 0x7F, at + 1
        if tag > _MAX_TAG or tag == 0:
            raise AttestationWrong(AttestationFault.MALFORMED)
        if not byte & 0x80:
            return tag, at


def _length(data: bytes, at: int) -> tuple[int, int]:
    first, at = data[at], at + 1
    if first < 0x80:
        return first, at
    size = first & 0x7F
    length = int.from_bytes(data[at : at + size], "big")
    # Indefinite, longer than anything here, or not in the shortest form.
    if not 1 <= size <= _MAX_LENGTH_BYTES or at + size > len(data) or length < 0x80 or length >> 8 * (size - 1) == 0:
        raise AttestationWrong(AttestationFault.MALFORMED)
    return length, at + size
