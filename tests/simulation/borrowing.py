"""How a client comes to money: asks, chooses, reads, signs, waits the 24 hours, consents, or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nesie.foundation.access.rules import TooManyCodes
from nesie.foundation.terms import queries as terms
from nesie.journey.applications import actions as applications_actions
from nesie.journey.applications import queries as applications
from nesie.journey.applications.rules import AlreadyOpen, DisbursementMethod, OfferExpired, Purpose
from nesie.journey.applications.rules import Status as Asked
from nesie.journey.clients import actions as clients
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import (
    ConsentKind,
    ConsentTooEarly,
    ContractStatus,
    Drafted,
    MoveRefused,
    Signed,
    SignOutcome,
)
from nesie.kernel.ids import ApplicationId, ContractId
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused
from tests.simulation.joining import both_proofs
from tests.simulation.life import Life
from tests.simulation.plans import Will, Wish

_LEAST = {"instalment": 50_000, "short": 10_000, "line": 20_000}  # tenge
_LIMIT = Money.tenge(700_000)
_PATIENCE_DAYS = 12  # how long somebody comes back to see whether anything has moved
_SECOND = timedelta(seconds=1)


def borrow(life: Life, wish: Wish) -> Iterator[datetime]:
    """From the wish to the money; returns the contracts that were paid out: none, one, or two of one day."""
    chosen = yield from offered(life, wish)
    if chosen is None:
        return []
    signed = yield from conclude(life, wish, chosen)
    if signed is None or signed.money_not_before is None:
        return []
    life.tell("signed", wish.product, "must wait" if signed.consent_needed else "need not wait")
    second: list[ContractId] = []
    if wish.same_day_again:
        life.tell("asks again on the same day")
        second = yield from borrow(life, replace(wish, same_day_again=False, sign_after_days=0))
    gone = yield from _wait(life, wish, signed)
    if gone:
        return second
    paid = yield from _money(life, signed.contract_id)
    return [paid, *second] if paid is not None else second


def offered(life: Life, wish: Wish, *refused: type[Refused], **more: Any) -> Iterator[datetime]:
    """From the wish to the offer chosen; its application, or None. `refused` and `more` as for `ask`."""
    application_id = ask(life, wish, *refused, **more)
    if application_id is None:
        return None
    for _ in range(_PATIENCE_DAYS):
        yield life.half_an_hour()
        status = applications.application(life.actor, application_id).status
        if status in (Asked.OFFERED, Asked.DECLINED, Asked.EXPIRED):
            break
        yield life.later()
    life.tell("application", status.value)
    if status is not Asked.OFFERED or wish.will is Will.NEVER_CHOOSES:
        return None
    offers = [one for one in applications.offers(life.actor, application_id) if one.within_caps]
    offer = offers[wish.draft % len(offers)]
    chosen = life.tries(
        applications_actions.choose_offer, OfferExpired, application_id=application_id, offer_id=offer.id
    )
    return application_id if chosen else None


def ask(
    life: Life, wish: Wish, *refused: type[Refused], amount: Money | None = None, refinances: ContractId | None = None
) -> ApplicationId | None:
    """The application itself; of another sum, or to repay another loan. `refused`: what may be answered."""
    account_id: UUID = life.does(clients.add_account, iban=life.world.account_of(life.index))
    products = {version.code: version.id for version in terms.open_products(life.clock.today)}
    submitted = life.gets(
        applications_actions.submit_application,
        AlreadyOpen,
        *refused,
        product_version_id=products[wish.product],
        amount=amount or Money.tenge(max(wish.tenge, _LEAST[wish.product])),
        term=wish.term,
        purpose=Purpose.HOUSEHOLD,
        disbursement_method=DisbursementMethod.REFINANCING if refinances else DisbursementMethod.BANK_ACCOUNT,
        account_id=account_id,
        language=life.plan.language,
        politically_exposed=False,
        acting_for_self=True,
        limit=_LIMIT if wish.product == "line" else None,
        refinances=refinances,
    )
    return submitted.application_id if submitted else None


def conclude(life: Life, wish: Wish, application_id: ApplicationId) -> Iterator[datetime]:
    """From the offer chosen to the contract signed, or None."""
    made = life.does(actions.draft_contract, application_id=application_id)
    if wish.will is Will.NEVER_SIGNS:
        life.tell("never signs")
        return None
    if wish.sign_after_days:
        yield life.days_on(wish.sign_after_days)
        made = life.does(actions.draft_contract, application_id=application_id)
    for _ in range(_PATIENCE_DAYS):
        yield life.half_an_hour()
        if life.clock.today != queries.contract(life.actor, made.contract_id, life.now).dated_on:
            made = life.does(actions.draft_contract, application_id=application_id)
        signed = yield from _sign(life, made)
        if signed is not None and signed.outcome is SignOutcome.SIGNED:
            return signed
        if signed is not None and signed.outcome is SignOutcome.NOT_ALLOWED_NOW:
            life.tell("not allowed to sign")
            return None
        yield life.later()
        made = life.does(actions.draft_contract, application_id=application_id)
    return None


def _sign(life: Life, made: Drafted) -> Iterator[datetime]:
    given = yield from _consent(life, made.contract_id, ConsentKind.CONCLUDE)
    if not given or life.clock.today != queries.contract(life.actor, made.contract_id, life.now).dated_on:
        return None
    proofs = both_proofs(life, "sign_contract", made.sign_document_id, made.sign_sha256)
    if proofs is None:
        return None
    signed: Signed = life.does(
        actions.sign_contract,
        contract_id=made.contract_id,
        document_sha256=made.sign_sha256,
        **proofs,
    )
    if signed.outcome is not SignOutcome.SIGNED:
        life.tell("signing", signed.outcome.value)
    return signed


def _consent(life: Life, contract_id: ContractId, kind: ConsentKind) -> Iterator[datetime]:
    act = actions.consent_to_conclude if kind is ConsentKind.CONCLUDE else actions.consent_to_receive

    def send() -> bool:
        return life.tries(actions.request_consent_code, TooManyCodes, contract_id=contract_id, kind=kind)

    given = yield from confirm(life, send, act, contract_id=contract_id)
    return given


def confirm(life: Life, send: Callable[[], bool], act: Callable[..., Any], **this: Any) -> Iterator[datetime]:
    """Confirm by the code of an SMS; a few codes are tried."""
    for _ in range(6):
        code = yield from life.code(send)
        if code is None:
            return False
        outcome = life.does(act, code=code, **this)
        if outcome.given:
            return True
        life.tell("code not good", outcome.code_outcome)
    return False


def _wait(life: Life, wish: Wish, signed: Signed) -> Iterator[datetime]:
    """The 24 hours. Returns True when the client gives the loan up."""
    over_at, contract_id = signed.money_not_before, signed.contract_id
    if wish.will is Will.CANCELS:
        yield life.now + timedelta(hours=3)
        if life.tries(actions.cancel_contract, MoveRefused, contract_id=contract_id):
            life.tell("cancelled")
            return True
    if not signed.consent_needed:
        return False
    if wish.will is Will.NEVER_CONSENTS:
        life.tell("never consents")
        return True
    if wish.consent_early:
        yield over_at - _SECOND
        if life.now < over_at:
            life.tries(actions.draft_consent_to_receive, ConsentTooEarly, contract_id=contract_id)
            life.tries(actions.consent_to_receive, ConsentTooEarly, contract_id=contract_id, code="000000")
    yield max(over_at + timedelta(hours=wish.consent_after_hours), life.now)
    if queries.contract(life.actor, contract_id, life.now).status is not ContractStatus.SIGNED:
        return False
    life.does(actions.draft_consent_to_receive, contract_id=contract_id)
    given = yield from _consent(life, contract_id, ConsentKind.RECEIVE)
    life.tell("consented" if given else "could not consent")
    return not given


def _money(life: Life, contract_id: ContractId) -> Iterator[datetime]:
    """Looking for the money on the account; somebody whose account is not his own gives up at last."""
    for _ in range(_PATIENCE_DAYS):
        yield life.half_an_hour()
        if queries.contract(life.actor, contract_id, life.now).status is ContractStatus.DISBURSED:
            life.tell("has the money")
            return contract_id
        yield life.days_on(1)
    life.tries(actions.cancel_contract, MoveRefused, contract_id=contract_id)
    life.tell("no money came")
    return None
