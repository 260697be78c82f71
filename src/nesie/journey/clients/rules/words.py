"""Statuses, steps and kinds of the clients' room."""

from __future__ import annotations

from enum import StrEnum

from nesie.foundation.lender.rules import RulesKind

# What a client acknowledges having read (clauses 8.2 and 8.5): the texts the lender publishes.
Matter = RulesKind


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


class Capacity(StrEnum):
    """As what somebody registers (clause 6)."""

    INDIVIDUAL = "individual"
    ENTREPRENEUR = "entrepreneur"  # an individual registered as a sole proprietor: no EDS is asked
    LEGAL_ENTITY = "legal_entity"  # by its head or another signatory; no EDS is asked at registration


class Authority(StrEnum):
    """The paper by which somebody signs for a legal entity."""

    ORDER = "order"  # that appoints the head
    POWER_OF_ATTORNEY = "power_of_attorney"


class Step(StrEnum):
    """The steps of a registration, in their order; not every capacity has all of them."""

    PHONE = "phone"
    PERSON = "person"
    ENTITY = "entity"
    DOCUMENT = "document"
    PHOTO = "photo"
    CONSENTS = "consents"
    STATE_CHECK = "state_check"
    AUTHORITY = "authority"  # the staff have looked at the signatory's paper
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


class Difference(StrEnum):
    """What of the entered data the state record does not bear out: identification's mismatches, and the photo."""

    UNKNOWN = "unknown"
    IIN = "iin"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    DOCUMENT = "document"
    DOCUMENT_EXPIRED = "document_expired"
    NOT_ALIVE = "not_alive"
    PHOTO = "photo"
    BUSINESS_UNKNOWN = "business_unknown"
    BUSINESS_FORM = "business_form"
    BUSINESS_INACTIVE = "business_inactive"
    BUSINESS_NAME = "business_name"


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


class ReviewDecision(StrEnum):
    """What the staff decide about a registration the state record does not bear out."""

    ACCEPT = "accept"  # the signatory's paper is good
    REOPEN = "reopen"  # the applicant mends the data and tries again
    REFUSE = "refuse"


class ReviewGround(StrEnum):
    """Why the staff decided so."""

    DATA_MISTYPED = "data_mistyped"
    RECORD_OUTDATED = "record_outdated"
    DOCUMENT_INVALID = "document_invalid"
    ANOTHER_PERSON = "another_person"
    AUTHORITY_GOOD = "authority_good"
    AUTHORITY_UNFIT = "authority_unfit"


class BlockGround(StrEnum):
    """Why a client is not served for now, or is again."""

    CLIENT_ASKED = "client_asked"
    FRAUD_SUSPECTED = "fraud_suspected"
    AUTHORITY_ACT = "authority_act"
    CLEARED = "cleared"
