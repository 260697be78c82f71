"""Decisions about payouts and receipts: who owns the account, what a payment order says, whom a receipt is for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from nesie.kernel.actor import Role
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ClientId, ContractId, DisbursementId, MessageId, ReceiptId
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused, noop

_WORKER = frozenset({Role.WORKER})
_STAFF = frozenset({Role.OPERATOR, Role.CREDIT_OFFICER})

PERMITTED: dict[str, frozenset[Role]] = {
    "request_ownership_check": _WORKER | _STAFF,
    "record_ownership_answer": _WORKER,
    "request_disbursement": _WORKER,
    "record_disbursement_result": _WORKER,
    "record_receipt": _WORKER,
    "match_receipt": _STAFF,
    "record_refund_result": _WORKER,
    "resend_refund": _STAFF,
}
# Staff say whose money it is: a second person agrees before it pays somebody's loan.
FOUR_EYES: frozenset[str] = frozenset({"match_receipt"})

KIND_OWNERSHIP = "payments.owns_account"
KIND_PAY = "payments.pay"
KIND_REFUND = "payments.refund"
BANK_SOURCE = "bank"

# Codes of the payment classifier (КНП, КБе) are recalled, not read: an accountant confirms them before real use.
PURPOSE_CODE_PAYOUT = "411"  # granting of short-term loans
PURPOSE_CODE_REFUND = "880"  # return of sums paid over or by mistake
RESIDENT_INDIVIDUAL = "19"
RESIDENT_ENTITY = "17"  # a private organisation that is no financial one
METHOD_BANK_ACCOUNT = "bank_account"
METHOD_REFINANCING = "refinancing"  # no money leaves: it repays another loan of the client here


class Ownership(StrEnum):
    """What the bank says of an account and a person."""

    SHOWN = "shown"  # the account is open and is this person's
    NOT_SHOWN = "not_shown"  # it is somebody else's, or closed
    UNKNOWN = "unknown"  # the bank cannot tell; for us that is a refusal (Rules, paragraph 9)


class DisbursementOutcome(StrEnum):
    """How a payment order ended."""

    PAID = "paid"
    REFUSED = "refused"  # no money moved


class RequestOutcome(StrEnum):
    """What became of a request for the payout."""

    REQUESTED = "requested"
    CHECKS_UNDER_WAY = "checks_under_way"
    HELD = "held"  # a check made again does not let the money go: staff see it
    GIVEN_UP = "given_up"  # there is no loan any more to which the money of a change could be added


class TakesMoney(StrEnum):
    """Whether more money can be added to the loan of a contract."""

    YES = "yes"
    NOT_NOW = "not_now"  # something is overdue, or accrual stands still
    NEVER = "never"  # the loan has ended, or nothing is left of the credit line


class FoundBy(StrEnum):
    """How it was found whose loan a receipt pays."""

    CONTRACT_NUMBER = "contract_number"
    PAYER = "payer"  # by the IIN of the payer, who has one loan only
    STAFF = "staff"


class WayToRepay(StrEnum):
    """Ways of repaying (Rules, 7.6)."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    TERMINAL = "terminal"
    CASH_DESK = "cash_desk"


# The rail from bank accounts is built; the client sees the others as not open yet.
OPEN_WAYS: frozenset[WayToRepay] = frozenset({WayToRepay.BANK_TRANSFER})


class OwnershipNotShown(Refused):
    """No transfer to an account that cannot be shown to be the client's (Rules, paragraph 9): unknown is refused."""

    message = noop("The bank has not confirmed that the account is the client's.")


class AccountMissing(Refused):
    """A payout to a bank account needs the account."""

    message = noop("The contract names no bank account.")


class WayNotOpen(Refused):
    """This way of paying out is not built yet."""

    message = noop("This way of paying the money out is not open yet.")


class PaymentUnderWay(Refused):
    """The order before is not decided: nothing may be asked or sent under another name."""

    message = noop("A payment under this contract is already under way.")


class ReceiptDiffers(Refused):
    """The bank sent another payment under a reference it had used."""

    message = noop("A receipt of this reference was recorded with another sum.")


class ReceiptMatched(Refused):
    """The receipt is not in suspense any more."""

    message = noop("It is already known which contract this receipt pays.")


class NoSuchLoan(Refused):
    """The contract is not paid out, so nothing can be owed under it."""

    message = noop("No money was paid out under this contract.")


class RefundUnderWay(Refused):
    """The order before is not decided, or the money was given back already."""

    message = noop("This refund is under way or has been paid.")


class ReceiptReturned(Refused):
    """A receipt bounces once."""

    message = noop("The bank has taken this receipt back already.")


class ReturnedBeforeBooked(Refused):
    message = noop("Money cannot have gone back before it came, nor on a day that has not begun.")


@dataclass(frozen=True, slots=True)
class DisbursedView:
    """Money that reached the client and is not yet on a loan."""

    disbursement_id: DisbursementId
    contract_id: ContractId
    client_id: ClientId
    amount: Money
    paid_at: datetime
    paid_on: date
    change_id: UUID | None = None  # of a change that gives more money


