"""5,000 receipts at once on one general-ledger account: how long, no deadlock, and the sums exact to the tiyn.

Each receipt is a transaction of its own that takes the lender's bank account, which may not be overdrawn and therefore
has one row for all to wait at. Run alone: `python -m benchmarks.one_account [receipts] [sessions]`.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from itertools import count
from pathlib import Path
from uuid import uuid4

from rich.console import Console

from benchmarks.bench import NOW, prepare

RECEIPTS, SESSIONS, CONTRACTS = 5_000, 8, 500


def race(receipts: int = RECEIPTS, sessions: int = SESSIONS) -> tuple[float, list[str], int, int]:
    """Seconds, kinds of failures, tiyn that came in, tiyn that stand on the account afterwards."""
    from django.db import connection, transaction

    from nesie.foundation.ledger import actions, queries
    from nesie.foundation.ledger.rules import AccountRef, Chart, Entry, credit, debit
    from nesie.kernel.money import Money

    contracts = [uuid4() for _ in range(CONTRACTS)]
    failures: list[str] = []
    numbers = count()
    account = AccountRef(Chart.FUNDING.value)
    stood = queries.balance(account).tiyn

    def one(number: int) -> None:
        money, contract = Money(100 + number), contracts[number % CONTRACTS]
        lines = (*debit(Chart.FUNDING, money), *credit(Chart.RECEIPTS_UNALLOCATED, money, contract))
        with transaction.atomic():
            actions.post(Entry(f"race:{uuid4()}", lines, NOW.date(), "payments.received", contract), NOW)

    def session() -> None:
        try:
            while (number := next(numbers)) < receipts:
                one(number)
        except Exception as failure:
            failures.append(type(failure).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=session) for _ in range(sessions)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    return took, failures, sum(100 + number for number in range(receipts)), queries.balance(account).tiyn - stood


def main() -> int:
    """Run it on a durable database of its own; 1 unless nothing failed and the sums agree."""
    words = [int(word) for word in sys.argv[1:]]
    receipts = words[0] if words else RECEIPTS
    sessions = words[1] if len(words) > 1 else SESSIONS
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as folder:
        prepare(Path(folder))
        took, failures, came, stands = race(receipts, sessions)
    said = Console(highlight=False).print
    said(f"{receipts} receipts on one account over {sessions} sessions: {took:.1f} s, {receipts / took:.0f} a second")
    said(f"failures: {len(failures)}; came in {came} tiyn, stands {stands} tiyn")
    return int(bool(failures) or came != stands)


if __name__ == "__main__":
    sys.exit(main())
