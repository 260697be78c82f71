"""Phone, bank account and document change by face AND signature, after a delay the true client can use (clause 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.access import queries as access
from nesie.foundation.access.rules import CodeOutcome
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.adapters.carrier import PersonCarrier
from nesie.foundation.identification.adapters.fake import FakeRegistry
from nesie.foundation.identification.rules import ProofSpent, ProofUnfit
from nesie.foundation.notices import queries as notices
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions import (
    add_account,
    agree_to_details_change,
    apply_details_change,
    cancel_by_link,
    cancel_details_change,
    confirm_new_phone,
    expire_details_change,
    propose_account_change,
    propose_document_change,
    propose_phone_change,
    record_document_check,
    request_document_check,
)
from nesie.journey.clients.models import Client
from nesie.journey.clients.rules import (
    AccountChangeNeedsProof,
    AnsweredTooLate,
    BothProofsNeeded,
    DetailsDrafted,
    DetailsMoveRefused,
    DetailsStatus,
    Difference,
    DocumentKind,
    DocumentNotConfirmed,
    NewPhoneNotProven,
    NotTheDetailsShown,
    NumberTaken,
    SameDetails,
    StateOutcome,
)
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ClientId, ProofId
from nesie.kernel.refused import NotFound
from nesie.simulators.people import PEOPLE, Person
from tests import archival, given_businesses
from tests.given_access import code_sent_to, texts_to, visitor
from tests.given_clients import AIGERIM, DANIYAR, record_of, registered_client
from tests.given_identification import Identities, identities

NEW_PHONE = "+77770990099"
HIS_OTHER_ACCOUNT = PEOPLE[2].iban
IE_NUMBER = given_businesses.IE.number
DAY = timedelta(days=1)


def proofs(world: Identities, actor: Actor, now: datetime, drafted: DetailsDrafted, person: Person = AIGERIM) -> Any:
    """Face and key over the paper of a change."""
    about: dict[str, Any] = {"subject_id": actor.id, "operation": rules.CHANGE_OPERATION, "person": person}
    face = world.biometric_proof(actor, now, document_sha256=drafted.sha256, **about)
    key = world.eds_proof(actor, now, document_id=drafted.document_id, **about)
    return {"biometric_proof_id": face, "eds_proof_id": key}


def agree(actor: Actor, now: datetime, drafted: DetailsDrafted, **proofs: ProofId | None) -> datetime:
    """The client's yes."""
    return agree_to_details_change(actor, now, change_id=drafted.change_id, document_sha256=drafted.sha256, **proofs)


def proven_phone(actor: Actor, now: datetime, phone: str = NEW_PHONE) -> DetailsDrafted:
    """A change of the phone whose new number has shown its code."""
    drafted = propose_phone_change(actor, now, phone=phone)
    assert confirm_new_phone(actor, now, change_id=drafted.change_id, code=code_sent_to(phone)) is CodeOutcome.ACCEPTED
    return drafted


def stop_link_sent_to(phone: str) -> str:
    """The secret of the newest link that stops a change; "" when none was sent."""
    links = [text.partition("/stop/")[2].split()[0] for text in texts_to(phone) if "/stop/" in text]
    return links[-1] if links else ""


def phone_of(actor: Actor) -> str:
    """The number in force."""
    return queries.client(worker(), ClientId(actor.id)).phone


