"""What is owed: debt split, schedule, payments, payoff (clause 7.5). The figures are the ledger's to the tiyn."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.words import In, Out, PaperLanguage, Percent, TermIn, Tiyn, TiynIn
from nesie.journey.loans.rules import Component, LineGround, LineKind, RowState, StatementForm, Status, Wish


class LoanStatus(StrEnum):
    """Where a loan is in its life. Arrears are counted, not a status."""

    ACTIVE = Status.ACTIVE.value
    CLOSED = Status.CLOSED.value
    WRITTEN_OFF = Status.WRITTEN_OFF.value
    TRANSFERRED = Status.TRANSFERRED.value


class EarlyWish(StrEnum):
    """What becomes smaller after an early payment in part."""

    REDUCE_PAYMENT = Wish.REDUCE_PAYMENT.value
    REDUCE_TERM = Wish.REDUCE_TERM.value


class Due(Out):
    """One instalment and how much of it is paid. On `grace_until_on`, a working day, it is still not late."""

    number: int
    due_on: date
    grace_until_on: date
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


class EarlyWay(Out):
    """One way of using an early payment in part; `wish` is empty for the schedule without it."""

    wish: EarlyWish | None
    applied_tiyn: Tiyn = Field(alias="applied")
    interest_tiyn: Tiyn = Field(alias="interest")
    saved_tiyn: Tiyn = Field(alias="saved")
    ends_on: date
    rows: list[Due]


class Balances(Out):
    """What is owed, by component, and what of the client's money lies with the lender."""

    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    debt_tiyn: Tiyn = Field(alias="debt")
    credit_tiyn: Tiyn = Field(alias="credit")
    held_tiyn: Tiyn = Field(alias="held")
    memo_interest_tiyn: Tiyn = Field(alias="memo_interest")
    memo_penalty_tiyn: Tiyn = Field(alias="memo_penalty")


class PaidPart(Out):
    """An amount that went to one claim; `number` is the instalment's."""

    component: Component
    number: int | None
    amount_tiyn: Tiyn = Field(alias="amount")


class StatementLine(Out):
    """One move of the loan: changes by component with their sign, the balances after it, the rule that decided it.

    `base` is what interest (by `annual_rate_percent`) or penalty (by `daily_rate_percent`) of the day was counted on.
    `held` is interest of a pause, `memo_interest` and `memo_penalty` are noted only: none of them is debt.
    `recorded_on` differs from `on` when it was entered later; `event` names the event behind a change or a
    recalculation.
    """

    since: date
    on: date
    recorded_on: date | None
    kind: LineKind
    event: str
    rule: LineGround = Field(alias="ground")
    amount_tiyn: Tiyn = Field(alias="amount")
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    credit_tiyn: Tiyn = Field(alias="credit")
    held_tiyn: Tiyn = Field(alias="held")
    memo_interest_tiyn: Tiyn = Field(alias="memo_interest")
    memo_penalty_tiyn: Tiyn = Field(alias="memo_penalty")
    base_tiyn: Tiyn = Field(alias="base")
    annual_rate_percent: Percent | None = Field(alias="yearly")
    daily_rate_percent: Percent | None = Field(alias="daily")
    days_past_due: int
    number: int | None
    parts: list[PaidPart]
    debt_tiyn: Tiyn = Field(alias="debt")
    after: Balances


class AccruedDay(Out):
    """Why a day's figures are what they are."""

    day: date
    principal_tiyn: Tiyn = Field(alias="principal")
    interest_tiyn: Tiyn = Field(alias="interest")
    overdue_tiyn: Tiyn = Field(alias="overdue")
    penalty_tiyn: Tiyn = Field(alias="penalty")
    days_past_due: int


class PaperWanted(In):
    """In which language the statement is written, and whether as a paper or as a sheet with every day."""

    language: PaperLanguage
    form: StatementForm = StatementForm.PDF


class ScheduleRow(Out):
    """One instalment of a version of the schedule."""

    number: int
    due_on: date
    payment_tiyn: Tiyn = Field(alias="payment")
    interest_tiyn: Tiyn = Field(alias="interest")
    principal_tiyn: Tiyn = Field(alias="principal")
    balance_tiyn: Tiyn = Field(alias="balance")


class ScheduleAhead(Out):
    """What remained to be paid from a day on."""

    disbursed_on: date
    rows: list[ScheduleRow]


class ScheduleVersion(Out):
    """A version of the schedule and its documents."""

    number: int
    effective_on: date
    plan: ScheduleAhead
    document_kk_id: UUID | None
    document_ru_id: UUID | None


class MoneyAbove(StrEnum):
    """What is done with money above what is asked."""

    KEEP = Wish.KEEP.value
    AHEAD = Wish.AHEAD.value
    REDUCE_PAYMENT = Wish.REDUCE_PAYMENT.value
    REDUCE_TERM = Wish.REDUCE_TERM.value


class NewTranche(In):
    """A draw on a credit line: how much, and over how many payments (none given: with those ahead)."""

    amount_tiyn: TiynIn
    instalments: TermIn | None = None


class TrancheAsked(Out):
    """The contract of a draw, to be read and signed as a change of the agreement."""

    change_id: UUID
    sign_document_id: UUID
    sign_sha256: str
    answer_until: datetime


class EarlyRepayment(In):
    """The client's wish, until another one."""

    wish: MoneyAbove


class RefundWanted(In):
    """How much of the client's own money goes back."""

    amount_tiyn: TiynIn
