"""Builders of more money under running contracts: increases, draws on a credit line, refinancing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nesie.entrypoints.jobs.journey import STEPS, move
from nesie.journey.applications.rules import DisbursementMethod
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ChangeKind, ConsentKind, DraftedChange, SignedChange, SignOutcome
from nesie.journey.loans import actions as loans
from nesie.journey.loans import queries as running
from nesie.kernel.actor import worker
from nesie.kernel.ids import ContractId, LoanId
from nesie.kernel.money import Money
from tests import given_changes, given_contracts, given_loans
from tests.given_access import code_sent_to
from tests.given_applications import Applicant
from tests.given_changes import OFFICER
from tests.given_contracts import DAY, Stand

MONEY = [step for step in STEPS if any(word in step.name for word in ("change", "repay", "money was disbursed"))]


def work(now: datetime, here: Stand, *, rounds: int = 3) -> None:
    """The journey's rows of changes and their money with the outside between them; a minute passes in each round.

    `rounds`: one for a moment that must not pass.
    """
    here.outside.fresh_list(now)
    for number in range(rounds):
        moment = now + timedelta(minutes=number)
        for _ in range(2):
            move(moment, MONEY)
            here.carry(moment)


def running_loan(now: datetime, here: Stand, who: Applicant, **wish: Any) -> tuple[LoanId, datetime]:
    """A loan whose money was paid out, and when."""
    contract_id, later = given_contracts.disbursed(now, here, who, **wish)
    return given_loans.opened(later, contract_id), later


def increase(now: datetime, here: Stand, loan_id: LoanId, amount: Money, **wish: Any) -> DraftedChange:
    """An increase put before the client, its checks answered."""
    here.outside.fresh_list(now)
    book = running.book(loan_id)
    day = queries.payout_day(book.facts.contract_id, amount, book.principal, now)
    made = loans.propose_change(
        OFFICER, now, loan_id=loan_id, kind=ChangeKind.INCREASE, effective_on=wish.pop("effective_on", day),
        amount=amount, **wish,
    )  # fmt: skip
    here.carry(now)
    return made


def tranche(
    now: datetime, here: Stand, who: Applicant, loan_id: LoanId, amount: Money, instalments: int | None = None
) -> DraftedChange:
    """A draw on a credit line put before the client who asked for it, its checks answered."""
    here.outside.fresh_list(now)
    made = loans.request_tranche(who.actor, now, loan_id=loan_id, amount=amount, instalments=instalments)
    here.carry(now)
    return made


def sign(now: datetime, here: Stand, who: Applicant, made: DraftedChange) -> SignedChange:
    """The client signs a change by both proofs."""
    eds, biometric = given_changes.proofs(now, here, who, made)
    return actions.sign_change(
        who.actor, now, change_id=made.change_id, biometric_proof_id=biometric, eds_proof_id=eds,
        document_sha256=made.sign_sha256,
    )  # fmt: skip


def signed(now: datetime, here: Stand, who: Applicant, made: DraftedChange) -> SignedChange:
    """The same, and it went through."""
    done = sign(now, here, who, made)
    assert done.outcome is SignOutcome.SIGNED, done
    return done


def consented(now: datetime, who: Applicant, contract_id: ContractId, change_id: UUID) -> None:
    """The client consents to receive the money of a change."""
    actions.draft_consent_to_receive(who.actor, now, contract_id=contract_id, change_id=change_id)
    actions.request_consent_code(who.actor, now, contract_id=contract_id, kind=ConsentKind.RECEIVE, change_id=change_id)
    code = code_sent_to(who.person.phone)
    assert actions.consent_to_receive(
        who.actor, now, contract_id=contract_id, change_id=change_id, code=code
    ).given  # fmt: skip


def paid(now: datetime, here: Stand, who: Applicant, made: DraftedChange) -> datetime:
    """A change signed, its hours waited for, its money consented to and paid; when."""
    signed(now, here, who, made)
    later = now + DAY
    given_loans.accrued(later)
    consented(later, who, made.contract_id, made.change_id)
    work(later, here)
    return later


def refinancing(now: datetime, here: Stand, who: Applicant, loan_id: LoanId, **wish: Any) -> ContractId:
    """A contract signed whose money repays a loan."""
    here.outside.fresh_list(now)
    book = running.book(loan_id)
    asked = {
        "amount": book.principal, "disbursement_method": DisbursementMethod.REFINANCING,
        "refinances": book.facts.contract_id, "term": 18,
    }  # fmt: skip
    return given_contracts.signed(now, here, who, **(asked | wish))


def change_status(change_id: UUID) -> str:
    """Where a change stands."""
    return queries.change(worker(), change_id).status.value
