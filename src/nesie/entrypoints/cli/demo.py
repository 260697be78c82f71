"""`nesie demo`: what a demo installation needs before its first client: staff, norms, products, texts, capital.

Everything goes through the same use cases as in a real installation, four eyes included. Safe to run again.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.money import Money

CAPITAL = Money.tenge(50_000_000)
PRODUCTS_FROM = date(2026, 1, 1)
STAFF = {
    "operator": ("Айгүл Оператор", Role.OPERATOR),
    "credit": ("Болат Несиегер", Role.CREDIT_OFFICER),
    "cashier": ("Гүлнар Кассир", Role.CASHIER),
    "risk": ("Дәурен Тәуекелші", Role.RISK_OFFICER),
    "compliance": ("Ерлан Комплаенс", Role.COMPLIANCE_OFFICER),
    "admin": ("Жанар Әкімші", Role.ADMINISTRATOR),
    "auditor": ("Кәмила Аудитор", Role.AUDITOR),
}
# Norms whose text nobody here has read, or whose figure was not found: the demo's own choice, shown as such.
SET_NORMS = (
    ("max_consumer_amount", "5000000", "KZT", date(2026, 1, 1)),
    ("debt_to_income_limit", "5", "ratio", date(2026, 1, 1)),
    ("personal_presence_min", "1000000", "KZT", date(2026, 1, 1)),
    ("ban_forgiven_since", "2025-07-01", "date", date(2025, 7, 1)),
)
CONFIRMED_NORMS = (("min_age", date(2019, 11, 28), "18"),)
BASIS = "chosen for the demonstration; not legal advice"


@dataclass(frozen=True)
class Login:
    """One demo account of the staff."""

    login: str
    role: str
    password: str
    totp_secret: str


def add(commands: Any) -> None:
    """Register `nesie demo`."""
    command = commands.add_parser("demo", help="bring in the demo's staff, norms, products and capital")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing."""
    from django.conf import settings

    from nesie.entrypoints import clock

    if "LOGINS" not in settings.NESIE_DEMO_PARTS:
        print("Demo logins are made in the demo only (NESIE_DEMO=1).")
        return 2
    seed(clock.business_now(), logins_file(settings.NESIE_HOME))
    return 0


def logins_file(home: Path) -> Path:
    """Where the demo's logins are kept for the newcomer (mode 0600)."""
    return home / "demo-logins.json"


def logins(home: Path) -> list[Login]:
    """The demo logins made so far."""
    path = logins_file(home)
    return [Login(**row) for row in json.loads(path.read_text())] if path.exists() else []


def seed(now: datetime, keep_in: Path) -> list[Login]:
    """Staff, capital, products, norms; returns the logins. Nothing is made twice."""
    from nesie.foundation.ledger.actions import contribute_capital
    from nesie.foundation.terms.actions import load_demo_products

    system = worker(Channel.CLI)
    made = _staff(now, keep_in)
    contribute_capital(system, now, amount=CAPITAL, key="demo")
    load_demo_products(system, now, valid_from=PRODUCTS_FROM)
    _texts(system, now)
    _norms(now, {login.login: login for login in made})
    return made


def _staff(now: datetime, keep_in: Path) -> list[Login]:
    if keep_in.exists():
        return [Login(**row) for row in json.loads(keep_in.read_text())]
    import pyotp

    from nesie.foundation.access.actions import begin_enrolment, bootstrap_staff, complete_enrolment

    system, made = worker(Channel.CLI), []
    # Their first codes are of an hour ago, so that nobody has to wait for a fresh one.
    then = now - timedelta(hours=1)
    for login, (name, role) in STAFF.items():
        invited = bootstrap_staff(system, then, login=login, name=name, roles=(role,))
        secret = begin_enrolment(system, then, invitation=invited.invitation).secret
        password = f"{login}-{secrets.token_hex(6)}-Nesie"
        code = pyotp.TOTP(secret).at(_machine(then))
        complete_enrolment(system, then, invitation=invited.invitation, password=password, totp=code)
        made.append(Login(login, role.value, password, secret))
    descriptor = os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump([asdict(login) for login in made], file, indent=1)
    return made


def _texts(system: Actor, now: datetime) -> None:
    """The texts every client must read (clauses 8.2, 8.5), as shipped, where none is in force."""
    from nesie.foundation.lender import queries as lender
    from nesie.foundation.lender.actions import publish_rules
    from nesie.foundation.lender.rules import RulesKind

    known = {(text.kind, text.language) for text in lender.published()}
    for kind in RulesKind:
        for language in ("kk", "ru"):
            if (kind, language) not in known:
                title, body = lender.shipped_text(kind, language)
                publish_rules(system, now, kind=kind, language=language, title=title, body=body)


def _machine(now: datetime) -> datetime:
    from nesie.foundation.norms import queries as norms

    return now - norms.clock_shift()


def _norms(now: datetime, staff: dict[str, Login]) -> None:
    """Set and confirm norms the way staff do: one asks, another approves with both factors."""
    from nesie.foundation.norms import queries as norms
    from nesie.foundation.norms.actions import confirm_parameter, set_parameter
    from nesie.foundation.norms.rules import NormMissing, NormUnconfirmed

    today = _machine(now).date()
    moment = now - timedelta(minutes=30)  # each approval spends a code of its own half-minute
    for code, value, unit, start in SET_NORMS:
        try:
            norms.parameter(code, today)
        except (NormMissing, NormUnconfirmed):
            wanted: dict[str, Any] = {"code": code, "value": value, "unit": unit, "valid_from": start, "source": BASIS}
            moment += timedelta(minutes=1)
            set_parameter(_approved(moment, "set_parameter", wanted, staff), moment, **wanted)
    for code, valid_from, value in CONFIRMED_NORMS:
        try:
            norms.parameter(code, today)
        except NormUnconfirmed:
            known: dict[str, Any] = {"code": code, "valid_from": valid_from, "value": value, "basis": BASIS}
            moment += timedelta(minutes=1)
            confirm_parameter(_approved(moment, "confirm_parameter", known, staff), moment, **known)


def _approved(now: datetime, act: str, arguments: dict[str, Any], staff: dict[str, Login]) -> Actor:
    import pyotp

    from nesie.foundation.access import queries as access
    from nesie.foundation.access.actions import approve_request, request_approval
    from nesie.foundation.access.rules import Attempt

    auditor = Actor(None, frozenset({Role.AUDITOR}), Channel.CLI)
    ids = {view.login: view.id for view in access.staff(auditor)}
    asks = Actor(ids["admin"], frozenset({Role.ADMINISTRATOR}), Channel.CLI)
    agrees = Actor(ids["compliance"], frozenset({Role.COMPLIANCE_OFFICER}), Channel.CLI)
    request = request_approval(asks, now, permission=act, arguments=arguments, summary=f"{act} {arguments['code']}")
    code = pyotp.TOTP(staff["compliance"].totp_secret).at(_machine(now))
    done = approve_request(agrees, now, approval_id=request, password=staff["compliance"].password, totp=code)
    if done is not Attempt.DONE:
        raise RuntimeError(f"the demo's approval of {act} was not accepted: {done}")
    return asks
