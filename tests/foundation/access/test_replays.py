"""Everything that proves somebody is replayed once and refused once (clause 11-replay): one table of all of it.

Electronic signatures over documents, the payout's consent and approvals are replayed in the suites of their rooms.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pyotp
import pytest

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    accept_proof,
    begin_enrolment,
    begin_passkey_sign_in,
    bootstrap_staff,
    cancel_recovery,
    check_code,
    complete_enrolment,
    issue_code,
    recover_with_eds,
    sign_in_staff,
    sign_in_with_eds,
    sign_in_with_passkey,
)
from nesie.foundation.access.rules import (
    ChallengePurpose,
    CodeOutcome,
    CodePurpose,
    HolderKind,
    InvitationUnfit,
    SignInStatus,
)
from nesie.foundation.access.rules.proofs import ProofWrong
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification.rules import ProofSpent
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.refused import NotFound
from tests.authenticator import SITE
from tests.foundation.access.test_factors import client, with_passkey
from tests.foundation.access.test_recovery import PERSON, aigerim, asked, signed
from tests.given_access import PASSWORD, code_sent_to, staff_member, visitor
from tests.given_identification import identities
from tests.phones import Phone

Play = Callable[[], bool]  # True when it counted


def code(now: datetime, purpose: CodePurpose = CodePurpose.REGISTRATION) -> Play:
    actor, subject_id, phone = visitor(now), uuid4(), "+77770990031"
    issue_code(actor, now, purpose=purpose, subject_id=subject_id, phone=phone, language="ru")
    told = {"purpose": purpose, "subject_id": subject_id, "code": code_sent_to(phone)}
    return lambda: check_code(actor, now, **told) is CodeOutcome.ACCEPTED


def consent_to_payout(now: datetime) -> Play:
    return code(now, CodePurpose.CONSENT_TO_RECEIVE)


def app_code(now: datetime) -> Play:
    member = staff_member(now, Role.OPERATOR)
    totp = member.totp(now)

    def play() -> bool:
        done = sign_in_staff(visitor(now), now, login=member.login, password=PASSWORD, totp=totp)
        return done.status is SignInStatus.SIGNED_IN

    return play


def passkey(now: datetime) -> Play:
    device, guest = with_passkey(client(now), now), visitor(now)
    given = begin_passkey_sign_in(guest, now, site=SITE)
    assert given.challenge_id is not None
    told = {"challenge_id": given.challenge_id, "credential": device.sign(given.options), "site": SITE}
    return lambda: sign_in_with_passkey(guest, now, **told, kind=HolderKind.CLIENT).status is SignInStatus.SIGNED_IN


def signature_to_enter(now: datetime) -> Play:
    world = identities(now)
    aigerim(now)
    guest = visitor(now)
    given = asked(guest, now)
    answer = signed(world, given.text, now)
    return lambda: (
        sign_in_with_eds(guest, now, challenge_id=given.challenge_id, **answer).status is SignInStatus.SIGNED_IN
    )


def signature_to_recover(now: datetime) -> Play:
    world = identities(now)
    aigerim(now)
    guest = visitor(now)
    given = asked(guest, now, ChallengePurpose.EDS_RECOVERY)
    answer = signed(world, given.text, now)
    return lambda: recover_with_eds(guest, now, challenge_id=given.challenge_id, **answer).effective_at is not None


def link_that_stops(now: datetime) -> Play:
    world = identities(now)
    actor = aigerim(now)
    guest = visitor(now)
    given = asked(guest, now, ChallengePurpose.EDS_RECOVERY)
    recover_with_eds(guest, now, challenge_id=given.challenge_id, **signed(world, given.text, now))
    return lambda: _unless(NotFound, lambda: cancel_recovery(actor, now))


def invitation(now: datetime) -> Play:
    made = bootstrap_staff(worker(Channel.CLI), now, login="dana", name="Дана", roles=(Role.CASHIER,))
    secret = begin_enrolment(worker(Channel.CLI), now, invitation=made.invitation).secret
    told = {"invitation": made.invitation, "password": PASSWORD, "totp": pyotp.TOTP(secret).at(now)}
    return lambda: _unless(InvitationUnfit, lambda: complete_enrolment(visitor(now), now, **told))


def face(now: datetime) -> Play:
    world, actor = identities(now), Actor(uuid4(), frozenset({Role.CLIENT}), Channel.WEB)
    told: dict[str, Any] = {"subject_id": actor.id, "operation": "sign_contract", "document_sha256": "0" * 64}
    proof_id = world.biometric_proof(actor, now, **told, person=PERSON)
    return lambda: _unless(ProofSpent, lambda: identification.consume_proof(proof_id, **told, now=now))


def device_proof(now: datetime) -> Play:
    phone, address = Phone(), "https://nesie.example/api/v1/loans"
    proof = phone.proof("GET", address, now, nonce=queries.proof_nonces(now)[0])
    told = {"method": "GET", "address": address, "body": b"", "token": ""}
    return lambda: _unless(ProofWrong, lambda: accept_proof(proof, now, **told))


def _unless(refusal: type[Exception], act: Callable[[], object]) -> bool:
    try:
        act()
    except refusal:
        return False
    return True


PROOFS = (
    code, consent_to_payout, app_code, passkey, signature_to_enter, signature_to_recover, link_that_stops, invitation,
    face, device_proof,
)  # fmt: skip


@pytest.mark.clause("11-replay")
@pytest.mark.parametrize("proof", PROOFS, ids=[one.__name__ for one in PROOFS])
def test_once_and_not_twice(db: None, now: datetime, proof: Callable[[datetime], Play]) -> None:
    play = proof(now)
    assert play(), "the first time it counts"
    assert not play()
    assert not play()
