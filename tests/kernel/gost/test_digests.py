"""Digests against the values the standards print."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.kernel.gost import gost94
from nesie.kernel.gost.streebog import streebog256, streebog512

# RFC 6986, section 10 prints texts and digests from the last byte to the first.
FIRST = bytes.fromhex(
    "323130393837363534333231303938373635343332313039383736353433323130"
    "393837363534333231303938373635343332313039383736353433323130"
)[::-1]
SECOND = bytes.fromhex(
    "fbe2e5f0eee3c820fbeafaebef20fffbf0e1e0f0f520e0ed20e8ece0ebe5f0f2f120fff0eeec20f120faf2fee5e2202ce8f6f3ede220e8"
    "e6eee1e8f0f2d1202ce8f0f2e5e220e5d1"
)[::-1]


class TestStreebog:
    @pytest.mark.parametrize(
        ("text", "long", "short"),
        [
            (
                FIRST,
                "486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00"
                "fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b",
                "00557be5e584fd52a449b16b0251d05d27f94ab76cbaa6da890b59d8ef1e159d",
            ),
            (
                SECOND,
                "28fbc9bada033b1460642bdcddb90c3fb3e56c497ccd0f62b8a2ad4935e85f03"
                "7613966de4ee00531ae60f3b5a47f8dae06915d5f2f194996fcabf2622e6881e",
                "508f7e553c06501d749a66fc28c6cac0b005746d97537fa85d9e40904efed29d",
            ),
        ],
    )
    def test_the_examples_of_the_standard(self, text: bytes, long: str, short: str) -> None:
        assert (streebog512(text)[::-1].hex(), streebog256(text)[::-1].hex()) == (long, short)

    def test_nothing_and_whole_blocks(self) -> None:
        assert streebog512(b"").hex().startswith("8e945da209aa869f0455928529bcae46")
        assert streebog256(b"").hex().startswith("3f539a213e97c802cc229d474c6aa32a")
        assert len({streebog512(b"\x00" * size) for size in (0, 1, 63, 64, 65, 127, 128, 129)}) == 8

    @given(st.binary(max_size=200))
    def test_a_view_is_read_as_the_bytes_it_shows(self, data: bytes) -> None:
        assert streebog512(memoryview(data)) == streebog512(data) != hashlib.sha512(data).digest()


class TestGost94:
    @pytest.mark.parametrize(
        ("text", "digest"),
        [
            (b"", "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d"),
            (
                b"This is message, length=32 bytes",
                "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa",
            ),
            (
                b"Suppose the original message has length = 50 bytes",
                "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208",
            ),
        ],
    )
    def test_known_values_of_the_test_substitution(self, text: bytes, digest: str) -> None:
        assert gost94(text).hex() == digest
