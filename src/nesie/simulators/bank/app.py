"""The bank's routes: the lender's interface under /api, a person's payment form under /repay."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.kernel.money import Money
from nesie.simulators.bank import gate
from nesie.simulators.bank.book import SCHEMA, Book, NotPossible, sow
from nesie.simulators.page import Section, render
from nesie.simulators.people import BANK_NAME, ORGANISATION, PEOPLE
from nesie.simulators.stage import KeyReused, Stage

PORT = 8101
STATEMENT_PAGE = 100


def create_app(state_dir: Path) -> ASGIApp:
    """The bank as an ASGI application; its book is kept in `state_dir`."""
    stage = Stage("bank", f"Bank ({BANK_NAME})", state_dir, schema=SCHEMA + gate.SCHEMA, seed=sow)
    book = Book(stage)
    interface = _Interface(stage, book)
    counter = _Counter(book)
    routes = [
        Route("/oauth/token", interface.token, methods=["POST"]),
        Route("/api/account-checks", interface.guarded(interface.check_owner), methods=["POST"]),
        Route("/api/payments", interface.guarded(interface.pay), methods=["POST"]),
        Route("/api/payments/{reference}", interface.guarded(interface.payment), methods=["GET"]),
        Route("/api/statement", interface.guarded(interface.statement), methods=["GET"]),
        Route("/repay", counter.form, methods=["GET"]),
        Route("/repay", counter.repay, methods=["POST"]),
        Route("/desk", counter.desk, methods=["POST"]),
    ]
    return stage.app(
        routes,
        look_inside=lambda: _sections(stage, book),
        lead="Accounts of the demo people and of the lender.",
        quiet=("/repay", "/desk"),
    )


class _Interface:
    """What the lender's system calls."""

    def __init__(self, stage: Stage, book: Book) -> None:
        self.stage = stage
        self.book = book

    def guarded(
        self, answer: Callable[[Request, dict[str, Any]], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The route with its token, signature and JSON checked first."""

        async def endpoint(request: Request) -> Response:
            try:
                body = await gate.admit(self.stage, request)
                asked = json.loads(body) if body else {}
                return answer(request, asked)
            except gate.NotAdmitted:
                return JSONResponse({"error": "not_admitted"}, status_code=401)
            except KeyReused:
                return JSONResponse({"error": "reference_used_for_another_order"}, status_code=409)
            except (KeyError, TypeError, ValueError):
                return JSONResponse({"error": "malformed"}, status_code=422)

        return endpoint

    async def token(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        try:
            if asked.get("grant_type") != "client_credentials":
                raise gate.NotAdmitted
            token = gate.issue_token(self.stage, asked.get("client_id", ""), asked.get("client_secret", ""))
        except gate.NotAdmitted:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": gate.TOKEN_SECONDS})

    def check_owner(self, request: Request, asked: dict[str, Any]) -> Response:
        result = self.book.check_owner(str(asked["iban"]), str(asked["iin"]))
        return JSONResponse({"referenceId": str(asked["referenceId"]), "result": result})

    def pay(self, request: Request, asked: dict[str, Any]) -> Response:
        reference = str(asked["referenceId"])
        if not reference or asked["currency"] != "KZT" or asked["payer"]["iban"] != ORGANISATION.iban:
            raise ValueError(reference)
        if Money.tenge(str(asked["amount"])).tiyn <= 0:
            raise ValueError(reference)
        return JSONResponse(self.book.pay(reference, asked))

    def payment(self, request: Request, asked: dict[str, Any]) -> Response:
        found = self.book.payment(request.path_params["reference"])
        return JSONResponse(found) if found else JSONResponse({"error": "no_such_payment"}, status_code=404)

    def statement(self, request: Request, asked: dict[str, Any]) -> Response:
        entries = self.book.statement(int(request.query_params.get("since", "0")), STATEMENT_PAGE)
        return JSONResponse({"entries": entries})


class _Counter:
    """What a person does at the bank's page."""

    def __init__(self, book: Book) -> None:
        self.book = book

    async def form(self, request: Request) -> Response:
        asked = request.query_params
        notes = []
        if asked.get("paid"):
            notes.append(
                Section(
                    "Paid",
                    body=f'<p>The lender has the money. Bank reference: <span class="code">'
                    f"{escape(asked['paid'])}</span>.</p>",
                )
            )
        return _page([*notes, Section("Repay a loan", body=_repay_form(dict(asked)))])

    async def repay(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        try:
            written = asked.get("amount", "").replace(" ", "").replace("\u00a0", "").replace(",", ".")
            amount = Money.tenge(Decimal(written))
            reference = self.book.repay(
                from_iban=asked.get("iban", "").replace(" ", ""), amount=amount, purpose=_purpose(asked)
            )
        except (NotPossible, ValueError, InvalidOperation) as error:
            words = str(error) if isinstance(error, NotPossible) else "Write the sum in tenge, like 12345.67."
            refused = Section("Not paid", body=f'<p class="warn">{escape(words)}</p>')
            return _page([refused, Section("Repay a loan", body=_repay_form(asked))], status=422)
        return RedirectResponse("/repay?" + urlencode({"paid": reference}), status_code=303)

    async def desk(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        if asked.get("order") == "hold":
            self.book.hold_back(True)
        elif asked.get("order") == "release":
            self.book.hold_back(False)
        elif asked.get("order") in {"close", "open"}:
            self.book.set_closed(asked.get("iban", ""), asked["order"] == "close")
        return RedirectResponse("/", status_code=303)


def _purpose(asked: dict[str, str]) -> str:
    words = asked.get("purpose", "").strip()
    contract = asked.get("contract", "").strip()
    return " ".join(part for part in (words, f"Шарт / договор № {contract}" if contract else "") if part)[:300]


def _page(sections: list[Section], status: int = 200) -> Response:
    page = render(f"Bank ({BANK_NAME})", "A transfer to the lender's account.", sections)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})


def _repay_form(asked: dict[str, str]) -> str:
    """The form, filled from `iban`, `contract`, `amount` and `purpose` of the address."""
    options = "".join(
        f'<option value="{p.iban}"{" selected" if asked.get("iban") == p.iban else ""}>'
        f"{escape(p.full_name)} · {p.iban}</option>"
        for p in PEOPLE
    )
    contract, amount, purpose = (escape(asked.get(name, "")) for name in ("contract", "amount", "purpose"))
    return (
        '<form method="post" action="/repay">'
        f'<label>From the account of<select name="iban">{options}</select></label>'
        f'<label>Contract number<input name="contract" value="{contract}" placeholder="2026-000001-6"></label>'
        f'<label>Sum, tenge<input name="amount" value="{amount}" inputmode="decimal" required></label>'
        f'<label>Purpose<input name="purpose" value="{purpose}" placeholder="optional"></label>'
        f"<button>Pay {escape(ORGANISATION.name)}</button></form>"
    )


def _sections(stage: Stage, book: Book) -> list[Section]:
    accounts = stage.rows("SELECT iban, holder, balance, closed FROM account ORDER BY holder")
    payments = stage.rows(
        "SELECT at, reference, amount, payee_iban, status, reason FROM payment ORDER BY at DESC LIMIT 30"
    )
    incoming = stage.rows("SELECT * FROM movement ORDER BY cursor DESC LIMIT 30")
    return [
        Section("Repay a loan", body=_repay_form({})),
        Section(
            "Accounts",
            ("IBAN", "holder", "balance, KZT", "state"),
            [
                (row["iban"], row["holder"], Money(row["balance"]), "closed" if row["closed"] else "open")
                for row in accounts
            ],
            code_columns=frozenset({0}),
        ),
        Section(
            "Payment orders of the lender",
            ("at", "reference", "sum, KZT", "to", "status", "reason"),
            [(row["at"], row["reference"], Money(row["amount"]), *tuple(row)[3:]) for row in payments],
        ),
        Section(
            "Statement of the lender's account",
            ("day", "reference", "", "sum, KZT", "who", "purpose"),
            [
                (
                    row["at"][:10],
                    row["bank_reference"],
                    row["direction"].lower(),
                    Money(row["amount"]),
                    row["name"],
                    row["purpose"],
                )
                for row in incoming
            ],
        ),
        Section("At the desk", body=_desk_form(stage, book)),
    ]


def _desk_form(stage: Stage, book: Book) -> str:
    holding = book.holding_back()
    order, words = (
        ("release", "Release the payouts kept in progress") if holding else ("hold", "Keep payouts in progress")
    )
    options = "".join(
        f'<option value="{row["iban"]}">{escape(row["holder"])} · {row["iban"]}</option>'
        for row in stage.rows("SELECT iban, holder FROM account ORDER BY holder")
    )
    return (
        f'<form method="post" action="/desk"><input type="hidden" name="order" value="{order}">'
        f"<button>{words}</button></form>"
        '<form method="post" action="/desk" style="margin-top:.75rem">'
        f'<label>Account<select name="iban">{options}</select></label>'
        '<label>Order<select name="order"><option value="close">close it</option>'
        '<option value="open">open it</option></select></label><button>Do it</button></form>'
    )
