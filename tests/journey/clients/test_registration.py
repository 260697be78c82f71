"""An individual registers in saved steps (clause 6): resumed, mended, verified against the state record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from nesie.foundation.access import queries as access
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.documents import queries as documents
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions import (
    accept_consents,
    confirm_phone,
    prepare_statement,
    record_state_check,
    request_state_check,
    review_registration,
    save_document,
    save_person,
    save_photo,
    start_registration,
)
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import (
    BirthCertificateRefused,
    Consent,
    ConsentsMissing,
    Difference,
    DocumentExpired,
    DocumentKind,
    NothingToReview,
    PhoneOutcome,
    PhoneUnfit,
    PortraitGroundNotLight,
    RegistrationClosed,
    RegistrationStatus,
    ReviewDecision,
    ReviewGround,
    StateOutcome,
    Step,
    StepNotReached,
)
from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound
from tests.given_access import code_sent_to, staff_member, texts_to, visitor
from tests.given_clients import (
    AIGERIM,
    DANIYAR,
    applicant,
    checked,
    enter,
    own_id,
    record_of,
    state_check,
)


def _view(actor: Actor) -> rules.RegistrationView:
    return queries.registration(actor, own_id(actor))


@pytest.mark.clause("6-i-phone")
def test_the_phone_is_proven_by_the_code_sent_to_it(db: None, now: datetime) -> None:
    actor = visitor(now)
    with pytest.raises(PhoneUnfit):
        start_registration(actor, now, phone="+7 727 250 00 00", language="ru")
    started = start_registration(actor, now, phone="8 (777) 099-00-01", language="ru")
    code = code_sent_to("+77770990001")
    with pytest.raises(NotFound):
        queries.registration(actor, started.registration_id)
    answer = {"registration_id": started.registration_id}
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert confirm_phone(actor, now, **answer, code=wrong).outcome is PhoneOutcome.WRONG
    assert confirm_phone(visitor(now), now, **answer, code=code).outcome is PhoneOutcome.NONE, "another browser"
    confirmed = confirm_phone(actor, now, **answer, code=code)
    assert confirmed.outcome is PhoneOutcome.CONFIRMED
    inside = access.actor_of(confirmed.session_key, now)
    assert inside is not None
    assert (inside.id, inside.roles) == (started.registration_id, frozenset({Role.GUEST}))
    assert access.actor_of(confirmed.session_key, now + timedelta(hours=1)) is None
    assert _view(inside).progress.next_step is Step.PERSON
    with pytest.raises(RegistrationClosed):
        confirm_phone(actor, now, **answer, code=code)


def test_an_unproven_phone_holds_no_registration_open_for_others(db: None, now: datetime) -> None:
    start_registration(visitor(now), now, phone=AIGERIM.phone, language="ru")
    actor = applicant(now + timedelta(seconds=1))
    assert _view(actor).progress.phone


def test_a_registration_resumes_where_it_was_left(db: None, now: datetime) -> None:
    first = applicant(now)
    enter(first, now)
    again = applicant(now + timedelta(hours=2))
    assert again.id == first.id
    view = _view(again)
    assert (view.surname, view.iin) == (AIGERIM.surname, AIGERIM.iin)
    assert view.progress.next_step is Step.STATE_CHECK
    anew = applicant(now + rules.REGISTRATION_LIFE)
    assert anew.id != first.id, "an old one is not shown to whoever has the number now"
    assert Registration.objects.get(id=first.id).status == RegistrationStatus.EXPIRED


def test_nobody_touches_anothers_registration(db: None, now: datetime) -> None:
    hers, his = applicant(now), applicant(now, DANIYAR)
    for stranger in (his, visitor(now), Actor(None, frozenset({Role.GUEST}), hers.channel)):
        with pytest.raises(NotFound):
            queries.registration(stranger, own_id(hers))
        with pytest.raises(NotFound):
            request_state_check(stranger, now, registration_id=own_id(hers))
    operator = staff_member(now, Role.OPERATOR).actor(Role.OPERATOR)
    assert queries.registration(operator, own_id(hers)).phone == AIGERIM.phone


@pytest.mark.clause("6-i-doc", "6-i-name")
def test_an_expired_document_and_a_birth_certificate_are_refused(db: None, now: datetime) -> None:
    actor = applicant(now)
    given = {"registration_id": own_id(actor), "number": "099900001"}
    with pytest.raises(DocumentExpired):
        save_document(actor, now, **given, kind=DocumentKind.ID_CARD, valid_until=date(2026, 11, 22))
    with pytest.raises(BirthCertificateRefused):
        save_document(actor, now, **given, kind=DocumentKind.BIRTH_CERTIFICATE, valid_until=date(2033, 1, 1))
    assert not _view(actor).progress.document
    refused = AuditRecord.objects.filter(act="save_document", outcome="refused")
    assert {row.reason for row in refused} == {"DocumentExpired", "BirthCertificateRefused"}
    save_document(actor, now, **given, kind=DocumentKind.ID_CARD, valid_until=date(2026, 11, 23))
    assert _view(actor).progress.document


@pytest.mark.clause("6-i-photo")
def test_a_photo_is_measured_and_kept_in_its_original_bytes(db: None, now: datetime) -> None:
    actor = applicant(now)
    portrait = AIGERIM.portrait()
    dark = Image.eval(Image.open(BytesIO(portrait)), lambda level: level // 3)
    spoilt = BytesIO()
    dark.save(spoilt, "PNG")
    with pytest.raises(PortraitGroundNotLight) as refused:
        save_photo(actor, now, registration_id=own_id(actor), content=spoilt.getvalue())
    assert "light wall" in str(refused.value)
    document_id = save_photo(actor, now, registration_id=own_id(actor), content=portrait)
    assert documents.content(document_id) == portrait


def test_the_state_is_asked_only_after_every_consent(db: None, now: datetime) -> None:
    actor = applicant(now)
    with pytest.raises(ConsentsMissing):
        accept_consents(
            actor, now, registration_id=own_id(actor), consents=frozenset(Consent) - {Consent.CREDIT_BUREAU}
        )
    with pytest.raises(StepNotReached):
        request_state_check(actor, now, registration_id=own_id(actor))
    enter(actor, now)
    assert request_state_check(actor, now, registration_id=own_id(actor)) == request_state_check(
        actor, now, registration_id=own_id(actor)
    )
    assert record_state_check(actor, now, registration_id=own_id(actor)).outcome is StateOutcome.NO_ANSWER
    assert not _view(actor).progress.state_check


@pytest.mark.clause("6-verify-i")
def test_the_state_record_bears_the_data_out(db, now: datetime) -> None:
    actor = applicant(now)
    enter(actor, now)
    assert state_check(actor, now, record_of(AIGERIM)).outcome is StateOutcome.MATCHES
    assert _view(actor).progress.next_step is Step.STATEMENT
    kept = documents.of_owner(own_id(actor), "state_record")
    assert [documents.content(one.id) for one in kept] == [b"<person/>"]


@pytest.mark.clause("6-verify-i")
def test_a_mismatch_is_refused_recorded_mended_and_at_last_reviewed(db, now: datetime) -> None:
    actor = applicant(now)
    enter(actor, now, surname="Сарсенбаева")
    found = state_check(actor, now, record_of(AIGERIM))
    assert (found.outcome, found.differences) == (StateOutcome.MISMATCH, (Difference.NAME,))
    assert _view(actor).differences == (Difference.NAME,)
    with pytest.raises(StepNotReached):
        prepare_statement(actor, now, registration_id=own_id(actor))
    record = AuditRecord.objects.filter(act="record_state_check").get()
    assert record.result["outcome"] == "mismatch"
    assert state_check(actor, now, record_of(AIGERIM)).outcome is StateOutcome.MISMATCH
    assert state_check(actor, now, record_of(AIGERIM)).outcome is StateOutcome.REVIEW
    assert _view(actor).status is RegistrationStatus.REVIEW
    with pytest.raises(RegistrationClosed):
        enter(actor, now)
    officer = staff_member(now, Role.OPERATOR).actor(Role.OPERATOR)
    assert [view.id for view in queries.registrations_in_review(officer)] == [own_id(actor)]
    decide = {"registration_id": own_id(actor), "ground": ReviewGround.DATA_MISTYPED}
    review_registration(officer, now, **decide, decision=ReviewDecision.REOPEN)
    with pytest.raises(NothingToReview):
        review_registration(officer, now, **decide, decision=ReviewDecision.REFUSE)
    enter(actor, now)
    assert state_check(actor, now, record_of(AIGERIM)).outcome is StateOutcome.MATCHES
    moves = [one.to for one in queries.registration_history(officer, own_id(actor))]
    assert moves == [RegistrationStatus.OPEN, RegistrationStatus.REVIEW, RegistrationStatus.OPEN]


@pytest.mark.clause("6-verify-i")
@pytest.mark.parametrize(
    ("record", "difference", "outcome"),
    [
        (None, Difference.UNKNOWN, StateOutcome.MISMATCH),
        (record_of(AIGERIM, alive=False), Difference.NOT_ALIVE, StateOutcome.REVIEW),
        (
            record_of(AIGERIM, facts=replace(record_of(AIGERIM).facts, document_valid_until=date(2030, 1, 1))),
            Difference.DOCUMENT,
            StateOutcome.MISMATCH,
        ),
    ],
    ids=["unknown", "not alive", "other term"],
)
def test_other_mismatches(db, now: datetime, record, difference, outcome) -> None:
    actor = applicant(now)
    enter(actor, now)
    found = state_check(actor, now, *([record] if record else []))
    assert difference in found.differences
    assert found.outcome is outcome


@pytest.mark.clause("6-verify-i")
def test_changed_data_are_verified_anew(db, now: datetime) -> None:
    actor, view = checked(now)
    assert view.progress.next_step is Step.BIOMETRIC
    save_person(
        actor,
        now,
        registration_id=own_id(actor),
        surname=AIGERIM.surname,
        given_name="Айгерим",
        iin=AIGERIM.iin,
        address=AIGERIM.address,
    )
    after = _view(actor).progress
    assert not after.state_check
    assert not after.statement
    assert state_check(actor, now, record_of(AIGERIM)).differences == (Difference.NAME,)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_statement_shows_everything_given(db, now: datetime, language: str) -> None:
    actor, _ = checked(now)
    document_id = prepare_statement(actor, now, registration_id=own_id(actor), language=language)
    view = documents.described(document_id)
    assert _view(actor).statement_sha256 == view.sha256
    assert (view.language, view.media_type) == (language, "application/pdf")
    pages = PdfReader(BytesIO(documents.content(document_id))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    person = AIGERIM
    shown = [person.surname, person.given_name, person.patronymic, person.iin, person.document_number]
    shown += [person.phone, person.email, person.address, "15.03.1992", "09.04.2033", "10.04.2023"]
    assert [one for one in shown if one not in text] == []
    assert ("келісім" if language == "kk" else "согласие") in text


def test_no_answer_tells_that_an_iin_or_a_phone_is_known(db: None, now: datetime) -> None:
    first = applicant(now)
    enter(first, now)
    other = applicant(now, DANIYAR)
    enter(other, now, DANIYAR, iin=AIGERIM.iin)
    assert _view(other).iin == AIGERIM.iin
    start_registration(visitor(now), now, phone=AIGERIM.phone, language="ru")
    assert len(texts_to(AIGERIM.phone)) == 2
