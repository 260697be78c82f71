"""Signatures of GOST 34.10-2015 (the same as GOST R 34.10-2012) and GOST 34.310-2004 over a digest, in plain integers.

Points are kept in Jacobian coordinates; a check walks both multiples at once by windowed signed digits. Checking
handles nothing secret. **Signing does not run in constant time**: it is for test authorities, demonstrations and keys
on a machine of one's own, never for a service strangers can time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]

_OWN_WINDOW = 5  # odd multiples of somebody's key, made for each check
_BASE_WINDOW = 8  # of the base point, made once


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b over p, with a base point of prime order q. `size`: bytes of a number."""

    name: str
    p: int
    a: int
    b: int
    q: int
    base: Point

    @property
    def size(self) -> int:
        """Bytes of a coordinate and of each half of a signature."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: Point) -> bool:
        """True when the point lies on the curve."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x + self.a) * x - self.b) % self.p == 0


# RFC 7836 id-tc26-gost-3410-12-512-paramSetA: what the National CA issues today.
TC26_512_A = Curve(
    name="tc26-512-A",
    p=(1 << 512) - 569,
    a=(1 << 512) - 569 - 3,
    b=int(
        "E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265"
        "EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760", 16
    ),
    q=int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275", 16
    ),
    base=(
        3,
        int(
            "7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921"
            "DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4", 16
        ),
    ),
)  # fmt: skip

# RFC 7836 id-tc26-gost-3410-2012-256-paramSetA, in its Weierstrass form (cofactor 4).
TC26_256_A = Curve(
    name="tc26-256-A",
    p=(1 << 256) - 617,
    a=0xC2173F1513981673AF4892C23035A27CE25E2013BF95AA33B22C656F277E7335,
    b=0x295F9BAE7428ED9CCC20E7C359A9D41A22FCCD9108E17BF7BA9337A6F8AE9513,
    q=0x400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67,
    base=(
        0x91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28,
        0x32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C,
    ),
)

# RFC 4357 id-GostR3410-2001-CryptoPro-A-ParamSet: GOST 34.310-2004.
CRYPTOPRO_A = Curve(
    name="cryptopro-A",
    p=(1 << 256) - 617,
    a=(1 << 256) - 617 - 3,
    b=166,
    q=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893,
    base=(1, 0x8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14),
)


def valid(curve: Curve, key: Point, digest: bytes, signature: bytes) -> bool:
    """True when the holder of `key` signed the digest. Digest and halves of the signature (r, s) are little-endian.

    False for anything else: numbers out of range, a point not on the curve or of too small an order.
    """
    size = curve.size
    if len(signature) != 2 * size or not curve.holds(key) or _is_small(curve, key):
        return False
    r, s = int.from_bytes(signature[:size], "little"), int.from_bytes(signature[size:], "little")
    if not (0 < r < curve.q and 0 < s < curve.q):
        return False
    inverse = pow(_number(curve, digest), -1, curve.q)
    found = _two_multiples(curve, s * inverse % curve.q, key, -r * inverse % curve.q)
    return found is not None and found[0] % curve.q == r


def sign(curve: Curve, private: int, digest: bytes) -> bytes:
    """r and s, each little-endian. Not in constant time (see above)."""
    e = _number(curve, digest)
    while True:
        k = secrets.randbelow(curve.q - 1) + 1
        r = multiple(curve, k)[0] % curve.q
        s = (r * private + k * e) % curve.q
        if r and s:
            return r.to_bytes(curve.size, "little") + s.to_bytes(curve.size, "little")


def new_private(curve: Curve) -> int:
    """A fresh private key."""
    return secrets.randbelow(curve.q - 1) + 1


def multiple(curve: Curve, times: int, point: Point | None = None) -> Point:
    """A multiple of a point, of the base point when none is named. ValueError for the point at infinity."""
    found = _affine(curve, _walk(curve, [(times % curve.q, _odd_multiples(curve, point), _window_of(point))]))
    if found is None:
        raise ValueError("the point at infinity")
    return found


def packed(curve: Curve, point: Point) -> bytes:
    """A public key as certificates hold it: x and y, each little-endian."""
    return b"".join(half.to_bytes(curve.size, "little") for half in point)


def unpacked(curve: Curve, key: bytes) -> Point | None:
    """The point of a public key; None when it has the wrong length or is not on the curve."""
    size = curve.size
    if len(key) != 2 * size:
        return None
    point = int.from_bytes(key[:size], "little"), int.from_bytes(key[size:], "little")
    return point if curve.holds(point) else None


def _number(curve: Curve, digest: bytes) -> int:
    return int.from_bytes(digest, "little") % curve.q or 1


