"""Who may vouch for phones, as files of the lender: makers' roots, their revocations, our application's identity."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from cryptography import x509

from nesie.foundation.access.rules.attestation import Trust


class FileTrust:
    """A folder: `android/*.pem`, `apple/*.pem`, `revoked.json` (as Google publishes it), `application.toml`.

    Read at each enrolment, which is rare: a root or a revocation laid there counts at once. An absent folder trusts
    nobody. `application.toml`:

        package = "kz.example.app"
        signers = ["<SHA-256 of the signing certificate, hexadecimal>"]
        apple_app = "ABCDE12345.kz.example.app"
        patched_since = 2026-01-01
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def trust(self) -> Trust:
        """As the gateway says."""
        told = self._application()
        since = told.get("patched_since")
        return Trust(
            android_roots=self._roots("android"),
            apple_roots=self._roots("apple"),
            revoked=self._revoked(),
            package=str(told.get("package", "")),
            signers=frozenset(bytes.fromhex(one) for one in told.get("signers", ())),
            apple_app=str(told.get("apple_app", "")),
            apple_development=told.get("apple_development") is True,
            patched_since=since if isinstance(since, date) else None,
        )

    def _application(self) -> dict[str, Any]:
        path = self.folder / "application.toml"
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def _roots(self, maker: str) -> tuple[x509.Certificate, ...]:
        found: list[x509.Certificate] = []
        for path in sorted((self.folder / maker).glob("*.pem")):
            found += x509.load_pem_x509_certificates(path.read_bytes())
        return tuple(found)

    def _revoked(self) -> frozenset[str]:
        path = self.folder / "revoked.json"
        if not path.exists():
            return frozenset()
        entries = json.loads(path.read_text(encoding="utf-8"))["entries"]
        return frozenset(serial.lower().lstrip("0") for serial in entries)
