"""Carries the exchange's messages of kinds `notices.sms` and `notices.email` by the gateways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.foundation.notices.gateways import Email, Rejected, Sms

KINDS = ("notices.sms", "notices.email")


class NoticeCarrier:
    """A `Carrier` over an SMS and a mail gateway."""

    def __init__(self, sms: Sms, email: Email) -> None:
        self._sms, self._email = sms, email

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Answered with the gateway's reference; failed with its reason when it will never take the message."""
        try:
            if kind == "notices.sms":
                reference = self._sms.send(payload["phone"], payload["text"])
            else:
                reference = self._email.send(key, payload["to"], payload["subject"], payload["text"])
        except Rejected as rejected:
            return Answer(AnswerStatus.FAILED, {"reason": rejected.reason})
        return Answer(AnswerStatus.ANSWERED, {"reference": reference})

    def ask(self, kind: str, key: str) -> Answer | None:
        """What became of a letter; an SMS gateway is never asked."""
        if kind != "notices.email":
            return None
        reference = self._email.accepted(key)
        return None if reference is None else Answer(AnswerStatus.ANSWERED, {"reference": reference})
