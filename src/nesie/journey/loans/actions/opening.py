"""Write a new loan down. A plain joined function: `open_loan` pulls the money, the story starts here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.ledger.actions import keep_accounts
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import queries as products
from nesie.foundation.terms import rules as terms
from nesie.journey.applications import queries as applications
from nesie.journey.contracts.rules import ContractTerms
from nesie.journey.loans import postings, rules
from nesie.journey.loans.actions.accrual import catch_up_new
from nesie.journey.loans.actions.keeping import save_book
from nesie.journey.loans.actions.refining import give_refined_schedule
from nesie.journey.loans.actions.writing import move
from nesie.journey.loans.models import Loan, ScheduleVersion
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ApplicationId, ContractId, DocumentId, LoanId, new_id
from nesie.kernel.money import Money


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


def facts_of(agreed: ContractTerms, amount: Money, opened_on: date) -> rules.LoanFacts:
    """What never changes about the loan of a contract; the norms of delay are those of the contract's date."""
    return rules.LoanFacts(
        loan_id=LoanId(new_id()),
        contract_id=agreed.contract_id,
        client_id=agreed.client_id,
        number=agreed.number,
        amount=amount,
        annual_rate=agreed.terms.annual_rate,
        day_count=agreed.terms.day_count,
        opened_on=opened_on,
        contract_on=agreed.dated_on,
        consumer=agreed.consumer,
        delay=delay_norms(consumer=agreed.consumer, secured=agreed.secured, contract_on=agreed.dated_on),
        terms=agreed.terms,
    )


def open_under(
    actor: Actor, agreed: ContractTerms, facts: rules.LoanFacts, now: datetime, *, pays_of: ContractId | None = None
) -> rules.Book:
    """The loan of a contract with the accounts of its product; the client gets the schedule if it is another one.

    `pays_of`: the contract whose loan its money repays.
    """
    keep_accounts(facts.loan_id, _product_code(agreed.application_id), agreed.dated_on)
    plan = terms.schedule(agreed.terms, facts.opened_on, calendar=norms.calendar())
    papers = give_refined_schedule(actor, agreed.contract_id, plan, now)
    return write_loan(facts, agreed.terms, now, papers=papers, pays_of=pays_of)


def _product_code(application_id: ApplicationId) -> str:
    """The product whose accounts the loan keeps; of no product when the application has no offer chosen."""
    chosen = applications.chosen_offer(worker(), application_id)
    return products.product_version(chosen.product_version_id).code if chosen else ""


def write_loan(
    facts: rules.LoanFacts,
    agreed: terms.Terms,
    now: datetime,
    *,
    papers: Mapping[str, DocumentId] | None = None,
    pays_of: ContractId | None = None,
) -> rules.Book:
    """Open the loan: schedule from the actual day of payment, days without delay, first state, first move, entry.

    `papers`: the schedule's documents by language, when it is not the contract's. `pays_of`: the contract whose loan
    the money repays, when none left the lender.
    """
    calendar = norms.calendar()
    plan = terms.schedule(agreed, facts.opened_on, calendar=calendar)
    book = rules.open_book(facts, plan, calendar)
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
    entry = postings.loan_opened(facts, effective_on=books.open_day(facts.opened_on), pays_of=pays_of)
    ledger.post(entry, now)
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
