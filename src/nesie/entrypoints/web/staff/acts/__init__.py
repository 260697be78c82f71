"""Every act of servicing a loan as the staff's pages offer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.staff.acts import foreseeing, reading
from nesie.entrypoints.web.staff.acts.form import Act, Arguments, Asked, Case, Field, FieldMissing, Typed
from nesie.entrypoints.web.staff.acts.reading import wanted_of
from nesie.entrypoints.web.templatetags import web as shown
from nesie.journey.contracts.rules import ChangeKind
from nesie.journey.loans import actions, queries, rules
from nesie.kernel.money import Money

__all__ = ["ACTS", "Act", "Arguments", "Asked", "Case", "Field", "FieldMissing", "Typed", "wanted_of"]


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


def _or_nothing(choices: Callable[[Case], list[tuple[str, str]]]) -> Callable[[Case], list[tuple[str, str]]]:
    return lambda case: [("", "—"), *choices(case)]


def _yes_or_no(case: Case) -> list[tuple[str, str]]:
    return [("", "—"), ("yes", gettext("Yes")), ("no", gettext("No"))]


def _runs(case: Case) -> bool:
    return case.book.status is rules.Status.ACTIVE


def _is_suspended(case: Case) -> bool:
    return _runs(case) and rules.suspended_since(case.book) is not None


def _write_off_grounds(case: Case) -> list[tuple[str, str]]:
    """Of a loan that is repaid or off the books: only what still gives money back."""
    left_out = () if _runs(case) else [one for one in rules.WriteOffGround if not one.returns_payments]
    return _enum(rules.WriteOffGround, "write_off", *left_out)(case)


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
# A client draws on a credit line; the others have acts of their own.
_NOT_PROPOSED = (ChangeKind.TRANCHE, ChangeKind.PENALTY_REDUCTION, ChangeKind.CONSCRIPT_DEFERRAL)

_ALL = (
    Act(
        actions.propose_change,
        (
            Field("kind", Asked.CHOICE, _("What is changed"), choices=_enum(ChangeKind, "change_kind", *_NOT_PROPOSED)),
            EFFECTIVE,
            Field("instalments", Asked.NUMBER, _("Payments after the change"), needed=False),
            Field("first_due_on", Asked.DAY, _("First of them on"), needed=False),
            Field("annual_rate", Asked.PERCENT, _("Annual rate, %"), needed=False),
            Field("amount", Asked.MONEY, _("Paid out on top"), needed=False),
            *(
                replace(one, title=title)
                for one, title in zip(
                    PARTS,
                    (_("Forgiven of the principal"), _("Forgiven of the interest"), _("Forgiven of the penalty")),
                    strict=True,
                )
            ),
        ),
        reading.change,
        None,
        "writing-sign",
        _runs,
    ),
    Act(
        actions.decrease_rate,
        (Field("annual_rate", Asked.PERCENT, _("Annual rate, %")), EFFECTIVE),
        reading.lower_rate,
        None,
        "percentage",
        _runs,
    ),
    Act(
        actions.lower_penalty,
        (
            Field("first_rate", Asked.PERCENT, _("Penalty a day, first days, percent")),
            Field("later_rate", Asked.PERCENT, _("Penalty a day, later, percent")),
            EFFECTIVE,
        ),
        reading.lower_penalty,
        None,
        "percentage",
        _runs,
    ),
    Act(
        actions.defer_for_service,
        (
            Field("since", Asked.DAY, _("First day of the service")),
            Field("until", Asked.DAY, _("Last day of the service")),
            REFERENCE,
        ),
        reading.service,
        foreseeing.called_up,
        "shield-check",
        _runs,
    ),
    Act(
        actions.suspend_loan,
        (
            Field("ground", Asked.CHOICE, _("Ground"), choices=_enum(rules.SuspensionGround, "suspension")),
            ON,
            REFERENCE,
        ),
        reading.suspension,
        foreseeing.suspended,
        "ban",
        lambda case: _runs(case) and not _is_suspended(case),
    ),
    Act(
        actions.resume_loan,
        (ON, Field("with_interest", Asked.FLAG, _("Add the interest of the pause"), needed=False), REFERENCE),
        reading.resumption,
        foreseeing.resumed,
        "refresh",
        _is_suspended,
    ),
    Act(
        actions.halt_loan,
        (
            Field("kind", Asked.CHOICE, _("Ground"), choices=_enum(rules.HaltKind, "halt", rules.HaltKind.SUSPENSION)),
            ON,
            Field("until", Asked.DAY, _("Last day, if known"), needed=False),
            REFERENCE,
            Field(
                "interest",
                Asked.CHOICE,
                _("Interest, by the act of a court or a bankruptcy"),
                needed=False,
                choices=_or_nothing(_enum(rules.Goes, "goes", rules.Goes.HELD)),
            ),
            Field("stops_penalty", Asked.CHOICE, _("Penalty stands still"), needed=False, choices=_yes_or_no),
            Field("stops_delay", Asked.CHOICE, _("Delay is not counted"), needed=False, choices=_yes_or_no),
        ),
        reading.halting,
        foreseeing.halted,
        "hourglass",
        _runs,
    ),
    Act(
        actions.end_halt,
        (Field("ref", Asked.CHOICE, _("What ends"), choices=_halts), ON),
        reading.halt_end,
        foreseeing.released,
        "player-skip-forward",
        lambda case: bool(_halts(case)),
    ),
    Act(
        actions.repay_early,
        (Field("wish", Asked.CHOICE, _("The client's wish"), choices=_enum(rules.Wish, "wish")),),
        reading.wish,
        foreseeing.wished,
        "cash",
        _runs,
    ),
    Act(
        actions.refund_credit,
        (Field("amount", Asked.MONEY, _("Amount")),),
        reading.refund,
        foreseeing.refunded,
        "send",
        lambda case: bool(case.book.credit),
    ),
    Act(
        actions.reverse_receipt,
        (RECEIPT, Field("returned_on", Asked.DAY, _("When the bank took it back"))),
        reading.returned,
        foreseeing.receipt_returned,
        "x",
        lambda case: bool(_receipts(case)),
    ),
    Act(
        actions.correct_receipt,
        (RECEIPT, Field("on", Asked.DAY, _("When it was really paid"))),
        reading.moved,
        foreseeing.receipt_moved,
        "calendar-event",
        lambda case: bool(_receipts(case)),
    ),
    Act(actions.forgive_debt, PARTS, reading.forgiving, foreseeing.forgiven, "coin", _runs),
    Act(
        actions.write_off_loan,
        (Field("ground", Asked.CHOICE, _("Ground"), choices=_write_off_grounds), REFERENCE),
        reading.write_off,
        foreseeing.written_off,
        "trash",
        lambda case: case.book.status is not rules.Status.TRANSFERRED,
    ),
    Act(
        actions.transfer_loan,
        (Field("assignee", Asked.TEXT, _("Assignee, by the register")), REFERENCE),
        reading.transfer,
        foreseeing.transferred,
        "users",
        _runs,
    ),
    Act(
        actions.reinstate_claim,
        (Field("due_on", Asked.DAY, _("Due")), REFERENCE),
        reading.claim_back,
        foreseeing.reinstated,
        "gavel",
        lambda case: case.book.status is rules.Status.WRITTEN_OFF,
    ),
    Act(
        actions.reverse_event,
        (Field("ref", Asked.CHOICE, _("What is taken back"), choices=_reversibles),),
        reading.taking_back,
        foreseeing.reversed,
        "history",
        lambda case: bool(_reversibles(case)),
    ),
)
ACTS: dict[str, Act] = {one.name: one for one in _ALL}
