"""The pages for operators are true to the code."""

from __future__ import annotations

import re
from pathlib import Path

from nesie.entrypoints.cli.main import parser
from nesie.foundation.audit.rules import Fault
from nesie.foundation.documents.rules import Problem
from nesie.foundation.exchange.rules import TRAITS, Destination, Status
from nesie.foundation.ledger.rules import ACCOUNTS

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "operations"
# Settings of the demo's own programs, or given to a program by the one that starts it.
_NOT_FOR_OPERATORS = re.compile(r"NESIE_(SIMULATED_\w+|PKI_PORT)")
_READ = re.compile(r"""environ(?:\.get\(|\[)["'](NESIE_[A-Z_]+|DATABASE_[A-Z_]+)["']""")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_every_variable_that_is_read_is_explained_and_no_other() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "nesie").rglob("*.py")]
    read = {name for source in sources for name in _READ.findall(source) if not _NOT_FOR_OPERATORS.fullmatch(name)}
    table = page("running").split("## Environment")[1].split("## TLS")[0]
    told = set(re.findall(r"`((?:NESIE|DATABASE)_[A-Z_]+)`", table))
    # Read by a name put together: parts of the demo, and credentials of outside systems.
    outside = (ROOT / "src/nesie/config/outside.py").read_text(encoding="utf-8")
    built = {f"NESIE_{name}" for name in re.findall(r'credential\("([A-Z_]+)"\)', outside)}
    built |= {name for name in told if name.startswith("NESIE_DEMO_")}
    assert told == read | built


def test_every_finding_has_its_word() -> None:
    words = page("audit")
    assert [word for word in (*Fault, *Problem) if f"`{word}`" not in words] == []


def test_destinations_are_tried_as_the_page_says() -> None:
    rows = {
        name.strip(): cells
        for name, *cells in (row.split("|")[1:5] for row in page("exchange").splitlines() if row.count("|") == 5)
    }
    for destination, name in ((Destination.BANK, "bank"), (Destination.EMAIL, "e-mail"), (Destination.SMS, "SMS")):
        traits = TRAITS[destination]
        cells = [cell.strip() for cell in rows[name]]
        assert cells == [
            "yes" if traits.takes_key else "no",
            "yes" if traits.can_be_asked else "no",
            str(traits.attempts),
        ]
    assert [status for status in Status if status.value not in page("exchange")] == []


def test_every_account_is_on_the_accountants_page() -> None:
    table = page("accounting").split("## Accounts\n")[1].split("The groups of four digits")[0]
    assert set(re.findall(r"\b\d{4}\.\d{2}\b", table)) == {account.code for account in ACCOUNTS}


def test_every_command_named_exists() -> None:
    told = {
        tuple(words.split())
        for name in ("accounting", "running", "audit", "exchange", "keys")
        for words in re.findall(r"`nesie ([a-z -]+)`", page(name))
    }
    assert told
    for words in told:
        top = parser()
        for word in words:
            (choices,) = [action.choices for action in top._actions if isinstance(action.choices, dict)]
            top = choices[word]
