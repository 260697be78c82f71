"""Status of certificates and time stamps: one suite for what is held in memory and for the authority over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured

from nesie.config import wiring
from nesie.foundation.identification.adapters.fake import FakeRevocation, FakeTimestamps
from nesie.foundation.identification.adapters.pki import Addresses, PinnedAnchors, PkiRevocation, PkiTimestamps
from nesie.foundation.identification.gateways import Revocation, Timestamps
from nesie.foundation.identification.rules import eds
from nesie.simulators.people import by_key
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import Pair
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import Kind, Material
from tests.simulators.launch import PATIENT, launched, patience

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


def pki(url: str, anchors: Path, timeout: float = PATIENT) -> Source:
    common = Addresses(ocsp=f"{url}/ocsp/", crl=f"{url}/crl/{{anchor}}.crl")
    revocation = PkiRevocation(PinnedAnchors(anchors), common, timeout=timeout)
    return Source(revocation, PkiTimestamps(f"{url}/tsp/", timeout=timeout))


def der(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(Encoding.DER)


@pytest.fixture(params=list(Algorithm))
def keys(request: pytest.FixtureRequest) -> Algorithm:
    return request.param


@pytest.fixture(params=["fake", "http"])
def source(request: pytest.FixtureRequest, world: tuple[str, Material, Path], keys: Algorithm) -> Source:
    url, material, anchors = world
    httpx.post(url + "/_stage/reset")
    return pki(url, anchors) if request.param == "http" else in_memory(material, keys)


def in_memory(material: Material, keys: Algorithm) -> Source:
    """The fakes, told what the authority would say now."""
    now, authority = datetime.now(UTC), material.authority(keys)
    revocation, timestamps = FakeRevocation(), FakeTimestamps()
    taken = material.person(WHO.key, Kind.REVOKED, keys)
    for kind in (Kind.SIGN, Kind.REVOKED):
        leaf = material.person(WHO.key, kind, keys)
        state = Standing.REVOKED if kind is Kind.REVOKED else Standing.GOOD
        asked = eds.ocsp.question(eds.parse_certificate(der(leaf)), eds.parse_certificate(der(authority.pair)), NONCE)
        revocation.answers[der(leaf)] = answers.ocsp_answer(
            asked, authority=authority, responder=material.responder(keys), now=now,
            standings={leaf.certificate.serial_number: Entry(state, now)},
        )  # fmt: skip
    listed = [(taken.certificate.serial_number, Entry(Standing.REVOKED, now))]
    revocation.lists[der(authority.pair)] = answers.revocation_list(authority, listed, number=1, now=now)
    imprint = hashlib.sha256(b"value").digest()
    timestamps.tokens[b"value"] = answers.stamp_token(imprint, stamper=material.stamper(keys), now=now)
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
        self,
        world: tuple[str, Material, Path],
        source: Source,
        keys: Algorithm,
        kind: Kind,
        failure: eds.Failure | None,
    ) -> None:
        pair, issuer = world[1].person(WHO.key, kind, keys), der(world[1].authority(keys).pair)
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
        url, material, anchors = world
        httpx.post(url + "/_stage/reset")
        httpx.post(url + "/_stage/fault", json={"kind": kind, "times": 3, "seconds": 2})
        source, issuer = pki(url, anchors, timeout=patience(kind)), der(material.authority().pair)
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
        (tmp_path / "stamps" / "two.cer").write_bytes(der(world[1].pair("root-gost")))
        assert pinned.stamping() != pinned.signing()

    def test_outside_a_demo_nothing_of_the_test_authority_can_be_pinned(
        self, world: tuple[str, Material, Path], tmp_path: Path, settings: Any
    ) -> None:
        settings.NESIE_ANCHORS_DIR = tmp_path
        assert {one.name for one in world[2].iterdir()} == {"demo_gost.pem", "demo_rsa.pem"}
        (tmp_path / "stamps").mkdir()
        kinds = {"authority": tmp_path, "root": tmp_path, "tsa": tmp_path / "stamps"}
        for name, folder in ((f"{kind}-{each}", folder) for kind, folder in kinds.items() for each in Algorithm):
            settings.NESIE_DEMO_PARTS = frozenset()
            pinned = wiring.pinned_anchors()
            (folder / "one.cer").write_bytes(der(world[1].pair(name)))
            for read in (pinned.stamping, wiring.pinned_anchors):  # put there later, or there at the start
                with pytest.raises(ImproperlyConfigured, match=str(folder / "one.cer")):
                    read()
            settings.NESIE_DEMO_PARTS = frozenset({"TEST_AUTHORITY"})
            assert len(wiring.pinned_anchors().stamping()) == 1
            (folder / "one.cer").unlink()
        (tmp_path / "torn.cer").write_bytes(b"0")
        with pytest.raises(ValueError, match=r"torn\.cer is no certificate"):
            wiring.pinned_anchors()

    def test_outside_a_demo_no_authority_answers_on_this_machine(self, tmp_path: Path, settings: Any) -> None:
        settings.NESIE_ANCHORS_DIR, settings.NESIE_DEMO_PARTS = tmp_path, frozenset()
        listed = tmp_path / "authorities.toml"
        listed.write_text(
            '[national]\nocsp = "http://ocsp.example.kz/"\ncrl = "http://localhost:8105/crl/national.crl"\n'
        )
        with pytest.raises(ImproperlyConfigured, match=r"crl of \[national\] in .*authorities\.toml"):
            wiring.pinned_anchors()
        settings.NESIE_DEMO_PARTS = frozenset({"EMULATORS"})
        wiring.pinned_anchors()

    def test_an_authority_may_answer_at_addresses_of_its_own(
        self, world: tuple[str, Material, Path], tmp_path: Path
    ) -> None:
        for one in world[2].iterdir():
            (tmp_path / one.name).write_bytes(one.read_bytes())
        listed = '[demo_rsa]\nocsp = "http://other/"\n[demo_gost]\ncrl = "http://other/list"\n'
        (tmp_path / "authorities.toml").write_text(listed)
        pinned, common = PinnedAnchors(tmp_path), Addresses(ocsp="http://all/", crl="http://all/{anchor}.crl")
        gost, rsa = (eds.parse_certificate(der(world[1].authority(each).pair)) for each in Algorithm)
        assert pinned.addresses(rsa, common) == Addresses("http://other/", "http://all/demo_rsa.crl")
        assert pinned.addresses(gost, common) == Addresses("http://all/", "http://other/list")
