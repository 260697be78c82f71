"""A sole proprietor registers without EDS, a legal entity by its signatory after the staff's look (clause 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError
from psycopg.errors import RestrictViolation
from pypdf import PdfReader

from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.access import queries as access
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.adapters.carrier import PersonCarrier, StandingCarrier
from nesie.foundation.identification.adapters.fake import FakeBusinesses, FakePhones, FakeRegistry
from nesie.foundation.identification.rules.standing import BusinessForm, BusinessRecord
from nesie.journey.clients import queries
from nesie.journey.clients.actions import (
    begin_eds_step,
    complete_registration,
    prepare_statement,
    record_biometric_step,
    record_state_check,
    request_state_check,
    review_registration,
    save_entity,
    save_person,
)
from nesie.journey.clients.models import ClientBin
from nesie.journey.clients.rules import (
    AlreadyRegistered,
    Attachment,
    Authority,
    AuthorityUnfit,
    BinUnfit,
    Capacity,
    Difference,
    NothingToReview,
    RegistrationStatus,
    ReviewDecision,
    ReviewGround,
    StateChecked,
    StateOutcome,
    Step,
    StepNotReached,
)
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import ClientId
from nesie.simulators.people import BUSINESSES, Person
from tests.given_access import staff_member
from tests.given_clients import (
    AIGERIM,
    DANIYAR,
    applicant,
    biometric_proof,
    enter,
    own_id,
    record_of,
    registered_client,
)
from tests.given_identification import identities

IE, COMPANY = BUSINESSES
SCAN = Attachment("order.pdf", "application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nan order")


def business(number: str, **changes: object) -> BusinessRecord:
    """What the state says of a demo business."""
    one = next(one for one in BUSINESSES if one.number == number)
    record = BusinessRecord(number, BusinessForm(one.form), one.name, one.registered_on, True, one.head.iin, b"{}")
    return replace(record, **changes)  # type: ignore[arg-type]  # fields of the record


def as_capacity(actor: Actor, now: datetime, person: Person, capacity: Capacity) -> None:
    """Everything entered, for this capacity."""
    enter(actor, now, person)
    save_person(
        actor,
        now,
        registration_id=own_id(actor),
        capacity=capacity,
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        iin=person.iin,
        address=person.address,
    )


def checked(actor: Actor, now: datetime, person: Person, *businesses: BusinessRecord) -> StateChecked:
    """Both bases asked and heard."""
    request_state_check(actor, now, registration_id=own_id(actor))
    carriers = (
        PersonCarrier(FakeRegistry(record_of(person))),
        StandingCarrier(FakePhones(), FakeBusinesses(*businesses)),
    )
    for message_id, carrier in zip(queries.questions(actor, own_id(actor)), carriers, strict=True):
        assert record_state_check(actor, now, registration_id=own_id(actor)).outcome is StateOutcome.NO_ANSWER
        deliver(message_id, carrier, clock=lambda: now, machine=lambda: now)  # type: ignore[arg-type]  # either carrier
    return record_state_check(actor, now, registration_id=own_id(actor))


def by_face(world, actor: Actor, now: datetime, person: Person):
    """The statement, the face, the end."""
    prepare_statement(actor, now, registration_id=own_id(actor), language="ru")
    proof = biometric_proof(world, actor, now, person)
    record_biometric_step(actor, now, registration_id=own_id(actor), proof_id=proof)
    with pytest.raises(StepNotReached):
        begin_eds_step(actor, now, registration_id=own_id(actor))
    return complete_registration(actor, now, registration_id=own_id(actor))


@pytest.mark.clause("6-ie")
def test_a_sole_proprietor_known_to_the_state_needs_no_eds(db, now: datetime) -> None:
    world = identities(now)
    actor = applicant(now, DANIYAR)
    as_capacity(actor, now, DANIYAR, Capacity.ENTREPRENEUR)
    assert checked(actor, now, DANIYAR, business(IE.number)).outcome is StateOutcome.MATCHES
    done = by_face(world, actor, now, DANIYAR)
    inside = access.actor_of(done.session_key, now)
    assert inside is not None
    client = queries.client(inside, done.client_id)
    assert (client.capacity, client.business_name) == (Capacity.ENTREPRENEUR, IE.name)
    paper = PdfReader(BytesIO(documents.content(client.statement_document_id)))
    assert IE.name in " ".join(" ".join(page.extract_text() for page in paper.pages).split())


@pytest.mark.clause("6-ie")
@pytest.mark.parametrize(
    ("records", "difference"),
    [
        ((), Difference.BUSINESS_UNKNOWN),
        ((business(IE.number, active=False),), Difference.BUSINESS_INACTIVE),
        ((business(IE.number, form=BusinessForm.LEGAL_ENTITY),), Difference.BUSINESS_FORM),
    ],
    ids=["unknown", "closed", "another form"],
)
def test_who_is_no_sole_proprietor_signs_as_everybody(db, now: datetime, records, difference) -> None:
    actor = applicant(now, DANIYAR)
    as_capacity(actor, now, DANIYAR, Capacity.ENTREPRENEUR)
    assert checked(actor, now, DANIYAR, *records) == StateChecked(StateOutcome.MISMATCH, (difference,))
    with pytest.raises(StepNotReached):
        prepare_statement(actor, now, registration_id=own_id(actor))
    as_capacity(actor, now, DANIYAR, Capacity.INDIVIDUAL)
    assert Step.EDS in queries.registration(actor, own_id(actor)).progress.steps


@pytest.mark.clause("6-eds")
def test_to_call_oneself_a_proprietor_after_the_check_voids_the_check(db, now: datetime) -> None:
    actor = applicant(now, DANIYAR)
    enter(actor, now, DANIYAR)
    as_capacity(actor, now, DANIYAR, Capacity.ENTREPRENEUR)
    checked(actor, now, DANIYAR, business(IE.number))
    as_capacity(actor, now, AIGERIM, Capacity.ENTREPRENEUR)
    assert not queries.registration(actor, own_id(actor)).progress.state_check


def entity(actor: Actor, now: datetime, **changes: object) -> None:
    """The demo company, signed for by its head."""
    as_capacity(actor, now, AIGERIM, Capacity.LEGAL_ENTITY)
    told = {"bin": COMPANY.number, "business_name": COMPANY.name, "authority": Authority.ORDER, "scan": SCAN} | changes
    save_entity(actor, now, registration_id=own_id(actor), **told)  # type: ignore[arg-type]  # as the table says


@pytest.mark.clause("6-l-authority")
@pytest.mark.clause("6-l-bin")
@pytest.mark.clause("6-l-signatory")
@pytest.mark.clause("6-l-phone")
@pytest.mark.clause("6-l-photo")
@pytest.mark.clause("6-verify-l")
@pytest.mark.clause("6-biometric")
def test_a_legal_entity_registers_after_the_staff_have_looked(fresh_db, owner_sql, now: datetime) -> None:
    world = identities(now)
    actor = applicant(now, AIGERIM)
    entity(actor, now)
    assert checked(actor, now, AIGERIM, business(COMPANY.number)).outcome is StateOutcome.REVIEW
    view = queries.registration(actor, own_id(actor))
    assert (view.status, view.head_signs, view.bin) == (RegistrationStatus.REVIEW, True, COMPANY.number)
    assert view.authority_document_id is not None
    assert documents.content(view.authority_document_id) == SCAN.content
    operator = staff_member(now, Role.OPERATOR).actor(Role.OPERATOR)
    decision = {"decision": ReviewDecision.ACCEPT, "ground": ReviewGround.AUTHORITY_GOOD}
    review_registration(operator, now, registration_id=own_id(actor), **decision)
    done = by_face(world, actor, now, AIGERIM)
    inside = access.actor_of(done.session_key, now)
    assert inside is not None
    client = queries.client(inside, done.client_id)
    assert (client.capacity, client.bin, client.business_name) == (Capacity.LEGAL_ENTITY, COMPANY.number, COMPANY.name)
    assert [one.id for one in queries.clients(operator, search=COMPANY.number)] == [client.id]


@pytest.mark.clause("6-immutable")
def test_a_bin_can_never_be_changed(fresh_db, owner_sql, now: datetime) -> None:
    world = identities(now)
    actor = applicant(now, AIGERIM)
    entity(actor, now)
    checked(actor, now, AIGERIM, business(COMPANY.number))
    operator = staff_member(now, Role.OPERATOR).actor(Role.OPERATOR)
    decision = {"decision": ReviewDecision.ACCEPT, "ground": ReviewGround.AUTHORITY_GOOD}
    review_registration(operator, now, registration_id=own_id(actor), **decision)
    done = by_face(world, actor, now, AIGERIM)
    row = ClientBin.objects.get(client_id=done.client_id)
    row.bin = "230340999033"
    with pytest.raises(DatabaseError):
        row.save()
    with pytest.raises(RestrictViolation):
        owner_sql("UPDATE clients_client_bin SET id = id")


@pytest.mark.clause("6-l-bin")
@pytest.mark.clause("6-l-authority")
def test_what_does_not_serve_is_refused_by_name(db, now: datetime) -> None:
    actor = applicant(now, AIGERIM)
    for changes, refusal in (
        ({"bin": COMPANY.number[:-1] + "4"}, BinUnfit),
        ({"bin": AIGERIM.iin}, BinUnfit),
        ({"scan": Attachment("order.pdf", "application/pdf", b"MZ a program")}, AuthorityUnfit),
        ({"scan": Attachment("order.txt", "text/plain", b"an order")}, AuthorityUnfit),
    ):
        with pytest.raises(refusal):
            entity(actor, now, **changes)
    entity(actor, now)
    assert checked(actor, now, AIGERIM) == StateChecked(StateOutcome.MISMATCH, (Difference.BUSINESS_UNKNOWN,))


@pytest.mark.clause("6-verify-l")
def test_the_staff_accept_only_what_the_state_bears_out_and_see_whether_the_head_signs(db, now: datetime) -> None:
    actor = applicant(now, AIGERIM)
    entity(actor, now, authority=Authority.POWER_OF_ATTORNEY)
    operator = staff_member(now, Role.OPERATOR).actor(Role.OPERATOR)
    accept = {"decision": ReviewDecision.ACCEPT, "ground": ReviewGround.AUTHORITY_GOOD}
    with pytest.raises(NothingToReview):
        review_registration(operator, now, registration_id=own_id(actor), **accept)
    checked(actor, now, AIGERIM, business(COMPANY.number, head_iin=DANIYAR.iin))
    assert queries.registration(operator, own_id(actor)).head_signs is False
    refuse = {"decision": ReviewDecision.REFUSE, "ground": ReviewGround.AUTHORITY_UNFIT}
    review_registration(operator, now, registration_id=own_id(actor), **refuse)
    assert queries.registration(operator, own_id(actor)).status is RegistrationStatus.REFUSED


def test_a_signatory_may_be_a_client_as_well_but_an_entity_is_one_client(db, now: datetime) -> None:
    world = identities(now)
    registered_client(now, world=world)
    for number, phone in enumerate(("+77770990081", "+77770990082")):
        at = now + timedelta(minutes=number + 1)
        actor = applicant(at, replace(AIGERIM, phone=phone))
        entity(actor, at)
        checked(actor, at, AIGERIM, business(COMPANY.number))
        operator = staff_member(now, Role.OPERATOR, login=f"operator{number}").actor(Role.OPERATOR)
        decision = {"decision": ReviewDecision.ACCEPT, "ground": ReviewGround.AUTHORITY_GOOD}
        review_registration(operator, at, registration_id=own_id(actor), **decision)
        if number == 0:
            done = by_face(world.at(at), actor, at, AIGERIM)
            assert ClientBin.objects.filter(client_id=ClientId(done.client_id)).exists()
            continue
        prepare_statement(actor, at, registration_id=own_id(actor))
        proof = biometric_proof(world.at(at), actor, at, AIGERIM)
        with pytest.raises(AlreadyRegistered):
            record_biometric_step(actor, at, registration_id=own_id(actor), proof_id=proof)
