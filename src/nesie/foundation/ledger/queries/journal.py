"""The journal as people read it: searched by page, an entry with its lines, an account's entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.models import Entry, EntryLine
from nesie.foundation.ledger.queries.accounts import roles
from nesie.kernel.ids import EntryId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class EntryHead:
    """An entry without its lines, of which the day close's have thousands."""

    id: EntryId
    key: str
    description_code: str
    about: UUID
    effective_on: date
    belongs_on: date
    recorded_at: datetime
    amount: Money
    lines: int
    reverses: EntryId | None
    reversed_by: EntryId | None

    @property
    def backdated(self) -> bool:
        """True when the month it belongs to was closed, so that the books took it later."""
        return self.belongs_on != self.effective_on


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry with its number."""

    number: int
    account: rules.AccountRef
    debit: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of an entry's lines."""

    lines: tuple[Line, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What one entry moved on an account. `sub` when it moved one thing's part alone."""

    entry: EntryHead
    sub: UUID | None
    debit: Money
    credit: Money


def journal(
    wanted: rules.JournalFilter, *, limit: int, after: EntryId | None = None
) -> tuple[tuple[EntryHead, ...], bool]:
    """The newest entries that fit, at most `limit`, from behind entry `after`; and whether there are more."""
    entries = _fitting(wanted).order_by("-recorded_at", "-id")
    if after is not None:
        last = Entry.objects.filter(id=after).first()
        if last is None:
            raise NotFound
        entries = entries.filter(Q(recorded_at__lt=last.recorded_at) | Q(recorded_at=last.recorded_at, id__lt=last.id))
    found = list(entries.select_related("reversed_by")[: limit + 1])
    return _heads(found[:limit]), len(found) > limit


def entry_view(entry_id: EntryId) -> EntryHead:
    """One entry's head; NotFound otherwise."""
    found = list(Entry.objects.filter(id=entry_id).select_related("reversed_by"))
    if not found:
        raise NotFound
    return _heads(found)[0]


def entry_lines(entry_id: EntryId, *, limit: int, after: int = 0, sub: UUID | None = None) -> Lines:
    """A page of an entry's lines in order, behind line number `after`; with `sub` those of one thing alone."""
    lines = EntryLine.objects.filter(entry_id=entry_id, number__gt=after)
    if sub is not None:
        lines = lines.filter(sub=sub)
    found = list(lines.order_by("number")[: limit + 1])
    meant = roles()
    return Lines(
        tuple(
            Line(
                line.number,
                rules.AccountRef(line.account_id, line.sub, stands_for=meant[line.account_id]),
                Money(line.debit_tiyn),
                Money(line.credit_tiyn),
            )
            for line in found[:limit]
        ),
        len(found) > limit,
    )


def account_lines(
    code: str, first: date, last: date, *, limit: int, offset: int = 0
) -> tuple[tuple[AccountLine, ...], bool]:
    """What each entry moved on an account in a period, newest first; and whether there are more."""
    moved = (
        EntryLine.objects.filter(account_id=code, effective_on__range=(first, last))
        .values("entry_id")
        .annotate(
            debit=Sum("debit_tiyn"), credit=Sum("credit_tiyn"), lines=Count("*"), one=Min(Cast("sub", CharField()))
        )
        .order_by("-entry__effective_on", "-entry__recorded_at", "-entry_id")
    )
    found = list(moved[offset : offset + limit + 1])
    heads: dict[UUID, EntryHead] = {
        one.id: one for one in _heads(Entry.objects.filter(id__in=[row["entry_id"] for row in found]))
    }
    return tuple(
        AccountLine(
            heads[row["entry_id"]],
            UUID(row["one"]) if row["lines"] == 1 and row["one"] else None,
            Money(int(row["debit"])),
            Money(int(row["credit"])),
        )
        for row in found[:limit]
    ), len(found) > limit


def descriptions() -> tuple[str, ...]:
    """The description codes in use, for the filter of the journal."""
    return tuple(Entry.objects.order_by("description_code").values_list("description_code", flat=True).distinct())


def _fitting(wanted: rules.JournalFilter) -> QuerySet[Entry]:
    entries = Entry.objects.all()
    if wanted.first is not None:
        entries = entries.filter(effective_on__gte=wanted.first)
    if wanted.last is not None:
        entries = entries.filter(effective_on__lte=wanted.last)
    if wanted.description is not None:
        entries = entries.filter(description_code=wanted.description)
    if wanted.backdated:
        entries = entries.filter(value_on__lt=F("effective_on"))
    if wanted.account is not None:
        entries = entries.filter(Exists(EntryLine.objects.filter(entry_id=OuterRef("id"), account_id=wanted.account)))
    if wanted.about is not None:
        # Single lines and those of bulk entries are found by different indexes.
        either = Q(sub=wanted.about, bulk=False) | Q(sub=wanted.about, bulk=True)
        with_line = EntryLine.objects.filter(either).values("entry_id")
        entries = entries.filter(Q(ref=wanted.about) | Q(id__in=with_line))
    return entries


def _heads(entries: Iterable[Entry]) -> tuple[EntryHead, ...]:
    return tuple(
        EntryHead(
            id=EntryId(one.id),
            key=one.key,
            description_code=one.description_code,
            about=one.ref,
            effective_on=one.effective_on,
            belongs_on=one.value_on,
            recorded_at=one.recorded_at,
            amount=Money(one.amount_tiyn),
            lines=one.line_count,
            reverses=EntryId(one.reverses_id) if one.reverses_id else None,
            reversed_by=EntryId(one.reversed_by.id) if hasattr(one, "reversed_by") else None,
        )
        for one in entries
    )
