"""Contracts: text, consents, signing, the 24 hours, and where the money is."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.public import Plan
from nesie.entrypoints.api.schemas.words import Code, In, Out, PaperLanguage, Percent, Sha256, Tiyn
from nesie.foundation.terms.rules import Method
from nesie.journey.contracts.rules import ConsentKind, ConsentMeans, ContractStatus, Ground, SignOutcome
from nesie.journey.payments.rules import DisbursementOutcome, Ownership, WayToRepay


class Drafted(Out):
    """A contract drawn up: both texts, the one to be signed, and the consent that comes before it."""

    contract_id: UUID
    document_kk_id: UUID
    document_ru_id: UUID
    sign_document_id: UUID
    sign_sha256: str
    consent_document_id: UUID


class ContractConsent(Out):
    """A consent's own document and, once given, when and how."""

    kind: ConsentKind
    document_id: UUID
    sha256: str
    drafted_at: datetime
    given_at: datetime | None
    means: ConsentMeans | None


class SignatureDetails(Out):
    """How the contract was signed (clause 7.3)."""

    signed_at: datetime
    sha256: str
    eds_proof_id: UUID | None
    biometric_proof_id: UUID
    channel: str


class CoolingOff(Out):
    """The 24 hours (paragraph 9-1): the money goes no sooner than `over_at`."""

    required: bool
    ground: Ground
    over_at: datetime
    consent_needed: bool


class ContractStep(Out):
    """One state of the contract with its time."""

    status: ContractStatus
    at: datetime


class Contract(Out):
    """A contract before or after its signing (clause 7.3)."""

    id: UUID = Field(alias="contract_id")
    number: str
    application_id: UUID
    status: ContractStatus
    dated_on: date
    language: PaperLanguage
    principal_tiyn: Tiyn = Field(alias="principal")
    method: Method
    annual_rate_percent: Percent
    gesv_percent: Percent
    total_tiyn: Tiyn = Field(alias="total")
    overpayment_tiyn: Tiyn = Field(alias="overpayment")
    plan: Plan
    document_kk_id: UUID
    document_ru_id: UUID
    sign_document_id: UUID
    sign_sha256: str
    eds_needed: bool
    signature: SignatureDetails | None
    cooling: CoolingOff | None
    to_conclude: ContractConsent | None
    to_receive: ContractConsent | None
    steps: list[ContractStep]


class ToSign(StrEnum):
    """What of a contract can be signed with a key."""

    SIGN_CONTRACT = "sign_contract"
    CONSENT_TO_CONCLUDE = "consent_to_conclude"
    CONSENT_TO_RECEIVE = "consent_to_receive"


class WantedSignature(In):
    """For which act the challenge is opened."""

    operation: ToSign


class WantedCode(In):
    """Which consent the code will confirm; `change_id`: of the change whose money it is."""

    kind: ConsentKind
    change_id: UUID | None = None


class GivenConsent(In):
    """Confirmed by the code that was sent, or by an EDS proof over the consent's document."""

    code: Code | None = None
    eds_proof_id: UUID | None = None


class ConsentOutcome(Out):
    """A wrong code is an outcome."""

    given: bool
    code_outcome: str
    given_at: datetime | None


class Signing(In):
    """Both proofs, and the hash of the text that was shown and signed; no EDS where `eds_needed` is false."""

    eds_proof_id: UUID | None = None
    biometric_proof_id: UUID
    document_sha256: Sha256


class Signed(Out):
    """With `checks_under_way` nothing was spent: call again a little later."""

    contract_id: UUID
    outcome: SignOutcome
    signed_at: datetime | None
    money_not_before: datetime | None
    consent_needed: bool


class ConsentDrafted(Out):
    """The consent's own document, to be read and confirmed."""

    consent_id: UUID
    document_id: UUID
    sha256: str


class Disbursement(Out):
    """A payment order; no outcome while it is on its way."""

    id: UUID = Field(alias="disbursement_id")
    attempt: int
    amount_tiyn: Tiyn = Field(alias="amount")
    requested_at: datetime
    outcome: DisbursementOutcome | None
    paid_at: datetime | None


class AccountCheck(Out):
    """What the bank said of the contract's account; null while it has not answered."""

    verdict: Ownership | None


class Receipt(Out):
    """Money received for the contract."""

    id: UUID = Field(alias="receipt_id")
    amount_tiyn: Tiyn = Field(alias="amount")
    booked_at: datetime
    booked_on: date


class Way(Out):
    """A way to repay, and whether it is open."""

    way: WayToRepay
    is_open: bool


class Repayment(Out):
    """How to repay (clause 7.6)."""

    number: str
    ways: list[Way]
    payee: str
    payee_bin: str
    iban: str
    bank: str
    bik: str
    kbe: str
    knp: str
    purpose: str
