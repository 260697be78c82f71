"""A passkey store in memory: what a browser and the device behind it answer, honestly or not."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from nesie.foundation.access.rules import proofs
from nesie.foundation.access.rules.passkeys import Site

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey. `flags`, `origin` instead of what is right."""

    origin: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    flags: int = PRESENT | VERIFIED

    def make(self, options: str) -> str:
        """navigator.credentials.create()."""
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(asked["rp"]["id"], self.flags | ATTESTED)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        told = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
            "attestationObject": proofs.b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(told)

    def sign(self, options: str) -> str:
        """navigator.credentials.get()."""
        asked = json.loads(options)
        self.count += 1
        data = self._data(asked["rpId"], self.flags)
        client = self._client("webauthn.get", asked["challenge"])
        hashed = hashlib.sha256(proofs.unb64(client)).digest()
        signature = self.key.sign(data + hashed, ec.ECDSA(SHA256()))
        told = {
            "clientDataJSON": client,
            "authenticatorData": proofs.b64(data),
            "signature": proofs.b64(signature),
            "userHandle": None,
        }
        return self._answer(told)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> str:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return proofs.b64(json.dumps(told).encode())

    def _answer(self, told: dict[str, Any]) -> str:
        name = proofs.b64(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})


SITE = Site(host="nesie.example", origin="https://nesie.example", name="Nesie")


def authenticator() -> Authenticator:
    """A passkey store of a browser on our site."""
    return Authenticator(SITE.origin)
