"""A person opens a notice in the inbox."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices import rules
from nesie.foundation.notices.models import Notice, Reading
from nesie.kernel.actor import Actor
from nesie.kernel.ids import NoticeId


@use_case
def mark_read(actor: Actor, now: datetime, *, notice_id: NoticeId) -> datetime:
    """Note when the notice was first read, and return that moment. NoticeNotFound when it is not the actor's."""
    notice = Notice.objects.filter(pk=notice_id, in_app=True).first()
    if notice is None or notice.owner_id != actor.id:
        raise rules.NoticeNotFound
    Reading.objects.bulk_create([Reading(notice=notice, read_at=now)], ignore_conflicts=True)
    return Reading.objects.get(notice=notice).read_at
