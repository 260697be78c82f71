"""The lender's application proves its device with every call; a copied token opens nothing (clause 26.2)."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.access import actions, queries
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import SeenProof
from nesie.foundation.access.rules import CHALLENGE_LIFE, SessionKind, proofs
from nesie.foundation.notices import queries as notices
from nesie.kernel.actor import Actor, Channel, Origin, Role
from nesie.kernel.refused import NotFound
from tests.entrypoints.api.test_scope import operations
from tests.entrypoints.api.world import ADDRESS, Caller
from tests.given_access import enrolled_phone
from tests.phones import Maker, Phone, Said, Vouching, trust

MAKER = Maker()
HOST = "http://testserver"


@pytest.fixture(autouse=True)
def _vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wiring, "attestation", Vouching(trust(MAKER)))


def signed_in(phone: Phone, client_id: UUID | None = None) -> Caller:
    """A client signed in from this phone, which need not be enrolled."""
    now, client_id = clock.business_now(), client_id or uuid4()
    actions.open_client_login(client_id, now)
    origin = Origin("", "", phone.thumbprint)
    token = actions.open_session(SessionKind.CLIENT, now, channel=Channel.MOBILE, subject_id=client_id, origin=origin)
    return Caller(SessionKind.CLIENT, client_id, token=token, fixed=True, phone=phone)


def enrol(caller: Caller, *, phone: Phone | None = None, maker: Maker = MAKER, **lies: Any) -> Any:
    """The enrolment of the caller's phone, or of another's key."""
    asked = caller.call("POST", "/devices/challenge").json()
    key = phone or caller.phone
    assert key is not None
    said = Said(**({"challenge": proofs.unb64(asked["challenge"])} | lies))
    chain = [base64.b64encode(one).decode() for one in maker.android(key, said)]
    told = {"challenge_id": asked["challenge_id"], "platform": "android", "statement": chain}
    return caller.call("POST", "/devices", told).json() | {"told": told}


def raw(caller: Caller, method: str, address: str, proof: str, body: bytes = b"", scheme: str = "DPoP") -> Any:
    """A call with a proof of one's own making."""
    headers = {"Authorization": f"{scheme} {caller.token}", "Accept-Language": "en"}
    headers |= {"DPoP": proof} if proof else {}
    return Client().generic(method, ADDRESS + address, body, content_type="application/json", headers=headers)


def proof_of(caller: Caller, method: str, address: str, body: bytes = b"", **other: Any) -> str:
    nonce = queries.proof_nonces(clock.business_now())[0]
    assert caller.phone is not None
    told = {"nonce": nonce, "token": caller.token, "body": body} | other
    return caller.phone.proof(method, f"{HOST}{ADDRESS}{address}", clock.machine_now(), **told)


