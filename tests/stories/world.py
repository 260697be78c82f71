"""The outside world as programs on the loopback, one clock for all of it, and the way to order that something fails."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import override_settings

from nesie.config import outside, wiring
from nesie.entrypoints.cli import demo
from nesie.entrypoints.jobs import journey
from nesie.entrypoints.story.backroom import Backroom
from nesie.entrypoints.story.hands import Hands, people
from nesie.entrypoints.story.walk import Walk
from nesie.foundation.audit import queries as audit
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts.rules import Drafted, SignOutcome
from nesie.journey.loans import queries as loans
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, ContractId, LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused
from nesie.simulators.pki.material import Material
from tests.sealing import seal_all
from tests.simulators import launch

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday, 09:00 in Almaty
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
AMOUNT = Money.tenge(400_000)  # above the minimal size of paragraph 9-1
BROWSER = httpx.Client(trust_env=False)  # one for all: making one takes longer than most visits
_NAMES = ("bank", "coid", "registry", "messages", "pki", "bureau", "afm", "egov", "ncalayer", "egov_mobile")


@dataclass(frozen=True)
class Programs:
    """The running simulators."""

    addresses: dict[str, str]  # as settings.NESIE_ADDRESSES
    state: Path

    @property
    def pages(self) -> dict[str, str]:
        """HTTP addresses, NCALayer's too."""
        return {name: address.replace("ws://", "http://") for name, address in self.addresses.items()}

    def reset(self) -> None:
        """Back to the beginning, all of them."""
        for page in self.pages.values():
            BROWSER.post(f"{page}/_stage/reset").raise_for_status()

    def tell(self, now: datetime) -> None:
        """It is `now`."""
        for page in self.pages.values():
            BROWSER.post(f"{page}/_stage/clock", json={"now": now.isoformat()}).raise_for_status()


@contextmanager
def running(state: Path) -> Iterator[Programs]:
    """Start all simulators on free ports, each with a folder of its own, and stop them at the end."""
    Material(state).ensure(NOW)  # certificates in force on the stories' days, whatever the machine's date is
    started = []
    try:
        with ThreadPoolExecutor(4) as pool, pytest.MonkeyPatch.context() as patch:
            pki = launch.start("pki", state)
            started.append(pki)
            patch.setenv("NESIE_PKI_URL", pki[1])
            others = [name for name in _NAMES if name != "pki"]
            started += pool.map(lambda name: launch.start(name, state), others)
        addresses = dict(zip(["pki", *others], (url for _, url in started), strict=True))
        addresses["ncalayer"] = addresses["ncalayer"].replace("http://", "ws://")
        yield Programs(addresses, state)
    finally:
        for program, _ in started:
            program.terminate()
        for program, _ in started:
            program.wait(timeout=10)


@contextmanager
def wired(programs: Programs, folder: Path) -> Iterator[None]:
    """Nesie's real adapters pointed at the running simulators while the block lasts."""
    at = programs.addresses
    pki = {"ocsp": at["pki"] + "/ocsp/", "crl": at["pki"] + "/crl/{anchor}.crl", "stamps": at["pki"] + "/tsp/"}
    with override_settings(
        NESIE_ADDRESSES=at,
        NESIE_PKI=pki,
        NESIE_ANCHORS_DIR=programs.state / "pki" / "anchors",
        NESIE_ANCHOR_FILE=folder / "anchor" / "heads.jsonl",
        NESIE_GATEWAY_TIMEOUT_SECONDS=5.0,
    ):
        wiring.connect()
        yield
    wiring.connect()


def opened(programs: Programs, folder: Path) -> None:
    """A week before: staff, norms by four eyes, products, texts and capital as `nesie demo` brings them in, one client.

    The client is Daniyar, registered in the same way as in the first story.
    """
    before = NOW - timedelta(days=7)
    demo.seed(before - timedelta(hours=12), folder / "logins.json")
    World(programs, before).comes("daniyar").register()


