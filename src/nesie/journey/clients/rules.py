"""Registration of an individual, letters and accounts: steps, checks and decisions with no clock and no database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.foundation.identification.rules import iin_problem
from nesie.journey.clients.gateways import PortraitMeasures, PortraitUnreadable
from nesie.kernel.actor import STAFF_ROLES, Role
from nesie.kernel.ids import ClientId, RegistrationId
from nesie.kernel.refused import Refused, noop

__all__ = ["PortraitMeasures", "PortraitUnreadable"]

_APPLICANT = frozenset({Role.GUEST})
_DESK = frozenset({Role.OPERATOR, Role.CREDIT_OFFICER, Role.COMPLIANCE_OFFICER})
PERMITTED: dict[str, frozenset[Role]] = {
    "start_registration": _APPLICANT,
    "confirm_phone": _APPLICANT,
    "save_person": _APPLICANT,
    "save_document": _APPLICANT,
    "save_photo": _APPLICANT,
    "accept_consents": _APPLICANT,
    "request_state_check": _APPLICANT,
    "record_state_check": frozenset({Role.GUEST, Role.WORKER}),
    "prepare_statement": _APPLICANT,
    "record_biometric_step": _APPLICANT,
    "record_eds_step": _APPLICANT,
    "complete_registration": _APPLICANT,
    "review_registration": _DESK,
    "add_account": frozenset({Role.CLIENT}),
    "acknowledge": frozenset({Role.CLIENT}),
    "send_letter": frozenset({Role.CLIENT}),
    "reply_letter": _DESK | {Role.CASHIER},
    "read_letter": frozenset({Role.CLIENT, *STAFF_ROLES}),
    "block_client": frozenset({Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
    "unblock_client": frozenset({Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER}),
}
FOUR_EYES: frozenset[str] = frozenset({"unblock_client"})
READERS = STAFF_ROLES  # staff who may open a client's page

OPERATION = "register"  # what the proofs of a registration are made for
REGISTRATION_LIFE = timedelta(days=7)
STATE_CHECKS = 3  # tries with the state record before a person looks at the registration


class RegistrationStatus(StrEnum):
    """Where a registration stands."""

    OPEN = "open"
    REVIEW = "review"  # the state record says otherwise: staff look
    REFUSED = "refused"
    COMPLETED = "completed"
    SUPERSEDED = "superseded"  # the same phone continues another registration, or is a client's
    EXPIRED = "expired"


class ClientStatus(StrEnum):
    """Whether the client is served."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    CLOSED = "closed"


class Step(StrEnum):
    """The steps of a registration, in their order."""

    PHONE = "phone"
    PERSON = "person"
    DOCUMENT = "document"
    PHOTO = "photo"
    CONSENTS = "consents"
    STATE_CHECK = "state_check"
    STATEMENT = "statement"
    BIOMETRIC = "biometric"
    EDS = "eds"
    COMPLETE = "complete"


class DocumentKind(StrEnum):
    """Documents that prove who somebody is. A birth certificate is named only to be refused."""

    ID_CARD = "id_card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"
    BIRTH_CERTIFICATE = "birth_certificate"


class Consent(StrEnum):
    """What an applicant agrees to before their data is asked for anywhere."""

    PERSONAL_DATA = "personal_data"
    STATE_SOURCES = "state_sources"
    BIOMETRICS = "biometrics"
    CREDIT_BUREAU = "credit_bureau"


class Matter(StrEnum):
    """What a client acknowledges having read (clauses 8.2 and 8.5)."""

    GRANTING_RULES = "granting_rules"
    RIGHTS_AND_DUTIES = "rights_and_duties"


class Difference(StrEnum):
    """What of the entered data the state record does not bear out."""

    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    BIRTH_DATE = "birth_date"
    DOCUMENT_NUMBER = "document_number"
    DOCUMENT_TERM = "document_term"
    DOCUMENT_INVALID = "document_invalid"
    UNKNOWN_PERSON = "unknown_person"
    DECEASED = "deceased"


class StateOutcome(StrEnum):
    """What the comparison with the state record came to."""

    MATCHES = "matches"
    MISMATCH = "mismatch"  # mend and try again
    REVIEW = "review"  # too many tries, or nothing to mend: staff look
    NO_ANSWER = "no_answer"  # not known: asked again later


class PhoneOutcome(StrEnum):
    """What the proof of the phone led to."""

    CONFIRMED = "confirmed"
    RESUMED = "resumed"  # an earlier unfinished registration goes on
    ALREADY_CLIENT = "already_client"  # this phone signs in instead
    WRONG = "wrong"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    NONE = "none"


