"""Carries the messages of payments to the bank, whichever adapter serves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus, NoAnswer, NotCarried
from nesie.journey.payments.gateways import Bank, BankBusy, BankSilent, PaymentAnswer, PaymentOrder, PaymentState
from nesie.journey.payments.rules import KIND_OWNERSHIP, KIND_PAY, KIND_REFUND
from nesie.kernel.money import Money

KINDS = frozenset({KIND_OWNERSHIP, KIND_PAY, KIND_REFUND})
_STATUS = {
    PaymentState.PAID: AnswerStatus.ANSWERED,
    PaymentState.REFUSED: AnswerStatus.FAILED,
    PaymentState.IN_PROGRESS: AnswerStatus.PENDING,
}


class BankCarrier:
    """`exchange.gateways.Carrier` over a `Bank`. The message's key is the bank's reference of the order."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Ask or order. Raises NotCarried, NoAnswer."""
        try:
            if kind == KIND_OWNERSHIP:
                verdict = self._bank.owns_account(key=key, iban=payload["iban"], iin=payload["iin"])
                return Answer(AnswerStatus.ANSWERED, {"verdict": verdict.value})
            return _answer(self._bank.pay(_order(key, payload)))
        except BankBusy as busy:
            raise NotCarried(str(busy)) from None
        except BankSilent as silent:
            raise NoAnswer(str(silent)) from None

    def ask(self, kind: str, key: str) -> Answer | None:
        """How the order stands; None when the bank never had it, and for a question, which is simply put again."""
        if kind == KIND_OWNERSHIP:
            return None
        try:
            answer = self._bank.status(key)
        except BankBusy as busy:
            raise NotCarried(str(busy)) from None
        except BankSilent as silent:
            raise NoAnswer(str(silent)) from None
        return _answer(answer) if answer else None


def _order(key: str, payload: Mapping[str, Any]) -> PaymentOrder:
    fields = {name: str(value) for name, value in payload.items() if name != "amount_tiyn"}
    return PaymentOrder(key=key, amount=Money(payload["amount_tiyn"]), **fields)


def _answer(answer: PaymentAnswer) -> Answer:
    return Answer(
        _STATUS[answer.state],
        {
            "bank_reference": answer.bank_reference,
            "reason": answer.reason,
            "at": answer.at.isoformat() if answer.at else None,
        },
    )
