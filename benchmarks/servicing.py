"""Servicing at its slowest: a book closed day by day for years, and a long loan lived again from its first days.

The set-up others publish: 1,000 loans of 1,000 at 12 % a year for 24 months, 700 days closed one by one; total time,
and what the page of a loan reads on the first day and on the last. Nobody pays, so every loan becomes late.
The long loan has 2,000 instalments and 2,400 closed days when a receipt of its second day is heard of: everything is
replayed, and the books get what differs. Promised in under 2 seconds.

    python -m benchmarks.servicing published [--loans 1000] [--days 700]
    python -m benchmarks.servicing long [--days 2400]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks import book
from benchmarks.bench import prepare

if TYPE_CHECKING:
    from nesie.foundation.terms.rules import Terms
    from nesie.journey.loans import rules

OPENED_ON = date(2027, 1, 4)
ONE_DAY = timedelta(days=1)


def at(day: date) -> datetime:
    """Nine in the morning in Almaty."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def opened(agreed: Terms, number: str) -> rules.LoanFacts:
    """A loan whose money was paid out on the opening day, through the clearing account."""
    from django.db import transaction

    from nesie.foundation.ledger import actions as ledger
    from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
    from nesie.journey.loans import rules
    from nesie.journey.loans.actions.opening import write_loan
    from nesie.kernel.ids import ClientId, ContractId, LoanId, new_id

    norms = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 90, Decimal("0.1"), 90)
    facts = rules.LoanFacts(
        loan_id=LoanId(new_id()),
        contract_id=ContractId(new_id()),
        client_id=ClientId(new_id()),
        number=number,
        amount=agreed.principal,
        annual_rate=agreed.annual_rate,
        day_count=agreed.day_count,
        opened_on=OPENED_ON,
        contract_on=OPENED_ON,
        consumer=True,
        delay=norms,
        terms=agreed,
    )
    transit = debit(Chart.DISBURSEMENTS_IN_TRANSIT, facts.amount, facts.contract_id)
    lines = (*transit, *credit(Chart.CHARTER_CAPITAL, facts.amount))
    with transaction.atomic():
        ledger.post(Entry(f"in:{facts.loan_id}", lines, OPENED_ON, "bench", facts.loan_id), at(OPENED_ON))
        write_loan(facts, agreed, at(OPENED_ON))
    return facts


def closed_from(first: int, last: int) -> float:
    """Seconds of closing the days of these numbers one by one."""
    from nesie.entrypoints.jobs import day_close

    began = time.perf_counter()
    for number in range(first, last + 1):
        day_close.close(at(OPENED_ON + number * ONE_DAY))
    return time.perf_counter() - began


def page_read(loans: list[rules.LoanFacts]) -> float:
    """Median seconds of what the page of a loan reads: position, schedule, payments, book, entries, statement."""
    from nesie.foundation.ledger import queries as ledger
    from nesie.journey.loans import queries
    from nesie.kernel.actor import worker

    took = []
    for facts in loans:
        began = time.perf_counter()
        view = queries.position(worker(), facts.loan_id)
        queries.book(view.loan_id)
        ledger.entries_of(view.loan_id)
        queries.events_of(worker(), view.loan_id)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def published(loans: int, days: int, said: Console) -> None:
    """The published set-up."""
    from nesie.foundation.terms.rules import Method, Terms
    from nesie.journey.loans import queries
    from nesie.kernel.money import Money
    from nesie.kernel.rate import Rate

    agreed = Terms(Money.tenge(1_000), Rate.percent(12), Method.ANNUITY, 24)
    facts = [opened(agreed, f"P{number}") for number in range(loans)]
    some = facts[:: max(1, loans // 20)]
    first = closed_from(1, 1)
    early = page_read(some)
    took = first + closed_from(2, days)
    late = page_read(some)
    wrong = len(queries.differences())
    said.print(f"{loans:,} loans of 1,000 at 12 %, 24 months: {days} days closed one by one in {took:.1f} s,")
    said.print(f"{took / days * 1000:.1f} ms a day, {loans * days / took:,.0f} loan-days a second; {wrong} differ")
    said.print(
        f"from the books; what a loan's page reads: {early * 1000:.1f} ms on day 1, {late * 1000:.1f} on day {days}"
    )


def replayed(days: int, said: Console) -> None:
    """The long loan: seconds of a receipt that is heard of when all its days are closed."""
    from django.db import transaction

    from nesie.foundation.ledger import actions as ledger
    from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
    from nesie.foundation.terms.rules import Method, Terms, Unit
    from nesie.journey.loans import queries, rules
    from nesie.journey.loans.actions.recording import record
    from nesie.kernel.money import Money
    from nesie.kernel.rate import Rate

    instalments = min(2_000, days)
    agreed = Terms(Money.tenge(2_000_000), Rate.percent(30), Method.DIFFERENTIATED, instalments, unit=Unit.DAYS)
    facts = opened(agreed, "LONG")
    last = OPENED_ON + days * ONE_DAY
    brought = closed_from(1, days)
    money, took = Money.tenge(1_500), []
    for number, heard_on in enumerate((OPENED_ON + ONE_DAY, OPENED_ON + days // 2 * ONE_DAY)):
        lines = (*debit(Chart.FUNDING, money), *credit(Chart.RECEIPTS_UNALLOCATED, money, facts.contract_id))
        with transaction.atomic():
            ledger.post(Entry(f"late:{number}", lines, last, "bench", facts.loan_id), at(last))
        began, worked = time.perf_counter(), time.process_time()
        with transaction.atomic():
            done = record(facts.loan_id, rules.Received(ref=str(number), on=heard_on, amount=money), at(last))
        took.append((heard_on, len(done.effect.days), time.perf_counter() - began, time.process_time() - worked))
    wrong = len(queries.differences())
    said.print(
        f"a loan of {instalments:,} instalments, {days:,} days closed in {brought:.1f} s; {wrong} differ from the books"
    )
    for heard_on, changed, seconds, worked in took:
        said.print(
            f"a receipt of {heard_on} heard of on {last}: {seconds:.2f} s in all, {worked:.2f} of them Python's; "
            f"{changed:,} days put right"
        )


def main() -> None:
    """Measure and print, on a durable database of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["published", "long"])
    parser.add_argument("--loans", type=int, default=1_000)
    parser.add_argument("--days", type=int)
    asked = parser.parse_args()
    said = Console(highlight=False, width=120)
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as folder:
        book.stand_alone(prepare(Path(folder)).owner_url)
        if asked.what == "published":
            published(asked.loans, asked.days or 700, said)
        else:
            replayed(asked.days or 2_400, said)


if __name__ == "__main__":
    main()