class PortraitFault(StrEnum):
    """The quality a portrait misses (clause 6): the first four are the Rules' own."""

    NOT_FRONTAL = "not_frontal"
    BACKGROUND_NOT_LIGHT = "background_not_light"
    NOT_NEUTRAL = "not_neutral"
    MOUTH_OPEN = "mouth_open"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    EYES_CLOSED = "eyes_closed"


class Direction(StrEnum):
    """Which way a letter went."""

    FROM_CLIENT = "from_client"
    TO_CLIENT = "to_client"


class NameUnfit(Refused):
    """A name is empty, too long, or holds what no name holds."""

    message = noop("Enter the name as it stands in the document: letters, hyphens and spaces only.")
    status = 422


class IinUnfit(Refused):
    """The IIN's structure or control digit is wrong; `reason` says which."""

    message = noop("The IIN is wrong: {reason}.")
    status = 422


class BirthCertificateRefused(Refused):
    """A birth certificate does not serve (clause 6)."""

    message = noop("A birth certificate does not serve. Use an identity card, passport or residence permit.")
    status = 422


class DocumentNumberUnfit(Refused):
    """The document number's form is wrong."""

    message = noop("The document number is wrong. An identity card has nine digits.")
    status = 422


class DocumentExpired(Refused):
    """The document's term is over."""

    message = noop("The document has expired. Renew it, then register.")
    status = 422


class DocumentTermUnfit(Refused):
    """The dates of the document cannot be right."""

    message = noop("The dates of the document cannot be right.")
    status = 422


class PhoneUnfit(Refused):
    """Not a mobile number of Kazakhstan."""

    message = noop("Enter a mobile number of Kazakhstan, for example +7 701 234 56 78.")
    status = 422


class EmailUnfit(Refused):
    """Not an e-mail address."""

    message = noop("The e-mail address is wrong.")
    status = 422


class AddressUnfit(Refused):
    """The address is missing or too long."""

    message = noop("Enter the address where you live.")
    status = 422


class PortraitNotFrontal(Refused):
    """The face is turned, tilted or off the centre."""

    message = noop("The photo is not frontal. Look straight into the camera, with the head upright.")
    status = 422


class PortraitGroundNotLight(Refused):
    """The background is dark, coloured or uneven."""

    message = noop("The background is not light. Stand before a plain light wall.")
    status = 422


class PortraitNotNeutral(Refused):
    """The face smiles or grimaces."""

    message = noop("The expression is not neutral. Do not smile.")
    status = 422


class PortraitMouthOpen(Refused):
    """The lips are apart."""

    message = noop("The mouth is open. Close it.")
    status = 422


class PortraitNoFace(Refused):
    """No face is found."""

    message = noop("No face is found on the photo.")
    status = 422


class PortraitSeveralFaces(Refused):
    """More than one face is found."""

    message = noop("There is more than one face on the photo.")
    status = 422


class PortraitTooSmall(Refused):
    """The face is too small, or the file too big."""

    message = noop("The face is too small on the photo. Come closer to the camera.")
    status = 422


class PortraitTooLarge(Refused):
    """The file is too large."""

    message = noop("The file is too large. Send at most {megabytes} MB.")
    status = 413


class PortraitBlurred(Refused):
    """The picture is not sharp."""

    message = noop("The photo is not sharp. Hold the camera still, in good light.")
    status = 422


class PortraitEyesClosed(Refused):
    """The eyes are closed."""

    message = noop("The eyes are closed. Open them.")
    status = 422


PORTRAIT_REFUSALS: dict[PortraitFault, type[Refused]] = {
    PortraitFault.NOT_FRONTAL: PortraitNotFrontal,
    PortraitFault.BACKGROUND_NOT_LIGHT: PortraitGroundNotLight,
    PortraitFault.NOT_NEUTRAL: PortraitNotNeutral,
    PortraitFault.MOUTH_OPEN: PortraitMouthOpen,
    PortraitFault.NO_FACE: PortraitNoFace,
    PortraitFault.SEVERAL_FACES: PortraitSeveralFaces,
    PortraitFault.TOO_SMALL: PortraitTooSmall,
    PortraitFault.BLURRED: PortraitBlurred,
    PortraitFault.EYES_CLOSED: PortraitEyesClosed,
}


class ConsentsMissing(Refused):
    """Not every consent is given."""

    message = noop("The registration goes on only with every consent.")
    status = 422