@dataclass(frozen=True, slots=True)
class DisbursementView:
    """A payment order and how it stands; `outcome` None while it is under way or its answer is not known."""

    disbursement_id: DisbursementId
    contract_id: ContractId
    attempt: int
    amount: Money
    requested_at: datetime
    outcome: DisbursementOutcome | None
    reason: str
    bank_reference: str
    paid_at: datetime | None
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund's order and how it stands; `outcome` None while it is under way or its answer is not known."""

    refund_id: UUID
    key: str
    contract_id: ContractId
    attempt: int
    amount: Money
    requested_at: datetime
    outcome: DisbursementOutcome | None
    reason: str
    bank_reference: str
    paid_at: datetime | None
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Money received for a contract."""

    receipt_id: ReceiptId
    contract_id: ContractId
    client_id: ClientId
    amount: Money
    booked_at: datetime
    booked_on: date
    found_by: FoundBy


@dataclass(frozen=True, slots=True)
class SuspendedReceipt:
    """Money received and nobody knows for which loan; staff only, since it shows the payer."""

    receipt_id: ReceiptId
    amount: Money
    booked_at: datetime
    bank_reference: str
    payer_name: str = field(repr=False)
    payer_number: str = field(repr=False)
    payer_iban: str = field(repr=False)
    purpose: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RepaymentDetails:
    """How to repay a contract (Rules, 7.6); the words of the ways are the pages'."""

    number: str
    ways: tuple[tuple[WayToRepay, bool], ...]  # and whether each is open
    payee: str
    payee_bin: str
    iban: str
    bank: str
    bik: str
    kbe: str
    knp: str
    purpose: str


@dataclass(frozen=True, slots=True)
class PayoutRequested:
    """What became of a request for the payout."""

    outcome: RequestOutcome
    disbursement_id: DisbursementId | None = None
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Which contract a receipt pays, and how that was found."""

    contract_id: ContractId
    client_id: ClientId
    found_by: FoundBy


@dataclass(frozen=True, slots=True)
class Recorded:
    """A receipt in the books; `match` None: it waits in suspense."""

    receipt_id: ReceiptId
    match: Matched | None
    fresh: bool  # False when the same receipt was recorded before


def check_ownership(verdict: Ownership | None) -> None:
    """Raises OwnershipNotShown unless the bank said that the account is the client's; no answer is a refusal too."""
    if verdict is not Ownership.SHOWN:
        raise OwnershipNotShown()


def check_way(disbursement_method: str, account_id: UUID | None) -> UUID:
    """The bank account the money goes to (Rules, 8.6, 8.7). Raises WayNotOpen, AccountMissing."""
    # The client's account is named by a refinancing too: money paid over goes back to it.
    if disbursement_method not in (METHOD_BANK_ACCOUNT, METHOD_REFINANCING):
        raise WayNotOpen()
    if account_id is None:
        raise AccountMissing()
    return account_id


def payee_code(*, entity: bool) -> str:
    """КБе of a client: residency and sector."""
    return RESIDENT_ENTITY if entity else RESIDENT_INDIVIDUAL


def request_outcome(*, register: Outcome, screened: Outcome) -> RequestOutcome:
    """What the checks made again before the payout allow: the register of voluntary refusals, and the lists.

    No word of the register is waited for: silence never lets money go.
    """
    if register is Outcome.DECLINE or screened in (Outcome.HOLD, Outcome.DECLINE):
        return RequestOutcome.HELD
    return RequestOutcome.CHECKS_UNDER_WAY if register is Outcome.HOLD else RequestOutcome.REQUESTED


def payout_purpose(number: str, dated_on: date) -> str:
    """What the client reads in the bank's statement, in both languages."""
    return f"Микрокредит беру / Выдача микрокредита, шарт / договор № {number}, {dated_on:%d.%m.%Y}"


def refund_purpose(number: str, dated_on: date) -> str:
    """What the client reads in the bank's statement when their own money comes back, in both languages."""
    return (
        f"Артық төленген соманы қайтару / Возврат излишне уплаченного, шарт / договор № {number}, {dated_on:%d.%m.%Y}"
    )


def check_return_day(returned_on: date, booked_on: date, today: date) -> None:
    """Raises ReturnedBeforeBooked."""
    if not booked_on <= returned_on <= today:
        raise ReturnedBeforeBooked(field="returned_on")


def repayment_purpose(number: str) -> str:
    """What the client writes in the payment, in both languages."""
    return f"Микрокредитті өтеу / Погашение микрокредита, шарт / договор № {number}"


def paid_moment(said: datetime | None, requested_at: datetime, now: datetime) -> datetime:
    """When the money was paid: the bank's word, kept between our request and our hearing of it.

    A bank whose clock runs off must not open a loan in the future, nor before it was asked for.
    """
    return min(max(said or now, requested_at), now)


def effective_day(booked_on: date, last_closed: date | None, today: date) -> date:
    """The accounting day of bank news: the day of booking, or today when that month is closed."""
    return today if last_closed is not None and booked_on <= last_closed else booked_on


def match_receipt(
    named: Collection[tuple[ContractId, ClientId]], of_payer: Collection[tuple[ContractId, ClientId]]
) -> Matched | None:
    """Which contract a payment is for; None when it is not certain: then a person looks.

    `named`: paid-out contracts whose numbers stand in the purpose. `of_payer`: those of the payer that still owe.
    """
    if named:
        contracts = set(named)
        return Matched(*contracts.pop(), FoundBy.CONTRACT_NUMBER) if len(contracts) == 1 else None
    contracts = set(of_payer)
    return Matched(*contracts.pop(), FoundBy.PAYER) if len(contracts) == 1 else None
