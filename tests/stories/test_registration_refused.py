"""Those who do not become clients.

Viktor's identity card has run out. The state knows Aigerim's IIN under other data, or not at all, keeps another face
under Madina's, and somebody types Daniyar's IIN as her own. Somebody's face is not recognised, somebody signs with
another's key, somebody has only one of the two proofs, and once the state's registry simply does not answer. Nobody of
them becomes a client, and each try is written down.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from nesie.entrypoints.story.walk import COME_BACK, Walk
from nesie.foundation.audit import queries as audit
from nesie.foundation.identification.rules import BiometricStart, ProofUnfit
from nesie.foundation.identification.rules.eds import Failure
from nesie.foundation.identification.rules.persons import BiometricFailure
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import (
    Difference,
    DocumentExpired,
    IinCheckDigit,
    RegistrationStatus,
    StateOutcome,
    Step,
    StepNotReached,
)
from nesie.kernel.ids import RegistrationId
from tests.stories.world import World

FACES = {
    "liveness_failed": BiometricFailure.LIVENESS,
    "other_face": BiometricFailure.OTHER_FACE,
    "other_iin": BiometricFailure.OTHER_PERSON,
    "phone_not_confirmed": BiometricFailure.PHONE_NOT_CONFIRMED,
    "cancel": BiometricFailure.CANCELLED,
}
SIGNATURES = {
    "wrong_iin": Failure.IIN_DIFFERS,
    "tampered": Failure.DIGEST_DIFFERS,
    "expired": Failure.EXPIRED,
    "revoked": Failure.REVOKED,
    "auth_key": Failure.KEY_USAGE,
}
DANIYARS = 1  # he registered before, and his check is on the trail as well


def entered(world: World, key: str = "aigerim", **typed: str) -> Walk:
    """Everything is typed in; the state has not been asked."""
    walk = world.comes(key)
    walk.begin()
    walk.enter(**typed)
    return walk


def with_a_statement(world: World) -> Walk:
    """The state bears everything out; only the two proofs are missing."""
    walk = entered(world)
    assert walk.check_with_state().outcome is StateOutcome.MATCHES
    own = RegistrationId(walk.client_id)
    actions.prepare_statement(walk.actor, world.now, registration_id=own, language="ru")
    return walk


def visit(world: World, walk: Walk) -> BiometricStart:
    """A visit to the centre begun."""
    own = RegistrationId(walk.client_id)
    return actions.begin_biometric_step(walk.actor, world.now, registration_id=own, redirect_uri=COME_BACK)


def shows_the_face(world: World, walk: Walk) -> None:
    """Recognised."""
    face = walk.look(visit(world, walk)).proof_id
    assert face is not None
    own = RegistrationId(walk.client_id)
    actions.record_biometric_step(walk.actor, world.now, registration_id=own, proof_id=face)


def is_no_client(walk: Walk) -> None:
    """The last step is refused, and no client is there."""
    with pytest.raises(StepNotReached):
        walk.complete()
    assert queries.client_with_iin(str(walk.hands.person["iin"])) is None


def refusals(act: str) -> int:
    """How often the trail says that this act was refused."""
    return len(audit.newest(act=act, outcome="refused"))


@pytest.mark.clause("6-i-doc")
def test_an_expired_document_ends_the_registration(world: World) -> None:
    viktor = world.comes("viktor")
    viktor.begin()
    viktor.enter_person()
    with pytest.raises(DocumentExpired):
        viktor.enter_document()
    assert refusals("save_document") == 1
    assert viktor.registration().progress.next_step is Step.DOCUMENT
    is_no_client(viktor)


@pytest.mark.clause("6-i-iin")
def test_a_mistyped_iin_is_refused_at_once(world: World) -> None:
    walk = world.comes("aigerim")
    walk.begin()
    right = world.people["aigerim"]["iin"]
    with pytest.raises(IinCheckDigit):
        walk.enter_person(iin=right[:-1] + str((int(right[-1]) + 1) % 10))


@pytest.mark.clause("6-verify-i")
def test_the_state_says_otherwise(world: World) -> None:
    """Under this IIN the registry knows other data: refused and recorded, and at the third time a person looks."""
    walk = entered(world)
    tries = [
        ({"surname": "БАСҚА"}, Difference.NAME, StateOutcome.MISMATCH),
        ({"document_number": "099900777"}, Difference.DOCUMENT, StateOutcome.MISMATCH),
        ({"birth_on": "1991-01-01"}, Difference.BIRTH_DATE, StateOutcome.REVIEW),
    ]
    for said, differs, outcome in tries:
        world.tell("registry", "/_stage/reset")
        world.tell("registry", "/_people", iin=world.people["aigerim"]["iin"], **said)
        checked = walk.check_with_state()
        assert (checked.outcome, checked.differences) == (outcome, (differs,))
    view = walk.registration()
    assert (view.status, view.differences) == (RegistrationStatus.REVIEW, (Difference.BIRTH_DATE,))
    assert queries.client_with_iin(view.iin) is None
    assert len(audit.newest(act="record_state_check")) == 3 + DANIYARS


@pytest.mark.clause("6-verify-i")
def test_the_states_photo_shows_another_face(world: World) -> None:
    """Everything typed in is right, but under Madina's IIN the state keeps the photo of somebody else."""
    world.tell("registry", "/_people", iin=world.people["madina"]["iin"], photo_of="timur")
    madina = entered(world, "madina")
    checked = madina.check_with_state()
    assert (checked.outcome, checked.differences) == (StateOutcome.MISMATCH, (Difference.PHOTO,))
    is_no_client(madina)


