"""Loans: debt, payments, payoff (clause 7.5)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Status

from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.schemas import loans as schemas
from nesie.entrypoints.api.schemas.registration import MadeDocument
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import Wish
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money

router = Router(tags=["Loans"])
ONE = "/loans/{loan_id}"
MOST_TIYN = 10**15  # far above any loan: what no number of the database could hold is refused at once


@router.get("/loans", response=list[schemas.Position])
def positions_of_client(request: Call) -> Any:
    """All loans of the client, newest first."""
    return list(queries.positions_of_client(request.actor, own_client(request)))


@router.get(ONE, response=schemas.Position)
def position(request: Call, loan_id: UUID) -> Any:
    """Debt split into principal, interest and penalty; the next payment; the schedule; payments made."""
    return queries.position(request.actor, LoanId(loan_id))


@router.get(f"{ONE}/payoff", response=schemas.Payoff)
def quote_payoff(request: Call, loan_id: UUID, on: date) -> Any:
    """What repays the loan in full on a day, to the tiyn."""
    return queries.quote_payoff(request.actor, LoanId(loan_id), on)


@router.get(f"{ONE}/early", response=list[schemas.EarlyWay])
def early_ways(request: Call, loan_id: UUID, on: date, amount_tiyn: Annotated[int, Query(gt=0, le=MOST_TIYN)]) -> Any:
    """What an early payment in part would change: smaller payments, or fewer of them; first the schedule without it."""
    return list(queries.early_ways(request.actor, LoanId(loan_id), Money(amount_tiyn), on))


@router.get(f"{ONE}/statement", response=list[schemas.StatementLine])
def statement(request: Call, loan_id: UUID) -> Any:
    """Every accrual, payment and change, with the balances after each and the rule that decided it."""
    return list(queries.statement(request.actor, LoanId(loan_id)))


@router.get(f"{ONE}/accruals", response=list[schemas.AccruedDay])
def accruals(request: Call, loan_id: UUID) -> Any:
    """Why each day's interest and penalty are what they are."""
    return list(queries.accruals(request.actor, LoanId(loan_id)))


@router.get(f"{ONE}/schedules", response=list[schemas.ScheduleVersion])
def loan_schedules(request: Call, loan_id: UUID) -> Any:
    """Every version of the schedule, oldest first, with its documents; the contract's own has none."""
    return list(queries.schedules(request.actor, LoanId(loan_id)))


@router.post(f"{ONE}/tranches", response={201: schemas.TrancheAsked})
def request_tranche(request: Call, loan_id: UUID, payload: schemas.NewTranche) -> Any:
    """Draw on a credit line: the contract of the draw comes to be signed as a change, and has its own 24 hours."""
    made = actions.request_tranche(
        request.actor,
        request.now,
        loan_id=LoanId(loan_id),
        amount=Money(payload.amount_tiyn),
        instalments=payload.instalments,
    )
    return Status(201, made)


@router.post(f"{ONE}/early-repayment", response={204: None})
def repay_early(request: Call, loan_id: UUID, payload: schemas.EarlyRepayment) -> Any:
    """What to do with money above what is asked, until another wish: keep it, or repay early without a fee.

    Money of yours that lies with the lender already is used at once; a new schedule is among the documents then.
    """
    actions.repay_early(request.actor, request.now, loan_id=LoanId(loan_id), wish=Wish(payload.wish.value))
    return Status(204, None)


@router.post(f"{ONE}/refund", response={204: None})
def refund_credit(request: Call, loan_id: UUID, payload: schemas.RefundWanted) -> Any:
    """Your own money that lies with the lender goes back to your account."""
    actions.refund_credit(request.actor, request.now, loan_id=LoanId(loan_id), amount=Money(payload.amount_tiyn))
    return Status(204, None)


@router.post(f"{ONE}/statement", response={201: MadeDocument})
def issue_statement(request: Call, loan_id: UUID, payload: schemas.PaperWanted) -> Any:
    """The statement as a document, PDF or CSV; the paper of a repaid loan is the closing statement."""
    made = actions.issue_statement(
        request.actor, request.now, loan_id=LoanId(loan_id), language=payload.language.value, form=payload.form
    )
    return Status(201, {"document_id": made})
