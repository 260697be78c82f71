"""The chart of accounts.

The four-digit groups follow the standard chart for certain subjects of the financial market (NB Resolution No. 79 of
22.09.2008, in force as amended on 27.11.2023), whose table was not at hand: they are recalled, and an accountant
confirms them before real use. The two digits after the point are this lender's own analytics.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RESOLUTION = "NB Resolution No. 79 of 22.09.2008"


class Side(StrEnum):
    """Where an account's balance normally stands."""

    DEBIT = "debit"
    CREDIT = "credit"


class Kind(StrEnum):
    """What an account is in the statements."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    MEMO = "memo"  # off the balance sheet: claims that are no asset any more, or not yet
    CONTRA = "contra"  # off the balance sheet: the other side of them

    @property
    def side(self) -> Side:
        """The side that increases it."""
        return Side.DEBIT if self in (Kind.ASSET, Kind.EXPENSE, Kind.MEMO) else Side.CREDIT

    @property
    def off_balance(self) -> bool:
        """True for accounts kept beside the balance sheet; an entry never mixes them with the others."""
        return self in (Kind.MEMO, Kind.CONTRA)


class Certainty(StrEnum):
    """How sure the code of an account is, in the words of the parameters table."""

    VERIFIED = "verified"
    RECALLED = "recalled"  # the group is from memory: to be confirmed by an accountant
    UNKNOWN = "unknown"  # the group is this system's own choice until an accountant names one


class Sub(StrEnum):
    """What a ledger account is kept by, besides its code; NOTHING for a plain general-ledger account."""

    NOTHING = ""
    CONTRACT = "contract"
    RECEIPT = "receipt"
    LOAN = "loan"


class Chart(StrEnum):
    """The accounts by what they mean; the value is the code."""

    DISBURSEMENTS_IN_TRANSIT = "1020.10"
    FUNDING = "1030.10"
    PRINCIPAL_RECEIVABLE = "1110.10"
    INTEREST_RECEIVABLE = "1270.10"
    PENALTY_RECEIVABLE = "1280.10"
    CLAIMS_TRANSFERRED = "1280.20"
    RECEIPTS_UNALLOCATED = "3390.10"
    REFUNDS_DUE = "3390.20"
    REFINANCED = "3390.30"
    SUSPENSE = "3390.90"
    CLIENT_CREDIT = "3510.10"
    CHARTER_CAPITAL = "5030.10"
    INTEREST_INCOME = "6110.10"
    PENALTY_INCOME = "6280.10"
    RECOVERIES = "6280.20"
    CREDIT_LOSSES = "7470.10"
    FORGIVEN_DEBTS = "7470.20"
    WRITTEN_OFF_PRINCIPAL = "9110.10"
    WRITTEN_OFF_INTEREST = "9110.20"
    WRITTEN_OFF_PENALTY = "9110.30"
    MEMO_INTEREST = "9120.10"
    MEMO_PENALTY = "9120.20"
    OFF_BALANCE_CONTRA = "9900.10"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart.

    `may_overdraw` False: the database keeps a balance row for it (per sub) and refuses to let it, less what is held,
    fall below nothing. All other accounts are hot: they have no balance row, their balance is derived.
    """

    chart: Chart
    name: str
    kind: Kind
    sub: Sub = Sub.NOTHING
    may_overdraw: bool = True
    certainty: Certainty = Certainty.RECALLED
    source: str = RESOLUTION

    @property
    def code(self) -> str:
        """The code as the journal shows it."""
        return self.chart.value


ACCOUNTS: tuple[Account, ...] = (
    Account(Chart.DISBURSEMENTS_IN_TRANSIT, "Loans paid out, not yet opened", Kind.ASSET, Sub.CONTRACT, False),
    Account(Chart.FUNDING, "Money on the lender's bank account", Kind.ASSET, may_overdraw=False),
    Account(Chart.PRINCIPAL_RECEIVABLE, "Principal of loans granted", Kind.ASSET, Sub.LOAN),
    Account(Chart.INTEREST_RECEIVABLE, "Interest accrued on loans", Kind.ASSET, Sub.LOAN),
    Account(Chart.PENALTY_RECEIVABLE, "Penalties accrued on loans", Kind.ASSET, Sub.LOAN),
    Account(Chart.CLAIMS_TRANSFERRED, "Price of loans transferred, not yet received", Kind.ASSET, Sub.LOAN),
    Account(Chart.RECEIPTS_UNALLOCATED, "Receipts not yet allocated", Kind.LIABILITY, Sub.CONTRACT, False),
    Account(Chart.REFUNDS_DUE, "Money to be returned to clients", Kind.LIABILITY, Sub.CONTRACT, False),
    Account(Chart.REFINANCED, "New loans that pay old ones, not yet used", Kind.LIABILITY, Sub.CONTRACT, False),
    Account(Chart.SUSPENSE, "Money whose meaning is being found out", Kind.LIABILITY, Sub.RECEIPT),
    Account(Chart.CLIENT_CREDIT, "Money of clients held against their loans", Kind.LIABILITY, Sub.LOAN, False),
    Account(Chart.CHARTER_CAPITAL, "Charter capital", Kind.EQUITY),
    Account(Chart.INTEREST_INCOME, "Income from interest on loans", Kind.INCOME),
    Account(Chart.PENALTY_INCOME, "Income from penalties", Kind.INCOME),
    Account(Chart.RECOVERIES, "Income from debts written off before", Kind.INCOME),
    Account(Chart.CREDIT_LOSSES, "Losses on loans written off or sold", Kind.EXPENSE),
    Account(Chart.FORGIVEN_DEBTS, "Debts forgiven to clients", Kind.EXPENSE),
    *(
        Account(chart, name, Kind.MEMO, Sub.LOAN, certainty=Certainty.UNKNOWN)
        for chart, name in (
            (Chart.WRITTEN_OFF_PRINCIPAL, "Principal written off, still claimed"),
            (Chart.WRITTEN_OFF_INTEREST, "Interest written off, still claimed"),
            (Chart.WRITTEN_OFF_PENALTY, "Penalties written off, still claimed"),
            (Chart.MEMO_INTEREST, "Interest that may not be demanded now"),
            (Chart.MEMO_PENALTY, "Penalties that may not be demanded now"),
        )
    ),
    Account(Chart.OFF_BALANCE_CONTRA, "Other side of off-balance claims", Kind.CONTRA, certainty=Certainty.UNKNOWN),
)

BY_CHART: dict[Chart, Account] = {account.chart: account for account in ACCOUNTS}
