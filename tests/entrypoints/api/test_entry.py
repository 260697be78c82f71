"""In by electronic signature and by passkey, and the way back in, by the API alone and with the pages' guarantees."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from nesie.entrypoints import clock
from nesie.foundation.access.actions import set_password
from nesie.foundation.access.models import Recovery
from nesie.foundation.access.rules import Attempt, SessionKind
from nesie.kernel.actor import Actor
from nesie.simulators.people import by_key
from nesie.simulators.pki.authority import AUTHENTICATION, SIGNING, Profile
from tests.authenticator import Authenticator
from tests.entrypoints.api.world import RETURN, Caller
from tests.given_access import PASSWORD, code_sent_to
from tests.given_clients import registered_client
from tests.given_identification import Identities, holder_of, identities

WHO = by_key("aigerim")


@dataclass
class Program:
    """A program of a client's, and the world outside."""

    now: datetime
    world: Identities
    actor: Actor
    caller: Caller = field(default_factory=lambda: Caller(fixed=True))

    def ask(self, address: str, status: int = 200, **body: Any) -> Any:
        answer = self.caller.call("POST", address, body)
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def as_guest(self) -> Program:
        self.caller.token = ""
        self.caller.token = self.ask("/session/guest", 201)["token"]
        return self

    def signed(self, purpose: str, profile: Profile = AUTHENTICATION) -> dict[str, str]:
        asked = self.ask("/session/eds/challenge", 201, purpose=purpose)
        pair = self.world.authority.leaf(holder_of(WHO), profile)
        cms = self.world.authority.sign(base64.b64decode(asked["text"]), pair, stamped=False)
        return {"challenge_id": asked["challenge_id"], "cms": base64.b64encode(cms).decode()}

    def me(self) -> Any:
        return self.caller.call("GET", "/session").json()


@pytest.fixture
def program(db: None) -> Program:
    now = clock.business_now()
    world = identities(now)
    return Program(now, world, registered_client(now, world=world)).as_guest()


@pytest.mark.clause("6-access", "11-replay")
def test_in_by_electronic_signature(program: Program) -> None:
    refused = program.ask("/session/eds", **program.signed("eds_sign_in", SIGNING))
    assert (refused["status"], refused["failed_check"], refused["token"]) == ("wrong", "key_usage", None)
    assert (
        refused["message"]
        == "This certificate is not for sign-in. Choose your key for sign-in, not the one for signing."
    )
    assert program.ask("/session/eds", **program.signed("eds_recovery"))["status"] == "wrong"
    answer = program.signed("eds_sign_in")
    done = program.ask("/session/eds", **answer)
    assert (done["status"], done["recovered"]) == ("signed_in", False)
    assert program.as_guest().ask("/session/eds", **answer)["status"] == "wrong", "once, and in its own session"
    program.caller.token = done["token"]
    assert (program.me()["id"], program.me()["roles"]) == (str(program.actor.id), ["client"])
    program.ask("/session/eds/challenge", 403, purpose="eds_sign_in")


@pytest.mark.clause("6-access", "11-replay")
def test_a_passkey_is_added_used_listed_and_taken_off(program: Program) -> None:
    assert set_password(program.actor, program.now, password=PASSWORD) is Attempt.DONE
    own = Program(program.now, program.world, program.actor, Caller(SessionKind.CLIENT, program.actor.id))
    store = Authenticator("http://testserver")
    assert own.ask("/passkeys/challenge", current="guessed wrongly")["options"] == ""
    asked = own.ask("/passkeys/challenge", current=PASSWORD)
    made = {"challenge_id": asked["challenge_id"], "credential": store.make(asked["options"])}
    assert own.ask("/passkeys", **made) == {"outcome": "done"}
    assert own.ask("/passkeys", **made) == {"outcome": "wrong"}, "the challenge is spent"
    asked = program.ask("/session/passkey/challenge", 201)
    answer = {"challenge_id": asked["challenge_id"], "credential": store.sign(asked["options"])}
    done = program.ask("/session/passkey", **answer)
    assert done["status"] == "signed_in"
    assert program.ask("/session/passkey", 401, **answer)["code"] == "NotAuthenticated", "the guest's session is over"
    assert program.as_guest().ask("/session/passkey", **answer)["status"] == "wrong"
    (kept,) = own.caller.call("GET", "/factors").json()["passkeys"]
    assert kept["used_at"] is not None
    assert own.ask(f"/passkeys/{kept['id']}/end", current="guessed wrongly") == {"outcome": "wrong"}
    assert own.ask(f"/passkeys/{kept['id']}/end", current=PASSWORD) == {"outcome": "done"}
    assert own.caller.call("GET", "/factors").json()["passkeys"] == []
    asked = program.ask("/session/passkey/challenge", 201)
    answer = {"challenge_id": asked["challenge_id"], "credential": store.sign(asked["options"])}
    assert program.ask("/session/passkey", **answer)["status"] == "wrong"


@pytest.mark.clause("6-access", "11-replay", "25.9")
def test_the_way_back_in_by_code_and_face_and_by_signature(program: Program) -> None:
    program.ask("/recovery/code", 204, phone=WHO.phone, language="ru")
    told = program.ask("/recovery", phone=WHO.phone, code="0000000")
    assert (told["outcome"], told["token"]) == ("wrong", None)
    program.caller.token = program.ask("/recovery", phone=WHO.phone, code=code_sent_to(WHO.phone))["token"]
    assert program.me()["roles"] == ["guest"]
    program.ask("/recovery/biometric", 422, return_address="https://elsewhere.example/")
    visit = program.ask("/recovery/biometric", 201, return_address=RETURN)
    request_uri = parse_qs(urlsplit(visit["address"]).query)["request_uri"][0]
    state = program.world.biometrics.visits[request_uri].request.state
    code = program.world.biometrics.approve(request_uri, program.now)
    seen = program.ask(f"/biometrics/{visit['session_id']}", code=code, state=state, return_address=RETURN)
    waits = program.ask("/recovery/coid", proof_id=seen["proof_id"])
    assert waits["outcome"] == "begun"
    assert datetime.fromisoformat(waits["effective_at"]) > program.now + timedelta(hours=23)
    program.ask("/recovery/coid", 401, proof_id=seen["proof_id"])
    own = Program(program.now, program.world, program.actor, Caller(SessionKind.CLIENT, program.actor.id))
    assert own.caller.call("GET", "/recovery").json()["effective_at"] is not None
    own.ask("/recovery/stop", 204)
    assert own.caller.call("GET", "/recovery").json()["effective_at"] is None
    own.ask("/recovery/stop", 404)
    begun = program.as_guest().ask("/recovery/eds", **program.signed("eds_recovery"))
    assert (begun["outcome"], begun["token"]) == ("begun", None)
    Recovery.objects.update(effective_at=program.now - timedelta(minutes=1))
    assert program.ask("/session/eds", **program.signed("eds_sign_in"))["recovered"] is True
