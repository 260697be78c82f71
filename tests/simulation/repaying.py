"""How a client pays: on the day, late, in parts, too much, all at once, never, or through somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from nesie.journey.loans import queries
from nesie.journey.loans.rules import PositionView, Status
from nesie.journey.payments.rules import repayment_purpose
from nesie.kernel.ids import ContractId
from nesie.kernel.money import Money
from tests.simulation.life import Life
from tests.simulation.more_money import MORE, more_money
from tests.simulation.plans import Paying, Servicing, Wish
from tests.simulation.servicing import after_paying, before_paying

_VISITS_MOST = 60


def repay(life: Life, wish: Wish, contract_id: ContractId, last_day: date) -> Iterator[datetime]:
    """The loan, and after it what refinanced it."""
    yield from _repay(life, wish, contract_id, last_day)
    while life.owes:
        yield from _repay(life, wish, life.owes.pop(), last_day)


def _repay(life: Life, wish: Wish, contract_id: ContractId, last_day: date) -> Iterator[datetime]:
    """Until nothing is owed, or the run ends, or the person never meant to."""
    if wish.paying is Paying.NEVER:
        life.tell("never pays")
        return
    yield life.days_on(1)
    loan_id = queries.loan_of_contract(contract_id)
    assert loan_id is not None, "money was paid out and no loan was opened by the next day"
    for visit in range(_VISITS_MOST):
        view = queries.position(life.actor, loan_id)
        if view.status is Status.CLOSED:
            life.tell("repaid")
            return
        comes_on = _comes_on(life, wish, view, visit)
        if comes_on > last_day:
            return
        if comes_on > life.clock.today:
            yield life.days_on((comes_on - life.clock.today).days)
            view = queries.position(life.actor, loan_id)
        yield from before_paying(life, visit, view)
        view = queries.position(life.actor, loan_id)
        if view.debt:
            _pay(life, wish, view, contract_id, visit)
            yield from after_paying(life, visit, view, contract_id)
            if life.plan.servicing in MORE and not life.took_more:
                yield from more_money(life, wish, view, contract_id)
        # What was paid is in the bank's statement and then in the books: the person looks again some days later.
        yield life.days_on(2)


def _comes_on(life: Life, wish: Wish, view: PositionView, visit: int) -> date:
    today = life.clock.today
    if view.next_payment is None:
        return today
    due_on = view.next_payment.due_on
    if wish.paying is Paying.EARLY and visit == 1:
        return today + timedelta(days=max((due_on - today).days // 2, 1))
    if wish.paying in (Paying.LATE, Paying.STRANGER) and not view.overdue_principal:
        return max(today, due_on + timedelta(days=wish.late_days if wish.paying is Paying.LATE else 0))
    return max(today, due_on)


def _pay(life: Life, wish: Wish, view: PositionView, contract_id: ContractId, visit: int) -> None:
    wanted = view.next_payment.total if view.next_payment is not None else view.debt
    amount = {
        Paying.PARTLY: Money(wanted.tiyn * 2 // 3),
        Paying.TOO_MUCH: wanted + Money.tenge(5_000),
        Paying.EARLY: view.debt if visit else wanted,
    }.get(wish.paying, wanted)
    if life.plan.servicing in (Servicing.SHORTER, Servicing.SMALLER) and visit == 1:
        amount = min(wanted + Money(view.debt.tiyn // 3), view.debt)
    if amount.tiyn < 1_00 or (wish.paying is Paying.PARTLY and amount < Money.tenge(500)):
        amount = max(view.debt, Money(1))
    by_stranger = wish.paying is Paying.STRANGER and visit % 2 == 1
    if by_stranger or (life.index + visit) % 3 == 0:
        purpose = f"Қарызды өтеу {life.who.key} {visit} {view.number[:4]}"  # names no contract
    else:
        purpose = repayment_purpose(view.number)
    life.world.pay(life.index, amount, purpose, contract_id, by_stranger=by_stranger)
    life.tell("pays", amount.tiyn, "through a stranger" if by_stranger else "himself", view.days_past_due)
