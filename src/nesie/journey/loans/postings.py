"""What moves in the books when a loan moves: one function an event, each a page of the journal.

`effective_on` is the day of the event, or the first open day when its month is closed already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from nesie.foundation.ledger.rules import BY_CHART, AccountRef, Chart, Entry, Line, Sub, credit, debit, on_open_day
from nesie.journey.loans.rules import LoanFacts, Move, Word
from nesie.kernel.ids import ContractId, LoanId
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class LoanAccrued:
    """What a day added to one loan."""

    loan_id: LoanId
    interest: Money
    penalty: Money


def loan_opened(facts: LoanFacts, *, effective_on: date, pays_of: ContractId | None = None) -> Entry:
    """The money paid out becomes a loan; or the money that repays the loan of another contract, `pays_of`."""
    source = (
        credit(Chart.DISBURSEMENTS_IN_TRANSIT, facts.amount, facts.contract_id)
        if pays_of is None
        else credit(Chart.REFINANCED, facts.amount, pays_of)
    )
    return Entry(
        key=f"loan:{facts.loan_id}:opened",
        lines=(
            *debit(Chart.PRINCIPAL_RECEIVABLE, facts.amount, facts.loan_id),
            *source,
        ),
        effective_on=effective_on,
        description_code="loan.opened",
        ref=facts.loan_id,
    )


def day_accrued(day: date, loans: Sequence[LoanAccrued], *, effective_on: date) -> Entry | None:
    """Interest and penalties of many loans for a day: a receivable of each loan, income in one sum. None for nothing.

    Every loan is accrued once for a day, so the first loan's id makes the key of the whole.
    """
    lines = (
        *(line for loan in loans for line in debit(Chart.INTEREST_RECEIVABLE, loan.interest, loan.loan_id)),
        *(line for loan in loans for line in debit(Chart.PENALTY_RECEIVABLE, loan.penalty, loan.loan_id)),
        *credit(Chart.INTEREST_INCOME, Money.total(loan.interest for loan in loans)),
        *credit(Chart.PENALTY_INCOME, Money.total(loan.penalty for loan in loans)),
    )
    if not lines:
        return None
    return Entry(
        key=f"accrual:{day.isoformat()}:{loans[0].loan_id}",
        lines=lines,
        effective_on=effective_on,
        description_code="loan.day_accrued",
        ref=accrual_ref(day),
    )


# The same page for the set-based statement of the day close: accounts and words of the entries of a chunk.
DAY_ACCRUED: dict[str, str] = {
    "interest_account": Chart.INTEREST_RECEIVABLE.value,
    "penalty_account": Chart.PENALTY_RECEIVABLE.value,
    "interest_income": Chart.INTEREST_INCOME.value,
    "penalty_income": Chart.PENALTY_INCOME.value,
    "accrued_code": "loan.day_accrued",
    "memo_interest_account": Chart.MEMO_INTEREST.value,
    "memo_penalty_account": Chart.MEMO_PENALTY.value,
    "memo_contra": Chart.OFF_BALANCE_CONTRA.value,
    "memo_code": "loan.memo_accrued",
}


def accrual_ref(day: date) -> UUID:
    """What the entries of a day's accrual are about: the day."""
    return uuid5(NAMESPACE_URL, f"nesie:accrual:{day.isoformat()}")


# --- servicing --------------------------------------------------------------------------------------------------------
#
# Which words move, and by how much, the rules of each event say (`rules.changes`); the chart's accounts are here.
#
# | event | debit | credit |
# |---|---|---|
# | money received | receipts not yet allocated | principal, interest, penalty; the rest: client's credit |
# | client's credit used | client's credit | principal, interest, penalty |
# | client's credit refunded | client's credit | money to be returned |
# | a pause ended with its interest | interest accrued | income from interest |
# | a further part paid out | principal | loans paid out, not yet opened |
# | debt forgiven | debts forgiven | principal, interest, penalty |
# | written off | losses; and what is given back | principal, interest, penalty; money to be returned |
# |   still claimed, beside the balance sheet | claims written off | other side of off-balance claims |
# | recovered after that | receipts not yet allocated | income from debts written off |
# | claim brought back by a court | principal, interest, penalty | income from debts written off |
# | transferred | price of loans transferred | principal, interest, penalty |
# | paid by a new loan | new loans that pay old ones | principal, interest, penalty |
#
# A correction is the same accounts by the difference, either way.

ACCOUNTS: Mapping[Word, Chart] = {word: Chart[word.name] for word in Word}
CORRECTED = "loan.corrected"


def moved(facts: LoanFacts, move: Move, *, last_closed: date | None, part: int = 0) -> Entry | None:
    """One event's own entry, on its day; None when it moved no money. `part` tells moves of one event apart."""
    lines = _lines(facts, dict(move.lines))
    if not lines:
        return None
    name = move.ref or f"{facts.loan_id}:{move.on.isoformat()}"
    key = f"loan-move:{name}:{move.code}" + (f":{part}" if part else "")
    return on_open_day(Entry(key, lines, move.on, move.code, facts.loan_id), last_closed)


def corrected(
    facts: LoanFacts, days: Mapping[date, Mapping[Word, int]], *, ref: str, last_closed: date | None
) -> tuple[Entry, ...]:
    """One entry for each day an event heard of late has changed, on the day of the effect.

    When that month is closed, the books take it on the first open day and keep the day it belongs to.
    """
    entries = []
    for day, words in sorted(days.items()):
        lines = _lines(facts, words)
        if lines:
            key = f"loan-corrected:{ref}:{day.isoformat()}"
            entries.append(on_open_day(Entry(key, lines, day, CORRECTED, facts.loan_id), last_closed))
    return tuple(entries)


def _lines(facts: LoanFacts, words: Mapping[Word, int]) -> tuple[Line, ...]:
    """Debits first, in the order of the words."""
    subs: dict[Sub, UUID | None] = {Sub.NOTHING: None, Sub.LOAN: facts.loan_id, Sub.CONTRACT: facts.contract_id}
    refs = {word: AccountRef(ACCOUNTS[word].value, subs[BY_CHART[ACCOUNTS[word]].sub]) for word in words}
    debits = (Line(refs[word], debit=Money(tiyn)) for word, tiyn in words.items() if tiyn > 0)
    credits = (Line(refs[word], credit=Money(-tiyn)) for word, tiyn in words.items() if tiyn < 0)
    return (*debits, *credits)
