"""A bank in memory, for tests that want no other program. It keeps the promises of `Bank`, faults included."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from nesie.foundation.norms.rules import business_day
from nesie.journey.payments.gateways import (
    BankBusy,
    BankSilent,
    IncomingPayment,
    PaymentAnswer,
    PaymentOrder,
    PaymentState,
)
from nesie.journey.payments.rules import Ownership
from nesie.kernel.money import Money

T = TypeVar("T")


class Trouble(StrEnum):
    """What may go wrong with the next call, once."""

    BUSY = "busy"  # nothing done, says so
    LOST_BEFORE = "lost_before"  # nothing done, no answer
    LOST_AFTER = "lost_after"  # done, no answer


@dataclass(slots=True)
class FakeAccount:
    """An account at the fake bank."""

    iin: str
    name: str
    balance: Money
    closed: bool = False


class FakeBank:
    """`Bank` in memory. `accounts` by IBAN; `own` is the lender's account among them."""

    def __init__(self, own: str, accounts: dict[str, FakeAccount]) -> None:
        self.own = own
        self.accounts = accounts
        self.holding_back = False
        self.troubles: deque[Trouble] = deque()
        self.moment = datetime.fromisoformat("2026-11-23T04:00:00+00:00")
        self._orders: dict[str, tuple[PaymentOrder, PaymentAnswer]] = {}
        self._incoming: list[IncomingPayment] = []

    def owns_account(self, *, key: str, iban: str, iin: str) -> Ownership:
        """See `Bank`."""
        after = self._before()
        account = self.accounts.get(iban)
        if account is None:
            verdict = Ownership.UNKNOWN
        else:
            verdict = Ownership.SHOWN if account.iin == iin and not account.closed else Ownership.NOT_SHOWN
        return self._after(after, verdict)

    def pay(self, order: PaymentOrder) -> PaymentAnswer:
        """See `Bank`."""
        after = self._before()
        known = self._orders.get(order.key)
        if known is None:
            self._orders[order.key] = (order, PaymentAnswer(PaymentState.IN_PROGRESS, at=self.moment))
            if not self.holding_back:
                self._execute(order)
        elif known[0] != order:
            raise BankSilent("409")
        return self._after(after, self._orders[order.key][1])

    def status(self, key: str) -> PaymentAnswer | None:
        """See `Bank`."""
        after = self._before()
        known = self._orders.get(key)
        return self._after(after, known[1] if known else None)

    def incoming(self, since: str) -> Sequence[IncomingPayment]:
        """See `Bank`."""
        after = self._before()
        return self._after(after, self._incoming[int(since or "0") :])

    def release(self) -> None:
        """Execute the orders kept in progress."""
        self.holding_back = False
        for order, answer in list(self._orders.values()):
            if answer.state is PaymentState.IN_PROGRESS:
                self._execute(order)

    def repay(self, *, from_iban: str, amount: Money, purpose: str) -> str:
        """A person pays the lender; the bank's reference."""
        payer = self.accounts[from_iban]
        payer.balance -= amount
        self.accounts[self.own].balance += amount
        number = len(self._incoming) + 1
        payment = IncomingPayment(
            cursor=str(number),
            bank_reference=f"F{number:08d}",
            amount=amount,
            booked_at=self.moment,
            booked_on=business_day(self.moment),
            payer_iban=from_iban,
            payer_number=payer.iin,
            payer_name=payer.name,
            purpose=purpose,
        )
        self._incoming.append(payment)
        return payment.bank_reference

    def _execute(self, order: PaymentOrder) -> None:
        reason = self._reason_against(order)
        if reason:
            answer = PaymentAnswer(PaymentState.REFUSED, reason=reason, at=self.moment)
        else:
            self.accounts[self.own].balance -= order.amount
            self.accounts[order.payee_iban].balance += order.amount
            answer = PaymentAnswer(PaymentState.PAID, f"P{order.key}"[:40], at=self.moment)
        self._orders[order.key] = (order, answer)

    def _reason_against(self, order: PaymentOrder) -> str:
        payee = self.accounts.get(order.payee_iban)
        if payee is None:
            return "NO_SUCH_ACCOUNT"
        if payee.closed:
            return "ACCOUNT_CLOSED"
        if payee.iin != order.payee_iin:
            return "HOLDER_MISMATCH"
        return "INSUFFICIENT_FUNDS" if self.accounts[self.own].balance < order.amount else ""

    def _before(self) -> Trouble | None:
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is Trouble.BUSY:
            raise BankBusy("503")
        if trouble is Trouble.LOST_BEFORE:
            raise BankSilent("lost")
        return trouble

    def _after(self, trouble: Trouble | None, answer: T) -> T:
        if trouble is Trouble.LOST_AFTER:
            raise BankSilent("lost")
        return answer