def _is_small(curve: Curve, point: Point) -> bool:
    """A point of order 2 or 4: there are such only where the cofactor is 4."""
    if curve.q.bit_length() == curve.p.bit_length():
        return False
    twice = _double(curve, (*point, 1))
    return _double(curve, twice)[2] == 0


def _two_multiples(curve: Curve, of_base: int, point: Point, of_point: int) -> Point | None:
    walked = _walk(
        curve,
        [
            (of_base, _odd_multiples(curve, None), _BASE_WINDOW),
            (of_point, _odd_multiples(curve, point), _OWN_WINDOW),
        ],
    )
    return _affine(curve, walked)


def _window_of(point: Point | None) -> int:
    return _BASE_WINDOW if point is None else _OWN_WINDOW


def _walk(curve: Curve, terms: list[tuple[int, tuple[Point, ...], int]]) -> _Jacobian:
    """The sum of multiples, from the highest bit down: doublings shared, few additions (windowed signed digits)."""
    digits = [_digits(times, width) for times, _, width in terms]
    tables = [odd for _, odd, _ in terms]
    p, sum_ = curve.p, (1, 1, 0)
    for at in range(max(map(len, digits), default=0) - 1, -1, -1):
        sum_ = _double(curve, sum_)
        for written, odd in zip(digits, tables, strict=True):
            digit = written[at] if at < len(written) else 0
            if digit > 0:
                sum_ = _add(curve, sum_, odd[digit >> 1])
            elif digit < 0:
                x, y = odd[-digit >> 1]
                sum_ = _add(curve, sum_, (x, p - y))
    return sum_


def _digits(times: int, width: int) -> list[int]:
    """Signed odd digits, lowest first; between two that are not zero stand at least width - 1 zeros."""
    whole, half, written = 1 << width, 1 << (width - 1), []
    while times:
        digit = 0
        if times & 1:
            digit = times & (whole - 1)
            if digit >= half:
                digit -= whole
            times -= digit
        written.append(digit)
        times >>= 1
    return written


def _odd_multiples(curve: Curve, point: Point | None) -> tuple[Point, ...]:
    return _base_multiples(curve) if point is None else _multiples_of(curve, point, _OWN_WINDOW)


@cache
def _base_multiples(curve: Curve) -> tuple[Point, ...]:
    return _multiples_of(curve, curve.base, _BASE_WINDOW)


def _multiples_of(curve: Curve, point: Point, width: int) -> tuple[Point, ...]:
    """1, 3, 5 ... times the point, brought to affine form with one inversion."""
    twice = _affine(curve, _double(curve, (*point, 1)))
    if twice is None:
        return (point,) * (1 << (width - 2))
    found: list[_Jacobian] = [(*point, 1)]
    while len(found) < 1 << (width - 2):
        found.append(_add(curve, found[-1], twice))
    return _all_affine(curve, found)


def _all_affine(curve: Curve, points: list[_Jacobian]) -> tuple[Point, ...]:
    p, products = curve.p, [1]
    for _, _, z in points:
        products.append(products[-1] * (z or 1) % p)
    inverse, made = pow(products[-1], -1, p), []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own = inverse * before % p
        inverse = inverse * (z or 1) % p
        square = own * own % p
        made.append((x * square % p, y * square * own % p))
    return tuple(reversed(made))


def _affine(curve: Curve, point: _Jacobian) -> Point | None:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return x * square % curve.p, y * square * inverse % curve.p


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return 1, 1, 0
    y2 = y * y % p
    s = 4 * x * y2 % p
    if curve.a == p - 3:
        z2 = z * z % p
        m = 3 * (x - z2) * (x + z2) % p
    else:
        z2 = z * z % p
        m = (3 * x * x + curve.a * (z2 * z2 % p)) % p
    new_x = (m * m - 2 * s) % p
    return new_x, (m * (s - new_x) - 8 * y2 * y2) % p, 2 * y * z % p


def _add(curve: Curve, left: _Jacobian, right: Point) -> _Jacobian:
    x1, y1, z1 = left
    x2, y2 = right
    p = curve.p
    if z1 == 0:
        return x2, y2, 1
    square = z1 * z1 % p
    h = (x2 * square - x1) % p
    r = (y2 * square * z1 - y1) % p
    if h == 0:
        return _double(curve, left) if r == 0 else (1, 1, 0)
    h2 = h * h % p
    h3, v = h2 * h % p, x1 * h2 % p
    new_x = (r * r - h3 - 2 * v) % p
    return new_x, (r * (v - new_x) - y1 * h3) % p, z1 * h % p
