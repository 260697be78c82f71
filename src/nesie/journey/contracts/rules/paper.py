"""What a contract's papers say, as data for their templates: only facts, no sentences (those are in the templates)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from nesie.foundation.lender.rules import OrganisationView
from nesie.foundation.terms.rules import DayCount, Gesv, Method, PeriodInterest, Schedule, Terms, Unit
from nesie.journey.contracts.rules.credit_line import CreditLine
from nesie.journey.contracts.rules.words import in_words
from nesie.kernel.money import TIYN_PER_TENGE, ZERO, Money

LANGUAGES = ("kk", "ru")

METHODS: dict[Method, dict[str, str]] = {
    Method.ANNUITY: {"kk": "аннуитеттік", "ru": "аннуитетный"},
    Method.DIFFERENTIATED: {"kk": "сараланған", "ru": "дифференцированный"},
    Method.BULLET: {"kk": "бір жолғы", "ru": "единовременный"},
    Method.FIXED_PAYMENT: {"kk": "тіркелген төлем", "ru": "фиксированный платёж"},
    Method.FLAT: {
        "kk": "сыйақысы бастапқы сомадан",
        "ru": "с вознаграждением от начальной суммы",
    },
    Method.CUSTOM: {"kk": "жеке кесте бойынша", "ru": "по индивидуальному графику"},
}
DAY_COUNTS: dict[DayCount, dict[str, str]] = {
    DayCount.ACT_365: {"kk": "бір жыл — 365 күн", "ru": "год — 365 дней"},
    DayCount.ACT_360: {"kk": "бір жыл — 360 күн", "ru": "год — 360 дней"},
    DayCount.ACT_364: {"kk": "бір жыл — 364 күн", "ru": "год — 364 дня"},
    DayCount.ACT_ACT: {"kk": "бір жыл — 365 немесе 366 күн", "ru": "год — 365 или 366 дней"},
    DayCount.THIRTY_360: {"kk": "ай — 30 күн, жыл — 360 күн", "ru": "месяц — 30 дней, год — 360 дней"},
}
UNITS_RU: dict[Unit, tuple[str, str, str]] = {
    Unit.MONTHS: ("месяц", "месяца", "месяцев"),
    Unit.WEEKS: ("неделя", "недели", "недель"),
    Unit.DAYS: ("день", "дня", "дней"),
}
UNITS_KK: dict[Unit, str] = {Unit.MONTHS: "ай", Unit.WEEKS: "апта", Unit.DAYS: "күн"}


@dataclass(frozen=True, slots=True)
class SigningPaper:
    """By what somebody signs for a legal entity."""

    kind: dict[str, str]  # by language
    number: str
    issued_on: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Borrower:
    """The client as the papers name them. Of a legal entity the person and the document are its signatory's."""

    name: str = field(repr=False)
    person: str = field(repr=False)
    iin: str = field(repr=False)
    bin: str = field(repr=False)  # of a legal entity
    entrepreneur: bool
    authority: SigningPaper | None
    document_kind: dict[str, str]  # by language
    document_number: str = field(repr=False)
    document_until: date
    address: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PenaltyTerms:
    """The penalty and the stop of demands, from the parameters of the contract's date."""

    first: Decimal  # percent a day
    days: int
    after: Decimal  # percent a day
    year_cap: Decimal  # percent of the loan a year of the contract
    stop_days: int


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """Everything the text of a contract depends on."""

    number: str
    dated_on: date
    lender: OrganisationView
    borrower: Borrower
    account: str = field(repr=False)
    terms: Terms
    schedule: Schedule
    gesv: Gesv
    penalty: PenaltyTerms
    purpose: dict[str, str]  # by language
    consumer: bool
    eds: bool  # whether it is signed by EDS too
    secured: bool
    cooling: bool
    cooling_hours: int
    line: CreditLine | None = None  # of a credit-line agreement
    refinances: str = ""  # the number of the contract whose loan the money repays


def term_words(terms: Terms, language: str) -> str:
    """The term as a person says it: `12 месяцев`, `30 күн`."""
    count = terms.instalments * terms.every
    if language == "kk":
        return f"{count} {UNITS_KK[terms.unit]}"
    one, few, many = UNITS_RU[terms.unit]
    last_two, last = count % 100, count % 10
    if 11 <= last_two <= 14 or last == 0 or last >= 5:
        return f"{count} {many}"
    return f"{count} {one if last == 1 else few}"


def contract_data(facts: ContractFacts, language: str, other_sha256: str) -> dict[str, Any]:
    """Data of `contracts/contract` in a language. `other_sha256`: of the text in the other language, or empty."""
    terms = facts.terms
    return {
        **_offer_data(facts, language),
        **schedule_data(facts.terms, facts.schedule, facts.gesv),
        "other_sha256": other_sha256,
        "account": spaced(facts.account),
        "single": terms.instalments == 1,
        "count": terms.instalments,
        "method": terms.method,
        "day_count": DAY_COUNTS[terms.day_count][language],
        "penalty_first": shown_percent(facts.penalty.first),
        "penalty_days": facts.penalty.days,
        "penalty_after": shown_percent(facts.penalty.after),
        "penalty_cap": shown_percent(facts.penalty.year_cap),
        "stop_days": facts.penalty.stop_days,
        "consumer": facts.consumer,
        "eds": facts.eds,
        "secured": facts.secured,
        "cooling": facts.cooling,
        "cooling_hours": facts.cooling_hours,
        **_shape_data(terms),
        **_line_data(facts.line),
        "refinances": facts.refinances,
    }


