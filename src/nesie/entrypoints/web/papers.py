"""Documents in the browser: shown or saved in their original bytes, and nothing kept of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from nesie.entrypoints.web.request import Request
from nesie.foundation.documents import actions
from nesie.kernel.ids import DocumentId

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain"})  # what a browser may open by itself


def send(request: Request, document_id: UUID) -> HttpResponse:
    """The document to whoever may read it; NotFound for anybody else."""
    opened = actions.open_document(request.actor, request.now, document_id=DocumentId(document_id))
    view = opened.view
    save = "download" in request.GET or view.media_type not in SHOWN
    response = HttpResponse(opened.content, content_type=view.media_type)
    response["Content-Disposition"] = content_disposition_header(save, view.file_name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return response


def reader(document_id: UUID, *, title: str, sha256: str = "") -> dict[str, Any]:
    """What `document_reader.html` needs."""
    address = reverse("client:document", args=[document_id])
    return {"document_address": address, "document_title": title, "document_sha256": sha256}
