"""Keep what the bureau or the register answered."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import AnswerStatus as Heard
from nesie.journey.creditworthiness import queries
from nesie.journey.creditworthiness.models import Inquiry, InquiryAnswer
from nesie.journey.creditworthiness.rules import (
    AnswerStatus,
    BureauReport,
    BusinessStanding,
    InquiryKind,
    VoluntaryRefusal,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId, new_id
from nesie.kernel.refused import NotFound

_FACTS: Mapping[InquiryKind, type[BureauReport] | type[VoluntaryRefusal] | type[BusinessStanding]] = {
    InquiryKind.BUREAU_REPORT: BureauReport,
    InquiryKind.VOLUNTARY_REFUSAL: VoluntaryRefusal,
    InquiryKind.BUSINESS_STANDING: BusinessStanding,
}


@dataclass(frozen=True, slots=True)
class AnswerRecorded:
    """The case the answer belongs to; `fresh` is False when it was recorded before."""

    case_id: UUID
    status: AnswerStatus | None
    fresh: bool


@use_case
def record_inquiry_answer(actor: Actor, now: datetime, *, message_id: MessageId) -> AnswerRecorded:
    """Keep the facts sealed and the original bytes as a document. An answer without facts is kept as failed.

    NotFound when the message is no question of ours or has no final answer.
    """
    inquiry = queries.inquiry_of(message_id)
    heard = exchange.answer(message_id)
    if inquiry is None or heard is None or heard.status not in (Heard.ANSWERED, Heard.FAILED):
        raise NotFound
    if not exchange_actions.consume(message_id):
        return AnswerRecorded(inquiry.case_id, None, fresh=False)
    row = _row(inquiry, heard.status, heard.body, now)
    row.save(force_insert=True)
    return AnswerRecorded(inquiry.case_id, AnswerStatus(row.status), fresh=True)


def _row(inquiry: Inquiry, status: Heard, body: Mapping[str, Any], now: datetime) -> InquiryAnswer:
    row = InquiryAnswer(id=new_id(), inquiry=inquiry, client_id=inquiry.client_id, answered_at=now)
    if status is Heard.FAILED:
        return _failed(row, str(body.get("code", "refused")))
    try:
        facts = _FACTS[InquiryKind(inquiry.kind)].from_data(body["facts"])
        original = base64.b64decode(body["original"], validate=True)
        media_type = str(body["media_type"])
    except (KeyError, TypeError, ValueError, binascii.Error):
        return _failed(row, "unreadable")
    row.status, row.facts = AnswerStatus.ANSWERED, json.dumps(facts.as_data())
    row.document_id = documents.store(
        inquiry.client_id,
        kind=inquiry.kind,
        content=original,
        media_type=media_type,
        file_name=f"{inquiry.kind}.{'xml' if 'xml' in media_type else 'json'}",
        now=now,
        retention="identity",
    )
    return row


def _failed(row: InquiryAnswer, code: str) -> InquiryAnswer:
    row.status, row.failure = AnswerStatus.FAILED, code[:64]
    return row