def _shape_data(terms: Terms) -> dict[str, Any]:
    """What of the schedule is not plain instalments: said in words on the contract."""
    return {
        "equal_periods": terms.period_interest is PeriodInterest.EQUAL,
        "grace_principal": 0 if terms.method is Method.CUSTOM else terms.grace_principal,
        "grace_interest": terms.grace_interest,
        "balloon": terms.balloon or ZERO,
        "due_day": terms.due_day or 0,
        "non_working_day": terms.non_working_day,
    }


def _line_data(line: CreditLine | None) -> dict[str, Any]:
    if line is None:
        return {"line": False}
    return {
        "line": True,
        "line_limit": line.limit,
        "line_closes_on": line.closes_on,
        "line_restored": line.restored,
    }


def schedule_data(terms: Terms, plan: Schedule, rate: Gesv) -> dict[str, Any]:
    """What `contracts/schedule_form` shows of the money: the same on the contract and on a schedule refined later."""
    return {
        **_cost_data(terms, plan, rate),
        "method_kk": METHODS[terms.method]["kk"],
        "method_ru": METHODS[terms.method]["ru"],
        "rows": [
            {
                "due_on": row.due_on,
                "payment": row.payment,
                "interest": row.interest,
                "principal": row.principal,
                "balance": row.balance,
            }
            for row in plan.rows
        ],
    }


def consent_to_conclude_data(facts: ContractFacts, language: str, at: datetime) -> dict[str, Any]:
    """Data of `contracts/consent_to_conclude`: what the client agrees to conclude."""
    return {**_offer_data(facts, language), "at": at}


def consent_to_receive_data(
    *,
    number: str,
    dated_on: date,
    lender: OrganisationView,
    borrower: Borrower,
    account: str,
    principal: Money,
    signed_at: datetime,
    over_at: datetime,
    at: datetime,
    hours: int,
    language: str,
) -> dict[str, Any]:
    """Data of `contracts/consent_to_receive`: the money, the contract, and the moments that show the hours are over."""
    return {
        "number": number,
        "dated_on": dated_on,
        "lender": lender_data(lender, language),
        "borrower": borrower_data(borrower),
        "account": spaced(account),
        "principal": principal,
        "principal_words": _words(principal, language),
        "signed_at": signed_at,
        "over_at": over_at,
        "at": at,
        "hours": hours,
    }


def spaced(iban: str) -> str:
    """An IBAN in groups of four, as people read it."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _offer_data(facts: ContractFacts, language: str) -> dict[str, Any]:
    return {
        **_cost_data(facts.terms, facts.schedule, facts.gesv),
        "number": facts.number,
        "dated_on": facts.dated_on,
        "lender": lender_data(facts.lender, language),
        "borrower": borrower_data(facts.borrower),
        "principal_words": _words(facts.terms.principal, language),
        "total_words": _words(facts.schedule.totals.payment, language),
        "purpose_kk": facts.purpose["kk"],
        "purpose_ru": facts.purpose["ru"],
    }


def _cost_data(terms: Terms, plan: Schedule, rate: Gesv) -> dict[str, Any]:
    return {
        "principal": terms.principal,
        "term_kk": term_words(terms, "kk"),
        "term_ru": term_words(terms, "ru"),
        "disbursed_on": plan.disbursed_on,
        "last_due_on": plan.last_due_on,
        "rate": shown_percent(terms.annual_rate.as_percent(6)),
        "gesv": str(rate.shown_pct),
        "total": plan.totals.payment,
        "overpayment": plan.overpayment,
    }


def _words(money: Money, language: str) -> str:
    """Whole tenge in words, tiyn in figures as is the custom: `сто тенге 50 тиын` without the word tenge for zero."""
    whole, tiyn = divmod(money.tiyn, TIYN_PER_TENGE)
    unit = "теңге" if language == "kk" else "тенге"
    return f"{in_words(whole, language)} {unit}" + (f" {tiyn:02d} тиын" if tiyn else "")


def shown_percent(percent: Decimal) -> str:
    """A percentage without idle zeros: at least one decimal, so that every rate of a page looks alike."""
    text = format(percent.normalize(), "f")
    return text if "." in text else text + ".0"


def lender_data(lender: OrganisationView, language: str) -> dict[str, Any]:
    """The lender as every paper of this room names it."""
    return {
        "name": lender.name[language],
        "bin": lender.bin,
        "licence": lender.licence_number,
        "licence_on": lender.licence_issued_on,
        "address": lender.actual_address[language],
        "legal_address": lender.legal_address[language],
        "actual_address": lender.actual_address[language],
        "phones": list(lender.phones),
        "fax": lender.fax,
        "email": lender.email,
        "site": lender.site,
        "head_name": lender.head_name,
        "head_position": lender.head_position[language],
        "iban": spaced(lender.repayment.iban),
        "bank": lender.repayment.bank[language],
        "bik": lender.repayment.bik,
        "kbe": lender.repayment.kbe,
        "knp": lender.repayment.knp,
    }


def borrower_data(borrower: Borrower) -> dict[str, Any]:
    """The client as every paper of this room names them."""
    paper = borrower.authority
    return {
        "name": borrower.name,
        "person": borrower.person,
        "iin": borrower.iin,
        "bin": borrower.bin,
        "number": borrower.bin or borrower.iin,
        "entity": bool(borrower.bin),
        "entrepreneur": borrower.entrepreneur,
        "paper_kk": paper.kind["kk"] if paper else "",
        "paper_ru": paper.kind["ru"] if paper else "",
        "paper_number": paper.number if paper else "",
        "paper_on": paper.issued_on if paper else None,
        "paper_until": paper.valid_until if paper else None,
        "document_kk": borrower.document_kind["kk"],
        "document_ru": borrower.document_kind["ru"],
        "document_number": borrower.document_number,
        "document_until": borrower.document_until,
        "address": borrower.address,
        "phone": borrower.phone,
    }