class StepNotReached(Refused):
    """An earlier step is missing."""

    message = noop("Complete the step before first.")


class RegistrationClosed(Refused):
    """The registration is finished, refused, expired, or with the staff."""

    message = noop("This registration cannot be continued.")


class AlreadyRegistered(Refused):
    """Another client has this IIN; said only to somebody who has proven to be that person."""

    message = noop("You are registered already. Sign in instead.")


class NothingToReview(Refused):
    """The registration does not wait for the staff."""

    message = noop("This registration does not wait for a decision.")


class IbanUnfit(Refused):
    """The IBAN's structure or control digits are wrong; `reason` says which."""

    message = noop("The account number is wrong: {reason}.")
    status = 422


class AccountTaken(Refused):
    """Another client has given this account."""

    message = noop("This account cannot be added.")


class LetterUnfit(Refused):
    """The letter is empty or too long."""

    message = noop("Write a subject and a text: at most {characters} characters.")
    status = 422


class AttachmentUnfit(Refused):
    """An attachment is too large, of a kind not accepted, or one too many."""

    message = noop("Attach at most {files} files of {megabytes} MB: PDF, JPEG, PNG or text.")
    status = 422


class DocumentNotInForce(Refused):
    """The acknowledged text is not the one in force."""

    message = noop("The text has changed. Read it again.")


@dataclass(frozen=True, slots=True)
class Progress:
    """Which steps of a registration are done."""

    phone: bool = False
    person: bool = False
    document: bool = False
    photo: bool = False
    consents: bool = False
    state_check: bool = False
    statement: bool = False
    biometric: bool = False
    eds: bool = False

    def done(self, step: Step) -> bool:
        """Whether one step is done; COMPLETE never is."""
        return step is not Step.COMPLETE and bool(getattr(self, step.value))

    @property
    def next_step(self) -> Step:
        """The first step that is not done: where the applicant goes on."""
        return next((step for step in Step if not self.done(step)), Step.COMPLETE)

    def require_before(self, step: Step) -> None:
        """Every step before this one is done, or `StepNotReached`."""
        for earlier in Step:
            if earlier is step:
                return
            if not self.done(earlier):
                raise StepNotReached(field=earlier.value)


