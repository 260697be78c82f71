"""Propose a change of a running loan to its client."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries as norms
from nesie.journey.contracts import actions as contracts_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import GIVES_MONEY, ChangeKind, DraftedChange, Forgiven
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import new_ref
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate


@use_case
def propose_change(
    actor: Actor,
    now: datetime,
    *,
    loan_id: LoanId,
    kind: ChangeKind,
    effective_on: date,
    instalments: int | None = None,
    first_due_on: date | None = None,
    annual_rate: Rate | None = None,
    forgiven: Forgiven = Forgiven(),  # noqa: B008 - frozen
    amount: Money = ZERO,
    penalty_rates: tuple[Rate, Rate] | None = None,
    deferred_until: date | None = None,
) -> DraftedChange:
    """The new schedule by the engine's own arithmetic, put before the client as a document to sign (Rules, 9).

    Overdue interest and penalty are payable by the new rows as what they are, never made principal (Law 56-V, art. 4
    p. 7). It takes effect on `effective_on` if it is signed by then; see `apply_change`. With an `amount` it gives more
    money out, after 24 hours and a consent of its own (Rules, 9-1); see `pay_tranche`. Raises ChangeUnfit,
    TermsUnfit, LoanEnded, TakesNoMoney, NotFound, and what `contracts.draft_change` refuses.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, queries.book(loan_id).accrued_on, now)
    agreed = contracts.contract_terms(book.facts.contract_id)
    if kind in GIVES_MONEY:
        rules.check_takes_money(book, agreed.line)
    else:
        rules.check_running(book)
    wanted = rules.Wanted(
        kind, effective_on, instalments, first_due_on, annual_rate, forgiven, amount, penalty_rates, deferred_until
    )
    proposal = rules.proposal(book, agreed.terms, norms.calendar(), wanted, ref=new_ref("change"))
    return contracts_actions.draft_change(actor, now, proposal=proposal)
