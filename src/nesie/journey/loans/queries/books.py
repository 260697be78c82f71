"""The book of a loan as the pure rules know it, read from its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import connection
from django.db.models import Max

from nesie.foundation.terms import rules as terms
from nesie.journey.loans import rules
from nesie.journey.loans.models import Accrual, ChunkDay, Due, Loan, LoanState
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound


def to_accrue(day: date) -> bool:
    """True when a running loan is not yet accrued to the end of a day: the day close has work."""
    return bool(chunks_behind(day, limit=1))


@dataclass(frozen=True, slots=True)
class ChunkBehind:
    """A chunk of loans, the day it has to be closed for next, and how many loans that will accrue."""

    chunk: int
    day: date


def chunks_behind(day: date, *, limit: int | None = None) -> tuple[ChunkBehind, ...]:
    """Chunks with a running loan not accrued to the end of a day, each with its oldest open day; oldest first.

    A chunk that is being closed right now is left out: whoever does it goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"day": day, "size": rules.CHUNK_LOANS, "lock": CLOSE_LOCK, "limit": limit})
        return tuple(ChunkBehind(chunk, on) for chunk, on in cursor.fetchall())


# The first key of the advisory locks of chunks: the day close takes a chunk alone, writes on its loans share it.
CLOSE_LOCK = 4210780

_OF_CHUNK = """\
closed_on IS NULL AND serial >= chunk.number * %(size)s::bigint AND serial < (chunk.number + 1) * %(size)s::bigint"""
# The first running loan of nearly every chunk is not ahead of it, so nearly always one row is read of a chunk.
_STANDS = f"""\
CROSS JOIN LATERAL (SELECT max(day) AS day FROM loans_chunkday WHERE loans_chunkday.chunk = chunk.number) AS closed
CROSS JOIN LATERAL (
  SELECT CASE WHEN EXISTS (SELECT FROM loans_loanstate WHERE {_OF_CHUNK} AND stood_on <= closed.day) THEN closed.day
              ELSE (SELECT min(stood_on) FROM loans_loanstate WHERE {_OF_CHUNK}) END AS day
) AS stands"""  # noqa: S608 - our own words alone
_NEXT = f"SELECT stands.day + 1 FROM (VALUES (%(chunk)s::int)) AS chunk(number) {_STANDS}"  # noqa: S608
_BEHIND = f"""
SELECT chunk.number, stands.day + 1 AS next
FROM (SELECT generate_series(0, (SELECT max(serial) FROM loans_loanstate) / %(size)s)::int AS number) AS chunk
{_STANDS}
WHERE stands.day < %(day)s AND (closed.day IS NULL OR closed.day < %(day)s)
  AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
                    AND mode = 'ExclusiveLock' AND pid <> pg_backend_pid()
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND classid = %(lock)s AND objid = chunk.number AND objsubid = 2)
ORDER BY next, chunk.number LIMIT %(limit)s
"""  # noqa: S608 - our own words alone


def last_closed(chunks: Iterable[int]) -> dict[int, date]:
    """The last day closed of each chunk; none for a chunk that has none."""
    found = ChunkDay.objects.filter(chunk__in=set(chunks)).values_list("chunk").annotate(last=Max("day")).order_by()
    return dict(found)


def next_day(chunk: int) -> date | None:
    """The day a chunk has to be closed for next; None when it has no running loan."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"chunk": chunk, "size": rules.CHUNK_LOANS})
        found: date | None = cursor.fetchone()[0]
    return found


def accrued_on(state: LoanState, closed: Mapping[int, date]) -> date:
    """The last day a loan is accrued to: its chunk's, unless it moved ahead of its chunk or has ended."""
    if state.closed_on is not None:
        return state.stood_on
    return max(state.stood_on, closed.get(rules.chunk_of(state.serial), state.stood_on))


def loan_of_contract(contract_id: ContractId) -> LoanId | None:
    """The loan opened under a contract."""
    found = Loan.objects.filter(contract_id=contract_id).values_list("id", flat=True).first()
    return LoanId(found) if found else None


def book(loan_id: LoanId) -> rules.Book:
    """The loan as the pure rules know it; NotFound otherwise."""
    found = books([loan_id])
    if not found:
        raise NotFound
    return found[0]


def books(loan_ids: Iterable[UUID], on: date | None = None) -> list[rules.Book]:
    """Many loans in four reads, in order of id, each at its last accrued day.

    `on`: at a day to which all of them are known to go at their pace; for the day close alone.
    """
    states = LoanState.objects.filter(loan_id__in=list(loan_ids)).select_related("loan").order_by("loan_id")
    dues: defaultdict[UUID, list[rules.Due]] = defaultdict(list)
    for due in Due.objects.filter(loan_id__in=[state.loan_id for state in states]).order_by("loan_id", "number"):
        dues[due.loan_id].append(_due(due))
    closed = last_closed(rules.chunk_of(state.serial) for state in states) if on is None else {}
    return [_book(state, tuple(dues[state.loan_id]), on or accrued_on(state, closed)) for state in states]


