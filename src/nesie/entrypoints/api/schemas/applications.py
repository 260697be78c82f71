"""Applications, their way, and what is offered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.public import Plan
from nesie.entrypoints.api.schemas.words import Flag, In, Out, PaperLanguage, Percent, TermIn, Tiyn, TiynIn
from nesie.foundation.terms.rules import Method
from nesie.journey.applications.rules import DisbursementMethod, Purpose, Status


class NewApplication(In):
    """What is asked for, how the money shall come, and the declaration of clause 8.1.

    `limit_tiyn`: of a credit line, whose first loan the amount is. `refinances`: the contract whose loan is repaid."""

    product_version_id: UUID
    amount_tiyn: TiynIn
    term: TermIn
    purpose: Purpose
    disbursement_method: DisbursementMethod
    account_id: UUID | None = None
    limit_tiyn: TiynIn | None = None
    refinances: UUID | None = None
    language: PaperLanguage
    politically_exposed: Flag
    acting_for_self: Flag


class Submitted(Out):
    """The application is taken."""

    application_id: UUID


class Application(Out):
    """What was asked for, and where it stands; `status_text` in the reader's language."""

    id: UUID
    product_version_id: UUID
    amount_tiyn: Tiyn = Field(alias="amount")
    term: int
    purpose: Purpose
    disbursement_method: DisbursementMethod
    account_id: UUID | None
    language: PaperLanguage
    status: Status
    status_text: str
    submitted_at: datetime
    status_at: datetime


class Reason(Out):
    """Why, as a stable code and in words."""

    code: str
    text: str


class Move(Out):
    """One state of the application with its time (clause 7.4)."""

    status: Status
    status_text: str
    at: datetime
    reasons: list[Reason]


class Offer(Out):
    """One draft schedule with its full cost (clauses 8.3, 8.4)."""

    id: UUID
    number: int
    method: Method
    gesv_percent: Percent
    total_tiyn: Tiyn = Field(alias="total")
    overpayment_tiyn: Tiyn = Field(alias="overpayment")
    within_caps: bool
    chosen: bool
    made_at: datetime
    expires_at: datetime
    plan: Plan


class Choice(In):
    """Which offer the client takes."""

    offer_id: UUID
