"""Challenges, sessions and proofs: bound to one subject, operation and document, and good for one use."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import store
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.adapters.fake import FakeAnchors
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import Proof, ProofUse, Signature
from nesie.foundation.identification.rules import (
    CHALLENGE_LIFETIME,
    PROOF_LIFETIME,
    SESSION_LIFETIME,
    BiometricAnswer,
    BiometricFailure,
    BiometricStart,
    EvidencePart,
    ProofKind,
    ProofSpent,
    ProofUnfit,
    Trouble,
    eds,
)
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import DocumentId, ProofId, new_id
from nesie.kernel.refused import NotFound
from nesie.simulators.people import by_key
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.keys import Algorithm
from tests.given_identification import BACK, Identities, holder_of, identities

WHO, OTHER = by_key("aigerim"), by_key("daniyar")
TEXT = "Тіркелу туралы өтініш".encode()


@pytest.fixture
def world(now: datetime) -> Iterator[Identities]:
    before = {name: getattr(Wiring, name) for name in ("anchors", "revocation", "timestamps", "biometrics", "registry")}
    yield identities(now)
    for name, value in before.items():
        setattr(Wiring, name, value)


def applicant() -> Actor:
    return Actor(new_id(), frozenset({Role.GUEST}), Channel.WEB)


def document(owner: UUID | None, now: datetime, content: bytes = TEXT) -> DocumentId:
    assert owner is not None
    with transaction.atomic():
        return store(
            owner, kind="statement", content=content, media_type="text/plain", file_name="s.txt", now=now,
            retention="identity",
        )  # fmt: skip


def challenge(actor: Actor, now: datetime, document_id: UUID, operation: str = "register") -> UUID:
    assert actor.id is not None
    return actions.request_signature(
        actor, now, subject_id=actor.id, operation=operation, document_id=document_id, iin=WHO.iin
    )


def answer(actor: Actor, now: datetime, challenge_id: UUID, cms: bytes) -> Any:
    evidence = queries.gather_evidence(cms, now)
    return actions.record_signature(actor, now, challenge_id=challenge_id, cms=cms, evidence=evidence)


def eds_proof(world: Identities, actor: Actor, now: datetime) -> tuple[ProofId, str]:
    assert actor.id is not None
    document_id = document(actor.id, now)
    proof_id = world.eds_proof(
        actor, now, subject_id=actor.id, operation="register", document_id=document_id, person=WHO
    )
    return proof_id, documents.described(document_id).sha256


def visit(world: Identities, actor: Actor, now: datetime, **changes: object) -> tuple[BiometricStart, BiometricAnswer]:
    assert actor.id is not None
    start = actions.start_biometric(
        actor, now, subject_id=actor.id, operation="register", document_sha256="a" * 64, iin=WHO.iin,
        phone=WHO.phone, redirect_uri=BACK,
    )  # fmt: skip
    address = queries.begin_biometric(start.request)
    code = world.biometrics.approve(parse_qs(urlsplit(address).query)["request_uri"][0], now, **changes)
    return start, queries.biometric_answer(code, redirect_uri=BACK, now=now)


@pytest.mark.usefixtures("db")
class TestSignature:
    @pytest.mark.clause("6-eds", "34")
    def test_a_good_one_makes_a_proof_and_everything_behind_it_is_kept(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        proof = queries.proof(proof_id)
        assert (proof.kind, proof.subject_id, proof.document_sha256) == (ProofKind.EDS, actor.id, sha256)
        kept = queries.evidence_of(proof_id)
        parts = {EvidencePart.CMS, EvidencePart.CERTIFICATES, EvidencePart.OCSP, EvidencePart.VERDICT}
        assert set(kept) == parts | {EvidencePart.STAMP_CERTIFICATES}
        verdict = json.loads(documents.content(kept[EvidencePart.VERDICT]))
        assert (verdict["ok"], verdict["status_by"], verdict["algorithm"]) == (True, "ocsp", "RSA")
        assert documents.content(kept[EvidencePart.CERTIFICATES]).count(b"BEGIN CERTIFICATE") == 2
        assert documents.content(kept[EvidencePart.CMS])[:1] == b"\x30"

    @pytest.mark.clause("6-eds", "34")
    @pytest.mark.usefixtures("world")
    @pytest.mark.parametrize("algorithm", Algorithm)
    def test_it_is_verifiable_when_its_authorities_are_gone(self, now: datetime, algorithm: Algorithm) -> None:
        """Years later the authority is retired, its file gone, nobody answers: what was kept is enough."""
        proof_id, _ = eds_proof(identities(now, algorithm), applicant(), now)
        Wiring.anchors = FakeAnchors()
        del Wiring.revocation, Wiring.timestamps
        found = queries.verify_again(proof_id)
        assert (found.ok, found.judged_at) == (True, now)
        assert queries.broken_signatures() == []

    @pytest.mark.clause("6-eds")
    def test_it_is_verifiable_again_years_later_from_what_was_kept(self, world: Identities, now: datetime) -> None:
        proof_id, _ = eds_proof(world, applicant(), now)
        world.at(now + timedelta(days=5 * 365)).authority.silent = True
        assert queries.verify_again(proof_id).ok

    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize(
        ("text", "person", "failure"),
        [(b"another text", WHO, eds.Failure.DIGEST_DIFFERS), (TEXT, OTHER, eds.Failure.IIN_DIFFERS)],
    )
    def test_a_wrong_one_uses_the_challenge_up_and_leaves_its_trace(
        self, world: Identities, now: datetime, text: bytes, person: Any, failure: eds.Failure
    ) -> None:
        actor = applicant()
        challenge_id = challenge(actor, now, document(actor.id, now))
        outcome = answer(actor, now, challenge_id, world.authority.sign(text, world.authority.leaf(holder_of(person))))
        assert (outcome.accepted, outcome.failed_check, outcome.proof_id) == (False, failure, None)
        assert outcome.message
        assert Signature.objects.get(challenge_id=challenge_id).failed_check == failure
        good = world.authority.sign(TEXT, world.authority.leaf(holder_of(WHO)))
        assert answer(actor, now, challenge_id, good).trouble is Trouble.SPENT
        assert not Proof.objects.exists()

    def test_a_revoked_certificate_is_refused_by_ocsp_and_by_the_list(self, world: Identities, now: datetime) -> None:
        pair = world.authority.leaf(holder_of(WHO))
        world.authority.standings[pair.certificate.serial_number] = Entry(Standing.REVOKED, now)
        for silent in (False, True):
            actor = applicant()
            challenge_id = challenge(actor, now, document(actor.id, now))
            cms = world.authority.sign(TEXT, pair)
            evidence = queries.gather_evidence(cms, now)
            if silent:
                evidence = replace(evidence, ocsp=None, crls=(world.authority.crl(b"") or b"",))
            outcome = actions.record_signature(actor, now, challenge_id=challenge_id, cms=cms, evidence=evidence)
            assert outcome.failed_check is eds.Failure.REVOKED

    def test_nobody_answering_is_no_proof(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        challenge_id = challenge(actor, now, document(actor.id, now))
        cms = world.authority.sign(TEXT, world.authority.leaf(holder_of(WHO)))
        world.authority.silent = True
        assert answer(actor, now, challenge_id, cms).failed_check is eds.Failure.STATUS_UNKNOWN

    @pytest.mark.clause("11-replay")
    def test_the_same_signature_counts_under_no_other_challenge(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        document_id = document(actor.id, now)
        cms = world.authority.sign(TEXT, world.authority.leaf(holder_of(WHO)))
        assert answer(actor, now, challenge(actor, now, document_id), cms).accepted
        again = answer(actor, now, challenge(actor, now, document_id), cms)
        assert (again.accepted, again.trouble, again.proof_id) == (False, Trouble.REPLAYED, None)

    @pytest.mark.clause("11-replay")
    def test_one_made_before_the_document_was_shown_is_refused(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        document_id = document(actor.id, now)
        cms = world.authority.sign(TEXT, world.authority.leaf(holder_of(WHO)))
        later = now + timedelta(hours=1)
        world.at(later)
        outcome = answer(actor, later, challenge(actor, later, document_id), cms)
        assert outcome.failed_check is eds.Failure.STAMP_TIME

    @pytest.mark.clause("11-replay")
    def test_a_challenge_is_not_answered_after_its_time(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        challenge_id = challenge(actor, now, document(actor.id, now))
        late = now + CHALLENGE_LIFETIME
        cms = world.at(late).authority.sign(TEXT, world.authority.leaf(holder_of(WHO)))
        assert answer(actor, late, challenge_id, cms).trouble is Trouble.EXPIRED

    def test_a_challenge_of_another_is_not_found(self, world: Identities, now: datetime) -> None:
        actor, stranger = applicant(), applicant()
        document_id = document(actor.id, now)
        challenge_id = challenge(actor, now, document_id)
        with pytest.raises(NotFound):
            answer(stranger, now, challenge_id, b"x")
        with pytest.raises(NotFound):
            challenge(stranger, now, document_id)
        with pytest.raises(NotFound):
            queries.challenge(worker(), new_id())

    def test_a_stamp_is_asked_for_when_the_signature_has_none(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        challenge_id = challenge(actor, now, document(actor.id, now))
        cms = world.authority.sign(TEXT, world.authority.leaf(holder_of(WHO)), stamped=False)
        outcome = answer(actor, now, challenge_id, cms)
        assert outcome.accepted
        assert EvidencePart.STAMP in queries.evidence_of(outcome.proof_id)
        assert queries.verify_again(outcome.proof_id).ok


def at_once(times: int, act: Callable[[], Any]) -> list[Any]:
    """The results of doing something in several threads at the same moment."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        barrier.wait()
        try:
            results.append(act())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.usefixtures("db")
