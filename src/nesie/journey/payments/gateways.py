"""The lender's bank, in our words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from nesie.journey.payments.rules import Ownership, TakesMoney
from nesie.kernel.ids import ContractId
from nesie.kernel.money import Money


class PaymentState(StrEnum):
    """How far a payment order got."""

    PAID = "paid"
    REFUSED = "refused"  # the bank will never execute it; no money moved
    IN_PROGRESS = "in_progress"  # the bank has it and has not decided: ask again


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Money from the lender's own account to a client's account. `key` is ours and is never used twice."""

    key: str
    amount: Money
    payer_iban: str = field(repr=False)
    payer_bin: str
    payee_iban: str = field(repr=False)
    payee_iin: str = field(repr=False)  # of a legal entity its BIN
    payee_name: str = field(repr=False)
    purpose: str
    purpose_code: str  # КНП
    payer_code: str  # КОд: residency and sector of the payer
    payee_code: str  # КБе: of the payee


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What the bank says of a payment order; `reason` is the bank's code of a refusal, without personal data."""

    state: PaymentState
    bank_reference: str = ""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingPayment:
    """Money that came to the lender's account. `cursor` orders the statement and is given back to read on."""

    cursor: str
    bank_reference: str
    amount: Money
    booked_at: datetime
    booked_on: date
    payer_iban: str = field(repr=False)
    payer_number: str = field(repr=False)  # IIN or BIN
    payer_name: str = field(repr=False)
    purpose: str = field(repr=False)


class BankSilent(Exception):
    """No answer, or one that says nothing: the order may or may not have been done. Ask, never send anew."""


class BankBusy(Exception):
    """The bank says it did nothing and asks to come again later: the same order may be sent again."""


class Bank(Protocol):
    """The bank that keeps the lender's account. Every method raises BankSilent or BankBusy when there is no answer."""

    def owns_account(self, *, key: str, iban: str, iin: str) -> Ownership:
        """Is the account open and this person's, or this legal entity's by its BIN? `key` names the question."""

    def pay(self, order: PaymentOrder) -> PaymentAnswer:
        """Execute the order once, however often it comes under its key."""

    def status(self, key: str) -> PaymentAnswer | None:
        """How the order of this key stands; None when the bank never had it."""

    def incoming(self, since: str) -> Sequence[IncomingPayment]:
        """Money that came after the cursor `since` (empty: from the beginning), oldest first; may be a part of it."""


class RunningLoans(Protocol):
    """Knows how a loan stands; served by a later stage."""

    def takes_money(self, contract_id: ContractId, amount: Money, now: datetime) -> TakesMoney:
        """Whether `amount` can be added to the loan of a contract now."""
        ...


class OwedContracts(Protocol):
    """A later fact this stage needs: what is still owed is known by the loans."""

    def owed_among(self, contract_ids: Collection[ContractId]) -> frozenset[ContractId]:
        """Those of the contracts under which anything is still owed."""


class Wiring:
    """Set once by `config`; asked at each use."""

    running_loans: RunningLoans | None = None  # nobody to ask: then no change gives money
    owed_contracts: OwedContracts | None = None  # nobody to ask: every paid-out contract may still owe
