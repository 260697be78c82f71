"""Reads of payments: what is to be asked, sent, taken over; what waits in suspense; how to repay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.journey.aml import queries as aml
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractStatus, ReadyContract, numbers_in
from nesie.journey.payments import rules
from nesie.journey.payments.gateways import Wiring
from nesie.journey.payments.models import (
    Disbursement,
    DisbursementResult,
    OwnershipAnswer,
    OwnershipCheck,
    PayoutScreening,
    Receipt,
    ReceiptMatch,
    Refund,
    RefundResult,
    StatementCursor,
)
from nesie.journey.payments.rules import (
    DisbursedView,
    DisbursementOutcome,
    DisbursementView,
    FoundBy,
    Matched,
    Ownership,
    ReceiptView,
    RefundView,
    RequestOutcome,
    SuspendedReceipt,
)
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import ClientId, ContractId, DisbursementId, MessageId, ReceiptId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound

# A held payout is looked at again when something new is known, or after so long.
_LOOK_AGAIN = timedelta(hours=1)
# Checks still under way are looked at again soon.
_LOOK_SOON = timedelta(seconds=15)
_CHUNK = 100
# Asked in every round of the worker, mostly to hear no: in plain SQL, before anything else.
_ANY_DISBURSED = """
SELECT EXISTS (
  SELECT FROM payments_disbursementresult AS result
  LEFT JOIN payments_disbursementtaken AS taken ON taken.disbursement_id = result.disbursement_id
  WHERE result.outcome = 'paid' AND taken.disbursement_id IS NULL
)
"""
_ANY_UNALLOCATED = """
SELECT EXISTS (
  SELECT FROM payments_receiptmatch AS matched
  LEFT JOIN payments_receipttaken AS taken ON taken.receipt_id = matched.receipt_id
  LEFT JOIN payments_receiptreturn AS returned ON returned.receipt_id = matched.receipt_id
  WHERE taken.receipt_id IS NULL AND returned.receipt_id IS NULL
)
"""


def to_check(now: datetime, limit: int = 100) -> tuple[ReadyContract, ...]:
    """Contracts whose money may go and about whose account the bank was never asked.

    Asked again only by staff: the answer of a bank does not change by repeating the question.
    """
    return tuple(islice((one for one, check in _ready_with_checks(now) if check is None), limit))


def to_request(now: datetime, limit: int = 100) -> tuple[ReadyContract, ...]:
    """Contracts whose money may go to an account the bank has shown to be the client's."""
    shown = (one for one, check in _ready_with_checks(now) if _shown_and_unused(check) and _worth_screening(one, now))
    return tuple(islice(shown, limit))


def to_refinance(now: datetime, limit: int = 100) -> tuple[ReadyContract, ...]:
    """Contracts whose money may go to repay another loan of the client here."""
    ready = (one for one in contracts.each_ready_to_disburse(now) if one.refinances is not None)
    return tuple(islice((one for one in ready if _worth_screening(one, now)), limit))


def changes_to_check(now: datetime, limit: int = 100) -> tuple[ReadyContract, ...]:
    """The same as `to_check` of changes that give more money under a running contract."""
    return tuple(islice((one for one, check in _changes_with_checks(now) if check is None), limit))


def changes_to_request(now: datetime, limit: int = 100) -> tuple[ReadyContract, ...]:
    """The same as `to_request` of changes that give more money under a running contract."""
    shown = (one for one, check in _changes_with_checks(now) if _shown_and_unused(check) and _worth_screening(one, now))
    return tuple(islice(shown, limit))


def ownership_answers(limit: int = 100) -> tuple[MessageId, ...]:
    """Answers of the bank about accounts that nobody has recorded."""
    return tuple(exchange.answered_ids([rules.KIND_OWNERSHIP], limit))


def payment_answers(limit: int = 100) -> tuple[MessageId, ...]:
    """Results of payment orders that nobody has recorded."""
    return tuple(exchange.answered_ids([rules.KIND_PAY], limit))


def refund_answers(limit: int = 100) -> tuple[MessageId, ...]:
    """Results of refunds' orders that nobody has recorded."""
    return tuple(exchange.answered_ids([rules.KIND_REFUND], limit))


