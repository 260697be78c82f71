"""Carries this context's questions for the exchange, through whichever sources `config` chose."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.journey.creditworthiness.gateways import (
    BureauReports,
    RefusalAnswer,
    ReportAnswer,
    Unanswerable,
    VoluntaryRefusals,
)
from nesie.journey.creditworthiness.rules import InquiryKind, message_kind


class CreditCarrier:
    """A carrier of the exchange for the kinds of `rules.message_kind`. These are questions: repeating is harmless."""

    def __init__(self, reports: BureauReports, refusals: VoluntaryRefusals) -> None:
        self._reports, self._refusals = reports, refusals

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Ask; the answer's body holds the facts and the original bytes. A refusal to answer is a failed answer."""
        try:
            found = self._ask(kind, payload["iin"], key, now)
        except Unanswerable as no:
            return Answer(AnswerStatus.FAILED, {"code": no.code})
        facts = found.report if isinstance(found, ReportAnswer) else found.refusal
        body = {
            "facts": facts.as_data(),
            "original": base64.b64encode(found.original).decode(),
            "media_type": found.media_type,
        }
        return Answer(AnswerStatus.ANSWERED, body)

    def ask(self, kind: str, key: str) -> Answer | None:
        """A question leaves nothing behind at the source."""
        return None

    def _ask(self, kind: str, iin: str, key: str, now: datetime) -> ReportAnswer | RefusalAnswer:
        if kind == message_kind(InquiryKind.BUREAU_REPORT):
            return self._reports.report(iin, key, now)
        if kind == message_kind(InquiryKind.VOLUNTARY_REFUSAL):
            return self._refusals.refusal(iin, key, now)
        raise ValueError(f"not a question of creditworthiness: {kind}")
