"""A sole proprietor registers without EDS, a legal entity by its signatory after the staff's look (clause 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError
from psycopg.errors import RestrictViolation
from pypdf import PdfReader

from nesie.foundation.access import queries as access
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.rules.standing import BusinessForm
from nesie.journey.clients import queries
from nesie.journey.clients.actions import (
    begin_eds_step,
    prepare_statement,
    record_biometric_step,
    review_registration,
)
from nesie.journey.clients.models import ClientBin
from nesie.journey.clients.rules import (
    AlreadyRegistered,
    Attachment,
    Authority,
    AuthorityEnded,
    AuthorityNumberUnfit,
    AuthorityTermUnfit,
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
from nesie.kernel.actor import Role
from nesie.kernel.ids import ClientId
from tests.given_access import staff_member
from tests.given_businesses import COMPANY, IE, SCAN, as_capacity, business, by_face, checked, entity
from tests.given_clients import (
    AIGERIM,
    DANIYAR,
    applicant,
    biometric_proof,
    enter,
    own_id,
    registered_client,
)
from tests.given_identification import identities


@pytest.mark.clause("6-ie")
def test_a_sole_proprietor_known_to_the_state_needs_no_eds(db, now: datetime) -> None:
    world = identities(now)
    actor = applicant(now, DANIYAR)
    as_capacity(actor, now, DANIYAR, Capacity.ENTREPRENEUR)
    assert checked(actor, now, DANIYAR, business(IE.number)).outcome is StateOutcome.MATCHES
    prepare_statement(actor, now, registration_id=own_id(actor))
    with pytest.raises(StepNotReached):
        begin_eds_step(actor, now, registration_id=own_id(actor))
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
    assert client.authority is not None
    assert (client.authority.kind, client.authority.number) == (Authority.ORDER, "1-к")
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
        ({"authority_number": " "}, AuthorityNumberUnfit),
        ({"authority_issued_on": date(2027, 1, 1)}, AuthorityTermUnfit),
        ({"authority": Authority.POWER_OF_ATTORNEY}, AuthorityTermUnfit),
        ({"authority_valid_until": date(2026, 1, 14)}, AuthorityTermUnfit),
        ({"authority_valid_until": date(2026, 11, 22)}, AuthorityEnded),
    ):
        with pytest.raises(refusal):
            entity(actor, now, **changes)
    entity(actor, now)
    assert checked(actor, now, AIGERIM) == StateChecked(StateOutcome.MISMATCH, (Difference.BUSINESS_UNKNOWN,))


@pytest.mark.clause("6-verify-l")
def test_an_entity_goes_by_the_name_that_the_state_tells(db, now: datetime) -> None:
    actor = applicant(now, AIGERIM)
    entity(actor, now, business_name="ТОО «Тихая гавань»")  # a listed firm would call itself so
    known = business(COMPANY.number, name="Товарищество с ограниченной ответственностью «АЛАТАУ САУДА»")
    assert checked(actor, now, AIGERIM, known) == StateChecked(StateOutcome.MISMATCH, (Difference.BUSINESS_NAME,))
    assert queries.registration(actor, own_id(actor)).business_name == "ТОО «Тихая гавань»", "nothing is given away"
    entity(actor, now, business_name="Алатау-Сауда, ТОО")
    assert checked(actor, now, AIGERIM, known).outcome is StateOutcome.REVIEW
    assert queries.registration(actor, own_id(actor)).business_name == known.name


@pytest.mark.clause("6-verify-l")
def test_the_staff_accept_only_what_the_state_bears_out_and_see_whether_the_head_signs(db, now: datetime) -> None:
    actor = applicant(now, AIGERIM)
    entity(actor, now, authority=Authority.POWER_OF_ATTORNEY, authority_valid_until=date(2027, 1, 14))
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
