"""Identification on the lender's own devices through the real use cases: bound, once, in order, kept."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import store
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import (
    BiometricResult,
    FaceEnrolment,
    LivenessFrame,
    LivenessSession,
    Proof,
)
from nesie.foundation.identification.rules import (
    SESSION_LIFETIME,
    BiometricFailure,
    DeviceNameMissing,
    EvidencePart,
    FrameTooLarge,
    OwnDeviceNotFor,
    ProofKind,
    ProofUnfit,
    ReferenceFaceMissing,
    TooManyTries,
    liveness,
)
from nesie.foundation.identification.rules.liveness import Fault, Phase
from nesie.foundation.norms.models import ParameterRow
from nesie.kernel.actor import Actor, Channel, Role
from nesie.kernel.ids import DocumentId, new_id
from nesie.kernel.refused import NotFound
from nesie.simulators.people import by_key
from tests.faces import actors
from tests.given_liveness import ADMINISTRATOR, Camera, own_devices, portrait

WHO, OTHER = by_key("aigerim"), by_key("daniyar")
SHA = "ab" * 32


@pytest.fixture(autouse=True)
def own() -> Iterator[None]:
    with own_devices():
        yield


def applicant() -> Actor:
    return Actor(new_id(), frozenset({Role.GUEST}), Channel.WEB)


@pytest.fixture
def key(now: datetime) -> str:
    return actions.enter_lender_device(ADMINISTRATOR, now, name="Алматы, касса 1").key


def photo(actor: Actor, now: datetime, who: str = "aigerim") -> DocumentId:
    assert actor.id is not None
    with transaction.atomic():
        return store(
            actor.id, kind="portrait", content=portrait(who), media_type="image/jpeg", file_name="p.jpg", now=now,
            retention="identity",
        )  # fmt: skip


def started(actor: Actor, now: datetime, key: str, **changed: Any) -> UUID:
    told = {"subject_id": actor.id, "operation": "register", "document_sha256": SHA, "iin": WHO.iin, "device_key": key}
    return actions.start_liveness(actor, now, **(told | changed))


def registered(actor: Actor, now: datetime, key: str) -> Camera:
    """Enrolled by an own device."""
    camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
    outcome = camera.run()
    assert outcome.passed, outcome
    return camera


@pytest.mark.django_db
class TestPassing:
    @pytest.mark.clause("6-biometric", "35", "9-conclude")
    def test_a_living_person_makes_a_proof_bound_to_operation_and_document(self, now: datetime, key: str) -> None:
        actor = applicant()
        assert actor.id is not None
        camera = registered(actor, now, key)
        proof = queries.proofs_of(actor.id)[0]
        assert (proof.kind, proof.operation, proof.document_sha256) == (ProofKind.BIOMETRIC, "register", SHA)
        with pytest.raises(ProofUnfit), transaction.atomic():
            actions.consume_proof(
                proof.id, subject_id=actor.id, operation="sign_contract", document_sha256=SHA, now=camera.now
            )
        with pytest.raises(ProofUnfit), transaction.atomic():
            actions.consume_proof(
                proof.id, subject_id=actor.id, operation="register", document_sha256="cd" * 32, now=camera.now
            )

    @pytest.mark.clause("6-biometric", "9-conclude")
    def test_later_the_face_taken_at_registration_is_compared(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = registered(actor, now, key)
        later = camera.now + timedelta(days=30)
        told = {"operation": "sign_contract", "document_sha256": "cd" * 32}
        assert Camera(actor, started(actor, later, key, **told), later).run().passed
        other = Camera(actor, started(actor, later + timedelta(hours=1), key, **told), later + timedelta(hours=1))
        other.who = "daniyar"
        assert other.run().fault is Fault.OTHER_FACE

    @pytest.mark.clause("34")
    def test_every_frame_is_kept_in_its_original_bytes(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = registered(actor, now, key)
        assert [jpeg for _, jpeg in queries.frames(camera.session_id)] == camera.sent
        record = queries.evidence_of(queries.proofs_of(actor.id)[0].id)[EvidencePart.LIVENESS_RECORD]
        told = json.loads(documents.content(record))
        assert len(told["kept"]) == len(camera.sent)
        assert told["sequence"] == LivenessSession.objects.get().sequence
        assert queries.altered_frames() == []

    @pytest.mark.clause("34", "11-secrecy")
    def test_frames_faces_and_state_lie_sealed(self, now: datetime, key: str) -> None:
        camera = registered(applicant(), now, key)
        with connection.cursor() as cursor:
            cursor.execute("SELECT jpeg FROM identification_livenessframe LIMIT 1")
            assert b"look" not in bytes(cursor.fetchone()[0])
            cursor.execute("SELECT face FROM identification_faceenrolment")
            assert not re.search(rb"0\.\d{3}", bytes(cursor.fetchone()[0])), "numbers of a face, readable"
        assert camera.sent

    @pytest.mark.clause("35")
    def test_a_lost_answer_may_be_asked_for_again(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.until(Phase.PAUSE)
        last = camera.sent[-1]
        answer = actions.take_frame(
            actor, camera.now, session_id=camera.session_id, nonce=camera.nonce, counter=camera.counter - 1,
            taken_ms=1, jpeg=last,
        )  # fmt: skip
        assert answer.progress.fault is None
        assert answer.frames == camera.counter

    def test_another_embedder_makes_the_face_anew_of_the_kept_frames(
        self, now: datetime, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actor = applicant()
        camera = registered(actor, now, key)
        before = queries.enrolled_face(actor.id)
        monkeypatch.setattr(Wiring.faces, "embedder", "newer")
        after = queries.enrolled_face(actor.id)
        assert sum(a * b for a, b in zip(before, after, strict=True)) > 0.999
        assert FaceEnrolment.objects.get().frames[0] < len(camera.sent)


@pytest.mark.django_db
class TestRefused:
    @pytest.mark.clause("35")
    def test_a_sequence_is_never_issued_twice_to_a_person(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = registered(actor, now, key)
        row = LivenessSession.objects.get()
        for subject_id, person in ((row.subject_id, b"x" * 32), (new_id(), bytes(row.person_digest))):
            again = LivenessSession(
                id=new_id(), session_id=new_id(), subject_id=subject_id, person_digest=person, sequence=row.sequence,
                registering=False, device="lender", opened_at=camera.now,
            )  # fmt: skip
            with pytest.raises(IntegrityError, match="identification_sequence"), transaction.atomic():
                again.save(force_insert=True)

    @pytest.mark.clause("35")
    def test_only_the_prompt_of_the_moment_is_told(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.run()
        asked = liveness.read_sequence(LivenessSession.objects.get().sequence)
        shown = [one.progress.prompt for one in camera.answers if one.progress.prompt]
        assert list(dict.fromkeys(zip((one.progress.step for one in camera.answers if one.progress.prompt), shown,
                                      strict=True))) == list(enumerate(asked))  # fmt: skip
        assert len({one.nonce for one in camera.answers if one.nonce}) == len(asked) + 1

    @pytest.mark.clause("35", "11-replay")
    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"nonce": "0" * 32}, Fault.OUT_OF_ORDER),
            ({"counter": 3}, Fault.OUT_OF_ORDER),
            ({"taken_ms": 999_000}, Fault.CLOCK),
        ],
    )
    def test_what_arrives_wrongly_ends_the_session(
        self, now: datetime, key: str, changed: dict[str, object], fault: Fault
    ) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.until(Phase.MOVE)
        assert camera.send(**changed).progress.fault is fault
        assert camera.conclude().fault is fault

    @pytest.mark.clause("35", "11-replay")
    def test_the_nonce_of_an_earlier_step_is_refused(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        earlier = camera.nonce
        camera.until(Phase.MOVE)
        assert camera.send(nonce=earlier).progress.fault is Fault.OUT_OF_ORDER

    @pytest.mark.clause("35", "11-replay")
    def test_the_frames_of_another_session_are_refused(self, now: datetime, key: str) -> None:
        actor = applicant()
        before = registered(actor, now, key)
        later = before.now + timedelta(hours=1)
        camera = Camera(actor, started(actor, later, key, portrait_id=photo(actor, later)), later)
        assert camera.send(before.sent[0]).progress.fault is Fault.REPEATED_FRAME

    @pytest.mark.clause("35")
    def test_another_face_midway_is_refused(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.face_at = lambda counter: "aigerim" if counter < 20 else "daniyar"
        assert camera.run().fault is Fault.FACE_CHANGED

    @pytest.mark.clause("35")
    def test_a_still_picture_is_refused(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.player = actors.Photo(camera.dice, actors.recorded("aigerim"))
        outcome = camera.run()
        assert (outcome.passed, outcome.failure, outcome.fault) == (
            False,
            BiometricFailure.OWN_DEVICE,
            Fault.STEP_TIME_OVER,
        )
        assert not Proof.objects.exists()
        assert not FaceEnrolment.objects.exists()

    @pytest.mark.clause("35", "11-replay")
    def test_one_session_at_a_time(self, now: datetime, key: str) -> None:
        actor = applicant()
        first = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        first.until(Phase.MOVE)
        second = Camera(actor, started(actor, first.now, key, portrait_id=photo(actor, now)), first.now)
        assert first.send().progress.phase is Phase.FAILED
        assert first.conclude().failure is BiometricFailure.SPENT
        assert BiometricResult.objects.get(session_id=first.session_id).failed_check == Fault.SUPERSEDED
        assert second.run().passed

    @pytest.mark.clause("11-replay")
    def test_a_session_is_concluded_once(self, now: datetime, key: str) -> None:
        camera = registered(applicant(), now, key)
        again = camera.conclude()
        assert (again.passed, again.failure) == (False, BiometricFailure.SPENT)
        assert camera.send().progress.phase is Phase.FAILED

    @pytest.mark.clause("35")
    def test_giving_up_proves_nothing(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.until(Phase.MOVE)
        assert camera.conclude().fault is Fault.LEFT

    @pytest.mark.clause("35")
    def test_an_old_session_proves_nothing(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.run(frames=10)
        camera = Camera(actor, started(actor, camera.now, key, portrait_id=photo(actor, now)), camera.now)
        camera.now += SESSION_LIFETIME
        assert camera.conclude().fault is Fault.TIME_OVER

    @pytest.mark.clause("35")
    def test_tries_are_counted_by_person(self, now: datetime, key: str) -> None:
        for _ in range(5):
            actor = applicant()
            started(actor, now, key, portrait_id=photo(actor, now))
        actor = applicant()
        with pytest.raises(TooManyTries):
            started(actor, now, key, portrait_id=photo(actor, now))
        assert started(actor, now + timedelta(hours=24), key, portrait_id=photo(actor, now))

    def test_nobody_sends_frames_into_anothers_session(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        camera.actor = applicant()
        with pytest.raises(NotFound):
            camera.send()
        with pytest.raises(NotFound):
            camera.conclude()

    def test_rubbish_ends_the_session_and_much_of_it_is_not_even_taken(self, now: datetime, key: str) -> None:
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        with pytest.raises(FrameTooLarge):
            camera.send(b"x" * 500_000)
        assert camera.send(b"rubbish").progress.fault is Fault.UNREADABLE

    def test_an_altered_frame_is_found(self, now: datetime, key: str) -> None:
        camera = registered(applicant(), now, key)
        extra = LivenessFrame.objects.filter(number=3).get()
        LivenessFrame(
            id=new_id(), session_id=extra.session_id, subject_id=extra.subject_id, number=900, sha256=b"y" * 32,
            jpeg=b"put in", arrived_at=camera.now,
        ).save(force_insert=True)  # fmt: skip
        assert [one.problem for one in queries.altered_frames()] == ["unrecorded"]

    def test_a_plug_in_that_suspects_an_attack_ends_the_session(
        self, now: datetime, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Suspicious:
            def suspects(self, jpeg: bytes) -> bool:
                return True

        monkeypatch.setattr(Wiring, "attack_detector", Suspicious())
        actor = applicant()
        camera = Camera(actor, started(actor, now, key, portrait_id=photo(actor, now)), now)
        assert camera.run().fault is Fault.SUSPECTED_ATTACK


@pytest.mark.django_db
class TestWhoMay:
    @pytest.mark.clause("6-biometric")
    def test_the_clients_own_phone_is_no_device_of_the_lender(self, now: datetime) -> None:
        actor = applicant()
        with pytest.raises(OwnDeviceNotFor):
            started(actor, now, "", portrait_id=photo(actor, now))

    @pytest.mark.clause("6-biometric")
    def test_the_dated_parameter_can_make_it_one(self, now: datetime) -> None:
        actor = applicant()
        ParameterRow.objects.create(
            code="own_device_is_clients_phone", value="true", unit="bool", valid_from=now.date(), source="letter",
            certainty="set", set_at=now,
        )  # fmt: skip
        assert started(actor, now, "", portrait_id=photo(actor, now))

    @pytest.mark.clause("6-biometric", "9-conclude")
    def test_a_client_without_own_enrolment_goes_to_the_centre(self, now: datetime, key: str) -> None:
        with pytest.raises(OwnDeviceNotFor):
            started(applicant(), now, key, operation="sign_contract")

    @pytest.mark.clause("6-biometric")
    def test_with_the_centre_configured_own_devices_see_nobody(self, now: datetime, key: str) -> None:
        settings.NESIE_BIOMETRICS = "coid"
        actor = applicant()
        with pytest.raises(OwnDeviceNotFor):
            started(actor, now, key, portrait_id=photo(actor, now))

    def test_a_device_withdrawn_is_nobodys(self, now: datetime) -> None:
        entered = actions.enter_lender_device(ADMINISTRATOR, now, name="  Планшет   2 ")
        assert queries.lender_device(entered.key) == entered.id
        assert queries.lender_devices()[0].name == "Планшет 2"
        actions.withdraw_lender_device(ADMINISTRATOR, now, device_id=entered.id)
        assert queries.lender_device(entered.key) is None
        with pytest.raises(NotFound):
            actions.withdraw_lender_device(ADMINISTRATOR, now, device_id=entered.id)
        with pytest.raises(DeviceNameMissing):
            actions.enter_lender_device(ADMINISTRATOR, now, name=" ")

    def test_anothers_portrait_is_no_reference(self, now: datetime, key: str) -> None:
        actor = applicant()
        with pytest.raises(ReferenceFaceMissing):
            started(actor, now, key, portrait_id=photo(applicant(), now))


@pytest.mark.clause("35", "11-replay")
def test_of_many_starts_at_the_same_moment_one_session_stays(
    fresh_db: Any, now: datetime, owner_sql: Callable[..., list[tuple[Any, ...]]]
) -> None:
    actor, key = applicant(), actions.enter_lender_device(ADMINISTRATOR, now, name="Касса").key
    picture = photo(actor, now)
    refused: list[str] = []

    def start() -> None:
        try:
            started(actor, now, key, portrait_id=picture)
        except TooManyTries as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 3
    assert owner_sql("SELECT count(*) FROM identification_livenesscourse WHERE NOT over") == [(1,)]
    assert owner_sql("SELECT count(DISTINCT sequence) FROM identification_livenesssession") == [(5,)]
