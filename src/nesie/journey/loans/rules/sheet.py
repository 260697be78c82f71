"""The statement as a sheet (CSV) for an accountant's own program: every day and every part of every payment a row.

Semicolons and decimal commas, as spreadsheets set for Kazakhstan expect; UTF-8 with a byte order mark, without which
they show the letters wrongly. No cell can start a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from nesie.journey.loans.rules.norms import Component
from nesie.journey.loans.rules.paying import INTEREST, PRINCIPAL, Paid
from nesie.journey.loans.rules.statement import COLUMNS, Balances, LineKind, StatementLine, plain_rate, totals
from nesie.kernel.money import ZERO, Money

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_AFTER = (*COLUMNS, "debt")


def statement_sheet(lines: tuple[StatementLine, ...], *, words: Mapping[str, Any]) -> bytes:
    """The whole sheet: a head, rows, totals of the changes, the last balances. `words`: of `statement_words`."""
    columns: dict[str, str] = words["columns"]
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerow([_text(title) for title in columns.values()])
    for line in _rows(lines):
        cells = _cells(line, words)
        writer.writerow([cells.get(name, "") for name in columns])
    ending = _ending(lines, words)
    writer.writerow([ending.get(name, "") for name in columns])
    return made.getvalue().encode("utf-8-sig")


def _rows(lines: Iterable[StatementLine]) -> Iterator[StatementLine]:
    """A payment as a row for what came, and a row for each part of what it paid, balances running through them."""
    before = Balances()
    for line in lines:
        if len(line.parts) == 0:
            yield line
        else:
            yield from _spread(line, before)
        before = line.after


def _spread(line: StatementLine, before: Balances) -> Iterator[StatementLine]:
    standing = replace(before, credit=before.credit + line.credit)
    yield replace(line, parts=(), principal=ZERO, interest=ZERO, penalty=ZERO, after=standing)
    for part in line.parts:
        row = replace(line, parts=(part,), amount=ZERO, credit=ZERO, principal=ZERO, interest=ZERO, penalty=ZERO)
        standing, change = _less(standing, part), -part.amount
        if part.component in PRINCIPAL:
            row = replace(row, principal=change)
        elif part.component in INTEREST:
            row = replace(row, interest=change)
        elif part.component is Component.PENALTY:
            row = replace(row, penalty=change)
        yield replace(row, number=part.number, after=standing)


def _less(standing: Balances, part: Paid) -> Balances:
    if part.component in PRINCIPAL:
        return replace(standing, principal=standing.principal - part.amount)
    if part.component in INTEREST:
        return replace(standing, interest=standing.interest - part.amount)
    return replace(standing, penalty=standing.penalty - part.amount)


def _cells(line: StatementLine, words: Mapping[str, Any]) -> dict[str, str]:
    accrual = line.kind in (LineKind.INTEREST, LineKind.PENALTY)
    operation = words["kinds"][line.kind.value]
    if line.event:
        operation = f"{operation}: {words['events'].get(line.event, line.event)}"
    cells = {
        "on": _day(line.on),
        "recorded_on": _day(line.recorded_on),
        "operation": _text(operation),
        "number": str(line.number) if line.number else "",
        "component": _text(words["components"][line.parts[0].component.value]) if line.parts else "",
        "base": _money(line.base) if accrual else "",
        "rate": _text(plain_rate(line.rate).replace(".", ",")) if line.rate else "",
        "days_past_due": str(line.days_past_due) if accrual else "",
        "amount": _money(line.amount) if line.amount else "",
        "rule": _text(words["rules"][line.ground.value]),
        "source": _text(words["sources"][line.ground.value]),
    }
    cells |= {name: _money(value) for name in COLUMNS if (value := getattr(line, name))}
    return cells | {f"after_{name}": _money(getattr(line.after, name)) for name in _AFTER}


def _ending(lines: tuple[StatementLine, ...], words: Mapping[str, Any]) -> dict[str, str]:
    cells = {"operation": _text(words["total"])}
    cells |= {name: _money(Money.total(getattr(line, name) for line in lines)) for name in COLUMNS}
    after = totals(lines).after
    return cells | {f"after_{name}": _money(getattr(after, name)) for name in _AFTER}


def _money(value: Money) -> str:
    return str(value).replace(".", ",")


def _day(value: date | None) -> str:
    return value.strftime("%d.%m.%Y") if value else ""


def _text(value: str) -> str:
    """A cell of words: one that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if value.startswith(_STARTS_A_FORMULA) else value
