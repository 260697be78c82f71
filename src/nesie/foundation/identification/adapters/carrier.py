"""Carries this context's questions for the exchange, through whichever registry `config` chose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.foundation.identification.gateways import BusinessRegistry, PersonRegistry, PhoneBase, Refusal
from nesie.foundation.identification.rules.persons import PERSON_KIND
from nesie.foundation.identification.rules.standing import BUSINESS_KIND, PHONE_OWNER_KIND
from nesie.foundation.norms.rules import business_day


class StandingCarrier:
    """A carrier of the exchange for `PHONE_OWNER_KIND` and `BUSINESS_KIND`. Questions: repeating them is harmless."""

    def __init__(self, phones: PhoneBase, businesses: BusinessRegistry) -> None:
        self._phones, self._businesses = phones, businesses

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Ask; the body: `owner`, or `BusinessRecord.as_data` with `found`."""
        try:
            if kind == PHONE_OWNER_KIND:
                owner = self._phones.owner(payload["iin"], payload["phone"], key=key, now=now)
                return Answer(AnswerStatus.ANSWERED, {"owner": owner.value})
            if kind == BUSINESS_KIND:
                record = self._businesses.subject(payload["number"], key=key, now=now)
                found = {"found": True, **record.as_data()} if record else {"found": False}
                return Answer(AnswerStatus.ANSWERED, found)
        except Refusal as refusal:
            return Answer(AnswerStatus.FAILED, {"code": str(refusal)})
        raise ValueError(f"not a question of identification: {kind}")

    def ask(self, kind: str, key: str) -> Answer | None:
        """A question leaves nothing behind at the source."""
        return None


class PersonCarrier:
    """A carrier of the exchange for `PERSON_KIND`. A question: repeating it is harmless."""

    def __init__(self, registry: PersonRegistry) -> None:
        self._registry = registry

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Ask; the body: `PersonRecord.as_data` with `found` and `document_valid`, or says that none was found."""
        if kind != PERSON_KIND:
            raise ValueError(f"not a question of identification: {kind}")
        try:
            record = self._registry.person(payload["iin"], key=key, now=now)
        except Refusal as refusal:
            return Answer(AnswerStatus.FAILED, {"code": str(refusal)})
        if record is None:
            return Answer(AnswerStatus.ANSWERED, {"found": False})
        until = record.facts.document_valid_until
        valid = until is not None and until >= business_day(now)
        return Answer(AnswerStatus.ANSWERED, {"found": True, **record.as_data(), "document_valid": valid})

    def ask(self, kind: str, key: str) -> Answer | None:
        """A question leaves nothing behind at the source."""
        return None
