"""What the use cases of a change of details share: drafting, moving, telling at the old and the new address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid4

from nesie.foundation.documents.actions import record_event, store
from nesie.foundation.documents.rules import Event, render
from nesie.foundation.lender import queries as lender
from nesie.foundation.notices.actions import notify
from nesie.journey.clients import queries, rules
from nesie.journey.clients.models import Client, DetailsChange, DetailsTransition
from nesie.journey.clients.rules import ClientView, DetailKind, DetailsDrafted, DetailsStatus, NewDocument
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import NotFound

_TEMPLATE = "clients/details_change"


def draft(
    actor: Actor, now: datetime, kind: DetailKind, value: str, *, before: str, document: NewDocument | None = None
) -> DetailsDrafted:
    """A change with its paper; one of the same kind that is still open gives way to it.

    `before` is what stands now, "" when nothing does. Also one that was
    agreed to and waits: the newest word of the client counts.
    """
    client = lock_served(actor)
    view = queries.client(actor, ClientId(client.id))
    for earlier in DetailsChange.objects.select_for_update().filter(
        client=client, kind=kind, status__in=rules.OPEN_CHANGES
    ):
        move(earlier, DetailsStatus.CANCELLED, actor, now)
    language: Literal["kk", "ru"] = "kk" if client.language == "kk" else "ru"
    change_id = uuid4()
    rendered = render(
        _TEMPLATE, _data(view, change_id, kind, before, value, document, now, language), language=language, at=now
    )
    paper = store(
        client.id,
        kind="details_change",
        content=rendered.content,
        media_type="application/pdf",
        file_name="change.pdf",
        now=now,
        retention="contract",
        template=_TEMPLATE,
        template_version=rendered.template_version,
        language=language,
    )
    record_event(paper, Event.SENT, now=now, channel=actor.channel)
    row = DetailsChange(
        id=change_id,
        client=client,
        kind=kind,
        value=value,
        document_kind=document.kind if document else "",
        document_issuer=document.issuer if document else "",
        document_issued_on=document.issued_on if document else None,
        document_valid_until=document.valid_until if document else None,
        paper_id=paper,
        drafted_at=now,
        answer_until=now + rules.ANSWER_WITHIN,
    )
    row.save(force_insert=True)
    DetailsTransition.objects.create(change=row, to=DetailsStatus.DRAFTED, at=now, by_id=actor.id)
    return DetailsDrafted(change_id, paper, queries.paper_sha256(row))


def lock_served(actor: Actor) -> Client:
    """The acting client's row, locked; raises `NotFound`, `ClientNotActive` and what stops a client's operations."""
    view = queries.changing_client(actor, ClientId(own(actor)))
    return Client.objects.select_for_update().get(id=view.id)


def own(actor: Actor) -> UUID:
    """The acting client's id; raises `NotFound`."""
    if actor.id is None:
        raise NotFound
    return actor.id


def lock_change(actor: Actor, change_id: UUID) -> DetailsChange:
    """One change with its client locked before it; raises `NotFound` when it is not this actor's to touch."""
    row = DetailsChange.objects.filter(id=change_id).first()
    if row is None or not queries.may_see_client(actor, row.client_id):
        raise NotFound
    client = Client.objects.select_for_update().get(id=row.client_id)
    row = DetailsChange.objects.select_for_update().get(id=change_id)
    row.client = client
    return row


def move(row: DetailsChange, to: DetailsStatus, actor: Actor, now: datetime) -> None:
    """Write the status with its transition; raises `DetailsMoveRefused`."""
    rules.check_move(DetailsStatus(row.status), to)
    row.status = to
    row.ended_at = None if to in rules.OPEN_CHANGES else now
    row.save()
    DetailsTransition.objects.create(change=row, to=to, at=now, by_id=actor.id)


def tell(client: Client, template: str, now: datetime, *, phone: str = "", **params: object) -> None:
    """A notice to the client, at this phone (the present one when none is named)."""
    notify(
        client.id,
        template=template,
        params=params,
        language=client.language,
        now=now,
        phone=phone or client.phone,
        email=client.email or None,
    )


def _data(
    client: ClientView,
    change_id: UUID,
    kind: DetailKind,
    before: str,
    value: str,
    document: NewDocument | None,
    now: datetime,
    language: str,
) -> dict[str, object]:
    day: date | None = document.valid_until if document else None
    return {
        "lender": lender.letterhead(language),
        "made_at": now,
        "change": str(change_id),
        "kind": kind.value,
        "name": client.full_name,
        "iin": client.iin,
        "entity": client.business_name if client.is_entity else "",
        "bin": client.bin,
        "before": before,
        "after": value,
        "document_kind": document.kind.value if document else "",
        "document_valid_until": day,
        "hours": int(rules.delay_of(kind).total_seconds() // 3600),
    }
