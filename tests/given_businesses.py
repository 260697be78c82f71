"""Sole proprietors and legal entities registered through the real use cases, and ready to borrow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.access import queries as access
from nesie.foundation.identification.adapters.carrier import PersonCarrier, StandingCarrier
from nesie.foundation.identification.adapters.fake import FakeBusinesses, FakePhones, FakeRegistry
from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.standing import BusinessForm, BusinessRecord
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import actions, queries
from nesie.journey.clients.actions import (
    complete_registration,
    prepare_statement,
    record_biometric_step,
    record_state_check,
    request_state_check,
    review_registration,
    save_entity,
    save_person,
)
from nesie.journey.clients.rules import (
    Attachment,
    Authority,
    Capacity,
    Completed,
    Matter,
    ReviewDecision,
    ReviewGround,
    StateChecked,
    StateOutcome,
)
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import ClientId
from nesie.simulators.people import BUSINESSES, Person
from tests.given_access import staff_member
from tests.given_applications import Applicant
from tests.given_clients import AIGERIM, DANIYAR, applicant, biometric_proof, enter, own_id, record_of
from tests.given_identification import Acting, Identities

IE, COMPANY = BUSINESSES
SCAN = Attachment("order.pdf", "application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nan order")
FIRM = Acting(eds.Holder.HEAD, COMPANY.number, COMPANY.name)  # as what the company's head signs for it


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


def by_face(world: Identities, actor: Actor, now: datetime, person: Person) -> Completed:
    """The statement, the face, the end."""
    prepare_statement(actor, now, registration_id=own_id(actor), language="ru")
    proof = biometric_proof(world, actor, now, person)
    record_biometric_step(actor, now, registration_id=own_id(actor), proof_id=proof)
    return complete_registration(actor, now, registration_id=own_id(actor))


def entity(actor: Actor, now: datetime, **changes: object) -> None:
    """The demo company, signed for by its head."""
    as_capacity(actor, now, AIGERIM, Capacity.LEGAL_ENTITY)
    paper = {"authority": Authority.ORDER, "authority_number": "1-к", "authority_issued_on": date(2026, 1, 15)}
    told = {"bin": COMPANY.number, "business_name": COMPANY.name, "scan": SCAN} | paper | changes
    save_entity(actor, now, registration_id=own_id(actor), **told)  # type: ignore[arg-type]  # as the table says


def accepted(actor: Actor, now: datetime, login: str = "operator") -> None:
    """The staff have looked at the signatory's paper."""
    review_registration(
        staff_member(now, Role.OPERATOR, login=login).actor(Role.OPERATOR),
        now,
        registration_id=own_id(actor),
        decision=ReviewDecision.ACCEPT,
        ground=ReviewGround.AUTHORITY_GOOD,
    )


def registered_company(now: datetime, world: Identities, person: Person = AIGERIM, **paper: object) -> Actor:
    """The demo company, a client; `paper` changes that of its signatory."""
    actor = applicant(now, person)
    entity(actor, now, **paper)
    checked(actor, now, person, business(COMPANY.number))
    accepted(actor, now)
    return _inside(by_face(world, actor, now, person), now)


def registered_proprietor(now: datetime, world: Identities) -> Actor:
    """The demo sole proprietor, a client."""
    actor = applicant(now, DANIYAR)
    as_capacity(actor, now, DANIYAR, Capacity.ENTREPRENEUR)
    checked(actor, now, DANIYAR, business(IE.number))
    return _inside(by_face(world, actor, now, DANIYAR), now)


def company(now: datetime, world: Identities, **paper: object) -> Applicant:
    """The same, ready to borrow."""
    return _ready(registered_company(now, world, **paper), now, AIGERIM, COMPANY.iban)


def proprietor(now: datetime, world: Identities) -> Applicant:
    """The same, ready to borrow."""
    return _ready(registered_proprietor(now, world), now, DANIYAR, IE.iban)


def _inside(done: Completed, now: datetime) -> Actor:
    actor = access.actor_of(done.session_key, now)
    assert actor is not None
    return actor


def _ready(actor: Actor, now: datetime, person: Person, iban: str) -> Applicant:
    assert actor.id is not None
    account_id = actions.add_account(actor, now, iban=iban)
    for matter in Matter:
        actions.acknowledge(actor, now, matter=matter, text_id=lender.rules_document(matter, "ru").id)
    return Applicant(actor, ClientId(actor.id), account_id, person)
