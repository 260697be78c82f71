"""What a client reads of an application: plain words for each state and reason (clause 7.4).

The AML grounds are one neutral sentence: the Law forbids telling a person that they are being looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from nesie.journey.applications.rules.states import Status
from nesie.kernel.decision import Reason
from nesie.kernel.refused import noop

STATUS_WORDS: dict[Status, str] = {
    Status.SUBMITTED: noop("The application is received."),
    Status.SCREENING: noop("The application is being checked."),
    Status.HELD: noop("We are waiting for an answer that we need for the decision."),
    Status.REVIEW: noop("A credit officer is considering the application."),
    Status.DECLINED: noop("The application is declined."),
    Status.APPROVED: noop("The application is approved."),
    Status.OFFERED: noop("Compare the schedules and choose one."),
    Status.CHOSEN: noop("You have chosen a schedule. The contract comes next."),
    Status.EXPIRED: noop("The term of the application is over."),
    Status.CANCELLED: noop("You have withdrawn the application."),
}

_LEGAL_GROUND = Reason("ground_of_law")
_UNKNOWN = Reason("check_not_finished")

REASON_WORDS: dict[str, str] = {
    "ground_of_law": noop("A ground provided by the Law."),
    "check_not_finished": noop("A check is not finished yet."),
    "answers_too_old": noop("The answers of the credit bureau are asked for again."),
    "amount_over_limit": noop("The amount is above the largest allowed by the Law."),
    "amount_over_consumer_limit": noop("The amount is above the largest allowed by the Law."),
    "bankruptcy": noop("Five years have not passed since the end of a bankruptcy."),
    "business_loan": noop("An officer looks at every loan to a business."),
    "business_not_at_work": noop("The state registry does not know this business as one at work."),
    "conscript": noop("The credit report shows a call-up for military service."),
    "cost_over_cap": noop("The cost of the loan would be above the limit of the Law."),
    "debt_burden": noop("Monthly payments would take too large a part of the income."),
    "debt_forgiven": noop("A debt was forgiven not long ago."),
    "debt_to_income": noop("The debt would be too large against the income."),
    "no_credit_history": noop("There is no credit history yet, so an officer looks at the application."),
    "no_answer": noop("An outside source has not answered yet."),
    "overdue_at_bank": noop("There is an overdue debt at a bank."),
    "overdue_elsewhere": noop("There is a long overdue debt."),
    "overdue_microcredit": noop("There is an overdue microcredit."),
    "personal_presence_needed": noop("The first loan of this size is granted in person."),
    "restructuring_not_performed": noop("A restructured debt is not repaid as agreed."),
    "signatory_not_head": noop("The state registry no longer names the signatory as the head of the legal entity."),
    "spouse_consent_needed": noop("The consent of the spouse is needed."),
    "under_age": noop("The applicant is under age."),
    "voluntary_refusal": noop("A voluntary refusal of loans is set in the credit bureau."),
    "facts_confirmed": noop("The facts are confirmed."),
    "facts_not_confirmed": noop("The facts could not be confirmed."),
    "risk_acceptable": noop("The risk is acceptable."),
    "risk_too_high": noop("The risk is too high."),
    "checks_impossible": noop("The checks could not be made."),
    "held_too_long": noop("The missing answers did not come in time."),
    "offer_expired": noop("No schedule was chosen in time."),
    "withdrawn": noop("Withdrawn by the applicant."),
}

_AML_DECLINES = frozenset({"listed_person", "beneficial_owner_unproven", "high_risk_not_accepted"})


def for_client(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons a client may see: AML grounds neutral, inner ones as "not finished", no figures of ours."""
    shown = (_seen_by_client(reason) for reason in reasons)
    return tuple(dict.fromkeys(shown))


def _seen_by_client(reason: Reason) -> Reason:
    if reason.code in _AML_DECLINES:
        return _LEGAL_GROUND
    if reason.code not in REASON_WORDS:
        return _UNKNOWN
    return Reason(reason.code)


def words_of(reason: Reason) -> str:
    """The English sentence (and translation key) of a reason a client may see."""
    return REASON_WORDS[reason.code]