@dataclass
class World:
    """One story's world. `at(moment)` moves the one clock; time goes forward only."""

    programs: Programs
    now: datetime = NOW
    failures: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at(self.now)

    def clock(self) -> datetime:
        """What time it is."""
        return self.now

    def at(self, now: datetime) -> None:
        """Let it be `now`, here and in every program outside."""
        self.now = now
        self.programs.tell(now)

    def after(self, passed: timedelta) -> None:
        """Let time pass."""
        self.at(self.now + passed)

    # -- who is in it -------------------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> dict[str, dict[str, Any]]:
        """The demo people."""
        return people(self.programs.addresses)

    @cached_property
    def backroom(self) -> Backroom:
        """The worker, with the carrier and the bank of the installation's own settings."""
        steps = [replace(step, take=self._watched(step)) for step in journey.STEPS]
        return Backroom(outside.carrier(), outside.bank(), self.clock, self.clock, steps)

    def work(self) -> None:
        """The worker goes round; a crash in a step, which it would only log, fails the story."""
        self.backroom.work()
        if self.failures:
            raise self.failures[0]

    def patiently(self, minutes: int, every: int = 1) -> None:
        """The worker goes round every so many minutes: what failed is tried again when its wait is over."""
        for _ in range(0, minutes, every):
            self.after(timedelta(minutes=every))
            self.work()

    def comes(self, key: str = "aigerim") -> Walk:
        """One of the demo people, at the door."""
        return Walk(Hands(self.programs.addresses, self.people[key]), self.backroom, self.clock)

    def daniyar(self, iban: str | None = None) -> Walk:
        """Somebody who registered last week and has signed in now; `iban` instead of his own account."""
        walk = self.comes("daniyar")
        walk.sign_in()
        walk.read_texts()
        walk.name_account(iban)
        return walk

    # -- how far they have come ---------------------------------------------------------------------------------------

    def screened(self, walk: Walk, amount: Money = AMOUNT, term: int = 12) -> ApplicationId:
        """An application that the worker has done with."""
        application_id = walk.apply(amount, term)
        self.work()
        return application_id

    def drafted(self, walk: Walk, amount: Money = AMOUNT, term: int = 12) -> Drafted:
        """A contract drawn up from the chosen annuity."""
        application_id = self.screened(walk, amount, term)
        walk.choose(application_id)
        made = walk.draft(application_id)
        self.work()
        return made

    def signed(self, walk: Walk, amount: Money = AMOUNT, term: int = 12) -> ContractId:
        """A contract concluded, and the worker round once."""
        signed = walk.sign(self.drafted(walk, amount, term))
        assert signed.outcome is SignOutcome.SIGNED, signed
        self.work()
        return signed.contract_id

    def consented(self, walk: Walk) -> ContractId:
        """A contract signed a day ago, the second consent just given, the worker not yet round."""
        contract_id = self.signed(walk)
        self.after(DAY)
        walk.sign_in()
        assert walk.consent_to_receive(contract_id).given
        return contract_id

    def lent(self, walk: Walk) -> LoanId:
        """A loan whose money the client has."""
        contract_id = self.consented(walk)
        self.work()
        loan_id = loans.loan_of_contract(contract_id)
        assert loan_id is not None
        return loan_id

    # -- what goes wrong ----------------------------------------------------------------------------------------------

    def order(self, program: str, kind: str, *, path: str = "", times: int = 1) -> None:
        """The next `times` requests to a program go wrong in this way."""
        self.tell(program, "/_stage/fault", kind=kind, path=path, times=times)

    def tell(self, program: str, where: str, /, **order: Any) -> None:
        """An order to a simulator, as its page would give it."""
        BROWSER.post(self.programs.pages[program] + where, json=order).raise_for_status()

    def asked(self, program: str, path: str) -> int:
        """How many requests a program has seen on a path."""
        state = BROWSER.get(self.programs.pages[program] + "/_stage/state").json()
        return sum(one["path"].startswith(path) for one in state["journal"])

    def at_the_bank(self, order: str, iban: str = "") -> None:
        """An order at the bank's own desk."""
        form = {"order": order, "iban": iban}
        BROWSER.post(self.programs.pages["bank"] + "/desk", data=form, follow_redirects=False)

    def payments_made(self) -> list[dict[str, Any]]:
        """The lender's payouts as the bank's own statement shows them."""
        entries = self.backroom.bank._statement(0)  # type: ignore[attr-defined]  # its debits are nobody's business but ours
        return [one for one in entries if one["direction"] == "DEBIT"]

    # -- what must be true at the end of every story ------------------------------------------------------------------

    def check_books(self) -> None:
        """Trial balance zero, nothing left between the stages, every loan equal to the ledger, the trail unbent."""
        today: date = business_day(self.now)
        assert ledger.trial_balance(today).difference == ZERO
        for clearing in (Chart.DISBURSEMENTS_IN_TRANSIT, Chart.RECEIPTS_UNALLOCATED, Chart.SUSPENSE):
            assert ledger.balances_by_sub(clearing) == {}, clearing
        assert loans.differences() == ()
        seal_all(self.now)
        assert audit.verify() is None

    def _watched(self, step: journey.Step) -> Any:
        def take(actor: Actor, now: datetime, thing: Any) -> Any:
            try:
                return step.take(actor, now, thing)
            except Refused:
                raise
            except Exception as failure:
                self.failures.append(failure)
                raise

        return take
