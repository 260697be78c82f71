"""Which accounts a product's loans post to: data with a default, dated, kept by contracts made under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nesie.foundation.ledger.rules.chart import Chart
from nesie.foundation.ledger.rules.entries import AccountRef, Entry, Line
from nesie.kernel.refused import Refused, noop

# What may differ by product. All are hot accounts: none has a balance that may not be overdrawn.
CHOSEN: tuple[Chart, ...] = (
    Chart.PRINCIPAL_RECEIVABLE,
    Chart.INTEREST_RECEIVABLE,
    Chart.PENALTY_RECEIVABLE,
    Chart.INTEREST_INCOME,
    Chart.PENALTY_INCOME,
)
_CODE = re.compile(r"[0-9]{4}\.[0-9]{2,4}")


class AccountCodeUnfit(Refused):
    message = noop("The code of an account is four digits, a point, and two to four digits more.")
    status = 422


class AccountTaken(Refused):
    message = noop("This account means something else already.")


class AccountsTooEarly(Refused):
    message = noop("Accounts are chosen from a coming day on: contracts made before keep theirs.")


class AccountsChosen(Refused):
    message = noop("The accounts of this product are chosen from this day already.")


@dataclass(frozen=True, slots=True)
class AccountSet:
    """The accounts of a product's loans, for contracts from a day on."""

    id: int
    product_code: str
    valid_from: date
    codes: Mapping[Chart, str]

    def line(self, line: Line) -> Line:
        """A line on the account chosen instead of the standard one."""
        chart = line.account.chart
        code = self.codes.get(chart, line.account.code)
        if code == line.account.code:
            return line
        return replace(line, account=AccountRef(code, line.account.sub, stands_for=chart))


def under(entry: Entry, accounts: AccountSet | None) -> Entry:
    """The entry on the accounts chosen for a product; as it is when nothing was chosen."""
    return entry if accounts is None else replace(entry, lines=tuple(accounts.line(line) for line in entry.lines))


def check_choice(codes: Mapping[Chart, str], roles: Mapping[str, Chart], *, valid_from: date, today: date) -> None:
    """Refuse codes that are none or mean something else (`roles`: every account there is), and a day that has begun.

    Raises AccountCodeUnfit, AccountTaken, AccountsTooEarly; each names the field.
    """
    if valid_from <= today:
        raise AccountsTooEarly(field="valid_from")
    seen: dict[str, Chart] = {}
    for chart, code in codes.items():
        name = chart.name.lower()
        if not _CODE.fullmatch(code):
            raise AccountCodeUnfit(field=name)
        known = seen.setdefault(code, roles.get(code, chart))
        if known is not chart:
            raise AccountTaken(field=name)
