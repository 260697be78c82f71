"""OCSP (RFC 6960), revocation lists (RFC 5280) and time stamps (RFC 3161) over HTTP, as Kazakhstan's authorities do."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx

from nesie.foundation.identification.rules.eds import Certificate, load_anchors, ocsp, parse_certificate, stamps
from nesie.foundation.identification.rules.eds.crl import MAX_CRL_BYTES
from nesie.kernel.trust import authorities


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where an authority answers. `{anchor}` in an address stands for the name of the authority's file."""

    ocsp: str = ""
    crl: str = ""

    def of(self, anchor: str) -> Addresses:
        """With the name put in."""
        return Addresses(self.ocsp.replace("{anchor}", anchor), self.crl.replace("{anchor}", anchor))


class PinnedAnchors:
    """Authorities whose certificates (PEM or DER) lie in a folder; its sub-folder `stamps`, if any, those of stamps.

    There may be several, each accredited: `authorities.toml` beside them says where one answers that does not answer
    at the common addresses, under the name of its file:

        [nca_gost_2022]
        ocsp = "http://ocsp.pki.gov.kz/"
        crl = "https://crl.pki.gov.kz/nca_gost_2022.crl"

    Read again when the folder changes, so that a new authority needs no restart. `check` is told of each file read, and
    raises for one that may not be pinned here.
    """

    def __init__(self, folder: Path, check: Callable[[Path, Certificate], None] = lambda _file, _one: None) -> None:
        self._folder, self._check = folder, check
        self._read: dict[Path, tuple[tuple[tuple[str, int], ...], tuple[Certificate, ...]]] = {}

    def addresses(self, issuer: Certificate, common: Addresses) -> Addresses:
        """Where this authority answers: its own addresses, else the common ones."""
        name = next((path.stem for path, one in zip(self._files(), self.signing(), strict=True) if one == issuer), "")
        own = self.listed().get(name, {}) if name else {}
        return Addresses(own.get("ocsp", common.ocsp), own.get("crl", common.crl)).of(name)

    @property
    def list_file(self) -> Path:
        """Where authorities with addresses of their own stand."""
        return self._folder / "authorities.toml"

    def listed(self) -> Mapping[str, Mapping[str, str]]:
        """What stands there; nothing without the file."""
        return tomllib.loads(self.list_file.read_text("utf-8")) if self.list_file.exists() else {}

    def signing(self) -> tuple[Certificate, ...]:
        """As the gateway says."""
        return self._load(self._folder)

    def stamping(self) -> tuple[Certificate, ...]:
        """As the gateway says; without a folder of their own, the signing ones."""
        return self._load(self._folder / "stamps") or self.signing()

    def _load(self, folder: Path) -> tuple[Certificate, ...]:
        files = self._files(folder)
        seen = tuple((path.name, path.stat().st_mtime_ns) for path in files)
        known = self._read.get(folder)
        if known is None or known[0] != seen:
            known = self._read[folder] = (seen, tuple(self._one(path) for path in files))
        return known[1]

    def _one(self, path: Path) -> Certificate:
        try:
            (one,) = load_anchors([path.read_bytes()])
        except ValueError as error:
            raise ValueError(f"{path} is no certificate: {error}") from error
        self._check(path, one)
        return one

    def _files(self, folder: Path | None = None) -> list[Path]:
        return sorted(p for p in (folder or self._folder).glob("*") if p.suffix in (".pem", ".crt", ".cer"))


class PkiRevocation:
    """Status of certificates. Addresses are configuration: those inside certificates mislead."""

    def __init__(self, anchors: PinnedAnchors, common: Addresses, *, timeout: float = 10.0) -> None:
        self._anchors, self._common, self._timeout = anchors, common, timeout

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, follow_redirects=False, verify=authorities())

    def ocsp(self, certificate: bytes, issuer: bytes, nonce: bytes) -> bytes | None:
        """As the gateway says."""
        authority = parse_certificate(issuer)
        question, url = ocsp.question(parse_certificate(certificate), authority, nonce), self._of(authority).ocsp
        return _fetch(self._http, url, ocsp.MAX_OCSP_BYTES, question, "application/ocsp-request") if url else None

    def crl(self, issuer: bytes) -> bytes | None:
        """As the gateway says."""
        url = self._of(parse_certificate(issuer)).crl
        return _fetch(self._http, url, MAX_CRL_BYTES) if url else None

    def _of(self, issuer: Certificate) -> Addresses:
        return self._anchors.addresses(issuer, self._common)


class PkiTimestamps:
    """Time stamps over signature values. `policy` asks for a policy of the authority, "" for its own choice."""

    def __init__(self, url: str, *, policy: str = "", timeout: float = 10.0) -> None:
        self._timeout = timeout
        self._url, self._policy = url, policy

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=self._timeout, follow_redirects=False, verify=authorities())

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