class TestBiometric:
    @pytest.mark.clause("6-biometric", "34")
    def test_recognition_makes_a_proof_bound_to_the_document(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        start, told = visit(world, actor, now, photo=b"\xff\xd8\xff\xd9")
        outcome = actions.record_biometric(
            actor, now, session_id=start.session_id, state=start.request.state, answer=told
        )
        assert outcome.passed
        assert outcome.proof_id is not None
        proof = queries.proof(outcome.proof_id)
        assert (proof.kind, proof.operation, proof.document_sha256) == (ProofKind.BIOMETRIC, "register", "a" * 64)
        kept = queries.evidence_of(outcome.proof_id)
        assert documents.content(kept[EvidencePart.COID_RESULT]) == told.original
        assert documents.content(kept[EvidencePart.COID_PHOTO]) == told.photo

    @pytest.mark.clause("6-biometric")
    @pytest.mark.parametrize(
        ("changes", "failure"),
        [
            ({"success": False, "liveness_ppm": 10_000}, BiometricFailure.LIVENESS),
            ({"success": False, "similarity_ppm": 10_000}, BiometricFailure.OTHER_FACE),
            ({"iin": OTHER.iin}, BiometricFailure.OTHER_PERSON),
            ({"phone_confirmed": False}, BiometricFailure.PHONE_NOT_CONFIRMED),
            ({"success": False}, BiometricFailure.REFUSED),
            ({"success": False, "error_code": "2"}, BiometricFailure.NOT_IN_STATE_BASE),
            ({"nonce": "another"}, BiometricFailure.OTHER_SESSION),
            ({"transaction_id": ""}, BiometricFailure.REFUSED),
        ],
    )
    def test_anything_less_uses_the_session_up_and_proves_nothing(
        self, world: Identities, now: datetime, changes: dict[str, object], failure: BiometricFailure
    ) -> None:
        actor = applicant()
        start, told = visit(world, actor, now, **changes)
        arguments: dict[str, Any] = {"session_id": start.session_id, "state": start.request.state}
        outcome = actions.record_biometric(actor, now, answer=told, **arguments)
        assert (outcome.passed, outcome.failure, outcome.proof_id) == (False, failure, None)
        assert outcome.message
        good = replace(told, nonce=start.request.nonce, iin=WHO.iin, success=True, error_code="")
        assert actions.record_biometric(actor, now, answer=good, **arguments).failure is BiometricFailure.SPENT
        assert not Proof.objects.exists()

    @pytest.mark.clause("6-biometric")
    def test_an_old_recognition_is_refused(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        start, told = visit(world, actor, now, completed_at=now - timedelta(days=1))
        outcome = actions.record_biometric(
            actor, now, session_id=start.session_id, state=start.request.state, answer=told
        )
        assert outcome.failure is BiometricFailure.STALE

    @pytest.mark.clause("11-replay")
    def test_the_result_of_one_session_serves_no_other(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        first, told = visit(world, actor, now)
        second, _ = visit(world, actor, now)
        outcome = actions.record_biometric(
            actor, now, session_id=second.session_id, state=second.request.state, answer=told
        )
        assert outcome.failure is BiometricFailure.OTHER_SESSION
        # The same transaction of the centre, even under the right nonce, counts once.
        third, _ = visit(world, actor, now)
        done = actions.record_biometric(actor, now, session_id=first.session_id, state=first.request.state, answer=told)
        assert done.passed
        copied = replace(told, nonce=third.request.nonce)
        again = actions.record_biometric(
            actor, now, session_id=third.session_id, state=third.request.state, answer=copied
        )
        assert again.failure is BiometricFailure.REPLAYED

    @pytest.mark.clause("11-replay")
    def test_a_wrong_state_touches_nothing(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        start, told = visit(world, actor, now)
        wrong = actions.record_biometric(actor, now, session_id=start.session_id, state="x", answer=told)
        assert wrong.failure is BiometricFailure.OTHER_SESSION
        right = actions.record_biometric(
            actor, now, session_id=start.session_id, state=start.request.state, answer=told
        )
        assert right.passed

    def test_cancelling_and_lateness_are_told(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        start, _ = visit(world, actor, now)
        outcome = actions.record_biometric(
            actor, now, session_id=start.session_id, state=start.request.state, answer=None
        )
        assert outcome.failure is BiometricFailure.CANCELLED
        start, told = visit(world, actor, now)
        late = now + SESSION_LIFETIME
        outcome = actions.record_biometric(
            actor, late, session_id=start.session_id, state=start.request.state, answer=told
        )
        assert outcome.failure is BiometricFailure.EXPIRED

    def test_a_session_of_another_is_not_found(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        start, told = visit(world, actor, now)
        with pytest.raises(NotFound):
            actions.record_biometric(
                applicant(), now, session_id=start.session_id, state=start.request.state, answer=told
            )


def consume(proof_id: ProofId, actor: Actor, sha256: str, now: datetime, **changes: Any) -> Any:
    wanted = {"subject_id": actor.id, "operation": "register", "document_sha256": sha256, "kind": ProofKind.EDS}
    with transaction.atomic():
        return actions.consume_proof(proof_id, now=now, **(wanted | changes))


@pytest.mark.usefixtures("db")
class TestProof:
    @pytest.mark.clause("11-replay")
    def test_it_serves_once(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        assert consume(proof_id, actor, sha256, now).used_at == now
        with pytest.raises(ProofSpent):
            consume(proof_id, actor, sha256, now)

    @pytest.mark.clause("11-replay")
    @pytest.mark.parametrize(
        "changes",
        [
            {"subject_id": new_id()},
            {"operation": "sign_contract"},
            {"document_sha256": "b" * 64},
            {"document_sha256": ""},
            {"kind": ProofKind.BIOMETRIC},
        ],
    )
    def test_it_serves_nothing_it_was_not_made_for(
        self, world: Identities, now: datetime, changes: dict[str, Any]
    ) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        with pytest.raises(ProofUnfit):
            consume(proof_id, actor, sha256, now, **changes)
        assert not ProofUse.objects.exists()

    def test_it_grows_old(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        with pytest.raises(ProofUnfit):
            consume(proof_id, actor, sha256, now + PROOF_LIFETIME)
        with pytest.raises(ProofUnfit):
            consume(ProofId(new_id()), actor, sha256, now)

    def test_it_stays_unspent_when_the_operation_fails(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        with transaction.atomic():
            consume(proof_id, actor, sha256, now)
            transaction.set_rollback(True)
        assert consume(proof_id, actor, sha256, now)

    @pytest.mark.clause("11-replay")
    def test_the_application_cannot_unspend_it_in_the_database(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        consume(proof_id, actor, sha256, now)
        for statement in ("DELETE FROM identification_proofuse", "UPDATE identification_proof SET operation = 'x'"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.usefixtures("fresh_db")
class TestAtOnce:
    @pytest.mark.clause("11-replay")
    def test_of_two_answers_at_once_one_is_examined(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        challenge_id = challenge(actor, now, document(actor.id, now))
        cms = world.authority.sign(TEXT, world.authority.leaf(holder_of(WHO)))
        outcomes = at_once(4, lambda: answer(actor, now, challenge_id, cms))
        assert sorted(str(outcome.trouble) for outcome in outcomes) == ["None", "spent", "spent", "spent"]
        assert Proof.objects.count() == 1

    @pytest.mark.clause("11-replay")
    def test_of_many_at_once_one_is_served(self, world: Identities, now: datetime) -> None:
        actor = applicant()
        proof_id, sha256 = eds_proof(world, actor, now)
        results = at_once(4, lambda: consume(proof_id, actor, sha256, now))
        assert sum(isinstance(result, ProofSpent) for result in results) == 3
        assert ProofUse.objects.count() == 1
