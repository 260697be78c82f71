"""Set money aside until the thing it waits for is done (post) or given up (void). Plain joined functions."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.actions.post import post, refusals, write_as
from nesie.foundation.ledger.models import Hold, HoldEnd
from nesie.kernel.ids import EntryId, HoldId, new_id
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


def hold(account: rules.AccountRef, amount: Money, key: str, now: datetime) -> HoldId:
    """Hold an amount on an account; a hold of the same key and contents is only returned.

    Raises Overdrawn where the account may not be overdrawn, EntryDiffers for the same key with other contents.
    """
    with refusals():
        Hold.objects.bulk_create(
            [
                Hold(
                    id=new_id(),
                    key=key,
                    account_id=account.code,
                    sub=account.sub,
                    amount_tiyn=amount.tiyn,
                    held_at=now,
                )
            ],
            ignore_conflicts=True,
        )
    found = Hold.objects.get(key=key)
    if (found.account_id, found.sub, found.amount_tiyn) != (account.code, account.sub, amount.tiyn):
        raise rules.EntryDiffers
    return HoldId(found.id)


def post_hold(hold_id: HoldId, entry: rules.Entry, now: datetime) -> EntryId:
    """End a hold by the entry that takes exactly what was held; again with the same entry, return its id.

    Raises HoldMismatch, HoldEnded (voided, or posted by another entry), NotFound.
    """
    held = _find(hold_id)
    rules.check_hold(entry, rules.AccountRef(held.account_id, held.sub), Money(held.amount_tiyn))
    entry_id = EntryId(new_id())
    # The end goes first, or the money would be asked for twice; its reference to the entry is checked at commit.
    if not _end(held, entry_id, now):
        end = HoldEnd.objects.select_related("entry").get(hold=held)
        if end.entry is None or end.entry.key != entry.key:
            raise rules.HoldEnded
        return post(entry, now)
    return write_as(entry, now, entry_id=entry_id)


def void_hold(hold_id: HoldId, now: datetime) -> None:
    """Give the held money up; a hold voided before stays so. Raises HoldEnded when it was posted, NotFound."""
    held = _find(hold_id)
    if not _end(held, None, now) and HoldEnd.objects.get(hold=held).entry_id is not None:
        raise rules.HoldEnded


def _find(hold_id: HoldId) -> Hold:
    held = Hold.objects.filter(id=hold_id).first()
    if held is None:
        raise NotFound
    return held


def _end(held: Hold, entry_id: EntryId | None, now: datetime) -> bool:
    """True when this call ended the hold; its key lets only one of two at once through."""
    if HoldEnd.objects.filter(hold=held).exists():
        return False
    with refusals():
        HoldEnd.objects.bulk_create([HoldEnd(hold=held, entry_id=entry_id, ended_at=now)], ignore_conflicts=True)
    return HoldEnd.objects.get(hold=held).entry_id == entry_id