def refunds_of(actor: Actor, contract_id: ContractId) -> tuple[RefundView, ...]:
    """All refunds under a contract, oldest first; NotFound when the contract is not this actor's."""
    _check_scope(actor, contract_id)
    rows = Refund.objects.filter(contract_id=contract_id).select_related("result").order_by("requested_at")
    return tuple(_refund_view(row) for row in rows)


def refused_refunds(actor: Actor) -> tuple[RefundView, ...]:
    """Refunds whose newest order the bank refused: staff find another account; NotFound for others."""
    if not actor.reads_clients:
        raise NotFound
    newest = Refund.objects.select_related("result").order_by("key", "-attempt").distinct("key")
    return tuple(_refund_view(row) for row in newest if refund_refused(row.pk))


def refund_refused(refund_id: UUID) -> bool:
    """True when the bank refused the order; False while it is under way, or paid."""
    return RefundResult.objects.filter(refund_id=refund_id, outcome=DisbursementOutcome.REFUSED).exists()


def disbursed(limit: int = 100) -> tuple[DisbursedView, ...]:
    """First money of contracts that reached clients and is not yet on a loan, oldest first."""
    waiting = _disbursed().filter(change__isnull=True)
    return tuple(_disbursed_view(row) for row in waiting.order_by("paid_at", "disbursement_id")[:limit])


def disbursed_changes(limit: int = 100) -> tuple[DisbursedView, ...]:
    """More money under running contracts that reached clients and is not yet on their loans, oldest first."""
    if not _any(_ANY_DISBURSED):
        return ()
    waiting = _disbursed().filter(change__isnull=False)
    return tuple(_disbursed_view(row) for row in waiting.order_by("paid_at", "disbursement_id")[:limit])


def disbursed_one(disbursement_id: DisbursementId) -> DisbursedView | None:
    """One of `disbursed` or `disbursed_changes`, however many wait before it; None when it does not wait."""
    row = _disbursed().filter(disbursement_id=disbursement_id).first()
    return _disbursed_view(row) if row else None


def unallocated(limit: int = 100) -> tuple[ReceiptView, ...]:
    """Receipts for a known contract that no loan has taken yet, in the order the bank booked them."""
    if not _any(_ANY_UNALLOCATED):
        return ()
    rows = _unallocated().order_by("receipt__booked_at", "receipt__bank_reference")
    return tuple(_receipt_view(row) for row in rows[:limit])


def unallocated_one(receipt_id: ReceiptId) -> ReceiptView | None:
    """One of `unallocated`, however many wait before it; None when it does not wait."""
    row = _unallocated().filter(receipt_id=receipt_id).first()
    return _receipt_view(row) if row else None


def receipts_of(actor: Actor, contract_id: ContractId) -> tuple[ReceiptView, ...]:
    """All receipts for a contract, oldest first; NotFound when the contract is not this actor's."""
    _check_scope(actor, contract_id)
    rows = ReceiptMatch.objects.filter(contract_id=contract_id).select_related("receipt")
    return tuple(_receipt_view(row) for row in rows.order_by("receipt__booked_at"))


def disbursements_of(actor: Actor, contract_id: ContractId) -> tuple[DisbursementView, ...]:
    """All payment orders under a contract, oldest first; NotFound when the contract is not this actor's."""
    _check_scope(actor, contract_id)
    rows = Disbursement.objects.filter(contract_id=contract_id).select_related("result").order_by("attempt")
    return tuple(_disbursement_view(row) for row in rows)


def ownership_of(actor: Actor, contract_id: ContractId) -> Ownership | None:
    """The bank's newest word on the contract's account; None while it has not answered. NotFound as above."""
    _check_scope(actor, contract_id)
    return newest_verdict(contract_id)


def in_suspense(actor: Actor) -> tuple[SuspendedReceipt, ...]:
    """Receipts nobody could match, oldest first, for staff; NotFound for others."""
    if not actor.reads_clients:
        raise NotFound
    rows = Receipt.objects.filter(match__isnull=True).order_by("booked_at")
    return tuple(
        SuspendedReceipt(
            ReceiptId(row.pk),
            Money(row.amount_tiyn),
            row.booked_at,
            row.bank_reference,
            row.payer_name,
            row.payer_number,
            row.payer_iban,
            row.purpose,
        )
        for row in rows
    )


