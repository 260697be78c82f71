"""The events an act would record, for the look ahead; refused as the act itself would refuse."""

from __future__ import annotations

from nesie.entrypoints.web.staff.acts.form import Arguments, Case
from nesie.journey.loans import queries, rules
from nesie.kernel.money import ZERO

_REF = "foreseen"  # the name of an event that is only looked at


def suspended(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_suspendable(case.book)
    return (rules.Suspended(ref=_REF, on=given["on"], ground=given["ground"].value),)


def resumed(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_resumable(case.book, given["on"])
    return (rules.Resumed(ref=_REF, on=given["on"], with_interest=given["with_interest"]),)


def halted(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    said = {name: given[name] for name in ("interest", "stops_penalty", "stops_delay")}
    rules.check_halt_effect(given["kind"], **said)
    rules.check_halt(case.book, given["kind"], given["on"], given["until"])
    return (rules.Halted(ref=_REF, on=given["on"], halt=given["kind"], until=given["until"], **said),)


def called_up(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_halt(case.book, rules.HaltKind.CONSCRIPT, given["since"], given["until"])
    last = queries.service_deferred_until(case.loan_id, given["until"])
    return (rules.Halted(ref=_REF, on=given["since"], halt=rules.HaltKind.CONSCRIPT, until=last),)


def released(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_halt_open(case.book, given["ref"], given["on"])
    return (rules.Released(ref=_REF, on=given["on"], of=given["ref"]),)


def receipt_returned(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    of = queries.receipt_event(case.loan_id, given["receipt_id"])
    rules.check_event_day(given["returned_on"], case.today)
    rules.check_given_back(queries.unbacked(case.loan_id, of, given["returned_on"]).missing)
    return (rules.Reversed(ref=_REF, on=given["returned_on"], of=of),)


def receipt_moved(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    of = queries.receipt_event(case.loan_id, given["receipt_id"])
    was = queries.event(case.loan_id, of)
    return (rules.Reversed(ref=_REF, on=was.on, of=of), rules.moved_to(was, given["on"], f"{_REF}:again"))


def forgiven(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_forgivable(case.book, given["parts"])
    return (rules.Forgiven(ref=_REF, on=case.today, parts=given["parts"]),)


def written_off(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    ground = given["ground"]
    rules.check_write_off(case.book, ground, rules.in_force(queries.events(case.loan_id)))
    rules.check_no_money_came(came=queries.money_came(case.loan_id, case.today))
    returned = queries.returned_by(case.book, ground)
    lost = rules.WrittenOff(
        ref=_REF, on=case.today, ground=ground.value, recourse=ground.keeps_claim, returned=returned
    )
    if not (ground.returns_payments and case.book.credit):
        return (lost,)
    return (lost, rules.CreditRefunded(ref=f"{_REF}:credit", on=case.today, sequence="~", amount=case.book.credit))


def transferred(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    queries.check_transfer(case.actor, case.book, case.now)
    rules.check_no_money_came(came=queries.money_came(case.loan_id, case.today))
    return (rules.Transferred(ref=_REF, on=case.today, to=given["assignee"]),)


def reinstated(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_reinstatable(case.book, given["due_on"], case.today)
    return (rules.Reinstated(ref=_REF, on=case.today, due_on=given["due_on"]),)


def reversed(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_reversible(queries.event(case.loan_id, given["ref"]))
    return (rules.Reversed(ref=_REF, on=case.today, of=given["ref"]),)


def refunded(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_credit(case.book, given["amount"])
    return (rules.CreditRefunded(ref=_REF, on=case.today, amount=given["amount"]),)


def wished(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_running(case.book)
    return (rules.Received(ref=_REF, on=case.today, amount=ZERO, wish=given["wish"]),)
