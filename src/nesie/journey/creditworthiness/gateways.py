"""What screening needs of others, in its own words; `config` wires them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from nesie.journey.creditworthiness.rules import (
    BureauReport,
    BusinessStanding,
    OwnStanding,
    Replaced,
    VoluntaryRefusal,
)
from nesie.kernel.ids import ClientId


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """A credit report in our words, and the bytes as they came."""

    report: BureauReport
    original: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class RefusalAnswer:
    """The register's word in our words, and the bytes as they came."""

    refusal: VoluntaryRefusal
    original: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """The state's word on a business in our words, and the bytes as they came."""

    standing: BusinessStanding
    original: bytes = field(repr=False)
    media_type: str


class Unanswerable(Exception):
    """The source heard the question and gave no facts: it will not do better when asked the same again at once."""

    def __init__(self, code: str) -> None:
        self.code = code  # a word of ours, never the provider's text
        super().__init__(code)


class BureauReports(Protocol):
    """A credit bureau. Raises Unanswerable, exchange.rules.NotCarried, exchange.rules.NoAnswer."""

    def report(self, iin: str, key: str, now: datetime) -> ReportAnswer:
        """The person's credit report; consent to it was given at registration. `key` names the question."""
        ...

    def entity_report(self, bin: str, key: str, now: datetime) -> ReportAnswer:
        """The credit report of a legal entity."""
        ...


class VoluntaryRefusals(Protocol):
    """The register of voluntary refusals of credit. Raises as BureauReports."""

    def refusal(self, iin: str, key: str, now: datetime) -> RefusalAnswer:
        """Whether the person has barred themselves from credit."""
        ...


class BusinessStandings(Protocol):
    """The state's base of businesses. Raises as BureauReports."""

    def standing(self, number: str, *, entity: bool, head: str, key: str, now: datetime) -> StandingAnswer:
        """Whether this IIN is a sole proprietor's, or this BIN a legal entity's, at work now.

        `head`: the IIN of who signs as its head, to be borne out as well; empty where nobody does.
        """
        ...


class OwnLoans(Protocol):
    """The client's debts with this very lender; served by the later stage that knows them."""

    def standing(self, client_id: ClientId, on: date, *, without: Replaced | None = None) -> OwnStanding:
        """All running loans together: longest delay now, payments a month, what is owed.

        `without`: a debt counted in the case itself; payments and sum are those after it is repaid, the delay stays.
        """
        ...


class Wiring:
    """Set once by `config`. Without `own_loans` nothing is known of the client's own debts, and every case holds."""

    own_loans: OwnLoans | None = None
