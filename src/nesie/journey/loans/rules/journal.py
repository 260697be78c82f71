"""What the ledger must hold of a loan, in words of accounts; the chart's codes are the postings' business.

A word is the name of an account of the chart. Amounts are in tiyn, debit above nothing, credit below; what a key holds
adds up to nothing, and what is off the balance sheet does so by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nesie.journey.loans.rules.book import DayAccrued, Parts
from nesie.journey.loans.rules.norms import Component
from nesie.journey.loans.rules.paying import INTEREST, PRINCIPAL, Paid
from nesie.kernel.money import ZERO, Money


class Word(StrEnum):
    """Accounts a loan touches."""

    PRINCIPAL_RECEIVABLE = "principal_receivable"
    INTEREST_RECEIVABLE = "interest_receivable"
    PENALTY_RECEIVABLE = "penalty_receivable"
    CLIENT_CREDIT = "client_credit"
    RECEIPTS_UNALLOCATED = "receipts_unallocated"
    DISBURSEMENTS_IN_TRANSIT = "disbursements_in_transit"
    INTEREST_INCOME = "interest_income"
    PENALTY_INCOME = "penalty_income"
    CREDIT_LOSSES = "credit_losses"
    FORGIVEN_DEBTS = "forgiven_debts"
    RECOVERIES = "recoveries"
    REFUNDS_DUE = "refunds_due"
    CLAIMS_TRANSFERRED = "claims_transferred"
    REFINANCED = "refinanced"
    WRITTEN_OFF_PRINCIPAL = "written_off_principal"
    WRITTEN_OFF_INTEREST = "written_off_interest"
    WRITTEN_OFF_PENALTY = "written_off_penalty"
    MEMO_INTEREST = "memo_interest"
    MEMO_PENALTY = "memo_penalty"
    OFF_BALANCE_CONTRA = "off_balance_contra"


Lines = Mapping[Word, int]
Key = tuple[date, str]  # the day of effect, the code of the description


@dataclass(frozen=True, slots=True)
class Move:
    """Something that moved the loan on a day.

    `code` is the description of its entry, `ref` the event's, empty for the client's credit used on a due day.
    """

    on: date
    code: str
    ref: str
    lines: tuple[tuple[Word, int], ...]
    received: Money = ZERO
    paid: tuple[Paid, ...] = ()
    credit_before: Money = ZERO
    credit_after: Money = ZERO


def receivables(parts: Parts, sign: int) -> dict[Word, int]:
    """The three receivables by `sign` times the parts."""
    return {
        Word.PRINCIPAL_RECEIVABLE: sign * parts.principal.tiyn,
        Word.INTEREST_RECEIVABLE: sign * parts.interest.tiyn,
        Word.PENALTY_RECEIVABLE: sign * parts.penalty.tiyn,
    }


def written_off(parts: Parts, sign: int) -> dict[Word, int]:
    """Claims off the balance sheet by `sign` times the parts."""
    return {
        Word.WRITTEN_OFF_PRINCIPAL: sign * parts.principal.tiyn,
        Word.WRITTEN_OFF_INTEREST: sign * parts.interest.tiyn,
        Word.WRITTEN_OFF_PENALTY: sign * parts.penalty.tiyn,
        Word.OFF_BALANCE_CONTRA: -sign * parts.total.tiyn,
    }


def memo(interest: int, penalty: int) -> dict[Word, int]:
    """Figures that may not be demanded, by which they change."""
    return {
        Word.MEMO_INTEREST: interest,
        Word.MEMO_PENALTY: penalty,
        Word.OFF_BALANCE_CONTRA: -interest - penalty,
    }


def paid_parts(paid: Iterable[Paid]) -> Parts:
    """What was paid, by what it is of a debt."""
    principal = interest = penalty = 0
    for part in paid:
        if part.component in PRINCIPAL:
            principal += part.amount.tiyn
        elif part.component in INTEREST:
            interest += part.amount.tiyn
        elif part.component is Component.PENALTY:
            penalty += part.amount.tiyn
    return Parts(Money(principal), Money(interest), Money(penalty))


def lines_of(*several: Lines) -> tuple[tuple[Word, int], ...]:
    """Several lines as one, nothings left out, in the order of the words."""
    total: dict[Word, int] = {}
    for lines in several:
        for word, amount in lines.items():
            total[word] = total.get(word, 0) + amount
    return tuple((word, total[word]) for word in Word if total.get(word))


def day_lines(day: DayAccrued) -> dict[str, dict[Word, int]]:
    """What a day of accrual puts into the books, by the code of the entry."""
    found: dict[str, dict[Word, int]] = {}
    if day.interest or day.penalty:
        found["loan.day_accrued"] = {
            Word.INTEREST_RECEIVABLE: day.interest.tiyn,
            Word.PENALTY_RECEIVABLE: day.penalty.tiyn,
            Word.INTEREST_INCOME: -day.interest.tiyn,
            Word.PENALTY_INCOME: -day.penalty.tiyn,
        }
    if day.memo_interest or day.memo_penalty:
        found["loan.memo_accrued"] = memo(day.memo_interest.tiyn, day.memo_penalty.tiyn)
    return found


def add_lines(journal: dict[Key, dict[Word, int]], key: Key, lines: Iterable[tuple[Word, int]]) -> None:
    """Add lines to what a key holds."""
    held = journal.setdefault(key, {})
    for word, amount in lines:
        held[word] = held.get(word, 0) + amount


def clean(journal: dict[Key, dict[Word, int]]) -> dict[Key, dict[Word, int]]:
    """Without nothings."""
    found = {key: {word: amount for word, amount in lines.items() if amount} for key, lines in journal.items()}
    return {key: lines for key, lines in found.items() if lines}


def difference(before: Mapping[Key, Lines], after: Mapping[Key, Lines]) -> dict[Key, dict[Word, int]]:
    """What must be posted so that a ledger that holds `before` holds `after`; by day, then code."""
    found: dict[Key, dict[Word, int]] = {}
    for key in sorted({*before, *after}):
        add_lines(found, key, after.get(key, {}).items())
        add_lines(found, key, ((word, -amount) for word, amount in before.get(key, {}).items()))
    return clean(found)