@pytest.mark.clause("6-verify-i")
def test_the_state_does_not_know_the_iin(world: World) -> None:
    world.tell("registry", "/_people", iin=world.people["aigerim"]["iin"], unknown="true")
    walk = entered(world)
    checked = walk.check_with_state()
    assert (checked.outcome, checked.differences) == (StateOutcome.MISMATCH, (Difference.UNKNOWN,))
    is_no_client(walk)


@pytest.mark.clause("6-verify-i")
def test_somebody_uses_the_iin_of_another(world: World) -> None:
    """Aigerim's data under Daniyar's IIN: right in form, but the state knows a man of another name."""
    walk = entered(world, iin=world.people["daniyar"]["iin"])
    checked = walk.check_with_state()
    assert checked.outcome is StateOutcome.MISMATCH
    assert {Difference.NAME, Difference.DOCUMENT} <= set(checked.differences)
    is_no_client(walk)
    daniyar = world.comes("daniyar")
    daniyar.sign_in()
    assert queries.client_with_iin(world.people["daniyar"]["iin"]) == daniyar.client_id, "as before"


@pytest.mark.clause("6-verify-i")
def test_a_silent_registry_confirms_nobody(world: World) -> None:
    """No answer is not a yes: the way goes on when the registry answers, and from the step where it stood."""
    walk = entered(world)
    world.order("registry", "refuse", path="/gbdServices")
    assert walk.check_with_state().outcome is StateOutcome.NO_ANSWER
    is_no_client(walk)
    world.after(timedelta(minutes=1))
    assert walk.check_with_state().outcome is StateOutcome.MATCHES


@pytest.mark.clause("6-biometric")
def test_a_face_that_is_not_recognised(world: World) -> None:
    """Whatever goes wrong before the camera proves nothing, and a new visit may follow."""
    walk = with_a_statement(world)
    for mode, failure in FACES.items():
        seen = walk.look(visit(world, walk), mode)
        assert (seen.passed, seen.proof_id, seen.failure) == (False, None, failure)
    is_no_client(walk)


@pytest.mark.clause("6-eds")
def test_a_signature_that_does_not_count(world: World) -> None:
    """Recognised by the face, but the signature is another's, over other bytes, or by a key that may not sign."""
    walk = with_a_statement(world)
    shows_the_face(world, walk)
    own = RegistrationId(walk.client_id)
    for mode, failed in SIGNATURES.items():
        world.tell("ncalayer", "/mode", mode=mode, times=1)
        signed = walk.answer(actions.begin_eds_step(walk.actor, world.now, registration_id=own))
        assert (signed.accepted, signed.proof_id, signed.failed_check) == (False, None, failed)
    is_no_client(walk)


@pytest.mark.clause("6-biometric")
@pytest.mark.clause("6-eds")
def test_neither_proof_can_be_skipped(world: World) -> None:
    walk = with_a_statement(world)
    own = RegistrationId(walk.client_id)
    with pytest.raises(StepNotReached):
        actions.begin_eds_step(walk.actor, world.now, registration_id=own)
    is_no_client(walk)
    shows_the_face(world, walk)
    is_no_client(walk)
    signed = walk.answer(actions.begin_eds_step(walk.actor, world.now, registration_id=own))
    with pytest.raises(ProofUnfit):
        actions.record_biometric_step(walk.actor, world.now, registration_id=own, proof_id=signed.proof_id)
    is_no_client(walk)
    actions.record_eds_step(walk.actor, world.now, registration_id=own, proof_id=signed.proof_id)
    assert walk.complete().client_id == own
