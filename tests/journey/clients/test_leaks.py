"""After a leak nothing goes on before the face is shown again and the phone is the client's own (clause 36)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.access import queries as access
from nesie.foundation.access.actions import open_session
from nesie.foundation.access.rules import SessionKind
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.identification.adapters.carrier import StandingCarrier
from nesie.foundation.identification.adapters.fake import FakeBusinesses, FakePhones
from nesie.foundation.identification.rules import ProofSpent, ProofUnfit
from nesie.foundation.identification.rules.standing import PHONE_OWNER_KIND, PhoneOwner
from nesie.journey.clients import queries
from nesie.journey.clients.actions import (
    add_account,
    agree_to_details_change,
    apply_details_change,
    confirm_new_phone,
    flag_leak,
    propose_phone_change,
    record_phone_owner,
    renew_identification,
)
from nesie.journey.clients.models import Leak
from nesie.journey.clients.rules import (
    CHANGE_OPERATION,
    RENEWAL,
    IdentificationDue,
    LeakGround,
    LeakKnown,
    PhoneCheckDue,
    PhoneNotOwn,
)
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import ClientId, ProofId
from nesie.kernel.refused import NotFound
from tests.given_access import code_sent_to, staff_member, texts_to
from tests.given_clients import AIGERIM, DANIYAR, registered_client
from tests.given_identification import Identities, identities

NEW_PHONE = "+77770990096"


def flagged(now: datetime, who: Actor, login: str = "compliance") -> None:
    """The flag, by a compliance officer."""
    officer = staff_member(now, Role.COMPLIANCE_OFFICER, login=login).actor(Role.COMPLIANCE_OFFICER)
    flag_leak(officer, now, client_id=ClientId(who.id), ground=LeakGround.STATE_BODY)


def signed_in(who: Actor, now: datetime) -> Actor:
    """The client again, after every session was ended."""
    key = open_session(SessionKind.CLIENT, now, channel=Channel.WEB, subject_id=who.id)
    actor = access.actor_of(key, now)
    assert actor is not None
    return actor


def face(world: Identities, actor: Actor, now: datetime, **changes: Any) -> ProofId:
    """A biometric proof for the open leak."""
    leak = queries.open_leak(actor.id)
    assert leak is not None
    about = {"subject_id": actor.id, "operation": RENEWAL, "document_sha256": leak.sha256, "person": AIGERIM}
    return world.biometric_proof(actor, now, **(about | changes))


def base_answers(now: datetime, **phones: str) -> list[PhoneOwner | None]:
    """The base of phones, with these numbers by IIN, answers what it was asked."""
    carrier = StandingCarrier(FakePhones(**{f"iin{iin}": phone for iin, phone in phones.items()}), FakeBusinesses())
    for message_id in exchange.due(now, now):
        if exchange.parcel(message_id).kind == PHONE_OWNER_KIND:
            deliver(message_id, carrier, clock=lambda: now, machine=lambda: now)
    return [record_phone_owner(worker(), now, message_id=one) for one in queries.phone_answers(10)]


@pytest.fixture
def world(db, now: datetime) -> Identities:
    return identities(now)


@pytest.fixture
def client(world: Identities, now: datetime) -> Actor:
    return registered_client(now, world=world)


@pytest.mark.clause("36.1")
@pytest.mark.clause("36.2")
def test_after_a_leak_face_and_phone_come_before_any_operation(world, client: Actor, now: datetime) -> None:
    flagged(now, client)
    assert access.sessions(client, now) == []
    assert any("биометри" in text for text in texts_to(AIGERIM.phone)), "the client is told"
    client = signed_in(client, now)
    leak = queries.open_leak(client.id)
    assert leak is not None
    with pytest.raises(IdentificationDue):
        add_account(client, now, iban=AIGERIM.iban)
    with pytest.raises(IdentificationDue):
        propose_phone_change(client, now, phone=NEW_PHONE)
    with pytest.raises(IdentificationDue):
        queries.check_operations(ClientId(client.id))
    proof = face(world, client, now)
    renew_identification(client, now, leak_id=leak.id, biometric_proof_id=proof)
    with pytest.raises(PhoneCheckDue):
        add_account(client, now, iban=AIGERIM.iban)
    assert base_answers(now, **{AIGERIM.iin: AIGERIM.phone}) == [PhoneOwner.OWN]
    add_account(client, now, iban=AIGERIM.iban)
    assert queries.open_leak(client.id) is None
    assert Leak.objects.get().closed_at == now


@pytest.mark.clause("36.1")
@pytest.mark.clause("11-replay")
def test_only_a_face_shown_for_this_very_leak_counts(world, client: Actor, now: datetime) -> None:
    flagged(now, client)
    client = signed_in(client, now)
    leak = queries.open_leak(client.id)
    assert leak is not None
    for changes in ({"operation": "register"}, {"document_sha256": "0" * 64}):
        with pytest.raises(ProofUnfit):
            renew_identification(client, now, leak_id=leak.id, biometric_proof_id=face(world, client, now, **changes))
    stranger = registered_client(now + timedelta(minutes=1), DANIYAR, world)
    with pytest.raises(NotFound):
        renew_identification(stranger, now, leak_id=leak.id, biometric_proof_id=face(world, client, now))
    proof = face(world, client, now)
    renew_identification(client, now, leak_id=leak.id, biometric_proof_id=proof)
    base_answers(now, **{AIGERIM.iin: AIGERIM.phone})
    flagged_again = now + timedelta(days=1)
    officer = staff_member(now, Role.RISK_OFFICER, login="risk").actor(Role.RISK_OFFICER)
    flag_leak(officer, flagged_again, client_id=ClientId(client.id), ground=LeakGround.OPEN_SOURCE)
    client, second = signed_in(client, flagged_again), queries.open_leak(client.id)
    assert second is not None
    with pytest.raises((ProofSpent, ProofUnfit)):
        renew_identification(client, flagged_again, leak_id=second.id, biometric_proof_id=proof)


@pytest.mark.clause("36.2")
def test_a_number_of_somebody_else_must_be_changed_first(world, client: Actor, now: datetime) -> None:
    flagged(now, client)
    client = signed_in(client, now)
    leak = queries.open_leak(client.id)
    assert leak is not None
    renew_identification(client, now, leak_id=leak.id, biometric_proof_id=face(world, client, now))
    assert base_answers(now, **{AIGERIM.iin: NEW_PHONE}) == [PhoneOwner.NOT_OWN]
    with pytest.raises(PhoneNotOwn):
        add_account(client, now, iban=AIGERIM.iban)
    drafted = propose_phone_change(client, now, phone=NEW_PHONE)
    confirm_new_phone(client, now, change_id=drafted.change_id, code=code_sent_to(NEW_PHONE))
    about: dict[str, Any] = {"subject_id": client.id, "operation": CHANGE_OPERATION, "person": AIGERIM}
    at = agree_to_details_change(
        client,
        now,
        change_id=drafted.change_id,
        biometric_proof_id=world.biometric_proof(client, now, document_sha256=drafted.sha256, **about),
        eds_proof_id=world.eds_proof(client, now, document_id=drafted.document_id, **about),
        document_sha256=drafted.sha256,
    )
    apply_details_change(worker(), at, change_id=drafted.change_id)
    assert base_answers(at, **{AIGERIM.iin: NEW_PHONE}) == [PhoneOwner.OWN]
    add_account(signed_in(client, at), at, iban=AIGERIM.iban)


def test_one_flag_at_a_time_and_only_by_those_whose_duty_it_is(world, client: Actor, now: datetime) -> None:
    flagged(now, client)
    with pytest.raises(LeakKnown):
        flagged(now, client, login="another")
    operator = staff_member(now, Role.OPERATOR, login="operator").actor(Role.OPERATOR)
    with pytest.raises(NotPermitted):
        flag_leak(operator, now, client_id=ClientId(client.id), ground=LeakGround.OWN_FINDING)
