"""Write a new loan down. A plain joined function: `open_loan` pulls the money, the story starts here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import postings, rules
from nesie.journey.loans.actions.accrual import catch_up_new
from nesie.journey.loans.actions.keeping import save_book
from nesie.journey.loans.actions.writing import move
from nesie.journey.loans.models import Loan, ScheduleVersion
from nesie.kernel.ids import DocumentId


@norms.read_once()
def delay_norms(*, consumer: bool, secured: bool, contract_on: date) -> rules.DelayNorms:
    """The figures of delay on the date of the contract; the stop binds unsecured loans that serve no business."""
    return rules.DelayNorms(
        first_day_rate=norms.decimal("penalty_day_rate_first", contract_on),
        later_day_rate=norms.decimal("penalty_day_rate_after", contract_on),
        switch_days=norms.integer("penalty_switch_days", contract_on),
        year_cap=norms.decimal("penalty_year_cap", contract_on),
        stop_days=norms.integer("stop_demand_days", contract_on) if consumer and not secured else None,
    )


def write_loan(
    facts: rules.LoanFacts,
    agreed: terms.Terms,
    now: datetime,
    *,
    papers: Mapping[str, DocumentId] | None = None,
) -> rules.Book:
    """Open the loan: schedule from the actual day of payment, days without delay, first state, first move, entry.

    `papers`: the schedule's documents by language, when it is not the contract's.
    """
    plan = terms.schedule(agreed, facts.opened_on)
    book = rules.open_book(facts, plan, norms.calendar())
    _write_facts(facts, agreed, now)
    ScheduleVersion.objects.create(
        loan_id=facts.loan_id,
        number=1,
        effective_on=facts.opened_on,
        schedule=plan.to_json(),
        grace={due.due_on.isoformat(): due.grace_until_on.isoformat() for due in book.dues},
        document_kk_id=papers["kk"] if papers else None,
        document_ru_id=papers["ru"] if papers else None,
    )
    save_book(None, book)
    move(facts.loan_id, rules.Status.ACTIVE, facts.opened_on, now)
    ledger.post(postings.loan_opened(facts, effective_on=books.open_day(facts.opened_on)), now)
    catch_up_new(facts.loan_id, now)
    return book


def _write_facts(facts: rules.LoanFacts, agreed: terms.Terms, now: datetime) -> None:
    Loan.objects.create(
        id=facts.loan_id,
        contract_id=facts.contract_id,
        client_id=facts.client_id,
        number=facts.number,
        amount_tiyn=facts.amount.tiyn,
        opened_on=facts.opened_on,
        opened_at=now,
        contract_on=facts.contract_on,
        consumer=facts.consumer,
        terms=agreed.to_json(),
        rate_numerator=facts.annual_rate.ratio.numerator,
        rate_denominator=facts.annual_rate.ratio.denominator,
        day_count=facts.day_count.value,
        penalty_first_day_rate=facts.delay.first_day_rate,
        penalty_later_day_rate=facts.delay.later_day_rate,
        penalty_switch_days=facts.delay.switch_days,
        penalty_year_cap=facts.delay.year_cap,
        penalty_year_most_tiyn=facts.delay.most_penalty_a_year(facts.amount).tiyn,
        stop_days=facts.delay.stop_days,
    )
