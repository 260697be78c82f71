"""What strangers see of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from nesie.foundation.terms.rules import Schedule, Terms
from nesie.journey.contracts.rules.cooling_off import CoolingOff, Exemption
from nesie.journey.contracts.rules.credit_line import CreditLine
from nesie.journey.contracts.rules.signing import ConsentKind, ConsentMeans, SignOutcome
from nesie.journey.contracts.rules.status import ContractStatus
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, DocumentId
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What later stages go by: how much, on what terms, for whom, to which account."""

    contract_id: ContractId
    client_id: ClientId
    application_id: ApplicationId
    number: str
    dated_on: date
    terms: Terms
    account_id: UUID | None
    disbursement_method: str
    consumer: bool
    secured: bool
    line: CreditLine | None = None  # of a credit-line agreement
    refinances: ContractId | None = None  # whose loan the money repays

    @property
    def principal(self) -> Money:
        """The sum of the microcredit."""
        return self.terms.principal


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent's document and, once given, when and how."""

    consent_id: UUID
    kind: ConsentKind
    document_id: DocumentId
    sha256: str
    drafted_at: datetime
    given_at: datetime | None
    means: ConsentMeans | None


@dataclass(frozen=True, slots=True)
class SignatureView:
    """How the contract was signed (Rules, 7.3: signature details)."""

    signed_at: datetime
    sha256: str
    eds_proof_id: UUID | None  # None where none was asked: an entrepreneur's business microcredit
    biometric_proof_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a contract."""

    status: ContractStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract before or after its signing (Rules, 7.3). `sign_document_id` is what the client signs."""

    contract_id: ContractId
    number: str
    client_id: ClientId
    application_id: ApplicationId
    status: ContractStatus
    dated_on: date
    language: str
    terms: Terms
    plan: Schedule
    gesv_percent: Decimal
    total: Money
    overpayment: Money
    document_kk_id: DocumentId
    document_ru_id: DocumentId
    sign_document_id: DocumentId
    sign_sha256: str
    signature: SignatureView | None
    cooling: CoolingOff | None  # None until signed
    to_conclude: ConsentView | None
    to_receive: ConsentView | None
    exemption: Exemption | None
    steps: tuple[Step, ...]
    line: CreditLine | None = None  # of a credit-line agreement
    refinances: ContractId | None = None  # whose loan the money repays
    eds_needed: bool = True  # False: an individual entrepreneur's business microcredit (Rules, 9)

    @property
    def principal(self) -> Money:
        """The sum of the microcredit."""
        return self.terms.principal


@dataclass(frozen=True, slots=True)
class ReadyContract:
    """A contract whose money may be sent now; or a change of one that gives more, when `change_id` names it."""

    contract_id: ContractId
    client_id: ClientId
    number: str
    principal: Money
    account_id: UUID | None
    change_id: UUID | None = None
    refinances: ContractId | None = None  # whose loan the money repays


@dataclass(frozen=True, slots=True)
class Drafted:
    """A contract drawn up: its text, and the consent that comes before it."""

    contract_id: ContractId
    document_kk_id: DocumentId
    document_ru_id: DocumentId
    sign_document_id: DocumentId
    sign_sha256: str
    consent_document_id: DocumentId


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of a try to sign; when concluded: the moment, and from when the money may go."""

    contract_id: ContractId
    outcome: SignOutcome
    signed_at: datetime | None = None
    money_not_before: datetime | None = None
    consent_needed: bool = False


@dataclass(frozen=True, slots=True)
class ConsentOutcome:
    """What became of a client's try to confirm a consent; a wrong code is an outcome, and is counted."""

    given: bool
    code_outcome: str  # of access.rules.CodeOutcome; empty when EDS confirmed it
    given_at: datetime | None
