"""The state standard's arithmetic: plain Python and OpenSSL's engine give the same answers.

The engine takes part where the machine has it (Debian: libengine-gost-openssl).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.identification.adapters import openssl
from nesie.foundation.identification.adapters.openssl import EngineMissing, GostEngine, engine_or_plain
from nesie.foundation.identification.rules.eds import Failure
from nesie.kernel import gost
from nesie.kernel.gost import TC26_256_A, TC26_512_A, Backend
from nesie.kernel.gost.curves import multiple, sign
from tests.foundation.identification import test_eds_gost as attacks

BACKENDS: list[Backend] = [gost.Plain()]
if engine_or_plain().name == "openssl":
    BACKENDS.append(GostEngine())
PRIVATE = 0x7A929ADE789BB9BE10ED359DD39A72C1
KEY = multiple(TC26_512_A, PRIVATE)
ORDER = TC26_512_A.q.to_bytes(64, "little")


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    before = gost.backend()
    gost.use(lambda: request.param)
    yield request.param
    gost.use(lambda: before)


class TestAlike:
    @settings(max_examples=60, deadline=None)
    @given(data=st.binary(max_size=400))
    def test_digests(self, data: bytes) -> None:
        assert len({(one.streebog512(data), one.streebog256(data)) for one in BACKENDS}) == 1

    @settings(max_examples=60, deadline=None)
    @given(
        text=st.binary(max_size=40),
        change=st.sampled_from(["none", "bit", "digest", "key", "cut", "longer", "exchanged", "reversed", "order"]),
        place=st.integers(0, 1023),
    )
    def test_signatures(self, text: bytes, change: str, place: int) -> None:
        digest = gost.streebog512(text)
        made = sign(TC26_512_A, PRIVATE, digest)
        turned = bytearray(made)
        turned[place // 8] ^= 1 << place % 8
        key, told, value = {
            "none": (KEY, digest, made),
            "bit": (KEY, digest, bytes(turned)),
            "digest": (KEY, gost.streebog512(text + b"x"), made),
            "key": (multiple(TC26_512_A, PRIVATE + 1), digest, made),
            "cut": (KEY, digest, made[: place // 8]),
            "longer": (KEY, digest, made + b"\x00"),
            "exchanged": (KEY, digest, made[64:] + made[:64]),
            "reversed": (KEY, digest, made[::-1]),
            "order": (KEY, digest, ORDER + made[64:]),
        }[change]
        answers = {one.valid(TC26_512_A, key, told, value) for one in BACKENDS}
        assert answers == {change == "none"}


class TestEach:
    def test_unusual_digests_and_curves(self, backend: Backend) -> None:
        nothing = bytes(64)
        assert backend.valid(TC26_512_A, KEY, nothing, sign(TC26_512_A, PRIVATE, nothing))
        assert backend.valid(TC26_512_A, KEY, ORDER, sign(TC26_512_A, PRIVATE, nothing))
        short = sign(TC26_256_A, PRIVATE, b"\x01" * 32)
        assert backend.valid(TC26_256_A, multiple(TC26_256_A, PRIVATE), b"\x01" * 32, short)
        assert not backend.valid(TC26_512_A, (KEY[0], KEY[1] ^ 1), nothing, sign(TC26_512_A, PRIVATE, nothing))

    @pytest.mark.clause("6-eds")
    def test_the_same_verdicts(self, backend: Backend) -> None:
        assert attacks.judge(attacks.WORLD.sign(attacks.TEXT, attacks.LEAF)).ok
        for name, (attack, failure) in attacks.SIGNATURES.items():
            assert attacks.judge(attack()).failed_check is failure, name
        changed = attacks.WORLD.sign(attacks.TEXT + b".", attacks.LEAF)
        assert attacks.judge(changed).failed_check is Failure.DIGEST_DIFFERS


class TestChoice:
    def test_without_the_engine_plain_python_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(openssl, "_LIBRARY", "libnothing.so.0")
        assert engine_or_plain().name == "python"
        with pytest.raises(EngineMissing):
            GostEngine()
