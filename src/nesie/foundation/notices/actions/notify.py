"""Tell a person something."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from nesie.foundation.exchange.actions import intend
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.lender import queries as lender
from nesie.foundation.notices import rules
from nesie.foundation.notices.models import Dispatch, Notice
from nesie.foundation.notices.rules import EVERY_CHANNEL, SECRET_SHOWN, TEMPLATES, Channel, Words
from nesie.kernel.ids import MessageId, NoticeId, new_id


def notify(
    owner_id: UUID,
    *,
    template: str,
    params: Mapping[str, object],
    language: str,
    now: datetime,
    channels: Collection[Channel] = EVERY_CHANNEL,
    phone: str | None = None,
    email: str | None = None,
) -> NoticeId:
    """Keep the notice and intend its messages, in the caller's transaction; they are sent after it commits.

    `params` may be text, numbers, Money, days and moments. The channels used are those asked for that the template
    has and for which there is an address. ParamsDiffer and NoWayToTell are bugs of the caller.
    """
    said = _words(template, params, language)
    secret = TEMPLATES[template].secret
    kept = _words(template, {**params, secret: SECRET_SHOWN}, language) if secret else said
    ways = rules.ways(template, channels, phone=phone, email=email)
    notice = Notice.objects.create(
        id=new_id(),
        owner_id=owner_id,
        template=template,
        language=language[:2],
        subject=kept.subject,
        text=kept.text,
        in_app=Channel.IN_APP in ways,
        made_at=now,
    )
    # A code that comes after its life only misleads: rather not at all.
    not_after = now + timedelta(minutes=int(str(params["minutes"]))) if secret and "minutes" in params else None
    for channel in ways:
        if channel is not Channel.IN_APP:
            message_id = _send(notice, channel, said, phone if channel is Channel.SMS else email, now, not_after)
            Dispatch.objects.create(notice=notice, channel=channel, message_id=message_id)
    return NoticeId(notice.pk)


def _words(template: str, params: Mapping[str, object], language: str) -> Words:
    organisation = lender.organisation()
    contact = f"{organisation.phones[0]}, {organisation.site}"
    return rules.words(template, params, language, brand=organisation.brand.name, contact=contact)


def _send(
    notice: Notice, channel: Channel, said: Words, address: str | None, now: datetime, not_after: datetime | None
) -> MessageId:
    if channel is Channel.SMS:
        return intend(
            notice.owner_id,
            destination=Destination.SMS,
            kind="notices.sms",
            key=str(notice.pk),
            payload={"phone": address, "text": said.sms},
            now=now,
            not_after=not_after,
        )
    return intend(
        notice.owner_id,
        destination=Destination.EMAIL,
        kind="notices.email",
        key=str(notice.pk),
        payload={"to": address, "subject": said.subject, "text": said.text},
        now=now,
        not_after=not_after,
    )
