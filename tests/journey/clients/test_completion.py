"""Nobody becomes a client without both proofs, and what a client is cannot be changed behind the scenes."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, transaction

from nesie.foundation.access import queries as access
from nesie.foundation.access.actions import send_sign_in_code, sign_in_client
from nesie.foundation.access.rules import SignInStatus
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.identification import queries as identification
from nesie.foundation.identification.rules import ProofSpent, ProofUnfit
from nesie.journey.clients import queries
from nesie.journey.clients.actions import (
    begin_biometric_step,
    begin_eds_step,
    block_client,
    complete_registration,
    confirm_phone,
    prepare_statement,
    record_biometric_step,
    record_eds_step,
    save_document,
    start_registration,
)
from nesie.journey.clients.models import Client, ClientIin, Registration
from nesie.journey.clients.rules import (
    AlreadyRegistered,
    BlockGround,
    ClientStatus,
    DocumentKind,
    PhoneOutcome,
    RegistrationClosed,
    RegistrationStatus,
    SameStatus,
    Step,
    StepNotReached,
)
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import ClientId, new_id
from nesie.kernel.refused import NotFound
from nesie.simulators.people import PEOPLE
from tests.given_access import code_sent_to, staff_member, visitor
from tests.given_clients import (
    AIGERIM,
    DANIYAR,
    applicant,
    biometric_proof,
    checked,
    eds_proof,
    enter,
    own_id,
    proven,
    record_of,
    registered,
    registered_client,
    state_check,
)
from tests.given_identification import identities

SECOND = timedelta(seconds=1)


@pytest.mark.clause("6-biometric", "6-eds", "6-verify-i")
def test_with_both_proofs_the_applicant_becomes_a_client(db, now: datetime) -> None:
    done = registered(now)
    actor = access.actor_of(done.session_key, now)
    assert actor is not None
    assert (actor.id, actor.roles) == (done.client_id, frozenset({Role.CLIENT}))
    view = queries.client(actor, done.client_id)
    assert (view.full_name, view.iin, view.phone) == (AIGERIM.full_name, AIGERIM.iin, AIGERIM.phone)
    assert (view.birth_on, view.sex, view.status) == (AIGERIM.birth_on, "female", ClientStatus.ACTIVE)
    assert view.document_valid_until == AIGERIM.document_valid_until
    row = Registration.objects.get(id=done.client_id)
    assert row.status == RegistrationStatus.COMPLETED
    assert (row.iin, row.phone, row.surname) == (None, "", ""), "the draft is forgotten"
    assert all(proof.used_at == now for proof in identification.proofs_of(done.client_id))


@pytest.mark.clause("6-biometric", "6-eds")
def test_either_proof_alone_is_refused(db, now: datetime) -> None:
    world = identities(now)
    actor, view = checked(now)
    finish = {"registration_id": view.id}
    with pytest.raises(StepNotReached) as refused:
        complete_registration(actor, now, **finish)
    assert refused.value.field == "biometric"
    signature = eds_proof(world, actor, now)
    with pytest.raises(StepNotReached):
        record_eds_step(actor, now, **finish, proof_id=signature)
    with pytest.raises(ProofUnfit):
        record_biometric_step(actor, now, **finish, proof_id=signature)
    record_biometric_step(actor, now, **finish, proof_id=biometric_proof(world, actor, now))
    with pytest.raises(StepNotReached) as refused:
        complete_registration(actor, now, **finish)
    assert refused.value.field == "eds"
    with pytest.raises(ProofUnfit):
        record_eds_step(actor, now, **finish, proof_id=biometric_proof(world, actor, now))
    assert not Client.objects.exists()


@pytest.mark.clause("6-biometric", "6-eds")
def test_the_database_itself_refuses_a_completion_without_proofs(db, now: datetime) -> None:
    _, view = checked(now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Registration.objects.filter(id=view.id).update(status="completed")


@pytest.mark.clause("6-eds", "11-replay")
def test_proofs_of_another_statement_or_person_do_not_serve(db, now: datetime) -> None:
    world = identities(now)
    actor, view = checked(now)
    old_face, old_hand = biometric_proof(world, actor, now), eds_proof(world, actor, now)
    prepare_statement(actor, now + SECOND, registration_id=view.id, language="ru")
    with pytest.raises(ProofUnfit):
        record_biometric_step(actor, now + SECOND, registration_id=view.id, proof_id=old_face)
    proven(world, actor, now + SECOND)
    with pytest.raises(ProofUnfit):
        record_eds_step(actor, now + SECOND, registration_id=view.id, proof_id=old_hand)
    his, his_view = checked(now, DANIYAR)
    with pytest.raises(ProofUnfit):
        record_biometric_step(his, now, registration_id=his_view.id, proof_id=old_face)
    with pytest.raises(ProofUnfit):
        record_biometric_step(his, now, registration_id=his_view.id, proof_id=new_id())


@pytest.mark.clause("11-replay")
def test_a_registration_completes_once(db, now: datetime) -> None:
    world = identities(now)
    actor, view = checked(now)
    proven(world, actor, now)
    complete_registration(actor, now, registration_id=view.id)
    with pytest.raises(RegistrationClosed):
        complete_registration(actor, now, registration_id=view.id)
    with pytest.raises(RegistrationClosed):
        prepare_statement(actor, now, registration_id=view.id)


@pytest.mark.clause("11-replay")
def test_a_spent_proof_completes_nothing(db, now: datetime) -> None:
    from nesie.foundation.identification.actions import consume_proof

    world = identities(now)
    actor, view = checked(now)
    proven(world, actor, now)
    proof_id = Registration.objects.get(id=view.id).eds_proof_id
    assert proof_id is not None
    consume_proof(proof_id, subject_id=view.id, operation="register", document_sha256=view.statement_sha256, now=now)
    with pytest.raises(ProofSpent):
        complete_registration(actor, now, registration_id=view.id)
    assert not Client.objects.exists()
    assert AuditRecord.objects.filter(act="complete_registration", outcome="refused").count() == 1


def test_changing_data_after_the_proofs_voids_them(db, now: datetime) -> None:
    world = identities(now)
    actor, view = checked(now)
    proven(world, actor, now)
    save_document(
        actor,
        now,
        registration_id=view.id,
        kind=DocumentKind.PASSPORT,
        number="N1234567",
        valid_until=AIGERIM.document_valid_until,
    )
    assert queries.registration(actor, view.id).progress.next_step is Step.STATE_CHECK
    with pytest.raises(StepNotReached):
        complete_registration(actor, now, registration_id=view.id)


@pytest.mark.clause("6-eds")
def test_the_steps_name_the_person_themselves(db, now: datetime) -> None:
    world = identities(now)
    actor, view = checked(now)
    start = begin_biometric_step(actor, now, registration_id=view.id, redirect_uri="http://127.0.0.1/back")
    assert (start.request.iin, start.request.phone) == (AIGERIM.iin, AIGERIM.phone)
    session = identification.biometric_session(actor, start.session_id)
    assert session.document_sha256 == view.statement_sha256
    proof_id = biometric_proof(world, actor, now)
    record_biometric_step(actor, now, registration_id=view.id, proof_id=proof_id)
    challenge = identification.challenge(actor, begin_eds_step(actor, now, registration_id=view.id))
    assert (challenge.iin, challenge.document_id) == (AIGERIM.iin, view.statement_document_id)


def test_a_known_iin_is_told_only_to_its_proven_bearer(db, now: datetime) -> None:
    world = identities(now)
    registered(now, world=world)
    later = now + SECOND
    actor = applicant(later, DANIYAR)
    enter(actor, later, AIGERIM, phone=DANIYAR.phone)
    state_check(actor, later, record_of(AIGERIM))
    prepare_statement(actor, later, registration_id=own_id(actor))
    proof_id = biometric_proof(world, actor, later, AIGERIM)
    with pytest.raises(AlreadyRegistered):
        record_biometric_step(actor, later, registration_id=own_id(actor), proof_id=proof_id)


def test_of_two_registrations_with_one_iin_one_completes(db, now: datetime) -> None:
    world = identities(now)
    first, second = applicant(now), applicant(now, DANIYAR)
    for actor in (first, second):
        enter(actor, now, AIGERIM)
        state_check(actor, now, record_of(AIGERIM))
        prepare_statement(actor, now, registration_id=own_id(actor))
        proven(world, actor, now)
    complete_registration(first, now, registration_id=own_id(first))
    with pytest.raises(AlreadyRegistered):
        complete_registration(second, now, registration_id=own_id(second))
    assert Client.objects.count() == 1
    assert all(proof.used_at is None for proof in identification.proofs_of(own_id(second)))


@pytest.mark.clause("6-access")
def test_a_clients_phone_leads_to_the_sign_in(db, now: datetime) -> None:
    done = registered(now)
    later = now + SECOND
    actor = visitor(later)
    started = start_registration(actor, later, phone=AIGERIM.phone, language="ru")
    outcome = confirm_phone(actor, later, registration_id=started.registration_id, code=code_sent_to(AIGERIM.phone))
    assert (outcome.outcome, outcome.session_key) == (PhoneOutcome.ALREADY_CLIENT, "")
    later += SECOND
    send_sign_in_code(actor, later, phone=AIGERIM.phone, language="ru")
    signed_in = sign_in_client(actor, later, phone=AIGERIM.phone, code=code_sent_to(AIGERIM.phone))
    assert (signed_in.status, signed_in.subject_id) == (SignInStatus.SIGNED_IN, done.client_id)


@pytest.mark.clause("6-immutable")
def test_the_iin_cannot_be_changed_by_the_application(db, now: datetime) -> None:
    done = registered(now)
    row = ClientIin.objects.get(client_id=done.client_id)
    row.iin = DANIYAR.iin
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        ClientIin.objects.filter(client_id=done.client_id).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ClientIin(id=new_id(), client_id=done.client_id, iin=DANIYAR.iin).save(force_insert=True)
    assert queries.client(worker(), done.client_id).iin == AIGERIM.iin
    assert not any("iin" in field.name for field in Client._meta.fields), "and the account itself holds none"


@pytest.mark.clause("6-immutable")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clients_client_iin SET iin = iin",
        "DELETE FROM clients_client_iin",
        "TRUNCATE clients_client_iin",
    ],
)
def test_not_even_the_owner_of_the_database_changes_an_iin_by_mistake(
    fresh_db, owner_sql, now: datetime, statement: str
) -> None:
    registered(now)
    with pytest.raises(psycopg.Error):
        owner_sql(statement)


@pytest.mark.clause("11-secrecy", "27")
def test_clients_see_themselves_only_and_staff_find_them_by_whole_numbers(db, now: datetime) -> None:
    world = identities(now)
    hers = registered_client(now, world=world)
    his = registered_client(now, DANIYAR, world)
    assert hers.id is not None
    with pytest.raises(NotFound):
        queries.client(his, ClientId(hers.id))
    with pytest.raises(NotFound):
        queries.client(visitor(now), ClientId(hers.id))
    with pytest.raises(NotFound):
        queries.clients(hers)
    officer = staff_member(now, Role.CREDIT_OFFICER).actor(Role.CREDIT_OFFICER)
    assert len(queries.clients(officer)) == 2
    for search in (AIGERIM.iin, AIGERIM.phone, "8 777 099 00 01", AIGERIM.document_number):
        assert [one.id for one in queries.clients(officer, search=search)] == [hers.id], search
    assert queries.clients(officer, search="920315") == []
    assert queries.client_with_iin(AIGERIM.iin) == hers.id
    administrator = Actor(new_id(), frozenset({Role.ADMINISTRATOR}), Channel.WEB)
    assert queries.clients(administrator, search=AIGERIM.iin) == [], "who runs the machines needs no client's data"
    with pytest.raises(NotFound):
        queries.client(administrator, ClientId(hers.id))
    assert queries.client_with_iin(PEOPLE[3].iin) is None


def test_a_blocked_client_is_signed_out(db, now: datetime) -> None:
    done = registered(now)
    officer = Actor(new_id(), frozenset({Role.RISK_OFFICER}), Channel.WEB)
    block_client(officer, now, client_id=done.client_id, ground=BlockGround.FRAUD_SUSPECTED)
    assert access.actor_of(done.session_key, now) is None
    assert queries.client(officer, done.client_id).status is ClientStatus.BLOCKED
    moves = queries.client_history(officer, done.client_id)
    assert [(one.to, one.reason) for one in moves] == [
        (ClientStatus.ACTIVE, ""),
        (ClientStatus.BLOCKED, "fraud_suspected"),
    ]
    with pytest.raises(SameStatus):
        block_client(officer, now, client_id=done.client_id, ground=BlockGround.FRAUD_SUSPECTED)


@pytest.mark.clause("11-secrecy", "37.2")
def test_no_table_of_this_room_shows_personal_data(fresh_db, owner_sql, now: datetime) -> None:
    registered(now)
    known = [AIGERIM.surname, AIGERIM.given_name, AIGERIM.patronymic, AIGERIM.iin, AIGERIM.phone, AIGERIM.phone[1:]]
    known += [AIGERIM.document_number, AIGERIM.address, AIGERIM.email]
    tables = [row[0] for row in owner_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for table in tables:
        for (text,) in owner_sql(f'SELECT t::text FROM "{table}" t'):
            assert [one for one in known if one in text] == [], table
