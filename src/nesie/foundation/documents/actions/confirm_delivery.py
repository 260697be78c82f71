"""Confirm to the client, on request, that an electronic document was sent and received (clause 12)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries, rules
from nesie.foundation.documents.actions.store import store
from nesie.foundation.documents.gateways import Signer, Wiring
from nesie.foundation.documents.rules import Confirmation, Language, NothingToConfirm
from nesie.foundation.norms.rules import business_day
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId

TEMPLATE = "documents/delivery_confirmation"


@use_case
def confirm_delivery(
    actor: Actor,
    now: datetime,
    *,
    document_id: DocumentId,
    title: str,
    lender: Mapping[str, Any],
    language: Language,
    holder: str = "",
    contract: str = "",
) -> Confirmation:
    """A PDF/A with the document's hash and the times of its way, and the lender's detached signature over it.

    Anybody can check both offline. `title` names the document in words, `lender` is the letterhead. For the owner and
    for staff; DocumentNotFound, NothingToConfirm.
    """
    view = queries.described_for(actor, document_id)
    events = queries.events_of(document_id)
    if not events:
        raise NothingToConfirm
    number = f"{business_day(now):%Y%m%d}-{view.sha256[:8]}-{len(events)}"
    file_name = f"confirmation-{number}.pdf"
    signer = Wiring.signer
    data = {
        "lender": lender,
        "number": number,
        "issued_at": now,
        "holder": holder,
        "contract": contract,
        "document": {"title": title} | {name: getattr(view, name) for name in _SHOWN},
        "events": events,
        "signer": _shown(signer),
        "file_name": file_name,
    }
    rendered = rules.render(TEMPLATE, data, language=language, at=now)
    confirmation = store(
        view.owner_id,
        kind="delivery_confirmation",
        content=rendered.content,
        media_type="application/pdf",
        file_name=file_name,
        template=TEMPLATE,
        template_version=rendered.template_version,
        language=language,
        now=now,
        retention=view.retention_class,
    )
    signature = store(
        view.owner_id,
        kind="delivery_confirmation_signature",
        content=signer.sign(rendered.content),
        media_type="application/pkcs7-signature",
        file_name=f"{file_name}.p7s",
        language=language,
        now=now,
        retention=view.retention_class,
    )
    return Confirmation(confirmation, signature, number)


_SHOWN = ("file_name", "size", "sha256", "created_at")


def _shown(signer: Signer) -> dict[str, str]:
    certificate = signer.certificate()
    return {
        "subject": x509.load_der_x509_certificate(certificate).subject.rfc4514_string(),
        "fingerprint": hashlib.sha256(certificate).hexdigest(),
    }
