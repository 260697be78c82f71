"""Grounds of refusal of the Law: each by itself, all together, and never better for a bad fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.journey.creditworthiness.rules import (
    NEEDED_NORMS,
    RULES,
    BureauReport,
    BusinessStanding,
    Case,
    Commitment,
    Creditor,
    Delay,
    Gambling,
    MonthIncome,
    Norm,
    NormBook,
    OwnStanding,
    Restructuring,
    VoluntaryRefusal,
    assess,
)
from nesie.kernel.decision import Outcome
from nesie.kernel.money import ZERO, Money

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
VALUES = {
    "ban_delay_days": "90",
    "ban_delay_days_bank": "30",
    "ban_delay_days_micro": "1",
    "ban_forgiven_lookback": "36",
    "ban_restructured_lookback": "12",
    "bankrupt_ban": "5",
    "debt_to_income_limit": "8",
    "kdn_gambler_payments": "3",
    "kdn_gambler_sum": "300000",
    "kdn_income_months": "6",
    "kdn_limit": "0.5",
    "kdn_limit_strict": "0.25",
    "kdn_strict_delay_days": "90",
    "kdn_strict_lookback": "12",
    "max_amount_mrp": "20000",
    "max_consumer_amount": "3000000",
    "min_age": "18",
    "mrp": "4325",
    "personal_presence_min": "255000",
    "spouse_consent_mrp": "1000",
}
NORMS = {code: Norm(code, Decimal(value), date(2026, 1, 1), "verified") for code, value in VALUES.items()}
NORMS["ban_forgiven_since"] = Norm("ban_forgiven_since", "2025-07-01", date(2025, 11, 24), "set")


def tenge(amount: int) -> Money:
    return Money.tenge(amount)


def earned(amount: int) -> tuple[MonthIncome, ...]:
    """The same in each of the last six full months."""
    return tuple(MonthIncome(date(2026, month, 1), tenge(amount)) for month in range(5, 11))


REPORT = BureauReport(received_at=AT, income=earned(400_000))
CLEAN = Case(
    at=AT,
    on=ON,
    birth_on=date(1992, 3, 15),
    amount=tenge(100_000),
    new_monthly_payment=tenge(20_000),
    report=REPORT,
    refusal=VoluntaryRefusal(AT, refused=False),
    own=OwnStanding(),
)


def codes(case: Case, norms: dict[str, Norm] | None = None) -> tuple[Outcome, set[str]]:
    decision = assess(case, NormBook(norms or NORMS))
    return decision.outcome, {reason.code for reason in decision.reasons}


def with_report(**changes: object) -> Case:
    return replace(CLEAN, report=replace(REPORT, **changes))


def test_a_clean_case_is_approved_and_says_by_which_norms() -> None:
    decision = assess(CLEAN, NormBook(NORMS))
    assert decision.outcome is Outcome.APPROVE
    of_businesses = {"business_at_work", "business_examined"}
    assert [one.rule for one in decision.results] == [c.__name__ for c in RULES if c.__name__ not in of_businesses]
    burden = next(result for result in decision.results if result.rule == "debt_burden")
    assert {norm.code for norm in burden.norms} >= {"kdn_limit", "kdn_income_months"}


BUSINESS = replace(CLEAN, consumer=False, standing=BusinessStanding(AT, active=True))
ENTITY = replace(BUSINESS, entity=True, birth_on=None, refusal=None, report=replace(REPORT, income=None))


@pytest.mark.clause("10-law")
@pytest.mark.parametrize(
    ("case", "outcome", "code"),
    [
        (BUSINESS, Outcome.REVIEW, "business_loan"),
        (ENTITY, Outcome.REVIEW, "business_loan"),
        (replace(BUSINESS, standing=None), Outcome.HOLD, "no_answer"),
        (replace(ENTITY, standing=BusinessStanding(AT, active=False)), Outcome.DECLINE, "business_not_at_work"),
        (replace(ENTITY, standing=BusinessStanding(AT, True, False)), Outcome.DECLINE, "signatory_not_head"),
        (replace(ENTITY, at=AT + timedelta(hours=25)), Outcome.HOLD, "answers_too_old"),
        (replace(ENTITY, amount=tenge(86_500_001)), Outcome.DECLINE, "amount_over_limit"),
        # A proprietor is a natural person, for whatever he borrows; a legal entity has no age and no refusal to set.
        (replace(BUSINESS, birth_on=date(2008, 11, 24)), Outcome.DECLINE, "under_age"),
        (replace(BUSINESS, refusal=VoluntaryRefusal(AT, refused=True)), Outcome.DECLINE, "voluntary_refusal"),
        # What the Law asks of consumer loans is not asked of a business.
        (replace(BUSINESS, new_monthly_payment=tenge(5_000_000)), Outcome.REVIEW, "business_loan"),
        (replace(BUSINESS, amount=tenge(3_000_001)), Outcome.REVIEW, "business_loan"),
    ],
)
def test_businesses_stand_under_rules_of_their_own(case: Case, outcome: Outcome, code: str) -> None:
    found, reasons = codes(case)
    assert found is outcome, reasons
    assert code in reasons


def test_the_needed_norms_are_all_that_the_rules_read() -> None:
    assert set(NEEDED_NORMS) == set(NORMS)


def micro(days: int) -> Commitment:
    return Commitment(Creditor.MICROFINANCE, tenge(50_000), tenge(5_000), days, tenge(5_000))


def bank(days: int) -> Commitment:
    return Commitment(Creditor.BANK, tenge(50_000), tenge(5_000), days, tenge(5_000))


@pytest.mark.clause("10-law")
@pytest.mark.parametrize(
    ("case", "outcome", "code"),
    [
        (with_report(commitments=(micro(1),)), Outcome.APPROVE, None),
        (with_report(commitments=(micro(2),)), Outcome.DECLINE, "overdue_microcredit"),
        (with_report(commitments=(bank(30),)), Outcome.APPROVE, None),
        (with_report(commitments=(bank(31),)), Outcome.DECLINE, "overdue_at_bank"),
        (with_report(commitments=(bank(91),)), Outcome.DECLINE, "overdue_elsewhere"),
        (replace(CLEAN, own=OwnStanding(delay_days=2)), Outcome.DECLINE, "overdue_microcredit"),
        (replace(CLEAN, refusal=VoluntaryRefusal(AT, refused=True)), Outcome.DECLINE, "voluntary_refusal"),
        (replace(CLEAN, birth_on=date(2008, 11, 23)), Outcome.APPROVE, None),
        (replace(CLEAN, birth_on=date(2008, 11, 24)), Outcome.DECLINE, "under_age"),
        (replace(CLEAN, birth_on=None), Outcome.HOLD, "no_answer"),
        (with_report(conscript=True), Outcome.DECLINE, "conscript"),
        (with_report(bankruptcy_completed_on=date(2021, 11, 24)), Outcome.DECLINE, "bankruptcy"),
        (with_report(bankruptcy_completed_on=date(2021, 11, 23)), Outcome.APPROVE, None),
        (with_report(forgiven_on=(date(2025, 8, 1),)), Outcome.DECLINE, "debt_forgiven"),
        (with_report(forgiven_on=(date(2025, 7, 1),)), Outcome.DECLINE, "debt_forgiven"),
        (with_report(forgiven_on=(date(2025, 6, 30),)), Outcome.APPROVE, None),
        (
            with_report(restructurings=(Restructuring(date(2026, 1, 1), performed=False),)),
            Outcome.DECLINE,
            "restructuring_not_performed",
        ),
        (with_report(restructurings=(Restructuring(date(2026, 1, 1), performed=True),)), Outcome.APPROVE, None),
        (with_report(restructurings=(Restructuring(date(2025, 11, 22), performed=False),)), Outcome.APPROVE, None),
        (replace(CLEAN, amount=tenge(3_000_001)), Outcome.DECLINE, "amount_over_consumer_limit"),
        (replace(CLEAN, amount=tenge(86_500_001)), Outcome.DECLINE, "amount_over_limit"),
        (replace(with_report(has_history=False), amount=tenge(255_000)), Outcome.DECLINE, "personal_presence_needed"),
        (replace(with_report(has_history=False), amount=tenge(254_999)), Outcome.REVIEW, "no_credit_history"),
        (replace(CLEAN, new_monthly_payment=tenge(200_000)), Outcome.APPROVE, None),
        (replace(CLEAN, new_monthly_payment=Money(200_000_01)), Outcome.DECLINE, "debt_burden"),
        (with_report(income=()), Outcome.DECLINE, "debt_burden"),
        (with_report(income=None), Outcome.HOLD, "no_answer"),
        (with_report(income=(MonthIncome(date(2026, 4, 1), tenge(9_000_000)),)), Outcome.DECLINE, "debt_burden"),
        (with_report(income=(MonthIncome(date(2026, 11, 1), tenge(9_000_000)),)), Outcome.DECLINE, "debt_burden"),
        (
            replace(with_report(delays=(Delay(91, date(2026, 1, 5)),)), new_monthly_payment=tenge(100_001)),
            Outcome.DECLINE,
            "debt_burden",
        ),
        (
            replace(with_report(delays=(Delay(91, date(2025, 11, 22)),)), new_monthly_payment=tenge(100_001)),
            Outcome.APPROVE,
            None,
        ),
        (
            replace(with_report(gambling=Gambling(3, tenge(10))), new_monthly_payment=tenge(100_001)),
            Outcome.DECLINE,
            "debt_burden",
        ),
        (
            replace(
                with_report(commitments=(Commitment(Creditor.BANK, tenge(39_000_000), ZERO),)), amount=tenge(100_000)
            ),
            Outcome.DECLINE,
            "debt_to_income",
        ),
        (replace(CLEAN, report=None), Outcome.HOLD, "no_answer"),
        (replace(CLEAN, refusal=None), Outcome.HOLD, "no_answer"),
        (replace(CLEAN, own=None), Outcome.HOLD, "no_answer"),
        (replace(CLEAN, at=AT + timedelta(hours=25)), Outcome.HOLD, "answers_too_old"),
    ],
)
def test_each_ground(case: Case, outcome: Outcome, code: str | None) -> None:
    found, reasons = codes(case)
    assert found is outcome, reasons
    assert code is None or code in reasons


def test_spouse_consent_is_asked_from_the_norm_sum() -> None:
    norms = NORMS | {"max_consumer_amount": Norm("max_consumer_amount", Decimal(10_000_000), ON, "verified")}
    case = replace(CLEAN, amount=tenge(4_325_000), report=replace(REPORT, income=earned(4_000_000)))
    assert codes(case, norms) == (Outcome.HOLD, {"spouse_consent_needed"})
    assert codes(replace(case, spouse_consented=True), norms)[0] is Outcome.APPROVE


@pytest.mark.clause("10-law")
@pytest.mark.parametrize("code", sorted(set(NEEDED_NORMS)))
@pytest.mark.parametrize("gap", ["norm_missing", "norm_unconfirmed"])
def test_a_norm_that_may_not_be_used_never_approves(code: str, gap: str) -> None:
    """A case that reads every norm: with any of them gone the outcome is a hold that names it."""
    case = replace(
        CLEAN,
        report=replace(
            REPORT,
            has_history=False,
            forgiven_on=(date(2020, 1, 1),),
            restructurings=(Restructuring(date(2020, 1, 1), performed=False),),
            bankruptcy_completed_on=date(2010, 1, 1),
            gambling=Gambling(1, tenge(10)),
        ),
        new_monthly_payment=tenge(10_000),
    )
    assert codes(case)[0] is Outcome.REVIEW
    if code == "kdn_limit_strict":
        case = replace(case, report=replace(case.report, gambling=Gambling(3, tenge(10))))  # type: ignore[type-var]  # set above
    outcome, reasons = codes(case, NORMS | {code: replace(NORMS[code], certainty="recalled", gap=gap)})
    assert (outcome, reasons) == (Outcome.HOLD, {gap})
    outcome, reasons = codes(case, {key: norm for key, norm in NORMS.items() if key != code})
    assert (outcome, reasons) == (Outcome.HOLD, {"norm_missing"})


DAYS = st.dates(date(2022, 1, 1), ON)
SUMS = st.integers(0, 5_000_000_00).map(Money)
COMMITMENTS = st.builds(Commitment, st.sampled_from(list(Creditor)), SUMS, SUMS, st.integers(0, 200), SUMS)
REPORTS = st.builds(
    BureauReport,
    received_at=st.datetimes(AT.replace(tzinfo=None) - timedelta(days=2), AT.replace(tzinfo=None)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    commitments=st.lists(COMMITMENTS, max_size=3).map(tuple),
    delays=st.lists(st.builds(Delay, st.integers(0, 200), DAYS), max_size=2).map(tuple),
    forgiven_on=st.lists(DAYS, max_size=1).map(tuple),
    restructurings=st.lists(st.builds(Restructuring, DAYS, st.booleans()), max_size=1).map(tuple),
    income=st.none() | st.lists(st.builds(MonthIncome, DAYS, SUMS), max_size=7).map(tuple),
    gambling=st.none() | st.builds(Gambling, st.integers(0, 5), SUMS),
    conscript=st.booleans(),
    has_history=st.booleans(),
)
CASES = st.builds(
    Case,
    at=st.just(AT),
    on=st.just(ON),
    birth_on=st.none() | st.dates(date(1950, 1, 1), date(2010, 1, 1)),
    amount=st.integers(1, 90_000_000_00).map(Money),
    new_monthly_payment=st.none() | SUMS,
    report=st.none() | REPORTS,
    refusal=st.none() | st.booleans().map(lambda refused: VoluntaryRefusal(AT, refused=refused)),
    own=st.none() | st.builds(OwnStanding, st.integers(0, 100), SUMS, SUMS),
)


def worse_facts(case: Case, extra: Commitment) -> list[Case]:
    """Each the same case with one more fact against it."""
    worse = [replace(case, refusal=VoluntaryRefusal(AT, refused=True)), replace(case, amount=case.amount * 2)]
    report = case.report
    if report is not None:
        changed = [
            replace(report, commitments=(*report.commitments, extra)),
            replace(report, delays=(*report.delays, Delay(120, ON))),
            replace(report, forgiven_on=(*report.forgiven_on, ON)),
            replace(report, restructurings=(*report.restructurings, Restructuring(ON, performed=False))),
            replace(report, conscript=True),
            replace(report, bankruptcy_completed_on=ON),
            replace(report, has_history=False),
        ]
        worse += [replace(case, report=each) for each in changed]
    if case.own is not None:
        worse.append(replace(case, own=replace(case.own, delay_days=case.own.delay_days + 30)))
    if case.new_monthly_payment is not None:
        worse.append(replace(case, new_monthly_payment=case.new_monthly_payment * 2))
    return worse


@given(CASES, COMMITMENTS)
def test_a_bad_fact_never_improves_the_decision(case: Case, extra: Commitment) -> None:
    before = assess(case, NormBook(NORMS)).outcome.severity
    for worse in worse_facts(case, extra):
        assert assess(worse, NormBook(NORMS)).outcome.severity >= before


@given(CASES, st.sampled_from(["report", "refusal", "own", "birth_on", "new_monthly_payment"]))
def test_not_knowing_never_approves(case: Case, fact: str) -> None:
    assert assess(replace(case, **{fact: None}), NormBook(NORMS)).outcome.severity >= Outcome.HOLD.severity


@given(CASES, st.sets(st.sampled_from(sorted(set(NEEDED_NORMS))), min_size=1))
def test_losing_norms_never_approves_what_they_held(case: Case, lost: set[str]) -> None:
    with_all = assess(case, NormBook(NORMS)).outcome
    without = assess(case, NormBook({code: norm for code, norm in NORMS.items() if code not in lost})).outcome
    assert without is not Outcome.APPROVE or with_all is Outcome.APPROVE


@given(REPORTS)
def test_a_report_comes_back_from_its_json(report: BureauReport) -> None:
    assert BureauReport.from_data(report.as_data()) == report


def test_a_refusal_comes_back_from_its_json() -> None:
    refusal = VoluntaryRefusal(AT, refused=True, since=ON, registry_id="R-1")
    assert VoluntaryRefusal.from_data(refusal.as_data()) == refusal
