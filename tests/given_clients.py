"""Builders of registrations and clients through real use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.access import queries as access
from nesie.foundation.exchange.rules import Answer
from nesie.foundation.identification.adapters.carrier import PersonCarrier
from nesie.foundation.identification.adapters.fake import FakeRegistry
from nesie.foundation.identification.rules.persons import PersonFacts, PersonRecord
from nesie.journey.clients import queries
from nesie.journey.clients.actions import (
    accept_consents,
    complete_registration,
    confirm_phone,
    prepare_statement,
    record_biometric_step,
    record_eds_step,
    record_state_check,
    request_state_check,
    save_document,
    save_person,
    save_photo,
    start_registration,
)
from nesie.journey.clients.rules import (
    OPERATION,
    Completed,
    Consent,
    DocumentKind,
    PhoneOutcome,
    RegistrationView,
    StateChecked,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId, RegistrationId
from nesie.simulators.people import PEOPLE, Person
from tests.given_access import code_sent_to, visitor
from tests.given_identification import Identities, identities

AIGERIM, DANIYAR = PEOPLE[0], PEOPLE[1]


def own_id(actor: Actor) -> RegistrationId:
    """The registration an applicant's session is for."""
    assert actor.id is not None
    return RegistrationId(actor.id)


def applicant(now: datetime, person: Person = AIGERIM) -> Actor:
    """Somebody who has proven their phone, in the session of their registration."""
    actor = visitor(now)
    started = start_registration(actor, now, phone=person.phone, language="kk")
    code = code_sent_to(person.phone)
    confirmed = confirm_phone(actor, now, registration_id=started.registration_id, code=code)
    assert confirmed.outcome in (PhoneOutcome.CONFIRMED, PhoneOutcome.RESUMED)
    inside = access.actor_of(confirmed.session_key, now)
    assert inside is not None
    return inside


def enter(actor: Actor, now: datetime, person: Person = AIGERIM, **changes: Any) -> None:
    """Type in everything a person has; `changes` are fields of `Person` typed otherwise."""
    typed = replace(person, **changes)
    registration_id = own_id(actor)
    save_person(
        actor,
        now,
        registration_id=registration_id,
        surname=typed.surname,
        given_name=typed.given_name,
        patronymic=typed.patronymic,
        iin=typed.iin,
        address=typed.address,
        email=typed.email,
    )
    save_document(
        actor,
        now,
        registration_id=registration_id,
        kind=DocumentKind(typed.document_kind),
        number=typed.document_number,
        issued_on=typed.document_issued_on,
        valid_until=typed.document_valid_until,
        issuer=typed.document_issuer,
    )
    save_photo(actor, now, registration_id=registration_id, content=typed.portrait())
    accept_consents(actor, now, registration_id=registration_id, consents=frozenset(Consent))


def record_of(person: Person, **changes: Any) -> PersonRecord:
    """What the state holds of a demo person."""
    facts = PersonFacts(
        iin=person.iin,
        surname=person.surname.upper(),
        given_name=person.given_name.upper(),
        patronymic=person.patronymic.upper(),
        birth_on=person.birth_on,
        document_number=person.document_number,
        document_valid_until=person.document_valid_until,
    )
    record = PersonRecord(
        facts, alive=True, document_kind=person.document_kind, photo=person.portrait(), original=b"<person/>"
    )
    return replace(record, **changes)


def state_check(actor: Actor, now: datetime, *records: PersonRecord) -> StateChecked:
    """Ask the state, which knows these people, and record its answer."""
    message_id = request_state_check(actor, now, registration_id=own_id(actor))
    answer: Answer | None = deliver(
        message_id, PersonCarrier(FakeRegistry(*records)), clock=lambda: now, machine=lambda: now
    )
    assert answer is not None
    return record_state_check(actor, now, registration_id=own_id(actor))


def checked(now: datetime, person: Person = AIGERIM) -> tuple[Actor, RegistrationView]:
    """A registration up to its statement: only the two proofs are missing."""
    actor = applicant(now, person)
    enter(actor, now, person)
    state_check(actor, now, record_of(person))
    prepare_statement(actor, now, registration_id=own_id(actor))
    return actor, queries.registration(actor, own_id(actor))


def biometric_proof(world: Identities, actor: Actor, now: datetime, person: Person = AIGERIM) -> ProofId:
    """The person's face, for this registration's statement."""
    view = queries.registration(actor, own_id(actor))
    return world.biometric_proof(
        actor, now, subject_id=view.id, operation=OPERATION, document_sha256=view.statement_sha256, person=person
    )


def eds_proof(world: Identities, actor: Actor, now: datetime, person: Person = AIGERIM) -> ProofId:
    """The person's signature under this registration's statement."""
    view = queries.registration(actor, own_id(actor))
    assert view.statement_document_id is not None
    return world.eds_proof(
        actor,
        now,
        subject_id=view.id,
        operation=OPERATION,
        document_id=view.statement_document_id,
        person=person,
    )


def proven(world: Identities, actor: Actor, now: datetime, person: Person = AIGERIM) -> None:
    """Both proofs attached."""
    proof_id = biometric_proof(world, actor, now, person)
    record_biometric_step(actor, now, registration_id=own_id(actor), proof_id=proof_id)
    proof_id = eds_proof(world, actor, now, person)
    record_eds_step(actor, now, registration_id=own_id(actor), proof_id=proof_id)


def registered(now: datetime, person: Person = AIGERIM, world: Identities | None = None) -> Completed:
    """The whole registration of a demo person."""
    actor, _ = checked(now, person)
    proven(world or identities(now), actor, now, person)
    return complete_registration(actor, now, registration_id=own_id(actor))


def registered_client(now: datetime, person: Person = AIGERIM, world: Identities | None = None) -> Actor:
    """A registered client in the session the registration ended with."""
    actor = access.actor_of(registered(now, person, world).session_key, now)
    assert actor is not None
    return actor
