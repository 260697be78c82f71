"""What an act would do to a loan, before anybody does it: by the same engine, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nesie.foundation.norms import queries as norms
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import GIVES_MONEY, ChangeProposal
from nesie.journey.loans import rules
from nesie.journey.loans.queries.books import book
from nesie.journey.loans.queries.history import events, opening_plan, received_in_all
from nesie.journey.loans.queries.position import visible
from nesie.journey.loans.queries.settlement_procedure import settlement
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A loan as it is, and as it would be after the events."""

    before: rules.Book
    after: rules.Book


def foreseen(actor: Actor, loan_id: LoanId, *happenings: rules.AnyEvent) -> Foreseen:
    """The loan without and with the events, both by replay, on its last accrued day or the events' day if later.

    NotFound when it is not the actor's to see.
    """
    visible(actor, loan_id)
    now = book(loan_id)
    plan, calendar = opening_plan(loan_id)
    known = events(loan_id)
    until = max((now.accrued_on, *(one.on for one in happenings)))
    without = rules.replay(now.facts, plan, calendar, known, until)
    having = rules.replay(now.facts, plan, calendar, (*known, *happenings), until)
    return Foreseen(without.book, having.book)


def explained_day(actor: Actor, loan_id: LoanId, on: date) -> rules.Explained:
    """Each figure of a day with the rule that decided it and what the rule was given; NotFound when not the actor's."""
    visible(actor, loan_id)
    plan, calendar = opening_plan(loan_id)
    return rules.explain(book(loan_id).facts, plan, calendar, events(loan_id), on)


def service_deferred_until(loan_id: LoanId, service_until: date) -> date:
    """The last day of the deferral of a conscript: so many days after the service, by the norm of the contract's date.

    NormMissing, NormUnconfirmed.
    """
    extra = norms.integer("conscript_deferral_extra_days", book(loan_id).facts.contract_on)
    return service_until + timedelta(days=extra)


def foreseen_change(actor: Actor, loan_id: LoanId, wanted: rules.Wanted) -> ChangeProposal:
    """The change as it would be put before the client, with the new schedule; nothing is drafted.

    NotFound, and what `rules.proposal` refuses.
    """
    visible(actor, loan_id)
    now = book(loan_id)
    agreed = contracts.contract_terms(now.facts.contract_id)
    if wanted.kind in GIVES_MONEY:
        rules.check_takes_money(now, agreed.line)
    else:
        rules.check_running(now)
    return rules.proposal(now, agreed.terms, norms.calendar(), wanted, ref="foreseen")


def returned_by(book: rules.Book, ground: rules.WriteOffGround) -> Money:
    """What a write-off on a ground gives back to the client (Rules, 13): all that was paid and not given back yet.

    The client's own money that lies with us is not in it: it stays his, and is returned when he asks.
    """
    return received_in_all(book.facts.loan_id) - book.credit if ground.returns_payments else ZERO


def check_transfer(actor: Actor, book: rules.Book, now: datetime) -> None:
    """Whether the claim may be assigned now. Raises LoanEnded, TooEarlyToTransfer, TooEarlyToDemand."""
    rules.check_transferable(book, norms.integer("assign_min_delay", book.facts.contract_on))
    rules.check_early_demand(settlement(actor, book.facts.loan_id, now).standing)


@dataclass(frozen=True, slots=True)
class Unbacked:
    """Refunds to the client that the loan's money would not have covered, and what has to come in to cover them now."""

    refunds: tuple[rules.CreditRefunded, ...]
    missing: Money


def unbacked(loan_id: LoanId, ref: str, on: date) -> Unbacked:
    """What becomes of the refunds of a loan when the event `ref` is taken back; none when all stay covered."""
    now = book(loan_id)
    plan, calendar = opening_plan(loan_id)
    until = max(now.accrued_on, on)
    known = (*events(loan_id), rules.Reversed(ref="foreseen", on=on, of=ref))
    life = rules.replay(now.facts, plan, calendar, known, until)
    given = {move.ref: -dict(move.lines).get(rules.Word.REFUNDS_DUE, 0) for move in life.moves}
    refunds = [one for one in rules.in_force(known) if isinstance(one, rules.CreditRefunded)]
    short = tuple(one for one in refunds if given.get(one.ref, 0) < one.amount.tiyn)
    if not short:
        return Unbacked((), ZERO)
    undone = (rules.Reversed(ref=f"foreseen:{one.ref}", on=on, of=one.ref) for one in short)
    without = rules.replay(now.facts, plan, calendar, (*known, *undone), until).book
    total = Money.total(one.amount for one in short)
    if without.credit >= total:
        return Unbacked(short, ZERO)
    # Money that comes pays first what is claimed without the event, by the Law's order; only then is there an excess.
    claimed = Money.total(one.amount for one in rules.claims(without))
    return Unbacked(short, claimed + total - without.credit)