def held_payouts(actor: Actor) -> tuple[ContractId, ...]:
    """Contracts whose payout the checks made again do not let go, for staff; NotFound for others."""
    if not actor.reads_clients:
        raise NotFound
    newest = PayoutScreening.objects.order_by("contract_id", "-screened_at").distinct("contract_id")
    return tuple(ContractId(row.contract_id) for row in newest if row.outcome == RequestOutcome.HELD)


def repayment_details(actor: Actor, contract_id: ContractId, now: datetime, language: str) -> rules.RepaymentDetails:
    """How to repay a contract (Rules, 7.6); NotFound when it is not this actor's."""
    number = contracts.contract(actor, contract_id, now).number
    organisation = lender.organisation()
    return rules.RepaymentDetails(
        number=number,
        ways=tuple((way, way in rules.OPEN_WAYS) for way in rules.WayToRepay),
        payee=organisation.name[language],
        payee_bin=organisation.bin,
        iban=organisation.repayment.iban,
        bank=organisation.repayment.bank[language],
        bik=organisation.repayment.bik,
        kbe=organisation.repayment.kbe,
        knp=organisation.repayment.knp,
        purpose=rules.repayment_purpose(number),
    )


def statement_cursor(source: str = rules.BANK_SOURCE) -> str:
    """How far the bank's statement was read; empty for not at all."""
    row = StatementCursor.objects.filter(source=source).first()
    return row.cursor if row else ""


def newest_check(contract_id: ContractId, change_id: UUID | None = None) -> OwnershipCheck | None:
    """The newest question about a contract's account; of a change that gives more money each has its own."""
    rows = OwnershipCheck.objects.filter(contract_id=contract_id, change_id=change_id)
    return rows.select_related("answer", "disbursement").order_by("-number").first()


def newest_verdict(contract_id: ContractId, change_id: UUID | None = None) -> Ownership | None:
    """The answer to the newest question; None while there is none."""
    check = newest_check(contract_id, change_id)
    answer: OwnershipAnswer | None = getattr(check, "answer", None)
    return Ownership(answer.verdict) if answer else None


def under_way(contract_id: ContractId) -> bool:
    """True while a payment order of the contract has no result."""
    return Disbursement.objects.filter(contract_id=contract_id, result__isnull=True).exists()


def find_match(purpose: str, payer_number: str) -> Matched | None:
    """Which contract a payment is for, by the numbers in its purpose, else by its payer."""
    named = contracts.disbursed_by_numbers(numbers_in(purpose))
    # A bank may tell no number of the payer, which is then nobody's.
    payer = _payer(payer_number) if payer_number.strip() and not named else None
    of_payer = contracts.disbursed_of_client(payer) if payer is not None else ()
    owed = {one.contract_id for one in of_payer}
    if Wiring.owed_contracts is not None and owed:
        owed &= Wiring.owed_contracts.owed_among(owed)
    return rules.match_receipt(
        [(one.contract_id, one.client_id) for one in named],
        [(one.contract_id, one.client_id) for one in of_payer if one.contract_id in owed],
    )


def _payer(number: str) -> ClientId | None:
    """Whose IIN, or which legal entity's BIN, a payer's number is."""
    return clients.client_with_iin(number) or clients.client_with_bin(number)


def check_disbursed(actor: Actor, contract_id: ContractId, now: datetime) -> ClientId:
    """The client of a paid-out contract; raises NoSuchLoan, NotFound."""
    view = contracts.contract(actor, contract_id, now)
    if view.status is not ContractStatus.DISBURSED:
        raise rules.NoSuchLoan
    return view.client_id


def _ready_with_checks(now: datetime) -> Iterator[tuple[ReadyContract, OwnershipCheck | None]]:
    """Contracts whose money may go, each with the newest question about its account; asked a hundred at a time.

    Those that no step takes may wait for long: they are passed over here, and no page of a step is full of them.
    """
    ready = (one for one in contracts.each_ready_to_disburse(now) if one.refinances is None)
    while some := tuple(islice(ready, _CHUNK)):
        rows = OwnershipCheck.objects.filter(contract_id__in=[one.contract_id for one in some], change__isnull=True)
        newest = rows.select_related("answer", "disbursement").order_by("contract_id", "-number")
        checks = {check.contract_id: check for check in newest.distinct("contract_id")}
        yield from ((one, checks.get(one.contract_id)) for one in some)


