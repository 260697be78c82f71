"""Contracts that are not concluded.

Daniyar, a client since last week, has chosen a schedule and reads his contract. What he then does is not enough: the
signature is over other bytes, or by another's key; he signs but shows no face, or shows his face but does not sign; the
proofs are of another contract, or were used before; he never consented. The contract stays a draft, however often it is
tried, and no money moves. At last he does it properly, and it is concluded.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from nesie.entrypoints.story.walk import COME_BACK, SIGN, Walk
from nesie.foundation.audit import queries as audit
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification import queries as identities
from nesie.foundation.identification.gateways import Refusal
from nesie.foundation.identification.rules import ProofSpent, ProofUnfit, Trouble
from nesie.foundation.identification.rules.eds import Failure
from nesie.foundation.identification.rules.persons import BiometricFailure
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ConsentNotGiven, ContractStatus, Drafted, NotTheDraftShown, SignOutcome
from nesie.kernel.ids import ProofId
from nesie.kernel.money import Money
from tests.stories.world import World


def is_a_draft(world: World, walk: Walk, made: Drafted) -> None:
    """Nothing was concluded."""
    found = contracts.contract(walk.actor, made.contract_id, world.now)
    assert (found.status, found.signature) == (ContractStatus.DRAFTED, None)


def proof_of(outcome: object) -> ProofId:
    """A proof that was made."""
    proof_id = outcome.proof_id  # type: ignore[attr-defined]  # either outcome
    assert proof_id is not None, outcome
    return ProofId(proof_id)


@pytest.mark.clause("9-conclude")
def test_a_signature_over_other_bytes_or_by_another_makes_no_proof(world: World) -> None:
    daniyar = world.daniyar()
    made = world.drafted(daniyar)
    daniyar.consent_to_conclude(made.contract_id)
    face = proof_of(daniyar.show_face(made.sign_sha256))
    for mode, failed in (("tampered", Failure.DIGEST_DIFFERS), ("wrong_iin", Failure.IIN_DIFFERS)):
        world.tell("ncalayer", "/mode", mode=mode, times=1)
        signed = daniyar.sign_document(made.sign_document_id)
        assert (signed.accepted, signed.proof_id, signed.failed_check) == (False, None, failed)
    with pytest.raises(ProofUnfit):
        daniyar.conclude(made, face, face)
    is_a_draft(world, daniyar, made)
    examined = audit.newest(act="record_signature", outcome="done")
    assert [record.result["accepted"] for record in examined[:2]] == [False, False], "each try left its trace"


@pytest.mark.clause("9-conclude")
def test_neither_the_signature_nor_the_face_is_enough_alone(world: World) -> None:
    daniyar = world.daniyar()
    made = world.drafted(daniyar)
    daniyar.consent_to_conclude(made.contract_id)
    eds = proof_of(daniyar.sign_document(made.sign_document_id))
    face = proof_of(daniyar.show_face(made.sign_sha256))
    for first, second in ((eds, eds), (face, face), (face, eds)):
        with pytest.raises((ProofUnfit, ProofSpent)):
            daniyar.conclude(made, first, second)
    is_a_draft(world, daniyar, made)
    assert identities.proof(eds).used_at is None, "a refused try spends nothing"
    assert daniyar.conclude(made, eds, face).outcome is SignOutcome.SIGNED
    assert identities.proof(eds).used_at == world.now


@pytest.mark.clause("9-conclude")
@pytest.mark.clause("11-replay")
def test_both_proofs_are_bound_to_this_very_document_and_serve_once(world: World) -> None:
    """Those of a first contract do not serve a second one, signed or unsigned; nor do those of another document."""
    daniyar = world.daniyar()
    first = world.drafted(daniyar, Money.tenge(150_000))
    daniyar.consent_to_conclude(first.contract_id)
    eds = proof_of(daniyar.sign_document(first.sign_document_id))
    face = proof_of(daniyar.show_face(first.sign_sha256))
    assert daniyar.conclude(first, eds, face).outcome is SignOutcome.SIGNED

    world.after(timedelta(minutes=10))
    second = world.drafted(daniyar, Money.tenge(150_000))
    assert second.sign_sha256 != first.sign_sha256
    daniyar.consent_to_conclude(second.contract_id)
    with pytest.raises(ProofSpent):
        daniyar.conclude(second, eds, face)
    of_the_consent = proof_of(daniyar.sign_document(second.consent_document_id))
    right_face = proof_of(daniyar.show_face(second.sign_sha256))
    wrong_face = proof_of(daniyar.show_face(first.sign_sha256))
    right = proof_of(daniyar.sign_document(second.sign_document_id))
    with pytest.raises(ProofUnfit):
        daniyar.conclude(second, of_the_consent, right_face)
    with pytest.raises(ProofUnfit):
        daniyar.conclude(second, right, wrong_face)
    is_a_draft(world, daniyar, second)
    assert daniyar.conclude(second, right, right_face).outcome is SignOutcome.SIGNED


@pytest.mark.clause("11-replay")
def test_a_signature_and_a_visit_are_taken_once(world: World) -> None:
    """The same CMS to a new question, an answered question again, the centre's code again: nothing of it counts."""
    daniyar = world.daniyar()
    made = world.drafted(daniyar)
    challenges = [question(world, daniyar, made) for _ in range(2)]
    cms = daniyar.hands.sign(documents.content(made.sign_document_id))
    evidence = identities.gather_evidence(cms, world.now)

    def hand_in(challenge: object) -> object:
        return identification.record_signature(
            daniyar.actor,
            world.now,
            challenge_id=challenge,
            cms=cms,
            evidence=evidence,  # type: ignore[arg-type]
        ).trouble

    assert [hand_in(challenges[0]), hand_in(challenges[0]), hand_in(challenges[1])] == [
        None,
        Trouble.SPENT,
        Trouble.REPLAYED,
    ]

    start = identification.start_biometric(
        daniyar.actor, world.now, subject_id=daniyar.client_id, operation=SIGN, document_sha256=made.sign_sha256,
        iin=world.people["daniyar"]["iin"], phone=world.people["daniyar"]["phone"], redirect_uri=COME_BACK,
    )  # fmt: skip
    back = daniyar.hands.look(identities.begin_biometric(start.request))
    answer = identities.biometric_answer(back.code, redirect_uri=COME_BACK, now=world.now)
    outcomes = [
        identification.record_biometric(
            daniyar.actor, world.now, session_id=start.session_id, state=back.state, answer=answer
        )
        for _ in range(2)
    ]
    assert [outcome.failure for outcome in outcomes] == [None, BiometricFailure.SPENT]
    with pytest.raises(Refusal):
        identities.biometric_answer(back.code, redirect_uri=COME_BACK, now=world.now)


def question(world: World, walk: Walk, made: Drafted) -> object:
    """A challenge for the contract's text."""
    return identification.request_signature(
        walk.actor, world.now, subject_id=walk.client_id, operation=SIGN,
        document_id=made.sign_document_id, iin=world.people["daniyar"]["iin"],
    )  # fmt: skip


def test_the_consent_to_conclude_comes_first_and_the_hash_must_be_the_texts(world: World) -> None:
    daniyar = world.daniyar()
    made = world.drafted(daniyar)
    eds = proof_of(daniyar.sign_document(made.sign_document_id))
    face = proof_of(daniyar.show_face(made.sign_sha256))
    with pytest.raises(ConsentNotGiven):
        daniyar.conclude(made, eds, face)
    assert daniyar.consent_to_conclude(made.contract_id).given
    other = Drafted(
        made.contract_id,
        made.document_kk_id,
        made.document_ru_id,
        made.sign_document_id,
        "0" * 64,
        made.consent_document_id,
    )
    with pytest.raises(NotTheDraftShown):
        daniyar.conclude(other, eds, face)
    is_a_draft(world, daniyar, made)
    assert daniyar.conclude(made, eds, face).outcome is SignOutcome.SIGNED
