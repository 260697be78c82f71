"""What may be entered at registration (clause 6), and what is refused with clear words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nesie.foundation.identification.rules.persons import Mismatch, PersonFacts, PersonRecord
from nesie.journey.clients import rules
from nesie.journey.clients.rules import (
    Attachment,
    AttachmentUnfit,
    BirthCertificateRefused,
    Difference,
    DocumentExpired,
    DocumentKind,
    DocumentNumberUnfit,
    DocumentTermUnfit,
    IbanBank,
    IbanCheckDigit,
    IbanForm,
    IinCheckDigit,
    IinDate,
    IinLength,
    LetterUnfit,
    NameUnfit,
    PhoneUnfit,
    PortraitFault,
    PortraitMeasures,
    Progress,
    StateOutcome,
    Step,
    StepNotReached,
)
from nesie.simulators.people import BANK_CODE, PEOPLE

TODAY = date(2026, 11, 23)
ANNA = PEOPLE[0]


@pytest.mark.clause("6-i-name")
@pytest.mark.parametrize(
    "name", ["Сәрсенова", "Әйгерім", "Қайратқызы", "Ким", "О'Нил", "Ахметова-Орлова", "Бин Салех", "Li"]
)
def test_names_as_in_documents(name: str) -> None:
    assert rules.person_name(f"  {name} ", field="surname") == name


@pytest.mark.clause("6-i-name")
@pytest.mark.parametrize("name", ["", "  ", "Анна2", "<b>", "a" * 101, "-", "Анна\nПетровна1"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(NameUnfit):
        rules.person_name(name, field="surname")


@pytest.mark.clause("6-i-name")
def test_a_patronymic_is_given_if_there_is_one() -> None:
    assert rules.person_name("", field="patronymic", optional=True) == ""
    with pytest.raises(NameUnfit):
        rules.person_name("5", field="patronymic", optional=True)


@pytest.mark.clause("6-i-name")
def test_a_birth_certificate_is_refused() -> None:
    with pytest.raises(BirthCertificateRefused):
        rules.checked_document(DocumentKind.BIRTH_CERTIFICATE, "123456789", None, TODAY + timedelta(days=1), TODAY)


@pytest.mark.clause("6-i-iin")
@pytest.mark.parametrize(
    ("iin", "refusal"),
    [
        ("", IinLength),
        ("92031549990", IinLength),
        ("9203154999011", IinLength),
        ("92031549990a", IinLength),
        ("921315499901", IinDate),
        ("920230499901", IinDate),
        ("920315799901", IinDate),
        ("920315499902", IinCheckDigit),
    ],
)
def test_an_iin_with_an_error_is_refused_for_that_error(iin: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.checked_iin(iin)


@pytest.mark.clause("6-i-iin")
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_right_iins_pass_and_tell_the_birth_date(person) -> None:
    spaced = f" {person.iin[:6]} {person.iin[6:]} "
    assert rules.checked_iin(spaced) == person.iin
    assert rules.birth_date(person.iin) == person.birth_on


@pytest.mark.clause("6-i-iin")
@pytest.mark.parametrize("digit", "023456789")
def test_only_one_control_digit_is_right(digit: str) -> None:
    with pytest.raises(IinCheckDigit):
        rules.checked_iin(ANNA.iin[:-1] + digit)


@pytest.mark.clause("6-i-doc")
def test_an_expired_document_is_refused_and_its_last_day_still_serves() -> None:
    number = "099900001"
    assert rules.checked_document(DocumentKind.ID_CARD, "0999-00001", None, TODAY, TODAY) == number
    with pytest.raises(DocumentExpired):
        rules.checked_document(DocumentKind.ID_CARD, number, None, TODAY - timedelta(days=1), TODAY)
    with pytest.raises(DocumentNumberUnfit):
        rules.checked_document(DocumentKind.ID_CARD, "N1234567", None, TODAY, TODAY)
    assert rules.checked_document(DocumentKind.PASSPORT, "n 1234567", None, TODAY, TODAY) == "N1234567"
    with pytest.raises(DocumentTermUnfit):
        rules.checked_document(DocumentKind.ID_CARD, number, TODAY + timedelta(days=1), TODAY, TODAY)
    with pytest.raises(DocumentTermUnfit):
        rules.checked_document(DocumentKind.ID_CARD, number, TODAY, TODAY, TODAY)


@pytest.mark.clause("6-i-phone")
@pytest.mark.parametrize(
    "typed", ["+7 777 099 00 01", "8 (777) 099-00-01", "77770990001", "7770990001", "+77770990001", "8.777.0990001"]
)
def test_a_number_of_kazakhstan_has_one_form(typed: str) -> None:
    assert rules.mobile(typed) == "+77770990001"


@pytest.mark.clause("6-i-phone")
@pytest.mark.parametrize(
    "typed", ["", "+79161234567", "+7 727 250 00 00", "+1 212 555 01 00", "7777", "+777709900011", "abc"]
)
def test_other_numbers_are_refused(typed: str) -> None:
    with pytest.raises(PhoneUnfit):
        rules.mobile(typed)


@pytest.mark.clause("8.7")
def test_an_iban_is_checked_for_form_bank_and_control_digits() -> None:
    banks = frozenset({BANK_CODE})
    assert rules.checked_iban(f" {ANNA.iban[:4]} {ANNA.iban[4:].lower()} ", banks) == ANNA.iban
    with pytest.raises(IbanForm):
        rules.checked_iban(ANNA.iban[:-1], banks)
    with pytest.raises(IbanForm):
        rules.checked_iban("DE" + ANNA.iban[2:], banks)
    with pytest.raises(IbanBank):
        rules.checked_iban(ANNA.iban, frozenset({"125"}))
    wrong = ANNA.iban[:-1] + str((int(ANNA.iban[-1]) + 1) % 10)
    with pytest.raises(IbanCheckDigit):
        rules.checked_iban(wrong, banks)


GOOD = PortraitMeasures(
    faces=1,
    eye_span=180,
    eye_opening=0.4,
    mouth_opening=0.01,
    mouth_width=0.55,
    sharpness=200,
    ground_pixels=90_000,
    ground_lightness=95,
    ground_spread=1,
    ground_chroma=2,
)


@pytest.mark.clause("6-i-photo")
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"yaw": 13.0}, PortraitFault.NOT_FRONTAL),
        ({"pitch": -9.0}, PortraitFault.NOT_FRONTAL),
        ({"roll": 9.0}, PortraitFault.NOT_FRONTAL),
        ({"ground_lightness": 60.0}, PortraitFault.BACKGROUND_NOT_LIGHT),
        ({"ground_spread": 13.0}, PortraitFault.BACKGROUND_NOT_LIGHT),
        ({"ground_chroma": 16.0}, PortraitFault.BACKGROUND_NOT_LIGHT),
        ({"ground_pixels": 0}, PortraitFault.BACKGROUND_NOT_LIGHT),
        ({"mouth_width": 0.72}, PortraitFault.NOT_NEUTRAL),
        ({"mouth_opening": 0.2}, PortraitFault.MOUTH_OPEN),
        ({"eye_span": 80.0}, PortraitFault.TOO_SMALL),
        ({"sharpness": 50.0}, PortraitFault.BLURRED),
        ({"eye_opening": 0.1}, PortraitFault.EYES_CLOSED),
        ({"faces": 0}, PortraitFault.NO_FACE),
        ({"faces": 2}, PortraitFault.SEVERAL_FACES),
    ],
)
def test_each_portrait_fault_is_named_and_has_its_own_refusal(change, fault) -> None:
    assert rules.portrait_faults(GOOD) == ()
    assert rules.portrait_faults(replace(GOOD, **change)) == (fault,)
    assert len(set(rules.PORTRAIT_REFUSALS.values())) == len(PortraitFault)


def _facts(**changes) -> PersonFacts:
    facts = PersonFacts(
        iin=ANNA.iin,
        surname="Сәрсенова",
        given_name="Әйгерім",
        patronymic="",
        birth_on=ANNA.birth_on,
        document_number=ANNA.document_number,
        document_valid_until=ANNA.document_valid_until,
    )
    return replace(facts, **changes)


def _record(*, alive: bool = True, **changes) -> PersonRecord:
    return PersonRecord(_facts(**changes), alive=alive, document_kind="id_card", photo=b"", original=b"")


@pytest.mark.clause("6-verify-i")
@pytest.mark.parametrize(
    ("record", "likeness", "expected"),
    [
        (_record(), None, ()),
        (_record(surname="СӘРСЕНОВА"), 0.9, ()),
        (_record(surname="Орлова"), 0.9, (Difference.NAME,)),
        (_record(document_number="000000001"), None, (Difference.DOCUMENT,)),
        (_record(), 0.2, (Difference.PHOTO,)),
        (_record(alive=False), None, (Difference.NOT_ALIVE,)),
        (None, None, (Difference.UNKNOWN,)),
    ],
)
def test_differences_from_the_state_record(record, likeness, expected) -> None:
    assert rules.differences(_facts(), record, likeness, TODAY) == expected
    assert {one.value for one in Mismatch} <= {one.value for one in Difference}


@pytest.mark.clause("6-verify-i")
def test_slips_may_be_mended_and_the_rest_is_for_the_staff() -> None:
    slip = (Difference.NAME,)
    assert rules.state_outcome((), 1) is StateOutcome.MATCHES
    assert [rules.state_outcome(slip, tries) for tries in (1, 2, 3)] == [
        StateOutcome.MISMATCH,
        StateOutcome.MISMATCH,
        StateOutcome.REVIEW,
    ]
    assert rules.state_outcome((Difference.NOT_ALIVE,), 1) is StateOutcome.REVIEW


def test_steps_come_in_order() -> None:
    progress = Progress(phone=True, person=True, photo=True)
    assert progress.next_step is Step.DOCUMENT
    progress.require_before(Step.DOCUMENT)
    with pytest.raises(StepNotReached) as refused:
        progress.require_before(Step.CONSENTS)
    assert refused.value.field == "document"
    whole = Progress(**{step.value: True for step in Progress().steps if step is not Step.COMPLETE})
    assert whole.next_step is Step.COMPLETE
    whole.require_before(Step.COMPLETE)


@pytest.mark.clause("7.7")
def test_letters_and_attachments_have_limits() -> None:
    assert rules.check_letter(" Сұрақ ", " Қашан? ") == ("Сұрақ", "Қашан?")
    for subject, text in (("", "x"), ("x", " "), ("x" * 201, "x"), ("x", "x" * 10_001)):
        with pytest.raises(LetterUnfit):
            rules.check_letter(subject, text)
    pdf = Attachment("a.pdf", "application/pdf", b"%PDF-1.7 ...")
    rules.check_attachments((pdf,) * 5)
    bad = [
        (pdf,) * 6,
        (Attachment("a.pdf", "application/pdf", b"MZ"),),
        (Attachment("a.exe", "application/octet-stream", b"MZ"),),
        (Attachment("a.txt", "text/plain", b"a\0b"),),
        (Attachment("a.txt", "text/plain", b""),),
        (Attachment(" ", "text/plain", b"a"),),
        (Attachment("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(rules.ATTACHMENT_BYTES)),),
    ]
    for attachments in bad:
        with pytest.raises(AttachmentUnfit):
            rules.check_attachments(attachments)


@pytest.mark.clause("6-i-phone")
def test_digits_of_other_scripts_make_no_second_number_of_one_phone() -> None:
    with pytest.raises(PhoneUnfit):
        rules.mobile("+7701234567\N{ARABIC-INDIC DIGIT EIGHT}")
    number = "04567891\N{ARABIC-INDIC DIGIT TWO}"
    with pytest.raises(DocumentNumberUnfit):
        rules.checked_document(DocumentKind.ID_CARD, number, None, TODAY + timedelta(days=9), TODAY)


def test_only_what_our_papers_can_show_is_taken() -> None:
    with pytest.raises(rules.AddressUnfit):
        rules.postal_address("Алматы, Абай даңғылы 10 \N{GRINNING FACE}")
    with pytest.raises(NameUnfit):
        rules.person_name("\N{CJK UNIFIED IDEOGRAPH-6F22}", field="surname")
    assert rules.postal_address("Алматы, Абай даңғылы 10, «Ә» корпусы, № 5") != ""
    assert rules.issuer_name("ҚР ІІМ\0 \N{GRINNING FACE}") == "ҚР ІІМ"
