"""Sign-in by electronic signature, and the way back in: proven, told of, delayed, stoppable (clause 6-access)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    ask_eds,
    begin_recovery,
    begin_recovery_biometric,
    cancel_recovery,
    open_session,
    recover_with_coid,
    recover_with_eds,
    send_recovery_code,
    send_sign_in_code,
    sign_in_client,
    sign_in_with_eds,
)
from nesie.foundation.access.actions._lock_out import count_source_failure
from nesie.foundation.access.models import Recovery
from nesie.foundation.access.rules import (
    OPERATION,
    ChallengePurpose,
    EdsAsked,
    HolderKind,
    RecoveryOutcome,
    RecoveryStatus,
    SessionKind,
    SignInStatus,
)
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification import queries as identities
from nesie.foundation.identification.rules import ProofSpent, eds
from nesie.foundation.notices import queries as notices
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients.queries import registration
from nesie.kernel.actor import Actor, Channel, Origin
from nesie.kernel.ids import RegistrationId
from nesie.kernel.refused import NotFound
from nesie.simulators.people import by_key
from nesie.simulators.pki.authority import AUTHENTICATION, SIGNING, Profile
from tests.foundation.access.test_factors import by_passkey, client, with_app, with_passkey
from tests.given_access import PASSWORD, code_sent_to, texts_to, visitor
from tests.given_identification import Identities, holder_of
from tests.given_identification import identities as wired

PERSON, OTHER = by_key("aigerim"), by_key("daniyar")
PHONE = "+77770990001"
DELAY = timedelta(hours=24)


@pytest.fixture
def world(db: None, now: datetime) -> Identities:
    return wired(now)


def _own(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


def aigerim(now: datetime) -> Actor:
    """A signed-in client with an IIN."""
    actor = client(now)
    claim_index(_own(actor), IndexedField.IIN, PERSON.iin)
    return actor


def signed(world: Identities, text: bytes, now: datetime, person: object = PERSON, profile: Profile = AUTHENTICATION):
    """The text signed in NCALayer, and what the authorities say of it."""
    pair = world.at(now).authority.leaf(holder_of(person), profile)  # type: ignore[arg-type]  # a demo person
    cms = world.authority.sign(text, pair, stamped=False)
    return {"cms": cms, "evidence": identities.gather_evidence(cms, now, stamp=False)}


def asked(guest: Actor, now: datetime, purpose: ChallengePurpose = ChallengePurpose.EDS_SIGN_IN) -> EdsAsked:
    return ask_eds(guest, now, purpose=purpose)


@pytest.mark.clause("6-access", "11-replay")
def test_a_signature_with_the_key_for_sign_in_opens_a_session_once(world: Identities, now: datetime) -> None:
    actor, guest = aigerim(now), visitor(now)
    given = asked(guest, now)
    answer = signed(world, given.text, now)
    entry = {"purpose": ChallengePurpose.EDS_SIGN_IN, "challenge_id": given.challenge_id, "cms": answer["cms"]}
    assert queries.entry_evidence(guest, now, **entry).ocsp is not None
    assert queries.entry_evidence(visitor(now), now, **entry) == eds.Evidence(), "nor about another session's"
    cafe = replace(guest, origin=Origin("198.51.100.9", "", ""))
    for _ in range(queries.policy().source_lock_out.attempts):
        count_source_failure(cafe.origin, now)
    assert queries.entry_evidence(cafe, now, **entry) == eds.Evidence(), "nor for a locked network"
    done = sign_in_with_eds(guest, now, challenge_id=given.challenge_id, **answer)
    assert (done.status, done.subject_id) == (SignInStatus.SIGNED_IN, actor.id)
    assert queries.entry_evidence(guest, now, **entry) == eds.Evidence(), "nobody is asked about a spent one"
    again = sign_in_with_eds(guest, now, challenge_id=given.challenge_id, **answer)
    assert again.status is SignInStatus.WRONG, "the challenge is spent"
    fresh = asked(guest, now)
    replayed = sign_in_with_eds(guest, now, challenge_id=fresh.challenge_id, **answer)
    assert replayed.status is SignInStatus.WRONG, "another text"


@pytest.mark.clause("6-access", "11-replay")
def test_only_the_key_for_sign_in_of_a_client_in_this_session_counts(world: Identities, now: datetime) -> None:
    aigerim(now)

    def tried(**other: object) -> SignInStatus:
        guest = visitor(now)
        given = asked(guest, now)
        answer = signed(world, given.text, now, **other)  # type: ignore[arg-type]  # person, profile
        return sign_in_with_eds(guest, now, challenge_id=given.challenge_id, **answer).status

    assert tried() is SignInStatus.SIGNED_IN
    assert tried(profile=SIGNING) is SignInStatus.WRONG, "the key for documents"
    assert tried(person=OTHER) is SignInStatus.WRONG, "whoever is no client"
    guest, given = visitor(now), asked(visitor(now), now)
    answer = signed(world, given.text, now)
    assert sign_in_with_eds(guest, now, challenge_id=given.challenge_id, **answer).status is SignInStatus.WRONG
    recovery = asked(guest, now, ChallengePurpose.EDS_RECOVERY)
    answer = signed(world, recovery.text, now)
    done = sign_in_with_eds(guest, now, challenge_id=recovery.challenge_id, **answer)
    assert done.status is SignInStatus.WRONG, "asked for a recovery"
    assert given.text.startswith(b"NESIE-ENTRY/1\nact: eds_sign_in\n")
    assert not given.text.startswith(b"%PDF")


@pytest.mark.clause("6-access", "25.9")
def test_by_eds_all_that_is_lost_is_off_after_the_delay_and_not_before(world: Identities, now: datetime) -> None:
    actor, guest = aigerim(now), visitor(now)
    with_app(actor, now)
    device = with_passkey(actor, now)
    given = asked(guest, now, ChallengePurpose.EDS_RECOVERY)
    answer = signed(world, given.text, now)
    begun = recover_with_eds(guest, now, challenge_id=given.challenge_id, **answer)
    assert (begun.outcome, begun.effective_at) == (RecoveryOutcome.BEGUN, now + DELAY)
    assert recover_with_eds(guest, now, challenge_id=given.challenge_id, **answer).outcome is RecoveryOutcome.WRONG
    assert queries.recovery_waits_until(actor) == now + DELAY
    assert "recovery_waiting" in {notice.template for notice in notices.inbox(_own(actor))}
    early = now + DELAY - timedelta(minutes=1)
    after = now + DELAY
    for moment in (early, after):
        thief = visitor(moment)  # has the SIM card
        send_sign_in_code(thief, moment, phone=PHONE, language="ru")
        done = sign_in_client(thief, moment, phone=PHONE, code=code_sent_to(PHONE))
        assert done.status is SignInStatus.WRONG, "the app is asked until its owner has come by signature"
    assert by_passkey(device, after, HolderKind.CLIENT).status is SignInStatus.WRONG
    assert queries.factors(actor).has_totp
    owner = visitor(after)
    given = asked(owner, after)
    done = sign_in_with_eds(owner, after, challenge_id=given.challenge_id, **signed(world, given.text, after))
    assert (done.status, done.recovered) == (SignInStatus.SIGNED_IN, True)
    assert by_passkey(device, after, HolderKind.CLIENT).status is SignInStatus.WRONG
    assert sign_in_client(visitor(after), after, phone=PHONE, password=PASSWORD).status is SignInStatus.WRONG
    fresh = queries.actor_of(done.session_key, after)
    assert fresh is not None
    found = queries.factors(fresh)
    assert (found.has_password, found.has_totp, found.passkeys) == (False, False, ())


@pytest.mark.clause("6-access")
@pytest.mark.parametrize("by", ["password", "passkey"])
def test_what_was_lost_is_off_from_the_end_of_the_delay_whoever_comes_first(
    world: Identities, now: datetime, by: str
) -> None:
    actor, guest, after = aigerim(now), visitor(now), now + DELAY
    device = with_passkey(actor, now)
    given = asked(guest, now, ChallengePurpose.EDS_RECOVERY)
    recover_with_eds(guest, now, challenge_id=given.challenge_id, **signed(world, given.text, now))

    def tried(moment: datetime) -> SignInStatus:
        if by == "passkey":
            return by_passkey(device, moment, HolderKind.CLIENT).status
        return sign_in_client(visitor(moment), moment, phone=PHONE, password=PASSWORD).status

    assert tried(after - timedelta(minutes=1)) is SignInStatus.SIGNED_IN
    assert tried(after) is SignInStatus.WRONG, "the thief of it comes before its owner has signed in"
    assert Recovery.objects.get().status == RecoveryStatus.WAITING, "the owner's signature alone brings it about"


@pytest.mark.clause("6-access", "11-replay")
def test_the_client_stops_what_is_not_theirs(world: Identities, now: datetime) -> None:
    actor, guest = aigerim(now), visitor(now)
    with_app(actor, now)
    given = asked(guest, now, ChallengePurpose.EDS_RECOVERY)
    recover_with_eds(guest, now, challenge_id=given.challenge_id, **signed(world, given.text, now))
    with pytest.raises(NotFound):
        cancel_recovery(visitor(now), now)
    with pytest.raises(NotFound):
        cancel_recovery(visitor(now), now, secret="guessed")
    cancel_recovery(actor, now)
    with pytest.raises(NotFound):
        cancel_recovery(actor, now)
    assert Recovery.objects.get().status == RecoveryStatus.CANCELLED
    after = now + DELAY
    person = visitor(after)
    send_sign_in_code(person, after, phone=PHONE, language="ru")
    assert sign_in_client(person, after, phone=PHONE, code=code_sent_to(PHONE)).status is SignInStatus.WRONG


@pytest.mark.clause("6-access")
def test_a_stolen_sim_card_gets_no_further_than_the_centre(world: Identities, now: datetime) -> None:
    """The session of a recovery is for nothing of the client's: the id it bears is the recovery's own."""
    aigerim(now)
    thief = visitor(now)
    send_recovery_code(thief, now, phone=PHONE, language="ru")
    code = code_sent_to(PHONE)
    assert begin_recovery(visitor(now), now, phone=PHONE, code=code).outcome is RecoveryOutcome.WRONG, "elsewhere"
    begun = begin_recovery(thief, now, phone=PHONE, code=code)
    assert begin_recovery(thief, now, phone=PHONE, code=code).outcome is RecoveryOutcome.WRONG, "once"
    session = queries.actor_of(begun.session_key, now)
    assert session is not None
    with pytest.raises(NotFound):
        registration(session, RegistrationId(_own(session)))
    with pytest.raises(NotFound):
        begin_recovery_biometric(visitor(now), now, redirect_uri="https://nesie.example/back")
    stranger = visitor(now)
    send_recovery_code(stranger, now, phone="+77770990009", language="ru")
    assert texts_to("+77770990009") == []
    assert begin_recovery(stranger, now, phone="+77770990009", code="12345x").outcome is RecoveryOutcome.WRONG


@pytest.mark.clause("6-access", "11-replay")
def test_by_code_and_face_and_the_proof_serves_once(world: Identities, now: datetime) -> None:
    actor, after = aigerim(now), now + DELAY
    with_app(actor, now)
    key = open_session(SessionKind.RECOVERY, now, channel=Channel.WEB, subject_id=_recovery(now, actor).id)
    session = queries.actor_of(key, now)
    assert session is not None
    proof = {"subject_id": _own(session), "document_sha256": "", "person": PERSON}
    proof_id = world.biometric_proof(session, now, operation=OPERATION, **proof)
    done = recover_with_coid(session, now, proof_id=proof_id)
    assert (done.outcome, done.effective_at) == (RecoveryOutcome.BEGUN, now + DELAY)
    assert queries.actor_of(key, now) is None, "the session of the recovery is over"
    with pytest.raises(NotFound):
        recover_with_coid(session, now, proof_id=proof_id)
    with pytest.raises(ProofSpent):
        identification.consume_proof(
            proof_id, subject_id=_own(session), operation=OPERATION, document_sha256="", now=now
        )
    person = visitor(after)
    send_sign_in_code(person, after, phone=PHONE, language="ru")
    entered = sign_in_client(person, after, phone=PHONE, code=code_sent_to(PHONE))
    assert (entered.status, entered.recovered) == (SignInStatus.SIGNED_IN, True), "the app is off"


def _recovery(now: datetime, actor: Actor) -> Recovery:
    guest = visitor(now)
    send_recovery_code(guest, now, phone=PHONE, language="ru")
    begin_recovery(guest, now, phone=PHONE, code=code_sent_to(PHONE))
    return Recovery.objects.get(client_id=actor.id)
