"""The grounds of refusal of the Law, one small rule each. All are run, all are kept, the worst wins.

A rule that lacks a fact or a usable norm is a hold: it never approves by not knowing. Sections cite Law 56-V
("the Law") and regulation.md, section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from nesie.journey.creditworthiness.rules.facts import (
    ANSWER_SERVES,
    BureauReport,
    BusinessStanding,
    Case,
    Creditor,
    InquiryKind,
    OwnStanding,
    VoluntaryRefusal,
)
from nesie.journey.creditworthiness.rules.norms import NormBook, NormGap
from nesie.kernel.decision import Decision, Outcome, Reason, RuleResult
from nesie.kernel.money import Money

RECHECK_SERVES = timedelta(hours=1)  # right before payout; the lender's own policy, not a legal number

Finding = tuple[Outcome, Reason] | None  # None: nothing against it
Check = Callable[[Case, NormBook], Finding]


class _FactGap(Exception):
    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(fact)


def _report(case: Case) -> BureauReport:
    if case.report is None:
        raise _FactGap("bureau_report")
    return case.report


def _own(case: Case) -> OwnStanding:
    if case.own is None:
        raise _FactGap("own_standing")
    return case.own


def _refusal(case: Case) -> VoluntaryRefusal:
    if case.refusal is None:
        raise _FactGap("voluntary_refusal")
    return case.refusal


def _standing(case: Case) -> BusinessStanding:
    if case.standing is None:
        raise _FactGap(InquiryKind.BUSINESS_STANDING.value)
    return case.standing


def _decline(code: str, **params: str | int) -> Finding:
    return Outcome.DECLINE, Reason.of(code, **params)


def _hold(code: str, **params: str | int) -> Finding:
    return Outcome.HOLD, Reason.of(code, **params)


def answers_fresh(case: Case, norms: NormBook) -> Finding:
    """An old answer is no answer: the report and the register are read again before the decision."""
    heard = [_report(case).received_at]
    if not case.entity:
        heard.append(_refusal(case).received_at)
    if not case.consumer:
        heard.append(_standing(case).received_at)
    oldest = min(heard)
    if case.at - oldest > ANSWER_SERVES:
        return _hold("answers_too_old", limit_hours=int(ANSWER_SERVES.total_seconds() // 3600))
    return None


def refusal_fresh(case: Case, norms: NormBook) -> Finding:
    """Right before payout the register's word must be of now; of legal entities it has none."""
    if case.entity:
        return None
    if case.at - _refusal(case).received_at > RECHECK_SERVES:
        return _hold("answers_too_old", limit_hours=int(RECHECK_SERVES.total_seconds() // 3600))
    return None


def voluntary_refusal(case: Case, norms: NormBook) -> Finding:
    """The person has barred themselves from credit (the Law, art. 3 p. 3-2, 3-3)."""
    return _decline("voluntary_refusal") if not case.entity and _refusal(case).refused else None


def age(case: Case, norms: NormBook) -> Finding:
    """Full legal capacity by age, from the birth date in the IIN."""
    if case.birth_on is None:
        raise _FactGap("birth_date")
    least = norms.integer("min_age")
    years = _full_years(case.birth_on, case.on)
    return _decline("under_age", limit=least) if years < least else None


def delay_any(case: Case, norms: NormBook) -> Finding:
    """Overdue on any loan for longer than the Law's own limit (art. 7 p. 3 sub 1-1)."""
    delays = [each.delay_days for each in _report(case).commitments] + [_own(case).delay_days]
    return _over(max(delays), norms.integer("ban_delay_days"), "overdue_elsewhere")


def delay_bank(case: Case, norms: NormBook) -> Finding:
    """Overdue at a bank for longer than allowed for an unsecured consumer loan."""
    delays = [each.delay_days for each in _report(case).commitments if each.creditor is Creditor.BANK]
    return _over(max(delays, default=0), norms.integer("ban_delay_days_bank"), "overdue_at_bank")


def delay_micro(case: Case, norms: NormBook) -> Finding:
    """Overdue on a microcredit, ours included; a creditor of unknown kind is held to this strictest limit."""
    delays = [each.delay_days for each in _report(case).commitments if each.creditor is not Creditor.BANK]
    return _over(max([*delays, _own(case).delay_days]), norms.integer("ban_delay_days_micro"), "overdue_microcredit")


def _over(days: int, limit: int, code: str) -> Finding:
    return _decline(code, days=days, limit=limit) if days > limit else None


def forgiven(case: Case, norms: NormBook) -> Finding:
    """A debt was fully forgiven within the look-back, and not before the day from which forgiving counts."""
    days = _report(case).forgiven_on
    if not days:
        return None
    since = max(_months_before(case.on, norms.integer("ban_forgiven_lookback")), norms.day("ban_forgiven_since"))
    return _decline("debt_forgiven") if max(days) >= since else None


def restructured(case: Case, norms: NormBook) -> Finding:
    """A restructuring of the look-back is not properly performed."""
    broken = [each.on for each in _report(case).restructurings if not each.performed]
    if not broken:
        return None
    since = _months_before(case.on, norms.integer("ban_restructured_lookback"))
    return _decline("restructuring_not_performed") if max(broken) >= since else None


def conscript(case: Case, norms: NormBook) -> Finding:
    """The report shows a call-up (the Law, art. 3 p. 3-6)."""
    return _decline("conscript") if _report(case).conscript else None


def bankrupt(case: Case, norms: NormBook) -> Finding:
    """A citizen's bankruptcy was completed within the ban (the Law, art. 3 p. 1-5)."""
    completed_on = _report(case).bankruptcy_completed_on
    if completed_on is None:
        return None
    since = _months_before(case.on, 12 * norms.integer("bankrupt_ban"))
    return _decline("bankruptcy") if completed_on > since else None


def largest_amount(case: Case, norms: NormBook) -> Finding:
    """The largest microcredit of an MFO (the Law, art. 3 p. 1-1)."""
    limit = norms.mrp_times("max_amount_mrp")
    return _decline("amount_over_limit", limit_tiyn=limit.tiyn) if case.amount > limit else None


def largest_consumer_amount(case: Case, norms: NormBook) -> Finding:
    """The largest consumer microcredit (the Law, art. 4 p. 2-1)."""
    limit = norms.tenge("max_consumer_amount")
    return _decline("amount_over_consumer_limit", limit_tiyn=limit.tiyn) if case.amount > limit else None


def spouse_consent(case: Case, norms: NormBook) -> Finding:
    """From this sum an unsecured consumer loan needs the spouse's consent (the Law, art. 3 p. 3-3 part 3)."""
    limit = norms.mrp_times("spouse_consent_mrp")
    needed = case.amount >= limit and not case.spouse_consented
    return _hold("spouse_consent_needed", limit_tiyn=limit.tiyn) if needed else None


def personal_presence(case: Case, norms: NormBook) -> Finding:
    """A person without credit history comes in person from a certain sum (the Law, art. 3 p. 3-3 part 4)."""
    if _report(case).has_history:
        return None
    limit = norms.tenge("personal_presence_min")
    return _decline("personal_presence_needed", limit_tiyn=limit.tiyn) if case.amount >= limit else None


def credit_history(case: Case, norms: NormBook) -> Finding:
    """A person nobody has lent to before is looked at by an officer: the lender's policy, not the Law's ground."""
    return None if _report(case).has_history else (Outcome.REVIEW, Reason.of("no_credit_history"))


def business_at_work(case: Case, norms: NormBook) -> Finding:
    """A business loan is for a business: without one a natural person may not be spared the EDS (Rules, 9).

    Who signs for a legal entity as its head does so no longer than the state names him as one.
    """
    standing = _standing(case)
    if not standing.active:
        return _decline("business_not_at_work")
    return _decline("signatory_not_head") if standing.headed is False else None


def business_examined(case: Case, norms: NormBook) -> Finding:
    """No formula of ours tells whether a business can repay: by the lender's policy an officer looks at each."""
    return Outcome.REVIEW, Reason.of("business_loan")


def debt_burden(case: Case, norms: NormBook) -> Finding:
    """Monthly payments on all loans, the new one included, over the average monthly income (KDN)."""
    limit = _burden_limit(case, norms)
    payments, income = _payments(case), _average_income(case, norms)
    exact = Fraction(limit)
    if payments.tiyn > exact * income:
        percent = int(payments.tiyn * 100 / income) if income else 0
        return _decline("debt_burden", percent=percent, limit_percent=int(exact * 100))
    return None


def debt_to_income(case: Case, norms: NormBook) -> Finding:
    """All debt, the new one included, over the income of a year (the Law, art. 26 names the ratio)."""
    report, own = _report(case), _own(case)
    debt = Money.total([*(each.balance for each in report.commitments), own.balance, case.amount])
    limit = Fraction(norms.decimal("debt_to_income_limit"))
    yearly = 12 * _average_income(case, norms)
    return _decline("debt_to_income", limit_percent=int(limit * 100)) if debt.tiyn > limit * yearly else None


def _burden_limit(case: Case, norms: NormBook) -> Decimal:
    ordinary = norms.decimal("kdn_limit")
    return min(ordinary, norms.decimal("kdn_limit_strict")) if _strict_burden(case, norms) else ordinary


def _strict_burden(case: Case, norms: NormBook) -> bool:
    """A long delay within the look-back, or active gambling.

    The wording on gamblers was not seen: either the number of payments or their sum is enough (the stricter reading).
    """
    report, own = _report(case), _own(case)
    since = _months_before(case.on, norms.integer("kdn_strict_lookback"))
    days = [each.days for each in report.delays if each.last_on >= since]
    days += [each.delay_days for each in report.commitments] + [own.delay_days]
    if max(days) > norms.integer("kdn_strict_delay_days"):
        return True
    gambling = report.gambling
    if gambling is None:
        return False
    enough = gambling.payments >= norms.integer("kdn_gambler_payments")
    return enough or gambling.total > norms.tenge("kdn_gambler_sum")


def _payments(case: Case) -> Money:
    if case.new_monthly_payment is None:
        raise _FactGap("new_monthly_payment")
    elsewhere = Money.total(each.monthly_payment for each in _report(case).commitments)
    return elsewhere + _own(case).monthly_payment + case.new_monthly_payment


def _average_income(case: Case, norms: NormBook) -> Fraction:
    """Exact tiyn a month over the norm's last full months; a month without income counts as nothing."""
    income = _report(case).income
    if income is None:
        raise _FactGap("income")
    months = norms.integer("kdn_income_months")
    this_month = case.on.replace(day=1)
    since = _months_before(this_month, months)
    return Fraction(sum(each.amount.tiyn for each in income if since <= each.month_on < this_month), months)


RULES: tuple[Check, ...] = (
    answers_fresh,
    voluntary_refusal,
    age,
    delay_any,
    delay_bank,
    delay_micro,
    forgiven,
    restructured,
    conscript,
    bankrupt,
    largest_amount,
    largest_consumer_amount,
    spouse_consent,
    personal_presence,
    credit_history,
    debt_burden,
    debt_to_income,
    business_at_work,
    business_examined,
)
# What the Law asks of natural persons only, whatever they borrow for; of consumer loans only; and of businesses.
_OF_PERSONS = frozenset({age, conscript, bankrupt, personal_presence, credit_history})
_OF_CONSUMERS = frozenset(
    {
        delay_any, delay_bank, delay_micro, forgiven, restructured, largest_consumer_amount, spouse_consent,
        debt_burden, debt_to_income,
    }
)  # fmt: skip
_OF_BUSINESSES = frozenset({business_at_work, business_examined})


def applies(check: Check, case: Case) -> bool:
    """Whether a rule is asked about such a borrower and loan at all."""
    if check in _OF_PERSONS:
        return not case.entity
    return not (check in _OF_CONSUMERS and not case.consumer) and not (check in _OF_BUSINESSES and case.consumer)


def assess(case: Case, norms: NormBook) -> Decision:
    """All rules that apply, over one case. Each result names the norms it read."""
    return Decision(tuple(_run(check, case, norms) for check in RULES if applies(check, case)))


def recheck(case: Case) -> Decision:
    """Again, right before the money goes: what the Law wants known at that very moment."""
    norms = NormBook({})
    return Decision(tuple(_run(check, case, norms) for check in (refusal_fresh, voluntary_refusal)))


def awaits_answers(decision: Decision) -> bool:
    """True when it holds for want of an answer from outside, or of a fresh one: asking and waiting may help."""
    asked = {kind.value for kind in InquiryKind}
    return decision.outcome is Outcome.HOLD and any(
        reason.code == "answers_too_old" or (reason.code == "no_answer" and dict(reason.params)["about"] in asked)
        for reason in decision.reasons
    )


def _run(check: Check, case: Case, norms: NormBook) -> RuleResult:
    name = check.__name__
    norms.taken()
    try:
        finding = check(case, norms)
    except NormGap as gap:
        finding = Outcome.HOLD, Reason.of(gap.why, norm=gap.code)
    except _FactGap as gap:
        finding = Outcome.HOLD, Reason.of("no_answer", about=gap.fact)
    if finding is None:
        return RuleResult(name, Outcome.APPROVE, (), norms.taken())
    outcome, reason = finding
    return RuleResult(name, outcome, (reason,), norms.taken())


def _full_years(born_on: date, on: date) -> int:
    before_birthday = (on.month, on.day) < (born_on.month, born_on.day)
    return on.year - born_on.year - before_birthday


def _months_before(day: date, months: int) -> date:
    """The same number of the month that many months ago, else that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
