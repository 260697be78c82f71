"""The NCALayer emulator speaks what the real one speaks, and its signatures are judged by our verifier."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.eds import ocsp
from nesie.simulators.people import ORGANISATION, by_key
from nesie.simulators.pki.keys import Algorithm
from tests.simulators.launch import PATIENT, launched

DOCUMENT = "Несие шарты, құжат".encode()
WHO = by_key("aigerim")
NONCE = b"\x01\x02\x03\x04\x05\x06\x07\x08"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """A running authority and emulator with one state folder: their URLs and the folder."""
    state = tmp_path_factory.mktemp("state")
    with launched("pki", state) as pki, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NESIE_PKI_URL", pki)
        with launched("ncalayer", state) as layer:
            yield pki, layer, state


@pytest.fixture(params=list(Algorithm))
def keys(request: pytest.FixtureRequest) -> Algorithm:
    return request.param


@pytest.fixture
def socket(world: tuple[str, str, Path], keys: Algorithm) -> Iterator[ClientConnection]:
    httpx.post(world[1] + "/_stage/reset")
    httpx.post(world[1] + "/mode", json={"algorithm": keys})
    with connect(world[1].replace("http", "ws"), proxy=None) as connection:
        assert json.loads(connection.recv()) == {"result": {"version": "1.4"}}
        yield connection


def ask(socket: ClientConnection, request: dict[str, Any]) -> dict[str, Any]:
    socket.send(json.dumps(request))
    return json.loads(socket.recv())


def request(data: bytes | list[bytes], **signing: Any) -> dict[str, Any]:
    packed = [base64.b64encode(one).decode() for one in (data if isinstance(data, list) else [data])]
    return {
        "module": "kz.gov.pki.knca.basics",
        "method": "sign",
        "args": {
            "allowedStorages": None,
            "format": "cms",
            "data": packed if isinstance(data, list) else packed[0],
            "signingParams": {"decode": True, "encapsulate": False, "digested": False, "tsaProfile": {}} | signing,
            "signerParams": {"extKeyUsageOids": [], "iin": WHO.iin, "bin": "", "serialNumber": "", "chain": []},
            "locale": "ru",
        },
    }


def verdict(world: tuple[str, str, Path], signature: str, document: bytes = DOCUMENT) -> eds.Verdict:
    """As the lender judges it: pinned anchor, fresh OCSP over HTTP."""
    pki, _, state = world
    now = datetime.now(UTC)
    anchors = eds.load_anchors(path.read_bytes() for path in (state / "pki" / "anchors").iterdir())
    needs = eds.needs_of(signature.encode(), anchors=anchors, at=now)
    answer = None
    if needs is not None:
        asked = ocsp.question(eds.parse_certificate(needs.certificate), eds.parse_certificate(needs.issuer), NONCE)
        answer = httpx.post(pki + "/ocsp/", content=asked).content
    return eds.verify(
        signature.encode(),
        document,
        at=now,
        anchors=anchors,
        expected=eds.Expected(iin=WHO.iin),
        evidence=eds.Evidence(ocsp=answer, ocsp_nonce=NONCE),
    )


class TestProtocol:
    def test_it_has_no_mobile_module(self, socket: ClientConnection) -> None:
        asked = {"module": "kz.digiflow.mobile.extensions", "method": "getVersion"}
        assert ask(socket, asked) == {"success": False, "errorCode": "MODULE_NOT_FOUND"}

    def test_its_heart_beats(self, socket: ClientConnection) -> None:
        socket.send("--heartbeat--")
        assert socket.recv() == "--heartbeat--"

    @pytest.mark.parametrize("rubbish", ["", "[]", "{}", "x", '{"module": "kz.gov.pki.knca.basics", "method": "x"}'])
    def test_rubbish_is_answered(self, socket: ClientConnection, rubbish: str) -> None:
        socket.send(rubbish)
        assert json.loads(socket.recv())["status"] is False

    def test_several_documents_are_signed_at_once(self, socket: ClientConnection, world: tuple[str, str, Path]) -> None:
        answer = ask(socket, request([b"one", b"two"]))
        first, second = answer["body"]["result"]
        assert verdict(world, first, b"one").ok
        assert verdict(world, second, b"two").ok

    def test_an_unknown_person_can_only_cancel(self, socket: ClientConnection) -> None:
        asked = request(DOCUMENT)
        asked["args"]["signerParams"]["iin"] = "000000000000"
        assert ask(socket, asked) == {"status": True, "body": {}}

    def test_the_head_signs_for_the_organisation(self, socket: ClientConnection) -> None:
        asked = request(DOCUMENT)
        asked["args"]["signerParams"] |= {"iin": by_key(ORGANISATION.head_key).iin, "bin": ORGANISATION.bin}
        assert ask(socket, asked)["body"]["result"].startswith("-----BEGIN CMS-----")


class TestModes:
    @pytest.mark.parametrize("attached", [True, False])
    @pytest.mark.clause("6-eds")
    def test_a_proper_signature_counts(
        self, socket: ClientConnection, world: tuple[str, str, Path], keys: Algorithm, *, attached: bool
    ) -> None:
        found = verdict(world, ask(socket, request(DOCUMENT, encapsulate=attached))["body"]["result"])
        assert (found.ok, found.failed_check, found.attached) == (True, None, attached)
        assert found.algorithm == {"gost": "GOST 34.10-2015 (512)", "rsa": "RSA"}[keys]
        assert found.stamped_at is not None

    @pytest.mark.parametrize(
        ("mode", "failure"),
        [
            ("wrong_iin", eds.Failure.IIN_DIFFERS),
            ("expired", eds.Failure.EXPIRED),
            ("revoked", eds.Failure.REVOKED),
            ("held", eds.Failure.ON_HOLD),
            ("auth_key", eds.Failure.KEY_USAGE),
            ("tampered", eds.Failure.DIGEST_DIFFERS),
        ],
    )
    def test_each_way_of_going_wrong_is_refused_for_its_own_reason(
        self, socket: ClientConnection, world: tuple[str, str, Path], keys: Algorithm, mode: str, failure: eds.Failure
    ) -> None:
        httpx.post(world[1] + "/mode", json={"mode": mode, "times": 1, "algorithm": keys})
        assert verdict(world, ask(socket, request(DOCUMENT))["body"]["result"]).failed_check is failure
        assert verdict(world, ask(socket, request(DOCUMENT))["body"]["result"]).ok

    def test_cancel_and_failure_are_told_as_the_real_one_tells_them(
        self, socket: ClientConnection, world: tuple[str, str, Path]
    ) -> None:
        httpx.post(world[1] + "/mode", json={"mode": "cancel", "times": 1})
        assert ask(socket, request(DOCUMENT)) == {"status": True, "body": {}}
        httpx.post(world[1] + "/mode", json={"mode": "failure", "times": 1})
        assert ask(socket, request(DOCUMENT))["code"] == "SIGNING_FAILURE"


class TestAuthority:
    @pytest.mark.parametrize(
        ("standing", "failure"), [("revoked", eds.Failure.REVOKED), ("hold", eds.Failure.ON_HOLD), ("good", None)]
    )
    def test_what_is_taken_back_on_its_page_is_refused_at_the_next_signature(
        self, socket: ClientConnection, world: tuple[str, str, Path], standing: str, failure: eds.Failure | None
    ) -> None:
        signature = ask(socket, request(DOCUMENT))["body"]["result"]
        before = verdict(world, signature)
        assert before.ok
        assert before.signer is not None
        httpx.post(f"{world[0]}/certificates/{before.signer.serial}", json={"standing": standing})
        assert verdict(world, signature).failed_check is failure
        httpx.post(world[0] + "/_stage/reset")

    def test_a_person_can_be_made_to_sign_with_an_expired_certificate(
        self, socket: ClientConnection, world: tuple[str, str, Path]
    ) -> None:
        httpx.post(f"{world[0]}/people/{WHO.key}", json={"current": "expired"})
        assert verdict(world, ask(socket, request(DOCUMENT))["body"]["result"]).failed_check is eds.Failure.EXPIRED
        httpx.post(f"{world[0]}/people/{WHO.key}", json={"current": "sign"})
        assert verdict(world, ask(socket, request(DOCUMENT))["body"]["result"]).ok

    def test_rubbish_gets_an_answer_of_the_protocol(self, world: tuple[str, str, Path]) -> None:
        assert httpx.post(world[0] + "/ocsp/", content=b"rubbish").content == bytes.fromhex("30030a0101")
        assert httpx.post(world[0] + "/tsp/", content=b"rubbish").status_code == 400

    def test_the_pages_show_people_and_standing(self, world: tuple[str, str, Path]) -> None:
        assert "Сәрсенова" in httpx.get(world[0]).text
        assert "Behave" in httpx.get(world[1]).text


@pytest.mark.parametrize(("kind", "answers", "signed"), [
    ("refuse", 0, 0), ("drop_before", 0, 0), ("time_out", 0, 0), ("drop_after", 0, 1),
    ("answer_late", 1, 1), ("answer_twice", 2, 1),
])  # fmt: skip
def test_an_ordered_fault_happens_to_the_next_document(
    world: tuple[str, str, Path], kind: str, answers: int, signed: int
) -> None:
    httpx.post(world[1] + "/_stage/reset")
    assert httpx.post(world[1] + "/_stage/fault", json={"kind": kind, "seconds": 0.2}).status_code == 200
    with connect(world[1].replace("http", "ws"), proxy=None) as connection:
        connection.recv()
        connection.send(json.dumps(request(DOCUMENT, tsaProfile=None)))
        heard = []
        with contextlib.suppress(ConnectionClosed):
            heard = [json.loads(connection.recv(timeout=PATIENT)) for _ in range(max(answers, 1))]
    assert [one["status"] for one in heard] == [True] * answers
    page = httpx.get(world[1] + "/").text
    assert page.count("<td>normal</td>") == signed
    assert f"<td>{kind}</td>" in page
