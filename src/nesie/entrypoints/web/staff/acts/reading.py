"""Texts, be they typed into a form or told by an approval, become the use case's exact arguments."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.staff.acts.form import NOTHING, Arguments, FieldMissing, Typed
from nesie.journey.contracts.rules import ChangeKind, Forgiven
from nesie.journey.loans import rules
from nesie.kernel.ids import LoanId, ReceiptId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate


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


def _maybe_flag(typed: Typed, name: str) -> bool | None:
    """Yes, no, or nothing said."""
    return {"yes": True, "True": True, "no": False, "False": False}.get(typed.get(name, ""))


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


def suspension(typed: Typed) -> Arguments:
    ground = _choice(rules.SuspensionGround, typed, "ground")
    return {"loan_id": _loan(typed), "ground": ground, "on": _day(typed, "on"), "reference": _text(typed, "reference")}


def resumption(typed: Typed) -> Arguments:
    wanted = typed.get("with_interest", "") in ("yes", "True")
    found = {"loan_id": _loan(typed), "on": _day(typed, "on"), "with_interest": wanted}
    return found | {"reference": _text(typed, "reference")}


def halting(typed: Typed) -> Arguments:
    found = {"loan_id": _loan(typed), "kind": _choice(rules.HaltKind, typed, "kind"), "on": _day(typed, "on")}
    found |= {"until": _maybe_day(typed, "until"), "reference": _text(typed, "reference")}
    named = typed.get("interest", "") not in ("", NOTHING)
    found["interest"] = _choice(rules.Goes, typed, "interest") if named else None
    return found | {name: _maybe_flag(typed, name) for name in ("stops_penalty", "stops_delay")}


def halt_end(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "ref": _text(typed, "ref"), "on": _day(typed, "on")}


def returned(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "receipt_id": _receipt(typed), "returned_on": _day(typed, "returned_on")}


def moved(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "receipt_id": _receipt(typed), "on": _day(typed, "on")}


def forgiving(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "parts": _parts(typed)}


def write_off(typed: Typed) -> Arguments:
    ground = _choice(rules.WriteOffGround, typed, "ground")
    return {"loan_id": _loan(typed), "ground": ground, "reference": _text(typed, "reference")}


def transfer(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "assignee": _text(typed, "assignee"), "reference": _text(typed, "reference")}


def claim_back(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "due_on": _day(typed, "due_on"), "reference": _text(typed, "reference")}


def taking_back(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "ref": _text(typed, "ref")}


def refund(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "amount": forms.tenge(typed.get("amount", ""), "amount")}


def wish(typed: Typed) -> Arguments:
    return {"loan_id": _loan(typed), "wish": _choice(rules.Wish, typed, "wish")}


def change(typed: Typed) -> Arguments:
    parts = _parts(typed)
    return {
        "loan_id": _loan(typed),
        "kind": _choice(ChangeKind, typed, "kind"),
        "effective_on": _day(typed, "effective_on"),
        "instalments": _maybe_number(typed, "instalments"),
        "first_due_on": _maybe_day(typed, "first_due_on"),
        "annual_rate": _maybe_rate(typed, "annual_rate"),
        "forgiven": Forgiven(parts.principal, parts.interest, parts.penalty),
        "amount": _maybe_money(typed, "amount"),
    }


def lower_rate(typed: Typed) -> Arguments:
    rate = _maybe_rate(typed, "annual_rate")
    if rate is None:
        raise FieldMissing(field="annual_rate")
    return {"loan_id": _loan(typed), "annual_rate": rate, "effective_on": _day(typed, "effective_on")}


def lower_penalty(typed: Typed) -> Arguments:
    found: Arguments = {"loan_id": _loan(typed), "effective_on": _day(typed, "effective_on")}
    for name in ("first_rate", "later_rate"):
        rate = _maybe_rate(typed, name)
        if rate is None:
            raise FieldMissing(field=name)
        found[name] = rate
    return found


def service(typed: Typed) -> Arguments:
    found = {"loan_id": _loan(typed), "since": _day(typed, "since"), "until": _day(typed, "until")}
    return found | {"reference": _text(typed, "reference")}


def wanted_of(name: str, arguments: Arguments) -> rules.Wanted:
    """What a proposal asks of the engine."""
    asked: Arguments = {key: value for key, value in arguments.items() if key != "loan_id"}
    if name == "decrease_rate":
        asked["kind"] = ChangeKind.RATE_REDUCTION
    if name == "lower_penalty":
        asked["kind"] = ChangeKind.PENALTY_REDUCTION
        asked["penalty_rates"] = (asked.pop("first_rate"), asked.pop("later_rate"))
    return rules.Wanted(**asked)