@pytest.mark.clause("6-change")
def test_a_phone_changes_after_face_and_key_and_a_day(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    drafted = proven_phone(actor, now)
    both = proofs(world, actor, now, drafted)
    at = agree(actor, now, drafted, **both)
    assert at == now + rules.CHANGE_DELAY
    assert stop_link_sent_to(AIGERIM.phone), "the old number is told, with the way to stop it"
    with pytest.raises(DetailsMoveRefused):
        apply_details_change(worker(), at - timedelta(seconds=1), change_id=drafted.change_id)
    assert (phone_of(actor), queries.details_to_apply(now, 10)) == (AIGERIM.phone, [])
    assert queries.details_to_apply(at, 10) == [drafted.change_id]
    assert apply_details_change(worker(), at, change_id=drafted.change_id) is DetailsStatus.APPLIED
    assert phone_of(actor) == NEW_PHONE
    told = texts_to(AIGERIM.phone)[-1]
    assert told == texts_to(NEW_PHONE)[-1], "both numbers hear that it has happened"
    assert access.sessions(actor, at) == [], "whoever holds the old phone is out"


@pytest.mark.clause("6-change")
@pytest.mark.parametrize("missing", ["biometric_proof_id", "eds_proof_id"])
def test_either_proof_alone_is_refused(db, now: datetime, missing: str) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    drafted = proven_phone(actor, now)
    both = proofs(world, actor, now, drafted)
    with pytest.raises(BothProofsNeeded):
        agree(actor, now, drafted, **(both | {missing: None}))
    assert queries.details_change(actor, drafted.change_id).status is DetailsStatus.DRAFTED


@pytest.mark.clause("6-change")
@pytest.mark.clause("11-replay")
def test_proofs_serve_one_change_and_one_paper(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    first = proven_phone(actor, now)
    both = proofs(world, actor, now, first)
    second = proven_phone(actor, now, "+77770990098")
    assert queries.details_change(actor, first.change_id).status is DetailsStatus.CANCELLED
    with pytest.raises(ProofUnfit):
        agree(actor, now, second, **both)
    with pytest.raises(NotTheDetailsShown):
        agree(actor, now, replace(second, sha256=first.sha256), **both)
    again = proofs(world, actor, now, second)
    agree(actor, now, second, **again)
    with pytest.raises(DetailsMoveRefused):
        agree(actor, now, second, **again)
    other = propose_account_change(actor, now, iban=AIGERIM.iban)
    with pytest.raises((ProofSpent, ProofUnfit)):
        agree(actor, now, other, **again)


@pytest.mark.clause("6-change")
def test_the_old_number_stops_the_change_by_its_link(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    drafted = proven_phone(actor, now)
    at = agree(actor, now, drafted, **proofs(world, actor, now, drafted))
    secret = stop_link_sent_to(AIGERIM.phone)
    assert all(secret not in one.text for one in notices.inbox(actor.id, 10)), "never in the account itself"
    guest = visitor(now)
    with pytest.raises(NotFound):
        cancel_by_link(guest, now, secret=secret[:-1] + "_")
    cancel_by_link(guest, now, secret=secret)
    assert access.sessions(actor, now) == [], "who asked for it may sit in a session"
    with pytest.raises(NotFound):
        cancel_by_link(guest, now, secret=secret)
    with pytest.raises(DetailsMoveRefused):
        apply_details_change(worker(), at, change_id=drafted.change_id)
    assert phone_of(actor) == AIGERIM.phone


@pytest.mark.clause("6-change")
def test_a_number_unproven_taken_late_or_the_same(db, now: datetime) -> None:
    world = identities(now)
    actor, other = registered_client(now, world=world), registered_client(now, DANIYAR, world)
    with pytest.raises(SameDetails):
        propose_phone_change(actor, now, phone=AIGERIM.phone)
    now += timedelta(minutes=1)
    drafted = propose_phone_change(actor, now, phone=DANIYAR.phone)  # not told here whose it is
    code = code_sent_to(DANIYAR.phone)
    assert confirm_new_phone(actor, now, change_id=drafted.change_id, code="000000" if code != "000000" else "1") is (
        CodeOutcome.WRONG
    )
    with pytest.raises(NewPhoneNotProven):
        agree(actor, now, drafted, **proofs(world, actor, now, drafted))
    with pytest.raises(NotFound):
        confirm_new_phone(other, now, change_id=drafted.change_id, code=code)
    with pytest.raises(NumberTaken):
        confirm_new_phone(actor, now, change_id=drafted.change_id, code=code)
    drafted = proven_phone(actor, now)
    late = now + rules.ANSWER_WITHIN
    both = proofs(world, actor, late - timedelta(minutes=1), drafted)
    with pytest.raises(AnsweredTooLate):
        agree(actor, late, drafted, **both)
    assert queries.details_to_expire(late, 10) == [drafted.change_id]
    expire_details_change(worker(), late, change_id=drafted.change_id)
    assert queries.details_change(actor, drafted.change_id).status is DetailsStatus.EXPIRED


@pytest.mark.clause("6-change")
def test_a_number_registered_meanwhile_fails_the_change(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    drafted = proven_phone(actor, now, DANIYAR.phone)
    at = agree(actor, now, drafted, **proofs(world, actor, now, drafted))
    registered_client(now + timedelta(minutes=1), DANIYAR, world)
    assert apply_details_change(worker(), at, change_id=drafted.change_id) is DetailsStatus.FAILED
    assert phone_of(actor) == AIGERIM.phone


@pytest.mark.clause("6-change")
def test_a_second_account_is_a_change_of_details(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    add_account(actor, now, iban=AIGERIM.iban)
    with pytest.raises(AccountChangeNeedsProof):
        add_account(actor, now, iban=HIS_OTHER_ACCOUNT)
    drafted = propose_account_change(actor, now, iban=HIS_OTHER_ACCOUNT)
    with pytest.raises(BothProofsNeeded):
        agree(actor, now, drafted, biometric_proof_id=None, eds_proof_id=None)
    at = agree(actor, now, drafted, **proofs(world, actor, now, drafted))
    assert [one.iban for one in queries.accounts(actor, ClientId(actor.id))] == [AIGERIM.iban]
    assert stop_link_sent_to(AIGERIM.phone)
    apply_details_change(worker(), at, change_id=drafted.change_id)
    ibans = {one.iban for one in queries.accounts(actor, ClientId(actor.id))}
    assert ibans == {AIGERIM.iban, HIS_OTHER_ACCOUNT}


def test_a_client_cancels_their_own_change_and_nobody_elses(db, now: datetime) -> None:
    world = identities(now)
    actor, other = registered_client(now, world=world), registered_client(now, DANIYAR, world)
    drafted = propose_account_change(actor, now, iban=AIGERIM.iban)
    for stranger in (other,):
        with pytest.raises(NotFound):
            cancel_details_change(stranger, now, change_id=drafted.change_id)
        with pytest.raises(NotFound):
            queries.details_change(stranger, drafted.change_id)
    cancel_details_change(actor, now, change_id=drafted.change_id)
    with pytest.raises(DetailsMoveRefused):
        cancel_details_change(actor, now, change_id=drafted.change_id)


@pytest.mark.clause("6-i-doc")
def test_a_new_document_is_borne_out_by_the_state_and_agreed_to(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    until = date(2036, 11, 1)
    drafted = propose_document_change(
        actor, now, kind=DocumentKind.ID_CARD, number="099911111", issued_on=date(2026, 11, 2), valid_until=until
    )
    both = proofs(world, actor, now, drafted)
    with pytest.raises(DocumentNotConfirmed):
        agree(actor, now, drafted, **both)
    assert _checked(actor, now, drafted, AIGERIM) == (StateOutcome.MISMATCH, (Difference.DOCUMENT,))
    renewed = replace(AIGERIM, document_number="099911111", document_valid_until=until)
    assert _checked(actor, now, drafted, renewed) == (StateOutcome.MATCHES, ())
    assert agree(actor, now, drafted, **both) == now
    known = queries.client(actor, ClientId(actor.id))
    assert (known.document_number, known.document_valid_until) == ("099911111", until)


def _checked(actor: Actor, now: datetime, drafted: DetailsDrafted, person: Person) -> Any:
    message_id = request_document_check(actor, now, change_id=drafted.change_id)
    carrier = PersonCarrier(FakeRegistry(record_of(person)))
    deliver(message_id, carrier, clock=lambda: now, machine=lambda: now)
    found = record_document_check(actor, now, change_id=drafted.change_id)
    return found.outcome, found.differences


@pytest.mark.clause("6-immutable")
def test_no_kind_of_change_names_the_iin(db, now: datetime) -> None:
    assert {kind.value for kind in rules.DetailKind} == {"phone", "account", "document"}
    assert "iin" not in {field.name for field in Client._meta.get_fields()}


@pytest.mark.clause("6-change")
def test_a_legal_entity_changes_its_details_by_its_own_key_and_its_signatorys_face(db, now: datetime) -> None:
    """The signatory is a client himself as well: neither his key nor his document comes in the way."""
    world = identities(now)
    registered_client(now, world=world)
    person = replace(AIGERIM, phone="+77770990081")
    actor = given_businesses.registered_company(now, world, person)
    drafted = propose_account_change(actor, now, iban=given_businesses.COMPANY.iban)
    paper = archival.opened(documents.content(drafted.document_id)).pages[0].extract_text()
    assert given_businesses.COMPANY.number in paper
    face = proofs(world, actor, now, drafted)["biometric_proof_id"]
    about: dict[str, Any] = {
        "subject_id": actor.id, "operation": rules.CHANGE_OPERATION, "document_id": drafted.document_id,
        "person": person,
    }  # fmt: skip
    own_key = world.eds_proof(actor, now + timedelta(seconds=1), **about)
    with pytest.raises(ProofUnfit):
        agree(actor, now, drafted, biometric_proof_id=face, eds_proof_id=own_key)
    of_another = world.signature(
        actor, now, **about, acting=given_businesses.FIRM, with_key_of=replace(given_businesses.FIRM, bin=IE_NUMBER)
    )
    assert not of_another.accepted
    at = now + timedelta(seconds=2)
    key = world.eds_proof(actor, at, **about, acting=given_businesses.FIRM)
    with pytest.raises(BothProofsNeeded):
        agree(actor, at, drafted, biometric_proof_id=None, eds_proof_id=key)
    effect = agree(actor, at, drafted, biometric_proof_id=face, eds_proof_id=key)
    assert apply_details_change(worker(), effect, change_id=drafted.change_id) is DetailsStatus.APPLIED
    assert [one.iban for one in queries.accounts(worker(), ClientId(actor.id))] == [given_businesses.COMPANY.iban]
    renewed = propose_document_change(
        actor, effect, kind=DocumentKind.ID_CARD, number=AIGERIM.document_number, valid_until=date(2036, 1, 1)
    )
    assert renewed.change_id


@pytest.mark.clause("6-change")
def test_a_sole_proprietor_needs_both_proofs_to_change_his_details(db, now: datetime) -> None:
    world = identities(now)
    actor = given_businesses.registered_proprietor(now, world)
    drafted = propose_account_change(actor, now, iban=HIS_OTHER_ACCOUNT)
    both = proofs(world, actor, now, drafted, DANIYAR)
    with pytest.raises(BothProofsNeeded):
        agree(actor, now, drafted, **(both | {"eds_proof_id": None}))
    assert agree(actor, now, drafted, **both) == now + rules.CHANGE_DELAY
