"""Signing on a phone: what the application is told, and what it may bring back.

Two answers, as eGov Mobile reads them: what is to be signed and where to fetch it (the first), and the documents (the
second), which come back as the same object with signatures in the place of files.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_ANSWER_BYTES = 8 * 1024 * 1024
_SIGN_ONLY = "CMS_SIGN_ONLY"  # the signature without the document in it


class NotAnAnswer(ValueError):
    """What the phone brought back is not the document it was given with a signature."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How the application is called: the text of a QR code, and a link for a page opened on the phone itself."""

    qr: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Names:
    """A name in the three languages."""

    kk: str
    ru: str
    en: str

    def told(self) -> dict[str, str]:
        """As the application reads them."""
        return {"nameRu": self.ru, "nameKz": self.kk, "nameEn": self.en}


def invitation(
    *, description: str, expires_at: datetime, lender: Names, bin: str, documents_uri: str, token: str
) -> dict[str, Any]:
    """The first answer: who asks, until when, and where the documents are, with the word that opens them."""
    return {
        "description": description,
        "expiry_date": expires_at.replace(microsecond=0).isoformat(),
        "organisation": lender.told() | {"bin": bin},
        "document": {"uri": documents_uri, "auth_type": "Bearer", "auth_token": token},
    }


def documents(content: bytes, media_type: str, *, names: Names, sha256: str) -> dict[str, Any]:
    """The second answer: one document to be signed over exactly these bytes."""
    mime = media_type.partition("/")[2] or "octet-stream"
    data = base64.b64encode(content).decode()
    one = {"id": 1, **names.told(), "meta": [{"name": "SHA-256", "value": sha256}]}
    one["document"] = {"file": {"mime": f"@file/{mime}", "data": data}}
    return {"signMethod": _SIGN_ONLY, "version": 2, "documentsToSign": [one]}


def signature_in(answer: object) -> bytes:
    """The one signature the phone brought back; NotAnAnswer for anything else."""
    listed = answer.get("documentsToSign") if isinstance(answer, Mapping) else None
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], Mapping):
        raise NotAnAnswer("one document is due")
    document = listed[0].get("document")
    file = document.get("file") if isinstance(document, Mapping) else None
    data = file.get("data") if isinstance(file, Mapping) else None
    if not isinstance(data, str) or not data:
        raise NotAnAnswer("no signature")
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAnAnswer("not base64") from error