# What is worth nothing any more once the data behind it changes: the state compared other data, the statement
# showed other data, and both proofs are bound to that statement.
VOIDED_BY_CHANGE = (Step.STATE_CHECK, Step.STATEMENT, Step.BIOMETRIC, Step.EDS)

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’ʼ.-])*\.?", re.UNICODE)
_DOCUMENT_NUMBERS = {
    DocumentKind.ID_CARD: re.compile(r"\d{9}"),
    DocumentKind.PASSPORT: re.compile(r"[A-Z]\d{7,8}"),
    DocumentKind.RESIDENCE_PERMIT: re.compile(r"[A-Z]{0,2}\d{6,9}"),
}
_MOBILE = re.compile(r"\+77(?:0[0-8]|47|6[0-4]|7[0-8])\d{7}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def person_name(text: str, *, field: str, optional: bool = False) -> str:
    """A name as in the document, spaces mended; empty only when optional (a patronymic). Raises `NameUnfit`."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name and optional:
        return ""
    if len(name) > 100 or not _NAME.fullmatch(name):
        raise NameUnfit(field=field)
    return name


def checked_iin(text: str) -> str:
    """Twelve digits with a right date, sex and century digit, and control digit; raises `IinUnfit`."""
    iin = re.sub(r"\s", "", text)
    problem = iin_problem(iin)
    if problem is not None:
        raise IinUnfit(field="iin", reason=str(problem))
    return iin


def checked_document(kind: DocumentKind, number: str, issued_on: date | None, valid_until: date, today: date) -> str:
    """The document's number in its one form; refuses a birth certificate and an expired document (clause 6)."""
    if kind is DocumentKind.BIRTH_CERTIFICATE:
        raise BirthCertificateRefused(field="document_kind")
    plain = re.sub(r"[\s№-]", "", number).upper()
    if not _DOCUMENT_NUMBERS[kind].fullmatch(plain):
        raise DocumentNumberUnfit(field="document_number")
    if issued_on is not None and not issued_on <= today:
        raise DocumentTermUnfit(field="document_issued_on")
    if issued_on is not None and valid_until <= issued_on:
        raise DocumentTermUnfit(field="document_valid_until")
    if valid_until < today:
        raise DocumentExpired(field="document_valid_until")
    return plain


def mobile(text: str) -> str:
    """A Kazakhstan mobile number in E.164, `+77012345678`, from any usual way of writing; raises `PhoneUnfit`."""
    digits = re.sub(r"[\s().\-]", "", text)
    if re.fullmatch(r"8\d{10}", digits):
        digits = "+7" + digits[1:]
    elif re.fullmatch(r"7\d{10}", digits):
        digits = "+" + digits
    elif re.fullmatch(r"7\d{9}", digits):
        digits = "+7" + digits
    if not _MOBILE.fullmatch(digits):
        raise PhoneUnfit(field="phone")
    return digits


def email_address(text: str) -> str:
    """An e-mail address with the shape of one, or empty; raises `EmailUnfit`."""
    address = text.strip()
    if address and (len(address) > 254 or not _EMAIL.fullmatch(address)):
        raise EmailUnfit(field="email")
    return address


def postal_address(text: str) -> str:
    """The place of residence; raises `AddressUnfit`."""
    address = " ".join(text.split())
    if not 5 <= len(address) <= 300:
        raise AddressUnfit(field="address")
    return address


# Limits of a portrait, set by hand on photographs: docs/decisions/0021-portrait.md. Angles in degrees.
YAW, PITCH_DOWN, PITCH_UP, ROLL = 12.0, -8.0, 15.0, 8.0
EYE_SPAN, EYE_OPENING, SHARPNESS = 90.0, 0.20, 100.0
MOUTH_OPENING, MOUTH_WIDTH = 0.10, 0.68
GROUND_PIXELS, GROUND_LIGHTNESS, GROUND_SPREAD, GROUND_CHROMA = 500, 70.0, 12.0, 15.0
PORTRAIT_BYTES = 10 * 1024 * 1024


def portrait_faults(seen: PortraitMeasures) -> tuple[PortraitFault, ...]:
    """Every quality the portrait misses; empty when it serves (clause 6)."""
    if seen.faces != 1:
        return (PortraitFault.NO_FACE if seen.faces == 0 else PortraitFault.SEVERAL_FACES,)
    light = (
        seen.ground_pixels >= GROUND_PIXELS
        and seen.ground_lightness >= GROUND_LIGHTNESS
        and seen.ground_spread <= GROUND_SPREAD
        and seen.ground_chroma <= GROUND_CHROMA
    )
    frontal = abs(seen.yaw) <= YAW and PITCH_DOWN <= seen.pitch <= PITCH_UP and abs(seen.roll) <= ROLL
    missed = {
        PortraitFault.NOT_FRONTAL: not frontal,
        PortraitFault.BACKGROUND_NOT_LIGHT: not light,
        PortraitFault.NOT_NEUTRAL: seen.mouth_width > MOUTH_WIDTH,
        PortraitFault.MOUTH_OPEN: seen.mouth_opening > MOUTH_OPENING,
        PortraitFault.TOO_SMALL: seen.eye_span < EYE_SPAN,
        PortraitFault.BLURRED: seen.sharpness < SHARPNESS,
        PortraitFault.EYES_CLOSED: seen.eye_opening < EYE_OPENING,
    }
    return tuple(fault for fault, missing in missed.items() if missing)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the applicant entered, or what the state record holds, in the same words."""

    surname: str
    given_name: str
    patronymic: str
    birth_on: date
    document_number: str
    document_valid_until: date


@dataclass(frozen=True, slots=True)
class StateRecord:
    """The state's record of a person; None in place of one means that the state does not know the IIN."""

    stated: Stated
    alive: bool
    document_valid: bool


def differences(entered: Stated, record: StateRecord | None) -> tuple[Difference, ...]:
    """What the state record does not bear out (clause 6, verification); empty when all agrees."""
    if record is None:
        return (Difference.UNKNOWN_PERSON,)
    if not record.alive:
        return (Difference.DECEASED,)
    held = record.stated
    unlike = {
        Difference.SURNAME: _same_form(entered.surname) != _same_form(held.surname),
        Difference.GIVEN_NAME: _same_form(entered.given_name) != _same_form(held.given_name),
        Difference.PATRONYMIC: _same_form(entered.patronymic) != _same_form(held.patronymic),
        Difference.BIRTH_DATE: entered.birth_on != held.birth_on,
        Difference.DOCUMENT_NUMBER: entered.document_number != held.document_number,
        Difference.DOCUMENT_TERM: entered.document_valid_until != held.document_valid_until,
        Difference.DOCUMENT_INVALID: not record.document_valid,
    }
    return tuple(difference for difference, is_so in unlike.items() if is_so)


_NOT_TYPING = frozenset({Difference.DECEASED, Difference.DOCUMENT_INVALID})


def state_outcome(found: tuple[Difference, ...], tries: int) -> StateOutcome:
    """What follows: a slip may be mended `STATE_CHECKS` times, anything else is for the staff."""
    if not found:
        return StateOutcome.MATCHES
    if _NOT_TYPING.intersection(found) or tries >= STATE_CHECKS:
        return StateOutcome.REVIEW
    return StateOutcome.MISMATCH


def _same_form(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[-’ʼ']", " ", plain).split())


LETTER_CHARACTERS, LETTER_SUBJECT = 10_000, 200
ATTACHMENTS, ATTACHMENT_BYTES = 5, 10 * 1024 * 1024
_ATTACHMENT_HEADS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "text/plain": (b"",),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent with a letter, in its original bytes."""

    file_name: str
    media_type: str
    content: bytes


def check_letter(subject: str, text: str) -> tuple[str, str]:
    """Subject and text fit to be sent, or `LetterUnfit`."""
    subject, text = " ".join(subject.split()), text.strip()
    if not subject or not text or len(subject) > LETTER_SUBJECT or len(text) > LETTER_CHARACTERS:
        raise LetterUnfit(field="text", characters=LETTER_CHARACTERS)
    return subject, text


def check_attachments(attachments: tuple[Attachment, ...]) -> None:
    """Number, size and kind of the files, the kind by their first bytes; raises `AttachmentUnfit`."""
    good = len(attachments) <= ATTACHMENTS and all(_attachment_fits(item) for item in attachments)
    if not good:
        raise AttachmentUnfit(field="attachments", files=ATTACHMENTS, megabytes=ATTACHMENT_BYTES // 1024**2)


def _attachment_fits(item: Attachment) -> bool:
    heads = _ATTACHMENT_HEADS.get(item.media_type)
    if heads is None or not 0 < len(item.content) <= ATTACHMENT_BYTES or not item.file_name.strip():
        return False
    if item.media_type == "text/plain":
        return b"\0" not in item.content
    return item.content.startswith(heads)


@dataclass(frozen=True, slots=True)
class RegistrationStarted:
    """A registration begun; its code is on the way to the phone."""

    registration_id: RegistrationId


@dataclass(frozen=True, slots=True)
class PhoneConfirmed:
    """What the code led to. `session_key` is set when a registration goes on; it belongs in the cookie only."""

    outcome: PhoneOutcome
    registration_id: RegistrationId | None = None
    session_key: str = ""


@dataclass(frozen=True, slots=True)
class StateChecked:
    """The outcome of the state check with what differs."""

    outcome: StateOutcome
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Completed:
    """A registration become a client; `session_key` is the new client session's."""

    client_id: ClientId
    session_key: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """A registration with what was entered, for its applicant and for the staff who review it."""

    id: RegistrationId
    status: RegistrationStatus
    progress: Progress
    language: str
    phone: str
    email: str
    surname: str
    given_name: str
    patronymic: str
    iin: str
    birth_on: date | None
    address: str
    document_kind: DocumentKind | None
    document_number: str
    document_issuer: str
    document_issued_on: date | None
    document_valid_until: date | None
    photo_document_id: UUID | None
    statement_document_id: UUID | None
    statement_sha256: str
    differences: tuple[Difference, ...]
    state_tries: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client with everything known of them."""

    id: ClientId
    status: ClientStatus
    language: str
    surname: str
    given_name: str
    patronymic: str
    iin: str
    birth_on: date
    sex: str
    phone: str
    email: str
    address: str
    document_kind: DocumentKind
    document_number: str
    document_issuer: str
    document_issued_on: date | None
    document_valid_until: date
    photo_document_id: UUID
    statement_document_id: UUID
    registered_at: datetime

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic, as in the document."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """A line of the staff's list of clients."""

    id: ClientId
    status: ClientStatus
    full_name: str
    phone: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class AccountView:
    """A client's bank account; `bank_code` is the three digits inside the IBAN."""

    id: UUID
    client_id: ClientId
    iban: str
    bank_code: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class AcknowledgementView:
    """That a client has read one version of a text."""

    matter: Matter
    document_id: UUID
    document_sha256: str
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter between a client and the lender; attachments are documents in their original bytes."""

    id: UUID
    client_id: ClientId
    direction: Direction
    subject: str
    text: str
    sent_at: datetime
    read_at: datetime | None
    reply_to: UUID | None
    document_id: UUID
    attachment_ids: tuple[UUID, ...]
