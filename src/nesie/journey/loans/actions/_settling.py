"""Papers and notices of the settlement of arrears; joined by its use cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event, Language
from nesie.foundation.lender import queries as lender
from nesie.foundation.notices import actions as notices
from nesie.journey.clients.rules import ClientView
from nesie.journey.contracts import queries as contracts
from nesie.kernel.ids import DocumentId

LANGUAGES: tuple[Language, ...] = ("kk", "ru")


def keep_papers(
    client: ClientView, *, kind: str, template: str, data: Mapping[str, Any], file_name: str, now: datetime
) -> dict[str, DocumentId]:
    """The paper in both languages, kept under the client's key and put into the client's account."""
    papers = {}
    for language in LANGUAGES:
        branded = {**data, "lender": lender.letterhead(language)}
        laid_out = contracts.papers()(template, branded, language=language, at=now)
        papers[language] = documents.store(
            client.id,
            kind=kind,
            content=laid_out.content,
            media_type=laid_out.media_type,
            file_name=f"{file_name}-{language}.pdf",
            now=now,
            retention="contract",
            template=template,
            template_version=laid_out.template_version,
            language=language,
        )
        documents.record_event(papers[language], Event.SENT, now=now, channel="in_app")
    return {str(language): document_id for language, document_id in papers.items()}


def tell(client: ClientView, template: str, now: datetime, **params: Any) -> None:
    """A notice by every way the client can be reached."""
    notices.notify(
        client.id,
        template=template,
        params=params,
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
