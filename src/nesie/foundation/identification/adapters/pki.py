"""OCSP (RFC 6960), revocation lists (RFC 5280) and time stamps (RFC 3161) over HTTP, as Kazakhstan's authorities do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import httpx

from nesie.foundation.identification.rules.eds import Certificate, load_anchors, ocsp, parse_certificate, stamps


class PinnedAnchors:
    """Authorities whose certificates (PEM or DER) lie in a folder; its sub-folder `stamps`, if any, those of stamps.

    Read again when the folder changes, so that a new authority needs no restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[tuple[tuple[str, int], ...], tuple[Certificate, ...]]] = {}

    def signing(self) -> tuple[Certificate, ...]:
        """As the gateway says."""
        return self._load(self._folder)

    def stamping(self) -> tuple[Certificate, ...]:
        """As the gateway says; without a folder of their own, the signing ones."""
        return self._load(self._folder / "stamps") or self.signing()

    def _load(self, folder: Path) -> tuple[Certificate, ...]:
        files = sorted(p for p in folder.glob("*") if p.suffix in (".pem", ".crt", ".cer"))
        seen = tuple((path.name, path.stat().st_mtime_ns) for path in files)
        known = self._read.get(folder)
        if known is None or known[0] != seen:
            known = self._read[folder] = (seen, load_anchors(path.read_bytes() for path in files))
        return known[1]


class PkiRevocation:
    """Status of certificates. Addresses are configuration: those inside certificates mislead.

    `crl_urls` maps an issuer's subject (DER) to its list; `default_crl_url` serves the others.
    """

    def __init__(
        self,
        ocsp_url: str,
        *,
        default_crl_url: str = "",
        crl_urls: Mapping[bytes, str] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._timeout = timeout
        self._ocsp_url, self._default, self._lists = ocsp_url, default_crl_url, dict(crl_urls or {})

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, follow_redirects=False)

    def ocsp(self, certificate: bytes, issuer: bytes, nonce: bytes) -> bytes | None:
        """As the gateway says."""
        question = ocsp.question(parse_certificate(certificate), parse_certificate(issuer), nonce)
        return _fetch(self._http, self._ocsp_url, ocsp.MAX_OCSP_BYTES, question, "application/ocsp-request")

    def crl(self, issuer: bytes) -> bytes | None:
        """As the gateway says."""
        url = self._lists.get(parse_certificate(issuer).subject, self._default)
        return _fetch(self._http, url, 32 * 1024 * 1024) if url else None


class PkiTimestamps:
    """Time stamps over signature values. `policy` asks for a policy of the authority, "" for its own choice."""

    def __init__(self, url: str, *, policy: str = "", timeout: float = 10.0) -> None:
        self._timeout = timeout
        self._url, self._policy = url, policy

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, follow_redirects=False)

    def stamp(self, signature: bytes, nonce: int) -> bytes | None:
        """As the gateway says."""
        question = stamps.question(signature, nonce=nonce, policy=self._policy)
        answer = _fetch(self._http, self._url, stamps.MAX_STAMP_BYTES, question, "application/timestamp-query")
        try:
            return stamps.token_of(answer) if answer else None
        except ValueError:
            return None


def _fetch(http: httpx.Client, url: str, limit: int, question: bytes = b"", media_type: str = "") -> bytes | None:
    """The body of a 200 of at most `limit` bytes; None for anything else. Whether it is true is judged elsewhere."""
    try:
        request = {"content": question, "headers": {"content-type": media_type}} if question else {}
        with http.stream("POST" if question else "GET", url, **request) as answer:  # type: ignore[arg-type]  # two keywords of different kinds
            if answer.status_code != 200:
                return None
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > limit:
                    return None
            return body
    except httpx.HTTPError:
        return None
