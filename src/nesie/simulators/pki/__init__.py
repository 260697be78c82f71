"""The demo's certification authority: OCSP (RFC 6960), revocation list (RFC 5280), time stamps (RFC 3161).

    POST /ocsp/    application/ocsp-request -> application/ocsp-response (SHA-256 CertID, nonce repeated)
    POST /tsp/     application/timestamp-query -> application/timestamp-reply
    GET  /crl/demo_{gost,rsa}.crl
    GET  /cert/demo_{gost,rsa}.cer
    POST /certificates/<serial, hex> {"standing": "good" | "revoked" | "hold"}
    POST /people/<key> {"current": "sign" | "expired"}: which of his certificates NCALayer signs with from now on

Two authorities, one of the state standard and one of RSA, answer at the same addresses, as the National CA's do.
Which people there are and what kinds of certificates each has: `material`.
"""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives import serialization
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section
from nesie.simulators.people import ORGANISATION, by_key
from nesie.simulators.pki import answers
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import (
    COMPANY,
    COMPANY_KEY,
    COMPANY_SIGNATORY_KEY,
    EMPLOYEE_KEY,
    HEAD_KEY,
    SIGNATORY_KEY,
    Kind,
    Leaf,
    Material,
)
from nesie.simulators.stage import Stage

PORT = 8105

_SCHEMA = """
CREATE TABLE IF NOT EXISTS standing (serial TEXT PRIMARY KEY, standing TEXT NOT NULL, since TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS crl_number (id INTEGER PRIMARY KEY);
"""
_MAX_BODY = 64 * 1024
_ACTING = {
    HEAD_KEY: f"{ORGANISATION.name} (head)",
    SIGNATORY_KEY: f"{ORGANISATION.name} (signatory)",
    EMPLOYEE_KEY: f"{ORGANISATION.name} (employee)",
    COMPANY_KEY: f"{COMPANY.name} (head)",
    COMPANY_SIGNATORY_KEY: f"{COMPANY.name} (signatory)",
}
_WORDS = {
    Kind.SIGN: "signing",
    Kind.AUTHENTICATE: "sign-in only",
    Kind.EXPIRED: "signing, expired",
    Kind.REVOKED: "signing, revoked at the start",
    Kind.HELD: "signing, on hold at the start",
}


class _Service:
    def __init__(self, stage: Stage, material: Material) -> None:
        self.stage, self.material = stage, material
        self.leaves = {leaf.certificate.serial_number: leaf for leaf in material.leaves()}
        self.authorities = {algorithm: material.authority(algorithm) for algorithm in Algorithm}
        self.responders = {algorithm: material.responder(algorithm) for algorithm in Algorithm}
        self.stampers = {algorithm: material.stamper(algorithm) for algorithm in Algorithm}

    def standings(self) -> dict[int, Entry]:
        """Every certificate issued, with how it stands."""
        told = {
            int(row["serial"], 16): Entry(Standing(row["standing"]), datetime.fromisoformat(row["since"]))
            for row in self.stage.rows("SELECT * FROM standing")
        }
        found = {}
        firsts = {Kind.REVOKED: Standing.REVOKED, Kind.HELD: Standing.HOLD}
        for serial, leaf in self.leaves.items():
            first = firsts.get(leaf.kind, Standing.GOOD)
            found[serial] = told.get(serial, Entry(first, leaf.certificate.not_valid_before_utc))
        return found

    async def ocsp(self, request: Request) -> Response:
        body = await request.body()
        try:
            asked = body[:_MAX_BODY]
            of = next((one for one, each in self.authorities.items() if answers.asked_of(asked, each)), Algorithm.GOST)
            standings = {
                serial: entry for serial, entry in self.standings().items() if self.leaves[serial].algorithm is of
            }
            answer = answers.ocsp_answer(
                asked, authority=self.authorities[of], responder=self.responders[of], standings=standings,
                now=self.stage.now(),
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, IndexError):
            answer = answers.ocsp_refusal("malformed_request")
        return Response(answer, media_type="application/ocsp-response")

    async def stamp(self, request: Request) -> Response:
        asked = (await request.body())[:_MAX_BODY]
        try:
            answer = answers.stamp_answer(
                asked, stamper=self.stampers[answers.stamp_wanted(asked)], now=self.stage.now()
            )
        except (ValueError, TypeError, KeyError):
            return Response(status_code=400)
        return Response(answer, media_type="application/timestamp-reply")

    async def crl(self, request: Request) -> Response:
        with self.stage.transaction() as db:
            number = db.execute("INSERT INTO crl_number DEFAULT VALUES").lastrowid or 1
        of = _algorithm(request)
        out = [
            (serial, entry)
            for serial, entry in self.standings().items()
            if entry.standing is not Standing.GOOD and self.leaves[serial].algorithm is of
        ]
        listed = answers.revocation_list(self.authorities[of], out, number=number, now=self.stage.now())
        return Response(listed, media_type="application/pkix-crl")

    async def certificate(self, request: Request) -> Response:
        of = _algorithm(request)
        data = self.authorities[of].certificate.public_bytes(serialization.Encoding.DER)
        return Response(data, media_type="application/pkix-cert")

    async def change_standing(self, request: Request) -> Response:
        order, from_page = await _order(request)
        try:
            serial, standing = int(request.path_params["serial"], 16), Standing(order.get("standing", ""))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        if serial not in self.leaves or standing is Standing.UNKNOWN:
            return JSONResponse({"error": "no such certificate"}, status_code=404)
        with self.stage.transaction() as db:
            db.execute(
                "INSERT INTO standing (serial, standing, since) VALUES (?, ?, ?) "
                "ON CONFLICT (serial) DO UPDATE SET standing = excluded.standing, since = excluded.since",
                (f"{serial:x}", standing, self.stage.now().isoformat()),
            )
        return _done(from_page, {"serial": f"{serial:x}", "standing": standing})

    async def change_current(self, request: Request) -> Response:
        order, from_page = await _order(request)
        key, current = request.path_params["key"], order.get("current", "")
        if current not in (Kind.SIGN, Kind.EXPIRED):
            return JSONResponse({"error": "current"}, status_code=422)
        try:
            self.material.use(by_key(key).key, Kind(current))
        except KeyError:
            return JSONResponse({"error": "no such person"}, status_code=404)
        return _done(from_page, {"person": key, "current": current})

    def sections(self) -> list[Section]:
        """The certificates with their standing, and buttons to change it."""
        standings = self.standings()
        rows = []
        for serial, leaf in self.leaves.items():
            current = leaf.key in _ACTING or self.material.current(leaf.key) is leaf.kind
            rows.append(_row(serial, leaf, standings[serial], current=current))
        columns = ("Holder", "Keys", "For", "Serial", "Until", "Standing", "Change")
        head = "<tr>" + "".join(f"<th>{column}</th>" for column in columns) + "</tr>"
        body = f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
        note = "What is revoked or on hold here is refused by Nesie at the next signature."
        return [Section("Certificates", body=body, note=note)]


