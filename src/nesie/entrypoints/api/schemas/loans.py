"""What is owed: debt split, schedule, payments, payoff (clause 7.5). The figures are the ledger's to the tiyn."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.words import In, Out, PaperLanguage, Tiyn
from nesie.journey.loans.rules import LineKind, RowState, Status


class LoanStatus(StrEnum):
    """Where a loan is in its life. Arrears are counted, not a status."""

    ACTIVE = Status.ACTIVE.value
    CLOSED = Status.CLOSED.value


class Due(Out):
    """One instalment and how much of it is paid."""

    number: int
    due_on: date
    payment_tiyn: Tiyn = Field(alias="payment")
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    principal_paid_tiyn: Tiyn = Field(alias="principal_paid")
    interest_paid_tiyn: Tiyn = Field(alias="interest_paid")
    balance_tiyn: Tiyn = Field(alias="balance")
    state: RowState


class NextPayment(Out):
    """What to pay and when, so that nothing is overdue."""

    due_on: date
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    credit_tiyn: Tiyn = Field(alias="credit")
    total_tiyn: Tiyn = Field(alias="total")


class Payment(Out):
    """Money that came in and what it went to."""

    on: date
    amount_tiyn: Tiyn = Field(alias="amount")
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    credit_tiyn: Tiyn = Field(alias="credit")


class Position(Out):
    """A loan as it stands after the last accrued day."""

    id: UUID = Field(alias="loan_id")
    contract_id: UUID
    number: str
    status: LoanStatus
    as_of: date
    amount_tiyn: Tiyn = Field(alias="amount")
    opened_on: date
    ends_on: date
    closed_on: date | None
    debt_tiyn: Tiyn = Field(alias="debt")
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    overdue_principal_tiyn: Tiyn = Field(alias="overdue_principal")
    overdue_interest_tiyn: Tiyn = Field(alias="overdue_interest")
    credit_tiyn: Tiyn = Field(alias="credit")
    days_past_due: int
    next_payment: NextPayment | None
    rows: list[Due]
    payments: list[Payment]


class Payoff(Out):
    """What repays the loan in full on a day, if nothing else is paid before."""

    on: date
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    credit_tiyn: Tiyn = Field(alias="credit")
    total_tiyn: Tiyn = Field(alias="total")


class StatementLine(Out):
    """One move of the loan, with the debt after it."""

    since: date
    on: date
    kind: LineKind
    amount_tiyn: Tiyn = Field(alias="amount")
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    debt_tiyn: Tiyn = Field(alias="debt")


class AccruedDay(Out):
    """Why a day's figures are what they are."""

    day: date
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    overdue_tiyn: Tiyn = Field(alias="overdue")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    days_past_due: int


class PaperWanted(In):
    """In which language the statement is written."""

    language: PaperLanguage
