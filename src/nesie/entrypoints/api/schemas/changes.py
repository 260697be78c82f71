"""Changes of a contract: the old and the new conditions side by side, the document, the answer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.public import Plan
from nesie.entrypoints.api.schemas.words import In, Out, Percent, Sha256, Tiyn
from nesie.foundation.terms.rules import Method
from nesie.journey.contracts.rules import ChangeKind, ChangeStatus, SignOutcome


class ChangeClaim(Out):
    """Overdue interest and penalty paid on a day apart from the schedule; nothing grows on them."""

    due_on: date
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")


class ChangeConditions(Out):
    """The conditions of what remains, before or after the change; no effective rate when nothing remains."""

    annual_rate_percent: Percent
    gesv_percent: Percent | None
    method: Method
    penalty_day_rate_percent: Percent
    penalty_later_day_rate_percent: Percent
    plan: Plan
    claims: list[ChangeClaim]
    total_tiyn: Tiyn = Field(alias="total")
    overpayment_tiyn: Tiyn = Field(alias="overpayment")


class ChangeDebt(Out):
    """What is owed on the effective day, by component."""

    principal_tiyn: Tiyn = Field(alias="principal")
    overdue_principal_tiyn: Tiyn = Field(alias="overdue_principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    overdue_interest_tiyn: Tiyn = Field(alias="overdue_interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")


class ChangeForgiven(Out):
    """What is given up."""

    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")


class ChangeStep(Out):
    """One state of the change with its time."""

    status: ChangeStatus
    at: datetime


class ContractChange(Out):
    """A change proposed or announced. `answer_until` is the first moment too late to sign or to refuse it."""

    id: UUID = Field(alias="change_id")
    contract_id: UUID
    contract_number: str
    number: int
    kind: ChangeKind
    status: ChangeStatus
    one_sided: bool
    effective_on: date
    answer_until: datetime
    eds_needed: bool
    debt: ChangeDebt
    forgiven: ChangeForgiven
    before: ChangeConditions
    after: ChangeConditions
    document_kk_id: UUID
    document_ru_id: UUID
    sign_document_id: UUID
    sign_sha256: str
    drafted_at: datetime
    signed_at: datetime | None
    payout_tiyn: Tiyn = Field(alias="payout")
    money_not_before: datetime | None
    consent_needed: bool
    consent_given_at: datetime | None
    steps: list[ChangeStep]


class ChangeSigning(In):
    """Both proofs (EDS may be left out only where `eds_needed` is false), and the hash that was shown and signed."""

    biometric_proof_id: UUID
    eds_proof_id: UUID | None = None
    document_sha256: Sha256


class ChangeSigned(Out):
    """What became of the try to sign. Of a change that gives money: from when it may go, and whether the client must
    consent to receive it after that moment. Nothing is signed while checks are under way."""

    outcome: SignOutcome
    signed_at: datetime | None
    money_not_before: datetime | None
    consent_needed: bool
