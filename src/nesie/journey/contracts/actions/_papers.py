"""Lay a contract's papers out and keep them; joined by the use cases of this room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.documents import actions as documents
from nesie.foundation.documents import queries as stored
from nesie.foundation.documents.rules import DocumentView, Event, Language
from nesie.foundation.lender import queries as lender
from nesie.journey.clients.rules import Authority, Capacity, ClientView, DocumentKind
from nesie.journey.contracts import queries, rules
from nesie.kernel.ids import ClientId

_DOCUMENT_WORDS: Mapping[DocumentKind, dict[str, str]] = {
    DocumentKind.ID_CARD: {"kk": "жеке куәлік", "ru": "удостоверение личности"},
    DocumentKind.PASSPORT: {"kk": "паспорт", "ru": "паспорт"},
    DocumentKind.RESIDENCE_PERMIT: {"kk": "тұруға ықтиярхат", "ru": "вид на жительство"},
}


_AUTHORITY_WORDS: Mapping[Authority, dict[str, str]] = {
    Authority.ORDER: {"kk": "басшыны тағайындау туралы бұйрық", "ru": "приказ о назначении руководителя"},
    Authority.POWER_OF_ATTORNEY: {"kk": "сенімхат", "ru": "доверенность"},
}


def keep_paper(
    client_id: ClientId,
    *,
    kind: str,
    template: str,
    data: Mapping[str, Any],
    language: Language,
    file_name: str,
    channel: str,
    now: datetime,
) -> DocumentView:
    """The paper, laid out, stored under the client's key and put into the client's account (clause 12)."""
    # The letterhead carries what only the lender's room can read: the drawing of its mark.
    letterhead = lender.letterhead(language)["brand"]
    branded = {**data, "lender": {**data["lender"], "brand": letterhead}}
    laid_out = queries.papers()(template, branded, language=language, at=now)
    document_id = documents.store(
        client_id,
        kind=kind,
        content=laid_out.content,
        media_type=laid_out.media_type,
        file_name=file_name,
        now=now,
        retention="contract",
        template=template,
        template_version=laid_out.template_version,
        language=language,
    )
    documents.record_event(document_id, Event.SENT, now=now, channel=channel)
    return stored.described(document_id)


def borrower_of(client: ClientView, *, business: bool) -> rules.Borrower:
    """The client as papers name them: a legal entity by its signatory, a sole proprietor as one in `business` only."""
    return rules.Borrower(
        name=client.party_name,
        person=client.full_name,
        iin=client.iin,
        bin=client.bin,
        entrepreneur=business and client.capacity is Capacity.ENTREPRENEUR,
        authority=_authority_of(client),
        document_kind=_DOCUMENT_WORDS[client.document_kind],
        document_number=client.document_number,
        document_until=client.document_valid_until,
        address=client.address or "",
        phone=client.phone,
    )


def _authority_of(client: ClientView) -> rules.SigningPaper | None:
    if client.authority is None:
        return None
    return rules.SigningPaper(
        kind=_AUTHORITY_WORDS[client.authority.kind],
        number=client.authority.number,
        issued_on=client.authority.issued_on,
        valid_until=client.authority.valid_until,
    )
