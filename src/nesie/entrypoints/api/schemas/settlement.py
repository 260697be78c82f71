"""The settlement of arrears (Law 56-V, art. 9-2): where it stands, what was asked and answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.words import In, Out, Page, Tiyn
from nesie.journey.loans.rules import Answer, Hardship, Relief, SettlementStage


class Delay(Out):
    """What is late, and since when."""

    began_on: date
    days: int
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")


class SettlementAsked(Out):
    """The client's application."""

    id: UUID
    received_at: datetime
    relief: Relief
    hardship: Hardship
    document_id: UUID


class SettlementAnswered(Out):
    """The lender's answer; the change it offers, or the reasoned refusal."""

    at: datetime
    answer: Answer
    change_id: UUID | None
    refusal_document_kk_id: UUID | None
    refusal_document_ru_id: UUID | None


class Settlement(Out):
    """`until`: the last day of the term that runs now."""

    loan_id: UUID
    stage: SettlementStage
    until: date | None
    delay: Delay | None
    notified_at: datetime | None
    notice_document_kk_id: UUID | None
    notice_document_ru_id: UUID | None
    application: SettlementAsked | None
    answered: SettlementAnswered | None


class SettlementWish(In):
    """What the client asks for, and the circumstances."""

    relief: Relief
    hardship: Hardship
    text: Page
