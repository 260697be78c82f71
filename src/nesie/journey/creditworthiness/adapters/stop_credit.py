"""The register of voluntary refusals ("Stop credit") as plain JSON.

No contract is public: the form `POST {iin, checkedAt} -> {refusal, since, registryId}` is our assumption.
"""

from __future__ import annotations

from datetime import date, datetime

import httpx

from nesie.journey.creditworthiness.adapters.wire import ask
from nesie.journey.creditworthiness.gateways import RefusalAnswer, Unanswerable
from nesie.journey.creditworthiness.rules import VoluntaryRefusal
from nesie.kernel.trust import authorities

_PATH = "/voluntary-refusal"


class StopCredit:
    """The register over HTTP."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._client = httpx.Client(base_url=url, timeout=timeout, verify=authorities())

    def refusal(self, iin: str, key: str, now: datetime) -> RefusalAnswer:
        """As the gateway says."""
        question = {"iin": iin, "checkedAt": now.isoformat()}
        answer = ask(self._client, _PATH, json=question, headers={"x-request-id": key})
        try:
            data = answer.json()
            refused, since = data["refusal"], data.get("since")
            if not isinstance(refused, bool):
                raise Unanswerable("unreadable")
            since_on = date.fromisoformat(since) if since else None
            found = VoluntaryRefusal(now, refused, since_on, str(data.get("registryId") or ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unanswerable("unreadable") from error
        return RefusalAnswer(found, answer.content, "application/json")
