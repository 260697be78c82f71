"""What is known of a borrower when the rules are asked. None always means "not known", never "nothing"."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from nesie.kernel.ids import ContractId
from nesie.kernel.money import ZERO, Money

# How long an answer serves a decision: the lender's own policy, not a legal number.
ANSWER_SERVES = timedelta(hours=24)


class Stage(StrEnum):
    """At which step the outside is asked: the same questions are put again before signing and before payout."""

    APPLICATION = "application"
    SIGNING = "signing"
    PAYOUT = "payout"


class InquiryKind(StrEnum):
    """What is asked."""

    BUREAU_REPORT = "bureau_report"
    VOLUNTARY_REFUSAL = "voluntary_refusal"
    BUSINESS_STANDING = "business_standing"  # whether the state knows the borrower as a business at work


# Before signing everything is assessed anew; before payout the register only, for a refusal set meanwhile.
QUESTIONS: dict[Stage, tuple[InquiryKind, ...]] = {
    Stage.APPLICATION: (InquiryKind.BUREAU_REPORT, InquiryKind.VOLUNTARY_REFUSAL),
    Stage.SIGNING: (InquiryKind.BUREAU_REPORT, InquiryKind.VOLUNTARY_REFUSAL),
    Stage.PAYOUT: (InquiryKind.VOLUNTARY_REFUSAL,),
}


def questions(stage: Stage, *, entity: bool, consumer: bool, money: bool = True) -> tuple[InquiryKind, ...]:
    """What is asked of this borrower for this loan; where no `money` is given out, only of a business itself.

    The register of voluntary refusals knows natural persons only; whether a business is at work matters to its loans.
    """
    asked = tuple(kind for kind in QUESTIONS[stage] if money and not (entity and kind is InquiryKind.VOLUNTARY_REFUSAL))
    return asked if consumer or stage is Stage.PAYOUT else (*asked, InquiryKind.BUSINESS_STANDING)


def message_kind(kind: InquiryKind) -> str:
    """The kind of the exchange's message that carries such a question."""
    return f"creditworthiness.{kind.value}"


class AnswerStatus(StrEnum):
    """How a question ended. Only `answered` carries facts."""

    ANSWERED = "answered"
    FAILED = "failed"


class Creditor(StrEnum):
    """Who lent: the Law's limits of delay differ."""

    BANK = "bank"
    MICROFINANCE = "microfinance"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Commitment:
    """One running debt elsewhere."""

    creditor: Creditor
    balance: Money
    monthly_payment: Money
    delay_days: int = 0  # now
    overdue: Money = ZERO


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay of the past: its length and its last day."""

    days: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Restructuring:
    """A restructured debt, and whether its new terms are kept."""

    on: date
    performed: bool


@dataclass(frozen=True, slots=True)
class MonthIncome:
    """Income of one calendar month, named by its first day."""

    month_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Gambling:
    """Payments to gambling organisers in the last 6 months."""

    payments: int
    total: Money


@dataclass(frozen=True, slots=True)
class BureauReport:
    """A credit report in our words."""

    received_at: datetime
    commitments: tuple[Commitment, ...] = ()
    delays: tuple[Delay, ...] = ()
    forgiven_on: tuple[date, ...] = ()  # days on which a debt was fully forgiven
    restructurings: tuple[Restructuring, ...] = ()
    income: tuple[MonthIncome, ...] | None = None  # None: the source says nothing of income
    gambling: Gambling | None = None  # None: nothing of that kind in the report
    conscript: bool = False
    bankruptcy_completed_on: date | None = None
    has_history: bool = True

    def as_data(self) -> dict[str, Any]:
        """Plain JSON; money in tiyn, days and moments in ISO."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> BureauReport:
        """Back from `as_data`."""
        bankrupt_on, gambling = data["bankruptcy_completed_on"], data["gambling"]
        return cls(
            received_at=datetime.fromisoformat(data["received_at"]),
            commitments=tuple(
                Commitment(
                    Creditor(each["creditor"]),
                    _money(each["balance"]),
                    _money(each["monthly_payment"]),
                    each["delay_days"],
                    _money(each["overdue"]),
                )
                for each in data["commitments"]
            ),
            delays=tuple(Delay(each["days"], date.fromisoformat(each["last_on"])) for each in data["delays"]),
            forgiven_on=tuple(date.fromisoformat(day) for day in data["forgiven_on"]),
            restructurings=tuple(
                Restructuring(date.fromisoformat(each["on"]), each["performed"]) for each in data["restructurings"]
            ),
            income=None
            if data["income"] is None
            else tuple(
                MonthIncome(date.fromisoformat(each["month_on"]), _money(each["amount"])) for each in data["income"]
            ),
            gambling=Gambling(gambling["payments"], _money(gambling["total"])) if gambling else None,
            conscript=data["conscript"],
            bankruptcy_completed_on=date.fromisoformat(bankrupt_on) if bankrupt_on else None,
            has_history=data["has_history"],
        )


@dataclass(frozen=True, slots=True)
class VoluntaryRefusal:
    """Whether the person has barred themselves from credit, as the register said at this moment."""

    received_at: datetime
    refused: bool
    since: date | None = None
    registry_id: str = ""

    def as_data(self) -> dict[str, Any]:
        """Plain JSON."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> VoluntaryRefusal:
        """Back from `as_data`."""
        since = date.fromisoformat(data["since"]) if data["since"] else None
        return cls(datetime.fromisoformat(data["received_at"]), data["refused"], since, data["registry_id"])


@dataclass(frozen=True, slots=True)
class BusinessStanding:
    """Whether the state knew the borrower as a business at work at this moment, of the form it borrows as.

    `headed`: whether it named the one who signs as its head; None where nobody signs as the head.
    """

    received_at: datetime
    active: bool
    headed: bool | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain JSON."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> BusinessStanding:
        """Back from `as_data`."""
        if not isinstance(data["active"], bool) or not isinstance(data["headed"], bool | None):
            raise ValueError("active, headed")
        return cls(datetime.fromisoformat(data["received_at"]), data["active"], data["headed"])

    def serves(self, now: datetime) -> bool:
        """Whether the word is young enough to decide by."""
        return now - self.received_at <= ANSWER_SERVES


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """How the client stands with this lender."""

    delay_days: int = 0
    monthly_payment: Money = ZERO
    balance: Money = ZERO


@dataclass(frozen=True, slots=True)
class Replaced:
    """What the money of a case takes the place of: so much principal of the client's loan under a contract here.

    It is repaid by the new loan, or stands in its amount and payments already.
    """

    contract_id: ContractId
    principal: Money


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the rules look at. `on` is the day whose norms apply: that of the contract to be.

    `consumer`: the loan serves no business. `entity`: a legal entity borrows; `birth_on` is None then.
    """

    at: datetime
    on: date
    birth_on: date | None
    amount: Money
    new_monthly_payment: Money | None
    report: BureauReport | None
    refusal: VoluntaryRefusal | None
    own: OwnStanding | None
    spouse_consented: bool = False
    consumer: bool = True
    entity: bool = False
    standing: BusinessStanding | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain JSON of all inputs, to be sealed beside the result."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _money(data: dict[str, int]) -> Money:
    return Money(data["tiyn"])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
