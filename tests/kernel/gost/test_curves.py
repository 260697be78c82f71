"""Signatures of the state standards on every curve, among them the one no certificate was ever seen of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.kernel.gost import CRYPTOPRO_A, TC26_256_A, TC26_512_A, Curve
from nesie.kernel.gost.curves import multiple, new_private, packed, sign, unpacked, valid
from nesie.kernel.gost.streebog import streebog512

CURVES = pytest.mark.parametrize("curve", [TC26_512_A, TC26_256_A, CRYPTOPRO_A], ids=lambda curve: curve.name)
PRIVATE = {curve.name: new_private(curve) for curve in (TC26_512_A, TC26_256_A, CRYPTOPRO_A)}


def slow(curve: Curve, times: int) -> tuple[int, int] | None:
    """A multiple of the base point as school teaches it."""
    sum_: tuple[int, int] | None = None
    for bit in bin(times)[2:]:
        sum_ = plus(curve, sum_, sum_)
        if bit == "1":
            sum_ = plus(curve, sum_, curve.base)
    return sum_


def plus(curve: Curve, one: tuple[int, int] | None, two: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or two is None:
        return one or two
    if one[0] == two[0] and (one[1] + two[1]) % curve.p == 0:
        return None
    if one == two:
        slope = (3 * one[0] ** 2 + curve.a) * pow(2 * one[1], -1, curve.p)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, curve.p)
    x = (slope * slope - one[0] - two[0]) % curve.p
    return x, (slope * (one[0] - x) - one[1]) % curve.p


@CURVES
class TestCurves:
    def test_its_base_point_has_the_order_the_standard_names(self, curve: Curve) -> None:
        assert curve.holds(curve.base)
        assert slow(curve, curve.q) is None
        with pytest.raises(ValueError, match="infinity"):
            multiple(curve, curve.q)

    @settings(max_examples=25, deadline=None)
    @given(times=st.integers(1, 1 << 512))
    def test_multiples_are_those_of_the_school_method(self, curve: Curve, times: int) -> None:
        times = times % (curve.q - 1) + 1
        assert multiple(curve, times) == multiple(curve, times, curve.base) == slow(curve, times)

    @pytest.mark.parametrize("times", [1, 2, 3, 15, 16, 17, 255, 256, 257])
    def test_small_multiples_too(self, curve: Curve, times: int) -> None:
        assert multiple(curve, times) == multiple(curve, times, curve.base) == slow(curve, times)
        assert multiple(curve, curve.q - times) == slow(curve, curve.q - times)

    @settings(max_examples=20, deadline=None)
    @given(text=st.binary(max_size=64), place=st.integers(0, 10_000), bit=st.integers(0, 7))
    def test_a_signature_holds_and_a_changed_one_does_not(
        self, curve: Curve, text: bytes, place: int, bit: int
    ) -> None:
        digest = streebog512(text)[: curve.size]
        private = PRIVATE[curve.name]
        key, made = multiple(curve, private), sign(curve, private, digest)
        assert valid(curve, key, digest, made)
        turned = bytearray(made)
        turned[place % len(made)] ^= 1 << bit
        assert not valid(curve, key, digest, bytes(turned))
        other = bytearray(digest)
        other[place % len(digest)] ^= 1 << bit
        assert not valid(curve, key, bytes(other), made)
        assert not valid(curve, multiple(curve, private + 1), digest, made)

    def test_numbers_out_of_range_are_refused(self, curve: Curve) -> None:
        private, digest = PRIVATE[curve.name], b"\x07" * curve.size
        key, made = multiple(curve, private), sign(curve, private, digest)
        r, s = made[: curve.size], made[curve.size :]
        nothing, whole = bytes(curve.size), curve.q.to_bytes(curve.size, "little")
        for broken in (
            nothing + s,
            r + nothing,
            nothing + nothing,
            whole + s,
            r + whole,
            s + r,
            r,
            made + b"\x00",
            b"",
        ):
            assert not valid(curve, key, digest, broken)
        more = int.from_bytes(s, "little") + curve.q
        if more < 1 << 8 * curve.size:
            assert not valid(curve, key, digest, r + more.to_bytes(curve.size, "little"))

    def test_keys_off_the_curve_are_refused(self, curve: Curve) -> None:
        private, digest = PRIVATE[curve.name], b"\x07" * curve.size
        x, y = key = multiple(curve, private)
        made = sign(curve, private, digest)
        assert unpacked(curve, packed(curve, key)) == key
        for point in ((x, y + 1), (0, 0), (x + curve.p, y), (y, x)):
            assert not valid(curve, point, digest, made)
        assert unpacked(curve, packed(curve, (x, y ^ 1))) is None
        assert unpacked(curve, packed(curve, key)[1:]) is None

    def test_a_digest_of_nothing_counts_as_one(self, curve: Curve) -> None:
        private = PRIVATE[curve.name]
        made = sign(curve, private, bytes(curve.size))
        assert valid(curve, multiple(curve, private), b"\x01" + bytes(curve.size - 1), made)


def test_a_point_of_order_two_is_nobodys_key() -> None:
    """Where the cofactor is 4 there is one; with it as a key anybody could sign."""
    curve = TC26_256_A
    point = 0x0100FE73F595FF158E974B44D478D9588744FE5C192AC47EA63075DCE7A14AAA, 0
    assert curve.holds(point)
    r = multiple(curve, 5)[0] % curve.q
    # An even multiple of this key is nothing, so that (5e, e) leaves 5 G, whose x is r.
    e = next(e for e in range(1, 20) if -r * pow(e, -1, curve.q) % curve.q % 2 == 0)
    forged = r.to_bytes(32, "little") + (5 * e).to_bytes(32, "little")
    assert not valid(curve, point, e.to_bytes(32, "little"), forged)