def _due(row: Due) -> rules.Due:
    return rules.Due(
        number=row.number,
        due_on=row.due_on,
        grace_until_on=row.grace_until_on,
        principal=Money(row.principal_tiyn),
        interest=Money(row.interest_tiyn),
        principal_paid=Money(row.principal_paid_tiyn),
        interest_paid=Money(row.interest_paid_tiyn),
        penalty=Money(row.penalty_tiyn),
        penalty_paid=Money(row.penalty_paid_tiyn),
        held=Money(row.held_tiyn),
        payment=None if row.payment_tiyn is None else Money(row.payment_tiyn),
    )


def days_written(loan_id: UUID) -> tuple[rules.DayAccrued, ...]:
    """Each accrued day of a loan as the day close wrote it, without what was corrected later."""
    return tuple(
        rules.DayAccrued(
            row.day,
            Money(row.principal_tiyn),
            Money(row.interest_tiyn),
            Money(row.overdue_tiyn),
            Money(row.penalty_tiyn),
            row.days_past_due,
            Money(row.held_tiyn or 0),
            Money(row.memo_interest_tiyn or 0),
            Money(row.memo_penalty_tiyn or 0),
        )
        for row in accruals_of(loan_id)
    )


def accruals_of(loan_id: UUID) -> list[Accrual]:
    """The rows of a loan's accrued days as the day close wrote them, found by naming the days (see `Accrual`)."""
    state = LoanState.objects.select_related("loan").get(loan_id=loan_id)
    opened_on = state.loan.opened_on
    last = accrued_on(state, last_closed([rules.chunk_of(state.serial)]))
    days = [opened_on + timedelta(days=number + 1) for number in range((last - opened_on).days)]
    return list(Accrual.objects.filter(serial=state.serial, day__in=days).order_by("day"))


def _book(state: LoanState, dues: tuple[rules.Due, ...], on: date) -> rules.Book:
    """The loan at the end of a day to which it has gone at its pace since it stood."""
    weight, interest, exact, penalty = _gone(state, on)
    return rules.Book(
        facts=_facts(state.loan),
        dues=dues,
        accrued_on=on,
        period=state.period,
        period_weight=weight,
        period_accrued=Money(state.period_accrued_tiyn + _if(state.interest_goes, rules.Goes.ACCRUED, interest)),
        period_paid=Money(state.period_paid_tiyn),
        penalty=Money(state.penalty_tiyn + _if(state.penalty_goes, rules.Goes.ACCRUED, penalty)),
        penalty_year=state.penalty_year,
        penalty_exact=exact,
        penalty_year_accrued=Money(state.penalty_year_accrued_tiyn + penalty),
        credit=Money(state.credit_tiyn),
        status=rules.Status(state.status),
        period_held=Money(state.period_held_tiyn + _if(state.interest_goes, rules.Goes.HELD, interest)),
        memo_interest=Money(state.memo_interest_tiyn + _if(state.interest_goes, rules.Goes.MEMO, interest)),
        memo_penalty=Money(state.memo_penalty_tiyn + _if(state.penalty_goes, rules.Goes.MEMO, penalty)),
        **rules.fields_of(state.unusual or {}),
    )


def _gone(state: LoanState, on: date) -> tuple[int, int, Decimal, int]:
    """Weight of the period, interest added since the loan stood, exact penalties of the year, penalty added."""
    days = (on - state.stood_on).days
    if not days:
        return int(state.period_weight), 0, Decimal(state.penalty_exact), 0
    steps = terms.weight(terms.DayCount(state.day_count), state.stood_on, on)
    weight = int(state.period_weight) + state.gain * steps
    rounded = (2 * state.numerator * weight + state.denominator) // (2 * state.denominator)
    exact = Decimal(state.penalty_exact) + days * Decimal(state.penalty_a_day)
    penalties = state.penalty_year_accrued_tiyn
    if state.penalty_goes != rules.Goes.NOTHING:
        penalties = min(Money.rounded(Fraction(exact)).tiyn, state.penalty_most_tiyn)
    return weight, rounded - state.period_rounded_tiyn, exact, penalties - state.penalty_year_accrued_tiyn


def _if(goes: str, where: rules.Goes, tiyn: int) -> int:
    return tiyn if goes == where else 0


def _facts(loan: Loan) -> rules.LoanFacts:
    return rules.LoanFacts(
        loan_id=LoanId(loan.id),
        contract_id=ContractId(loan.contract_id),
        client_id=ClientId(loan.client_id),
        number=loan.number,
        amount=Money(loan.amount_tiyn),
        annual_rate=Rate(Fraction(loan.rate_numerator, loan.rate_denominator)),
        day_count=terms.DayCount(loan.day_count),
        opened_on=loan.opened_on,
        contract_on=loan.contract_on,
        consumer=loan.consumer,
        delay=rules.DelayNorms(
            first_day_rate=loan.penalty_first_day_rate,
            later_day_rate=loan.penalty_later_day_rate,
            switch_days=loan.penalty_switch_days,
            year_cap=loan.penalty_year_cap,
            stop_days=loan.stop_days,
        ),
        terms=terms.Terms.from_json(loan.terms),
    )
