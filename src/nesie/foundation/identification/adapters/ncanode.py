"""NCANode (REST, v3): another program's opinion of a signature, where the lender runs one.

Its word alone is not enough, for known reasons: it calls a message without any signer valid, ignores the document
handed over when the message holds one, judges terms at the moment of asking, does not compare time stamps with the
signature, and looks one hop up only. So it is asked beside our own verifier, and its "valid" counts only with exactly
one signer whose certificate it names; content, stamp, chain, purpose and person remain ours to judge.
"""

from __future__ import annotations

import base64
from functools import cached_property
from typing import Any

import httpx

from nesie.foundation.identification.rules.eds import Opinion
from nesie.foundation.identification.rules.eds.cms import unarmour
from nesie.foundation.identification.rules.eds.verdict import Failed

_MAX_ANSWER = 1024 * 1024
_CHECKS = ["OCSP", "CRL"]


class NcaNode:
    """A second judge behind the gateway."""

    name = "NCANode"

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False)

    def opinion(self, cms: bytes, content: bytes) -> Opinion | None:
        """As the gateway says."""
        try:
            plain = unarmour(cms)
        except Failed:
            return None
        packed = {"cms": base64.b64encode(plain).decode(), "data": base64.b64encode(content).decode()}
        try:
            answer = self._http.post(f"{self._url}/cms/verify", json={**packed, "revocationCheck": _CHECKS})
            if len(answer.content) > _MAX_ANSWER:
                return None
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        if not isinstance(told, dict) or answer.status_code >= 500:
            return None
        return Opinion(valid=answer.status_code == 200 and _says_valid(told), serial=_serial(told), raw=answer.content)


def _says_valid(told: dict[str, Any]) -> bool:
    certificates = _certificates(told)
    if told.get("valid") is not True or not certificates:
        return False
    return all(one.get("valid") is True and not _revoked(one) for one in certificates[:1])


def _certificates(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of the one signer; none when there is another number of signers, or anything is not as described."""
    signers = told.get("signers")
    if not isinstance(signers, list) or len(signers) != 1 or not isinstance(signers[0], dict):
        return []
    found = signers[0].get("certificates")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _revoked(certificate: dict[str, Any]) -> bool:
    listed = certificate.get("revocations") or []
    return not isinstance(listed, list) or any(not isinstance(one, dict) or one.get("revoked") for one in listed)


def _serial(told: dict[str, Any]) -> str:
    certificates = _certificates(told)
    return str(certificates[0].get("serialNumber", "")).lower().lstrip("0") if certificates else ""