def _changes_with_checks(now: datetime) -> Iterator[tuple[ReadyContract, OwnershipCheck | None]]:
    """Changes whose money may go: few at any time, since a contract has one open change at most."""
    for one in contracts.changes_ready_to_pay(now):
        yield one, newest_check(one.contract_id, one.change_id)


def _shown_and_unused(check: OwnershipCheck | None) -> bool:
    if check is None or hasattr(check, "disbursement"):
        return False
    answer = getattr(check, "answer", None)
    return answer is not None and answer.verdict == Ownership.SHOWN


def _worth_screening(ready: ReadyContract, now: datetime) -> bool:
    screened = PayoutScreening.objects.filter(contract_id=ready.contract_id, change_id=ready.change_id)
    last = screened.order_by("-screened_at").first()
    if last is None or last.outcome == RequestOutcome.REQUESTED:
        return True
    if last.outcome == RequestOutcome.CHECKS_UNDER_WAY:
        return now - last.screened_at >= _LOOK_SOON
    return now - last.screened_at >= _LOOK_AGAIN or aml.changed_since(ready.client_id, last.screened_at)


def _check_scope(actor: Actor, contract_id: ContractId) -> None:
    client_id = contracts.contract_terms(contract_id).client_id
    if not (actor.reads_clients or (actor.has(Role.CLIENT) and actor.id == client_id)):
        raise NotFound


def _any(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return bool(cursor.fetchone()[0])


def _disbursed() -> QuerySet[DisbursementResult]:
    rows = DisbursementResult.objects.filter(outcome=DisbursementOutcome.PAID, disbursement__taken__isnull=True)
    return rows.select_related("disbursement")


def _disbursed_view(row: DisbursementResult) -> DisbursedView:
    assert row.paid_at is not None  # a constraint of the table: what was paid was paid at some moment
    return DisbursedView(
        DisbursementId(row.disbursement_id),
        ContractId(row.contract_id),
        ClientId(row.disbursement.client_id),
        Money(row.disbursement.amount_tiyn),
        row.paid_at,
        business_day(row.paid_at),
        row.change_id,
    )


def _unallocated() -> QuerySet[ReceiptMatch]:
    waiting = ReceiptMatch.objects.filter(receipt__taken__isnull=True, receipt__returned__isnull=True)
    return waiting.select_related("receipt")


def _receipt_view(row: ReceiptMatch) -> ReceiptView:
    return ReceiptView(
        ReceiptId(row.receipt_id),
        ContractId(row.contract_id),
        ClientId(row.client_id),
        Money(row.receipt.amount_tiyn),
        row.receipt.booked_at,
        row.receipt.booked_on,
        FoundBy(row.found_by),
    )


def _disbursement_view(row: Disbursement) -> DisbursementView:
    result: DisbursementResult | None = getattr(row, "result", None)
    return DisbursementView(
        DisbursementId(row.pk),
        ContractId(row.contract_id),
        row.attempt,
        Money(row.amount_tiyn),
        row.requested_at,
        DisbursementOutcome(result.outcome) if result else None,
        result.reason if result else "",
        result.bank_reference if result else "",
        result.paid_at if result else None,
        MessageId(row.message_id),
    )


def disbursement_of_message(message_id: UUID) -> Disbursement:
    """The payment order a message carries; NotFound."""
    row = Disbursement.objects.filter(message_id=message_id).first()
    if row is None:
        raise NotFound
    return row


def check_of_message(message_id: UUID) -> OwnershipCheck:
    """The question a message carries; NotFound."""
    row = OwnershipCheck.objects.filter(message_id=message_id).first()
    if row is None:
        raise NotFound
    return row


def refund_of_message(message_id: UUID) -> Refund:
    """The refund's order a message carries; NotFound."""
    row = Refund.objects.filter(message_id=message_id).first()
    if row is None:
        raise NotFound
    return row


def _refund_view(row: Refund) -> RefundView:
    result: RefundResult | None = getattr(row, "result", None)
    return RefundView(
        row.pk,
        row.key,
        ContractId(row.contract_id),
        row.attempt,
        Money(row.amount_tiyn),
        row.requested_at,
        DisbursementOutcome(result.outcome) if result else None,
        result.reason if result else "",
        result.bank_reference if result else "",
        result.paid_at if result else None,
        MessageId(row.message_id),
    )
