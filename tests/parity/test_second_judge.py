"""A second judge beside our own: one suite for what is held in memory and for NCANode over HTTP, weaknesses too."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from nesie.foundation.identification.adapters.fake import FakeSecondJudge
from nesie.foundation.identification.adapters.ncanode import NcaNode
from nesie.foundation.identification.gateways import SecondJudge
from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.eds import Failure, Opinion
from nesie.simulators.people import by_key
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import Pair
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import Kind, Material
from tests.simulators.launch import PATIENT, launched, patience

WHO = by_key("aigerim")
TEXT = "Несие шарты".encode()


@dataclass(frozen=True)
class World:
    url: str
    material: Material


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    state = tmp_path_factory.mktemp("ncanode")
    with launched("pki", state) as pki, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NESIE_PKI_URL", pki)
        with launched("ncanode", state) as url:
            yield World(url, Material(state))


@pytest.fixture
def node(world: World) -> NcaNode:
    httpx.post(world.url + "/_stage/reset")
    return NcaNode(world.url, timeout=PATIENT)


def der(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(Encoding.DER)


def signed(pair: Pair, content: bytes = TEXT, *, attached: bool = False) -> bytes:
    return signing.sign(content, pair, signing_time=datetime.now(UTC), attached=attached)


def judge(world: World, cms: bytes, opinion: Opinion | None, algorithm: Algorithm = Algorithm.GOST) -> eds.Verdict:
    """Our verdict with everything in order but, perhaps, what the second judge says."""
    now, authority = datetime.now(UTC), world.material.authority(algorithm)
    anchor = eds.parse_certificate(der(authority.pair))
    leaf = world.material.person(WHO.key, Kind.SIGN, algorithm)
    asked = eds.ocsp.question(eds.parse_certificate(der(leaf)), anchor, b"01234567")
    answer = answers.ocsp_answer(
        asked, authority=authority, responder=world.material.responder(algorithm), now=now,
        standings={leaf.certificate.serial_number: Entry(Standing.GOOD, now)},
    )  # fmt: skip
    return eds.verify(
        cms, TEXT, at=now, anchors=[anchor], expected=eds.Expected(iin=WHO.iin),
        evidence=eds.Evidence(answer, b"01234567", opinion=opinion),
        limits=eds.Limits(needs_stamp=False, needs_opinion=True),
    )  # fmt: skip


class TestBoth:
    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("algorithm", Algorithm)
    @pytest.mark.parametrize("source", ["fake", "ncanode"])
    def test_what_both_hold_good_counts(self, world: World, node: NcaNode, source: str, algorithm: Algorithm) -> None:
        pair = world.material.person(WHO.key, Kind.SIGN, algorithm)
        told = Opinion(valid=True, serial=f"{pair.certificate.serial_number:x}")
        second: SecondJudge = node if source == "ncanode" else FakeSecondJudge(told)
        for attached in (True, False):
            cms = signed(pair, attached=attached)
            found = judge(world, cms, second.opinion(cms, TEXT), algorithm)
            assert (found.ok, found.failed_check, found.checks[-1]) == (True, None, "opinion")

    @pytest.mark.parametrize("mode", ["says_invalid", "no_signers"])
    def test_what_it_does_not_confirm_does_not_count(self, world: World, node: NcaNode, mode: str) -> None:
        cms = signed(world.material.person(WHO.key))
        httpx.post(world.url + "/mode", json={"mode": mode})
        assert judge(world, cms, node.opinion(cms, TEXT)).failed_check is Failure.OPINION_DIFFERS
        assert judge(world, cms, None).failed_check is Failure.OPINION_MISSING
        stranger = Opinion(valid=True, serial="abcd")
        assert judge(world, cms, stranger).failed_check is Failure.OPINION_DIFFERS


class TestWeaknesses:
    """What NCANode calls valid though it is not: its word never makes a signature count."""

    def test_a_message_without_a_signer(self, world: World, node: NcaNode) -> None:
        pair = world.material.person(WHO.key)
        for cms in (signing.signed_data([], [signing.certificate_of(pair)], None), no_certificate(pair)):
            raw = httpx.post(world.url + "/cms/verify", json={"cms": b64(cms), "data": b64(TEXT)}).json()
            assert raw["valid"] is True
            told = node.opinion(cms, TEXT)
            assert told is not None
            assert not told.valid
            assert not judge(world, cms, Opinion(True, f"{pair.certificate.serial_number:x}")).ok

    def test_another_document_inside_the_message(self, world: World, node: NcaNode) -> None:
        cms = signed(world.material.person(WHO.key), b"another document", attached=True)
        told = node.opinion(cms, TEXT)
        assert told is not None
        assert told.valid, "it does not look at the document handed over"
        assert judge(world, cms, told).failed_check is Failure.CONTENT_DIFFERS

    def test_whatever_it_says_of_a_wrong_signature(self, world: World, node: NcaNode) -> None:
        httpx.post(world.url + "/mode", json={"mode": "says_valid"})
        stranger = signed(world.material.person("daniyar"))
        assert judge(world, stranger, node.opinion(stranger, TEXT)).failed_check is Failure.IIN_DIFFERS
        other = signed(world.material.person(WHO.key), b"another document")
        assert judge(world, other, node.opinion(other, TEXT)).failed_check is Failure.DIGEST_DIFFERS


class TestHttp:
    @pytest.mark.parametrize("kind", [Kind.EXPIRED, Kind.REVOKED, Kind.HELD])
    def test_it_sees_certificates_out_of_force(self, world: World, node: NcaNode, kind: Kind) -> None:
        cms = signed(world.material.person(WHO.key, kind))
        told = node.opinion(cms, TEXT)
        assert told is not None
        assert not told.valid

    @pytest.mark.parametrize("kind", ["refuse", "time_out", "drop_before"])
    def test_silence_is_no_opinion(self, world: World, node: NcaNode, kind: str) -> None:
        cms = signed(world.material.person(WHO.key))
        httpx.post(world.url + "/_stage/fault", json={"kind": kind, "times": 1, "seconds": 2})
        assert NcaNode(world.url, timeout=patience(kind)).opinion(cms, TEXT) is None
        assert node.opinion(b"rubbish", TEXT) is None
        told = node.opinion(b"\x30\x00", TEXT)
        assert told is None or not told.valid


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def no_certificate(pair: Pair) -> bytes:
    return signing.signed_data([signing.signer_of(TEXT, pair, datetime.now(UTC))], [], None)
