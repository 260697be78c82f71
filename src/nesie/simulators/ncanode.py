"""NCANode v3, as far as a lender asks it: `POST /cms/verify`, `GET /actuator/health`. With its known weaknesses.

    POST /cms/verify {"cms": base64, "data": base64, "revocationCheck": ["OCSP", "CRL"]}
        -> {"status": 200, "message": "OK", "valid": bool, "signers": [{"certificates": [...], "tsp": null}]}
    POST /mode {"mode": "normal" | "says_valid" | "says_invalid" | "no_signers"}

Like the real one it calls a message without signers valid, and does not look at `data` when the message holds a
document. It knows the demo's two authorities and asks their revocation lists.
"""

from __future__ import annotations

import base64
import os
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.kernel import gost
from nesie.simulators.page import Section
from nesie.simulators.pki.answers import key_bits_of
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import Material
from nesie.simulators.stage import Stage

PORT = 14579

_SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (id INTEGER PRIMARY KEY, at TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY, mode TEXT NOT NULL);
"""
_STREEBOG = "1.2.398.3.10.1.3.3"


class Mode(StrEnum):
    """How it answers."""

    NORMAL = "normal"
    SAYS_VALID = "says_valid"
    SAYS_INVALID = "says_invalid"
    NO_SIGNERS = "no_signers"


class _Node:
    def __init__(self, stage: Stage, material: Material, pki_url: str) -> None:
        self.stage, self.pki_url = stage, pki_url
        self.authorities = {each: material.authority(each).certificate for each in Algorithm}

    async def verify(self, request: Request) -> Response:
        try:
            asked = await request.json()
            message = cms.ContentInfo.load(base64.b64decode(asked["cms"]), strict=True)["content"]
            data = base64.b64decode(asked["data"]) if asked.get("data") else b""
            signers = [await self._signer(message, one, data) for one in message["signer_infos"]]
        except (ValueError, TypeError, KeyError) as error:
            told = {"status": 400, "message": "Bad request", "details": type(error).__name__}
            return JSONResponse(told, status_code=400)
        mode = self._mode()
        valid = all(valid for valid, _ in signers)  # of none: true, as the real one
        valid = {Mode.SAYS_VALID: True, Mode.SAYS_INVALID: False}.get(mode, valid)
        listed = [] if mode is Mode.NO_SIGNERS else [told for _, told in signers]
        with self.stage.transaction() as db:
            db.execute("INSERT INTO asked (at, answer) VALUES (?, ?)", (self.stage.now().isoformat(), str(valid)))
        return JSONResponse({"status": 200, "message": "OK", "valid": valid, "signers": listed})

    async def _signer(self, message: Any, signer: Any, data: bytes) -> tuple[bool, dict[str, Any]]:
        sid = signer["sid"].chosen
        certificate = next(
            (
                one.chosen.dump()
                for one in message["certificates"]
                if one.chosen.serial_number == sid["serial_number"].native and one.chosen.issuer == sid["issuer"]
            ),
            None,
        )
        if certificate is None:
            return True, {"certificates": [], "tsp": None}
        inside = message["encap_content_info"]["content"].native
        signed = b"\x31" + signer["signed_attrs"].dump()[1:]
        digest = next(
            one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "message_digest"
        )
        content = data if inside is None else inside  # a document in the message is believed, whatever was handed over
        good = digest == _digest(signer, content) and _signed(certificate, signed, signer["signature"].native)
        told = await self._certificate(certificate)
        return good and told["valid"], {"certificates": [told], "tsp": None}

    async def _certificate(self, der: bytes) -> dict[str, Any]:
        certificate = x509.load_der_x509_certificate(der)
        issuer = next((each for each, one in self.authorities.items() if one.subject == certificate.issuer), None)
        known = issuer is not None and _signed(
            self.authorities[issuer].public_bytes(serialization.Encoding.DER),
            certificate.tbs_certificate_bytes,
            certificate.signature,
        )
        in_term = certificate.not_valid_before_utc <= self.stage.now() <= certificate.not_valid_after_utc
        revoked = known and await self._revoked(issuer, certificate.serial_number)
        told = asn1_x509.Certificate.load(der)
        return {
            "valid": known and in_term and not revoked,
            "revocations": [{"revoked": revoked, "by": "CRL", "revocationTime": None, "reason": None}],
            "serialNumber": f"{certificate.serial_number:x}",
            "subject": {"commonName": told.subject.native.get("common_name"), "dn": told.subject.human_friendly},
        }

    async def _revoked(self, issuer: Algorithm | None, serial: int) -> bool:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            answer = await http.get(f"{self.pki_url}/crl/demo_{issuer}.crl")
        listed = x509.load_der_x509_crl(answer.raise_for_status().content)
        return listed.get_revoked_certificate_by_serial_number(serial) is not None

    def _mode(self) -> Mode:
        rows = self.stage.rows("SELECT mode FROM chosen ORDER BY id DESC LIMIT 1")
        return Mode(rows[0]["mode"]) if rows else Mode.NORMAL

    async def choose(self, request: Request) -> Response:
        try:
            mode = Mode((await request.json())["mode"])
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": type(error).__name__}, status_code=422)
        with self.stage.transaction() as db:
            db.execute("INSERT INTO chosen (mode) VALUES (?)", (mode,))
        return JSONResponse({"mode": mode})

    async def health(self, request: Request) -> Response:
        return JSONResponse({"status": "UP"})

    def sections(self) -> list[Section]:
        """What was asked."""
        rows = self.stage.rows("SELECT at, answer FROM asked ORDER BY id DESC LIMIT 20")
        return [Section("Asked", ("at (UTC)", "valid"), rows, empty="Nothing has been asked yet.")]


def _digest(signer: Any, content: bytes) -> bytes:
    if signer["digest_algorithm"]["algorithm"].dotted == _STREEBOG:
        return gost.streebog512(content)
    hashed = hashes.Hash(hashes.SHA256())
    hashed.update(content)
    return hashed.finalize()


def _signed(by: bytes, data: bytes, signature: bytes) -> bool:
    """True when the key of the certificate `by` made this signature."""
    try:
        key = x509.load_der_x509_certificate(by).public_key()
    except ValueError:
        return False
    except Exception:  # the library knows no key of the state standard
        point = gost.curves.unpacked(gost.TC26_512_A, key_bits_of(by)[3:])
        return point is not None and gost.valid(gost.TC26_512_A, point, gost.streebog512(data), signature)
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def create_app(state_dir: Path) -> ASGIApp:
    """The service; it knows the authorities of the `pki` simulator in the same folder. NESIE_PKI_URL: where that is."""
    stage = Stage("ncanode", "NCANode emulator", state_dir, schema=_SCHEMA)
    port = os.environ.get("NESIE_PKI_PORT", "8105")
    pki_url = os.environ.get("NESIE_PKI_URL", f"http://127.0.0.1:{port}").rstrip("/")
    node = _Node(stage, Material(state_dir).ensure(stage.now()), pki_url)
    routes = [
        Route("/cms/verify", node.verify, methods=["POST"]),
        Route("/actuator/health", node.health),
        Route("/mode", node.choose, methods=["POST"]),
    ]
    lead = "Tells what it thinks of a signature, as NCANode would; a lender may ask it beside his own verifier."
    return stage.app(routes, look_inside=node.sections, lead=lead, quiet=("/mode",))