def fault(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


WRONG = (401, "DeviceProofWrong")


@pytest.mark.clause("26.2")
def test_a_phone_is_enrolled_by_its_makers_word_and_then_let_in(db: None) -> None:
    caller = signed_in(Phone())
    assert fault(caller.call("GET", "/notices")) == (403, "DeviceUnknown")
    assert caller.call("GET", "/sessions").status_code == 200
    done = enrol(caller)
    assert (done["status"], done["fault"]) == ("enrolled", None)
    assert caller.call("GET", "/notices").json()[0]["template"] == "device_enrolled"
    (seen,) = caller.call("GET", "/devices").json()
    assert (seen["platform"], seen["level"], seen["revoked_at"]) == ("android", "tee", None)
    again = caller.call("POST", "/devices", done["told"]).json()
    assert again["status"] == "challenge", "the challenge is spent"


@pytest.mark.clause("26.2")
def test_a_phone_that_is_not_vouched_for_is_not_enrolled(db: None) -> None:
    caller = signed_in(Phone())
    assert enrol(caller, locked=False)["fault"] == "boot"
    assert enrol(caller, challenge=b"of another day" * 2)["fault"] == "challenge"
    assert enrol(caller, maker=Maker())["fault"] == "root"
    assert enrol(caller, phone=Phone())["fault"] == "other_key", "vouched for, but not the key of these calls"
    other = signed_in(Phone())
    assert enrol(other)["status"] == "enrolled"
    thief = signed_in(other.phone or Phone())
    assert enrol(thief)["fault"] == "other_key", "one phone, one client"
    assert fault(caller.call("GET", "/notices")) == (403, "DeviceUnknown")
    partner = Caller(SessionKind.CLIENT, caller.subject_id)
    assert fault(partner.call("POST", "/devices", enrol(caller)["told"])) == (403, "NoDeviceKey")
    late = actions.begin_device_enrolment(Actor(None, frozenset({Role.GUEST}), Channel.MOBILE), clock.business_now())
    assert CHALLENGE_LIFE.total_seconds() == 600
    assert late.challenge_id is not None


@pytest.mark.clause("11-replay", "26.2")
def test_a_copied_token_a_replayed_proof_and_a_changed_body_are_refused(db: None) -> None:
    caller = signed_in(Phone())
    enrolled_phone(clock.business_now(), caller.subject_id, caller.phone)  # type: ignore[arg-type]  # it is there
    proof = proof_of(caller, "GET", "/notices")
    assert raw(caller, "GET", "/notices", proof).status_code == 200
    assert fault(raw(caller, "GET", "/notices", proof)) == WRONG, "once"
    body = json.dumps({"everywhere": True}).encode()
    proof = proof_of(caller, "POST", "/session/end", json.dumps({"everywhere": False}).encode())
    assert fault(raw(caller, "POST", "/session/end", proof, body)) == WRONG, "another body"
    assert fault(raw(caller, "GET", "/devices", proof_of(caller, "GET", "/notices"))) == WRONG, "another address"
    assert fault(raw(caller, "GET", "/notices", proof_of(caller, "GET", "/notices", token="another"))) == WRONG
    thief = Caller(token=caller.token, fixed=True, phone=Phone())
    assert fault(thief.call("GET", "/notices")) == (401, "NotAuthenticated"), "the thief's own key"
    assert fault(raw(caller, "GET", "/notices", "", scheme="Bearer")) == (401, "NotAuthenticated"), "no key at all"
    assert fault(raw(caller, "GET", "/notices", "")) == WRONG
    assert raw(caller, "GET", "/notices", proof_of(caller, "GET", "/notices")).status_code == 200
    assert SeenProof.objects.count() >= 2


def test_a_phone_that_lacks_our_word_is_given_it(db: None) -> None:
    caller = signed_in(Phone())
    refused = raw(caller, "GET", "/sessions", proof_of(caller, "GET", "/sessions", nonce="an old one"))
    assert fault(refused) == WRONG
    assert 'error="use_dpop_nonce"' in refused["WWW-Authenticate"]
    proof = proof_of(caller, "GET", "/sessions", nonce=refused["DPoP-Nonce"])
    answer = raw(caller, "GET", "/sessions", proof)
    assert answer.status_code == 200
    assert answer["DPoP-Nonce"]
    assert 'error="invalid_dpop_proof"' in raw(caller, "GET", "/sessions", "no.proof.this")["WWW-Authenticate"]


@pytest.mark.clause("26.2")
def test_a_session_of_the_application_begins_with_a_proof_and_stays_with_its_key(db: None) -> None:
    wish = json.dumps({"channel": "mobile"}).encode()
    nobody = Client().generic("POST", f"{ADDRESS}/session/guest", wish, content_type="application/json")
    assert fault(nobody) == WRONG
    guest = Caller(fixed=True, phone=Phone())
    answer = guest.call("POST", "/session/guest", {"channel": "mobile"})
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert Caller(token=token, fixed=True, phone=guest.phone).call("GET", "/session").status_code == 200
    assert Caller(token=token, fixed=True, phone=Phone()).call("GET", "/session").status_code == 401
    assert Caller(token=token, fixed=True).call("GET", "/session").status_code == 401


@pytest.mark.clause("26.2")
def test_no_operation_takes_the_applications_token_without_a_proof(db: None) -> None:
    """One door for all operations, seen in each; and the door itself, at two of them."""
    doors = {told["operationId"]: told["security"] for _, _, told in operations() if "security" in told}
    before_enrolment = {name for name, door in doors.items() if door == [{"AnySession": []}]}
    assert all(door in ([{"SessionToken": []}], [{"AnySession": []}]) for door in doors.values())
    assert before_enrolment == {
        "actor_of", "cancel_recovery", "devices", "enrol_device", "issue_code", "recovery_shown_at", "revoke_device",
        "send_sign_in_code", "sessions", "set_password", "sign_in_client", "sign_out", "sign_out_session",
    }  # fmt: skip
    caller = signed_in(Phone())
    enrolled_phone(clock.business_now(), caller.subject_id, caller.phone)  # type: ignore[arg-type]  # it is there
    for scheme in ("Bearer", "DPoP", "Basic"):
        for address in ("/client", "/sessions"):
            assert raw(caller, "GET", address, "", scheme=scheme).status_code == 401


@pytest.mark.clause("26.2")
def test_a_phone_is_signed_off_by_its_client_or_by_staff_and_by_nobody_else(db: None) -> None:
    now = clock.business_now()
    caller, stranger = signed_in(Phone()), signed_in(Phone())
    device_id = UUID(enrol(caller)["device_id"])
    enrol(stranger)
    assert stranger.call("POST", f"/devices/{device_id}/end").status_code == 404
    assert caller.call("POST", f"/devices/{device_id}/end").status_code == 204
    assert caller.call("GET", "/notices").status_code == 401, "its sessions are over"
    assert caller.subject_id is not None
    assert notices.inbox(caller.subject_id)[0].template == "device_revoked"
    again = signed_in(caller.phone or Phone(), caller.subject_id)
    assert fault(again.call("GET", "/notices")) == (403, "DeviceUnknown")
    lost = UUID(enrol(again)["device_id"])
    operator = Actor(uuid4(), frozenset({Role.OPERATOR}), Channel.WEB)
    actions.revoke_device(operator, now, device_id=lost)
    assert again.call("GET", "/session").status_code == 401
    with pytest.raises(NotFound):
        actions.revoke_device(operator, now, device_id=lost)
    assert [bool(one.revoked_at) for one in queries.devices(operator, caller.subject_id)] == [True, True]
    with pytest.raises(NotFound):
        queries.devices(Actor(uuid4(), frozenset({Role.ADMINISTRATOR}), Channel.WEB), caller.subject_id)
