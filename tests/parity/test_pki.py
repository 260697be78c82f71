"""Status of certificates and time stamps: one suite for what is held in memory and for the authority over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from nesie.foundation.identification.adapters.fake import FakeRevocation, FakeTimestamps
from nesie.foundation.identification.adapters.pki import PinnedAnchors, PkiRevocation, PkiTimestamps
from nesie.foundation.identification.gateways import Revocation, Timestamps
from nesie.foundation.identification.rules import eds
from nesie.simulators.people import by_key
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import Pair
from nesie.simulators.pki.material import Kind, Material
from tests.simulators.launch import launched

WHO = by_key("aigerim")
TEXT, NONCE = "Несие шарты".encode(), b"87654321"


@dataclass(frozen=True)
class Source:
    """Both gateways of one make."""

    revocation: Revocation
    timestamps: Timestamps


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Material, Path]]:
    state = tmp_path_factory.mktemp("pki")
    with launched("pki", state) as url:
        yield url, Material(state), state / "pki" / "anchors"


def pki(url: str, timeout: float = 3) -> Source:
    revocation = PkiRevocation(f"{url}/ocsp/", default_crl_url=f"{url}/crl/nca_rsa_demo.crl", timeout=timeout)
    return Source(revocation, PkiTimestamps(f"{url}/tsp/", timeout=timeout))


def der(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(Encoding.DER)


@pytest.fixture(params=["fake", "http"])
def source(request: pytest.FixtureRequest, world: tuple[str, Material, Path]) -> Source:
    url, material, _ = world
    httpx.post(url + "/_stage/reset")
    return pki(url) if request.param == "http" else in_memory(material)


def in_memory(material: Material) -> Source:
    """The fakes, told what the authority would say now."""
    now, authority = datetime.now(UTC), material.authority()
    revocation, timestamps = FakeRevocation(), FakeTimestamps()
    taken = material.person(WHO.key, Kind.REVOKED)
    for kind in (Kind.SIGN, Kind.REVOKED):
        leaf = material.person(WHO.key, kind)
        state = Standing.REVOKED if kind is Kind.REVOKED else Standing.GOOD
        asked = eds.ocsp.question(eds.parse_certificate(der(leaf)), eds.parse_certificate(der(authority.pair)), NONCE)
        revocation.answers[der(leaf)] = answers.ocsp_answer(
            asked, authority=authority, responder=material.responder(), now=now,
            standings={leaf.certificate.serial_number: Entry(state, now)},
        )  # fmt: skip
    listed = [(taken.certificate.serial_number, Entry(Standing.REVOKED, now))]
    revocation.lists[der(authority.pair)] = answers.revocation_list(authority, listed, number=1, now=now)
    imprint = hashlib.sha256(b"value").digest()
    timestamps.tokens[b"value"] = answers.stamp_token(imprint, stamper=material.stamper(), now=now)
    return Source(revocation, timestamps)


def judge(world: tuple[str, Material, Path], pair: Pair, evidence: eds.Evidence) -> eds.Verdict:
    now = datetime.now(UTC)
    return eds.verify(
        signing.sign(TEXT, pair, signing_time=now, attached=False), TEXT, at=now,
        anchors=PinnedAnchors(world[2]).signing(), expected=eds.Expected(iin=WHO.iin), evidence=evidence,
        limits=eds.Limits(needs_stamp=False),
    )  # fmt: skip


class TestBoth:
    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize(("kind", "failure"), [(Kind.SIGN, None), (Kind.REVOKED, eds.Failure.REVOKED)])
    def test_status_is_told_by_responder_and_by_list(
        self, world: tuple[str, Material, Path], source: Source, kind: Kind, failure: eds.Failure | None
    ) -> None:
        pair, issuer = world[1].person(WHO.key, kind), der(world[1].authority().pair)
        answer = source.revocation.ocsp(der(pair), issuer, NONCE)
        assert judge(world, pair, eds.Evidence(answer, NONCE)).failed_check is failure
        listed = source.revocation.crl(issuer)
        assert judge(world, pair, eds.Evidence(crls=(listed or b"",))).failed_check is failure

    def test_a_stamp_is_over_the_value_given(self, world: tuple[str, Material, Path], source: Source) -> None:
        token = source.timestamps.stamp(b"value", 7)
        assert token is not None
        stamp = eds.stamps.check_stamp(token, signature=b"value", anchors=PinnedAnchors(world[2]).stamping())
        assert abs((stamp.at - datetime.now(UTC)).total_seconds()) < 60


class TestHttp:
    @pytest.mark.parametrize("kind", ["refuse", "time_out", "drop_before", "drop_after"])
    def test_silence_is_no_evidence(self, world: tuple[str, Material, Path], kind: str) -> None:
        url, material, _ = world
        httpx.post(url + "/_stage/reset")
        httpx.post(url + "/_stage/fault", json={"kind": kind, "times": 3, "seconds": 2})
        source, issuer = pki(url, timeout=0.5), der(material.authority().pair)
        assert source.revocation.ocsp(der(material.person(WHO.key)), issuer, NONCE) is None
        assert source.revocation.crl(issuer) is None
        assert source.timestamps.stamp(b"value", 1) is None

    def test_anchors_follow_their_folder(self, world: tuple[str, Material, Path], tmp_path: Path) -> None:
        pinned = PinnedAnchors(tmp_path)
        assert pinned.signing() == ()
        (tmp_path / "one.pem").write_bytes((world[2] / "demo_rsa.pem").read_bytes())
        assert len(pinned.signing()) == 1
        assert pinned.stamping() == pinned.signing()
        (tmp_path / "stamps").mkdir()
        (tmp_path / "stamps" / "two.cer").write_bytes(der(world[1].pair("root")))
        assert pinned.stamping() != pinned.signing()
