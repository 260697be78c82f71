"""More money from the same lender: an increase, a draw on a credit line, and a new loan that repays the old one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from nesie.foundation.access.rules import TooManyCodes
from nesie.journey.applications.rules import NotRefinanced
from nesie.journey.contracts import actions as contracts
from nesie.journey.contracts import queries as agreed
from nesie.journey.contracts.rules import (
    AboveProduct,
    AnswerTooLate,
    ArrearsFirst,
    ChangeKind,
    ChangeMoveRefused,
    ChangeStatus,
    ConsentKind,
    DraftedChange,
    LineExceeded,
    SignedChange,
    SignOutcome,
)
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import PositionView, Status, TakesNoMoney
from nesie.kernel.ids import ContractId
from nesie.kernel.money import Money
from tests.simulation.borrowing import conclude, confirm, offered
from tests.simulation.joining import both_proofs
from tests.simulation.life import Life
from tests.simulation.plans import Servicing, Wish

MORE = (Servicing.INCREASED, Servicing.DRAWS, Servicing.REFINANCED)
_ON_TOP = Money.tenge(40_000)
_LEAST = Money.tenge(50_000)  # of the product that refinances
_TRIES, _PATIENCE_DAYS = 8, 8


def more_money(life: Life, wish: Wish, view: PositionView, contract_id: ContractId) -> Iterator[datetime]:
    """Some days after the first payment, once in a life."""
    life.took_more = True
    yield life.days_on(3)
    view = queries.position(life.actor, view.loan_id)
    if view.status is not Status.ACTIVE or view.overdue_principal:
        life.tell("no more money: the first payment is not in the books")
    elif life.plan.servicing is Servicing.REFINANCED:
        yield from _refinances(life, wish, view, contract_id)
    else:
        made = _asked(life, view, contract_id)
        if made is not None:
            yield from _takes(life, made)


def _asked(life: Life, view: PositionView, contract_id: ContractId) -> DraftedChange | None:
    """An officer offers more, or the client draws on the line; None when the loan does not take it."""
    refused = (TakesNoMoney, ArrearsFirst, AboveProduct, LineExceeded)
    if life.plan.servicing is Servicing.DRAWS:
        return life.gets(actions.request_tranche, *refused, loan_id=view.loan_id, amount=_ON_TOP) or None
    day = agreed.payout_day(contract_id, _ON_TOP, view.principal, life.now)
    made: DraftedChange | None = life.world.office.tries(
        actions.propose_change, *refused, loan_id=view.loan_id, kind=ChangeKind.INCREASE, effective_on=day,
        amount=_ON_TOP,
    )  # fmt: skip
    return made


def _takes(life: Life, made: DraftedChange) -> Iterator[datetime]:
    """Signs by key and face, waits the hours, consents, and looks for the money."""
    what = life.plan.servicing.value
    signed = yield from _signs(life, made)
    if signed is None or signed.money_not_before is None:
        life.tell("more money", what, "not signed")
        return
    if signed.consent_needed:
        yield max(signed.money_not_before, life.half_an_hour())
        given = yield from _consents(life, made)
        if not given:
            life.tell("more money", what, "no consent")
            return
    for _ in range(_PATIENCE_DAYS):
        yield life.half_an_hour()
        status = agreed.change(life.actor, made.change_id).status
        if status is ChangeStatus.APPLIED:
            break
        yield life.days_on(1)
    life.tell("more money", what, status.value)


def _signs(life: Life, made: DraftedChange) -> Iterator[datetime]:
    for _ in range(_TRIES):
        yield life.half_an_hour()
        proofs = both_proofs(life, "sign_change", made.sign_document_id, made.sign_sha256)
        if proofs is None:
            continue
        arguments = {"change_id": made.change_id, "document_sha256": made.sign_sha256, **proofs}
        done: SignedChange = life.gets(contracts.sign_change, AnswerTooLate, ChangeMoveRefused, **arguments)
        if not done or done.outcome is SignOutcome.SIGNED:
            return done or None
        life.tell("signing a change", done.outcome.value)
        if done.outcome is SignOutcome.NOT_ALLOWED_NOW:
            return None
    return None


def _consents(life: Life, made: DraftedChange) -> Iterator[datetime]:
    """The consent to this money has a document and a code of its own."""
    this = {"contract_id": made.contract_id, "change_id": made.change_id}
    if not life.tries(contracts.draft_consent_to_receive, ChangeMoveRefused, **this):
        return False

    def send() -> bool:
        return life.tries(contracts.request_consent_code, TooManyCodes, kind=ConsentKind.RECEIVE, **this)

    given = yield from confirm(life, send, contracts.consent_to_receive, **this)
    return given


def _refinances(life: Life, wish: Wish, view: PositionView, contract_id: ContractId) -> Iterator[datetime]:
    """A new loan over a year repays the principal of the old one; both are repaid then, the old one first."""
    if view.principal < _LEAST:
        life.tell("too little to refinance")
        return
    new = replace(wish, product="instalment", term=12, sign_after_days=0, same_day_again=False)
    application_id = yield from offered(life, new, NotRefinanced, amount=view.principal, refinances=contract_id)
    signed = None if application_id is None else (yield from conclude(life, new, application_id))
    if signed is None:
        life.tell("refinancing", "not signed")
        return
    for _ in range(_PATIENCE_DAYS):
        yield life.half_an_hour()
        if queries.loan_of_contract(signed.contract_id) is not None:
            life.owes.append(signed.contract_id)
            break
        yield life.days_on(1)
    life.tell("refinancing", agreed.contract(life.actor, signed.contract_id, life.now).status.value)