def _row(serial: int, leaf: Leaf, entry: Entry, *, current: bool) -> str:
    key, kind = leaf.key, leaf.kind
    name = _ACTING[key] if key in _ACTING else by_key(key).full_name
    buttons = [
        _button(f"/certificates/{serial:x}", "standing", standing, word)
        for standing, word in ((Standing.GOOD, "Reinstate"), (Standing.REVOKED, "Revoke"), (Standing.HOLD, "Hold"))
        if standing is not entry.standing
    ]
    if kind in (Kind.SIGN, Kind.EXPIRED) and key not in _ACTING and not current:
        words = "Sign with this expired one" if kind is Kind.EXPIRED else "Sign with this one"
        buttons.append(_button(f"/people/{key}", "current", kind, words))
    cells = [
        name,
        leaf.algorithm.upper(),
        _WORDS[kind] + (", in use" if current else ""),
        f"{serial:x}"[:12] + "…",
        f"{leaf.certificate.not_valid_after_utc:%d.%m.%Y}",
        entry.standing,
    ]
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + f"<td>{''.join(buttons)}</td></tr>"


def _button(action: str, name: str, value: str, words: str) -> str:
    return (
        f'<form method="post" action="{escape(action)}">'
        f'<button class="quiet" name="{name}" value="{escape(value)}">{escape(words)}</button></form>'
    )


def _algorithm(request: Request) -> Algorithm:
    try:
        return Algorithm(request.path_params["algorithm"])
    except ValueError as error:
        raise HTTPException(status_code=404) from error


async def _order(request: Request) -> tuple[dict[str, str], bool]:
    body = (await request.body())[:_MAX_BODY]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode())), True
    try:
        order = json.loads(body)
    except ValueError:
        return {}, False
    return (order if isinstance(order, dict) else {}), False


def _done(from_page: bool, answer: dict[str, str]) -> Response:
    return RedirectResponse("/", status_code=303) if from_page else JSONResponse(answer)


def create_app(state_dir: Path) -> ASGIApp:
    """The authority with its state and keys in `state_dir`."""
    stage = Stage("pki", "Demo certification authority", state_dir, schema=_SCHEMA)
    material = Material(state_dir).ensure(stage.now())
    service = _Service(stage, material)
    routes = [
        Route("/ocsp/", service.ocsp, methods=["POST"]),
        Route("/tsp/", service.stamp, methods=["POST"]),
        Route("/crl/demo_{algorithm}.crl", service.crl),
        Route("/cert/demo_{algorithm}.cer", service.certificate),
        Route("/certificates/{serial}", service.change_standing, methods=["POST"]),
        Route("/people/{key}", service.change_current, methods=["POST"]),
    ]
    lead = "Issues the demo people's certificates and answers whether they are in force."
    return stage.app(routes, look_inside=service.sections, lead=lead, quiet=("/certificates", "/people"))
