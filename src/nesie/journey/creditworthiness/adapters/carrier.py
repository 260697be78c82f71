"""Carries this context's questions for the exchange, through whichever sources `config` chose."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.journey.creditworthiness.gateways import (
    BureauReports,
    BusinessStandings,
    RefusalAnswer,
    ReportAnswer,
    StandingAnswer,
    Unanswerable,
    VoluntaryRefusals,
)
from nesie.journey.creditworthiness.rules import (
    BureauReport,
    BusinessStanding,
    InquiryKind,
    VoluntaryRefusal,
    message_kind,
)

_Found = ReportAnswer | RefusalAnswer | StandingAnswer


def _facts(found: _Found) -> BureauReport | VoluntaryRefusal | BusinessStanding:
    if isinstance(found, ReportAnswer):
        return found.report
    return found.refusal if isinstance(found, RefusalAnswer) else found.standing


class CreditCarrier:
    """A carrier of the exchange for the kinds of `rules.message_kind`. These are questions: repeating is harmless."""

    def __init__(
        self, reports: BureauReports, refusals: VoluntaryRefusals, businesses: BusinessStandings | None = None
    ) -> None:
        self._reports, self._refusals, self._businesses = reports, refusals, businesses

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Ask; the answer's body holds the facts and the original bytes. A refusal to answer is a failed answer."""
        try:
            found = self._ask(kind, payload, key, now)
        except Unanswerable as no:
            return Answer(AnswerStatus.FAILED, {"code": no.code})
        body = {
            "facts": _facts(found).as_data(),
            "original": base64.b64encode(found.original).decode(),
            "media_type": found.media_type,
        }
        return Answer(AnswerStatus.ANSWERED, body)

    def ask(self, kind: str, key: str) -> Answer | None:
        """A question leaves nothing behind at the source."""
        return None

    def _ask(self, kind: str, payload: Mapping[str, Any], key: str, now: datetime) -> _Found:
        """A legal entity is asked about by its BIN, a person by the IIN."""
        bin_ = payload.get("bin", "")
        if kind == message_kind(InquiryKind.BUREAU_REPORT):
            if bin_:
                return self._reports.entity_report(bin_, key, now)
            return self._reports.report(payload["iin"], key, now)
        if kind == message_kind(InquiryKind.VOLUNTARY_REFUSAL):
            return self._refusals.refusal(payload["iin"], key, now)
        if kind == message_kind(InquiryKind.BUSINESS_STANDING):
            if self._businesses is None:
                raise Unanswerable("no_source")
            number, head = bin_ or payload["iin"], payload["head"]
            return self._businesses.standing(number, entity=bool(bin_), head=head, key=key, now=now)
        raise ValueError(f"not a question of creditworthiness: {kind}")
