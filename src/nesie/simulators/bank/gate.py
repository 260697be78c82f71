"""Who may command the bank: an OAuth token for client credentials and a detached JWS over each request's body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time

from starlette.requests import Request

from nesie.simulators.stage import Stage

# Demo credentials of a loopback simulator; another pair may be given in the environment.
CLIENT_ID = os.environ.get("NESIE_SIMULATED_BANK_CLIENT", "nesie-demo")
CLIENT_SECRET = os.environ.get("NESIE_SIMULATED_BANK_SECRET", "demo-only-bank-secret")
TOKEN_SECONDS = 600

SCHEMA = "CREATE TABLE IF NOT EXISTS token (digest TEXT PRIMARY KEY, until REAL NOT NULL);"


class NotAdmitted(Exception):
    """No good token, or the body's signature does not hold."""


def issue_token(stage: Stage, client_id: str, secret: str) -> str:
    """A bearer token for right credentials; NotAdmitted otherwise."""
    if not (hmac.compare_digest(client_id, CLIENT_ID) and hmac.compare_digest(secret, CLIENT_SECRET)):
        raise NotAdmitted
    token = secrets.token_urlsafe(32)
    with stage.transaction() as db:
        db.execute("DELETE FROM token WHERE until < ?", (time.time(),))
        db.execute("INSERT INTO token VALUES (?, ?)", (_digest(token), time.time() + TOKEN_SECONDS))
    return token


async def admit(stage: Stage, request: Request) -> bytes:
    """The request's body, once its token and signature are found right; NotAdmitted otherwise."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    known = stage.rows("SELECT 1 FROM token WHERE digest = ? AND until > ?", _digest(token), time.time())
    if kind.lower() != "bearer" or not known:
        raise NotAdmitted
    body = await request.body()
    if body and not _signed(body, request.headers.get("x-jws-signature", "")):
        raise NotAdmitted
    return body


def _signed(body: bytes, signature: str) -> bool:
    """RFC 7515 compact form with the payload left out: `header..mac`, HS256 only."""
    head, dots, mac = signature.partition("..")
    if not dots or head != _base64url(json.dumps({"alg": "HS256"}, separators=(",", ":")).encode()):
        return False
    expected = hmac.new(CLIENT_SECRET.encode(), f"{head}.{_base64url(body)}".encode(), hashlib.sha256).digest()
    return hmac.compare_digest(mac.encode(), _base64url(expected).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
