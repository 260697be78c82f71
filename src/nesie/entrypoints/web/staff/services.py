"""Every act of servicing a loan as the staff's pages offer it: its fields, its arguments, what it would make happen.

One reading for all: texts, be they typed into a form or told by an approval, become the use case's exact arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.templatetags import web as shown
from nesie.journey.contracts.rules import GIVES_MONEY, ChangeKind, Forgiven
from nesie.journey.loans import actions, queries, rules
from nesie.kernel.ids import LoanId, ReceiptId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

Typed = Mapping[str, str]
Arguments = dict[str, Any]
NOTHING = "—"  # as an approval tells an argument that is empty
_REF = "foreseen"  # the name of an event that is only looked at


class FieldMissing(forms.FieldUnreadable):
    """A field the act cannot do without is empty."""


class Asked(StrEnum):
    """What a field of a form takes."""

    DAY = "day"
    MONEY = "money"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Case:
    """The loan a form is about; `today` is the day it starts from."""

    loan_id: LoanId
    book: rules.Book
    events: tuple[queries.EventView, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `choices`: values with their words, for the loan at hand."""

    name: str
    asked: Asked
    title: str
    needed: bool = True
    choices: Callable[[Case], list[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One act. `happenings`: the events it would record, for the look ahead; None where a proposal is drafted."""

    run: Callable[..., Any]
    fields: tuple[Field, ...]
    read: Callable[[Typed], Arguments]
    happenings: Callable[[Case, Arguments], tuple[rules.AnyEvent, ...]] | None
    icon: str
    offered: Callable[[Case], bool]

    @property
    def name(self) -> str:
        """The use case's."""
        return str(self.run.__name__)


# --- reading --------------------------------------------------------------------------------------------------------


def _text(typed: Typed, name: str) -> str:
    found = forms.plain(typed.get(name, ""))
    if not found:
        raise FieldMissing(field=name)
    return found


def _maybe_day(typed: Typed, name: str) -> date | None:
    found = forms.plain(typed.get(name, ""))
    if not found or found == NOTHING:
        return None
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise forms.FieldUnreadable(field=name) from error


def _day(typed: Typed, name: str) -> date:
    found = _maybe_day(typed, name)
    if found is None:
        raise FieldMissing(field=name)
    return found


def _maybe_money(typed: Typed, name: str) -> Money:
    found = forms.plain(typed.get(name, ""))
    return forms.tenge(found, name) if found else ZERO


def _maybe_number(typed: Typed, name: str) -> int | None:
    found = forms.plain(typed.get(name, ""))
    if not found:
        return None
    if not found.isdecimal() or len(found) > len("9999"):
        raise forms.FieldUnreadable(field=name)
    return int(found)


def _maybe_rate(typed: Typed, name: str) -> Rate | None:
    found = forms.plain(typed.get(name, "")).replace(",", ".").removesuffix("%").strip()
    if not found:
        return None
    try:
        return Rate.percent(found)
    except (ValueError, ZeroDivisionError) as error:
        raise forms.FieldUnreadable(field=name) from error


def _choice(enum: type[StrEnum], typed: Typed, name: str) -> Any:
    try:
        return enum(typed.get(name, ""))
    except ValueError as error:
        raise forms.FieldUnreadable(field=name) from error


def _loan(typed: Typed) -> LoanId:
    return LoanId(forms.uuid_of(typed.get("loan_id", ""), "loan_id"))


def _receipt(typed: Typed) -> ReceiptId:
    found: UUID = forms.uuid_of(typed.get("receipt_id", ""), "receipt_id")
    return ReceiptId(found)


def _parts(typed: Typed) -> rules.Parts:
    """From the three fields of the form, or as an approval tells the whole: `principal: 1.00, interest: ...`."""
    told = typed.get("parts", "")
    if told:
        typed = dict(part.split(": ", 1) for part in told.split(", ") if ": " in part)
        typed = {name: "" if amount == "0.00" else amount for name, amount in typed.items()}
    return rules.Parts(*(_maybe_money(typed, name) for name in ("principal", "interest", "penalty")))


def _suspension(typed: Typed) -> Arguments:
    ground = _choice(rules.SuspensionGround, typed, "ground")
    return {"loan_id": _loan(typed), "ground": ground, "on": _day(typed, "on"), "reference": _text(typed, "reference")}


def _resumption(typed: Typed) -> Arguments:
    wanted = typed.get("with_interest", "") in ("yes", "True")
    found = {"loan_id": _loan(typed), "on": _day(typed, "on"), "with_interest": wanted}
    return found | {"reference": _text(typed, "reference")}


def _halting(typed: Typed) -> Arguments:
    found = {"loan_id": _loan(typed), "kind": _choice(rules.HaltKind, typed, "kind"), "on": _day(typed, "on")}
    return found | {"until": _maybe_day(typed, "until"), "reference": _text(typed, "reference")}


def _halt_end(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "ref": _text(typed, "ref"), "on": _day(typed, "on")}


def _returned(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "receipt_id": _receipt(typed), "returned_on": _day(typed, "returned_on")}


def _moved(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "receipt_id": _receipt(typed), "on": _day(typed, "on")}


def _forgiving(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "parts": _parts(typed)}


def _write_off(typed: Typed) -> Arguments:
    ground = _choice(rules.WriteOffGround, typed, "ground")
    return {"loan_id": _loan(typed), "ground": ground, "reference": _text(typed, "reference")}


def _transfer(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "assignee": _text(typed, "assignee"), "reference": _text(typed, "reference")}


def _claim_back(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "due_on": _day(typed, "due_on"), "reference": _text(typed, "reference")}


def _taking_back(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "ref": _text(typed, "ref")}


def _refund(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "amount": forms.tenge(typed.get("amount", ""), "amount")}


def _wish(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "wish": _choice(rules.Wish, typed, "wish")}


def _change(typed: Typed) -> Arguments:
    parts = _parts(typed)
    return {
        "loan_id": _loan(typed),
        "kind": _choice(ChangeKind, typed, "kind"),
        "effective_on": _day(typed, "effective_on"),
        "instalments": _maybe_number(typed, "instalments"),
        "first_due_on": _maybe_day(typed, "first_due_on"),
        "annual_rate": _maybe_rate(typed, "annual_rate"),
        "forgiven": Forgiven(parts.principal, parts.interest, parts.penalty),
    }


def _lower_rate(typed: Typed) -> Arguments:
    rate = _maybe_rate(typed, "annual_rate")
    if rate is None:
        raise FieldMissing(field="annual_rate")
    return {"loan_id": _loan(typed), "annual_rate": rate, "effective_on": _day(typed, "effective_on")}


def wanted_of(name: str, arguments: Arguments) -> rules.Wanted:
    """What a proposal asks of the engine."""
    asked: Arguments = {key: value for key, value in arguments.items() if key != "loan_id"}
    if name == "decrease_rate":
        asked["kind"] = ChangeKind.RATE_REDUCTION
    return rules.Wanted(**asked)


# --- what would happen ----------------------------------------------------------------------------------------------


def _suspended(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_suspendable(case.book)
    return (rules.Suspended(ref=_REF, on=given["on"], ground=given["ground"].value),)


def _resumed(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_resumable(case.book, given["on"])
    return (rules.Resumed(ref=_REF, on=given["on"], with_interest=given["with_interest"]),)


def _halted(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_halt(case.book, given["kind"], given["on"], given["until"])
    return (rules.Halted(ref=_REF, on=given["on"], halt=given["kind"], until=given["until"]),)


def _released(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_halt_open(case.book, given["ref"], given["on"])
    return (rules.Released(ref=_REF, on=given["on"], of=given["ref"]),)


def _receipt_returned(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    of = queries.receipt_event(case.loan_id, given["receipt_id"])
    return (rules.Reversed(ref=_REF, on=given["returned_on"], of=of),)


def _receipt_moved(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    of = queries.receipt_event(case.loan_id, given["receipt_id"])
    was = queries.event(case.loan_id, of)
    return (rules.Reversed(ref=_REF, on=was.on, of=of), rules.moved_to(was, given["on"], f"{_REF}:again"))


def _forgiven(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_forgivable(case.book, given["parts"])
    return (rules.Forgiven(ref=_REF, on=case.today, parts=given["parts"]),)


def _written_off(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_running(case.book)
    ground = given["ground"]
    return (rules.WrittenOff(ref=_REF, on=case.today, ground=ground.value, recourse=ground.keeps_claim),)


def _transferred(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_running(case.book)
    return (rules.Transferred(ref=_REF, on=case.today, to=given["assignee"]),)


def _reinstated(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_reinstatable(case.book, given["due_on"], case.today)
    return (rules.Reinstated(ref=_REF, on=case.today, due_on=given["due_on"]),)


def _reversed(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_reversible(queries.event(case.loan_id, given["ref"]))
    return (rules.Reversed(ref=_REF, on=case.today, of=given["ref"]),)


def _refunded(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_credit(case.book, given["amount"])
    return (rules.CreditRefunded(ref=_REF, on=case.today, amount=given["amount"]),)


def _wished(case: Case, given: Arguments) -> tuple[rules.AnyEvent, ...]:
    rules.check_running(case.book)
    return (rules.Received(ref=_REF, on=case.today, amount=ZERO, wish=given["wish"]),)


# --- the acts -------------------------------------------------------------------------------------------------------


def _enum(enum: type[StrEnum], kind: str, *left_out: StrEnum) -> Callable[[Case], list[tuple[str, str]]]:
    return lambda case: [(one.value, label(one.value, kind)) for one in enum if one not in left_out]


def _receipts(case: Case) -> list[tuple[str, str]]:
    told = [one for one in case.events if one.receipt_id and not one.undone and one.kind == "received"]
    return [(str(one.receipt_id), f"{shown.day(one.on)}: {_amount(one)}") for one in told]


def _amount(one: queries.EventView) -> str:
    amount = dict(one.told).get("amount")
    return f"{shown.figure(amount)}{shown.THIN}₸" if isinstance(amount, Money) else ""


def _halts(case: Case) -> list[tuple[str, str]]:
    return [
        (one.ref, f"{label(one.kind.value, 'halt')}, {shown.day(one.since)}")
        for one in case.book.halts
        if one.kind is not rules.HaltKind.SUSPENSION
    ]


def _reversibles(case: Case) -> list[tuple[str, str]]:
    kinds = {one.kind for one in rules.REVERSIBLE}
    said = rules.event_words((get_language() or "kk")[:2])
    return [
        (one.ref, f"{shown.day(one.on)}: {said.get(one.kind, one.kind)}")
        for one in case.events
        if one.kind in kinds and not one.undone
    ]


def _runs(case: Case) -> bool:
    return case.book.status is rules.Status.ACTIVE


def _is_suspended(case: Case) -> bool:
    return rules.suspended_since(case.book) is not None


REFERENCE = Field("reference", Asked.TEXT, _("Number and day of the paper"))
ON = Field("on", Asked.DAY, _("From which day"))
PARTS = tuple(
    Field(name, Asked.MONEY, title, needed=False)
    for name, title in (
        ("principal", _("Principal")),
        ("interest", _("Interest")),
        ("penalty", _("Penalty")),
    )
)
RECEIPT = Field("receipt_id", Asked.CHOICE, _("Receipt"), choices=_receipts)
EFFECTIVE = Field("effective_on", Asked.DAY, _("Takes effect on"))
_NOT_PROPOSED = (*GIVES_MONEY, ChangeKind.PENALTY_REDUCTION, ChangeKind.CONSCRIPT_DEFERRAL)

_ALL = (
    Service(
        actions.propose_change,
        (
            Field("kind", Asked.CHOICE, _("What is changed"), choices=_enum(ChangeKind, "change_kind", *_NOT_PROPOSED)),
            EFFECTIVE,
            Field("instalments", Asked.NUMBER, _("Payments after the change"), needed=False),
            Field("first_due_on", Asked.DAY, _("First of them on"), needed=False),
            Field("annual_rate", Asked.PERCENT, _("Annual rate, %"), needed=False),
            *(
                replace(one, title=title)
                for one, title in zip(
                    PARTS,
                    (_("Forgiven of the principal"), _("Forgiven of the interest"), _("Forgiven of the penalty")),
                    strict=True,
                )
            ),
        ),
        _change,
        None,
        "writing-sign",
        _runs,
    ),
    Service(
        actions.decrease_rate,
        (Field("annual_rate", Asked.PERCENT, _("Annual rate, %")), EFFECTIVE),
        _lower_rate,
        None,
        "percentage",
        _runs,
    ),
    Service(
        actions.suspend_loan,
        (
            Field("ground", Asked.CHOICE, _("Ground"), choices=_enum(rules.SuspensionGround, "suspension")),
            ON,
            REFERENCE,
        ),
        _suspension,
        _suspended,
        "ban",
        lambda case: _runs(case) and not _is_suspended(case),
    ),
    Service(
        actions.resume_loan,
        (ON, Field("with_interest", Asked.FLAG, _("Add the interest of the pause"), needed=False), REFERENCE),
        _resumption,
        _resumed,
        "refresh",
        _is_suspended,
    ),
    Service(
        actions.halt_loan,
        (
            Field("kind", Asked.CHOICE, _("Ground"), choices=_enum(rules.HaltKind, "halt", rules.HaltKind.SUSPENSION)),
            ON,
            Field("until", Asked.DAY, _("Last day, if known"), needed=False),
            REFERENCE,
        ),
        _halting,
        _halted,
        "hourglass",
        _runs,
    ),
    Service(
        actions.end_halt,
        (Field("ref", Asked.CHOICE, _("What ends"), choices=_halts), ON),
        _halt_end,
        _released,
        "player-skip-forward",
        lambda case: bool(_halts(case)),
    ),
    Service(
        actions.repay_early,
        (Field("wish", Asked.CHOICE, _("The client's wish"), choices=_enum(rules.Wish, "wish")),),
        _wish,
        _wished,
        "cash",
        _runs,
    ),
    Service(
        actions.refund_credit,
        (Field("amount", Asked.MONEY, _("Amount")),),
        _refund,
        _refunded,
        "send",
        lambda case: bool(case.book.credit),
    ),
    Service(
        actions.reverse_receipt,
        (RECEIPT, Field("returned_on", Asked.DAY, _("When the bank took it back"))),
        _returned,
        _receipt_returned,
        "x",
        lambda case: bool(_receipts(case)),
    ),
    Service(
        actions.correct_receipt,
        (RECEIPT, Field("on", Asked.DAY, _("When it was really paid"))),
        _moved,
        _receipt_moved,
        "calendar-event",
        lambda case: bool(_receipts(case)),
    ),
    Service(actions.forgive_debt, PARTS, _forgiving, _forgiven, "coin", _runs),
    Service(
        actions.write_off_loan,
        (Field("ground", Asked.CHOICE, _("Ground"), choices=_enum(rules.WriteOffGround, "write_off")), REFERENCE),
        _write_off,
        _written_off,
        "trash",
        _runs,
    ),
    Service(
        actions.transfer_loan,
        (Field("assignee", Asked.TEXT, _("Assignee, by the register")), REFERENCE),
        _transfer,
        _transferred,
        "users",
        _runs,
    ),
    Service(
        actions.reinstate_claim,
        (Field("due_on", Asked.DAY, _("Due")), REFERENCE),
        _claim_back,
        _reinstated,
        "gavel",
        lambda case: case.book.status is rules.Status.WRITTEN_OFF,
    ),
    Service(
        actions.reverse_event,
        (Field("ref", Asked.CHOICE, _("What is taken back"), choices=_reversibles),),
        _taking_back,
        _reversed,
        "history",
        lambda case: bool(_reversibles(case)),
    ),
)
SERVICES: dict[str, Service] = {one.name: one for one in _ALL}
