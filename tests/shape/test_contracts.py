"""The machine keeps the shape: every import contract holds, and each one fails when it is breached."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter import configuration
from importlinter.application import use_cases as linter
from importlinter.application.user_options import UserOptions
from importlinter.domain.contract import registry

ROOT = Path(__file__).resolve().parents[2]
configuration.configure()

# (what is planted where, which contract must say no)
BREACHES = {
    "kernel looks up": ("kernel/money.py", "import nesie.foundation.norms.rules", "layers"),
    "foundation looks at the journey": (
        "foundation/ledger/queries/books.py",
        "import nesie.journey.loans.queries",
        "layers",
    ),
    "journey looks at an entry point": (
        "journey/clients/queries/__init__.py",
        "import nesie.entrypoints.clock",
        "layers",
    ),
    "an entry point looks at config": ("entrypoints/clock.py", "import nesie.config.wiring", "layers"),
    "a shelf nobody declared": ("extras/__init__.py", "", "layers"),
    "contracts look forward to payments": (
        "journey/contracts/queries/__init__.py",
        "import nesie.journey.payments.queries",
        "journey",
    ),
    "clients look forward to applications": (
        "journey/clients/queries/__init__.py",
        "import nesie.journey.applications.queries",
        "journey",
    ),
    "aml looks at its neighbour": ("journey/aml/queries.py", "import nesie.journey.creditworthiness.rules", "journey"),
    "a stage nobody declared": ("journey/gifts/__init__.py", "", "journey"),
    "the vault looks up at notices": (
        "foundation/vault/queries.py",
        "import nesie.foundation.notices.rules",
        "foundation",
    ),
    "the ledger looks at terms": (
        "foundation/ledger/queries/books.py",
        "import nesie.foundation.terms.rules",
        "foundation",
    ),
    "audit looks up at access": ("foundation/audit/queries.py", "import nesie.foundation.access.rules", "foundation"),
    "rules read the database": ("foundation/vault/rules.py", "import nesie.foundation.vault.models", "pure"),
    "rules use Django": ("journey/aml/rules/__init__.py", "import django.conf", "pure"),
    "the kernel uses the network": ("kernel/ids.py", "import httpx", "pure"),
    "postings read": ("journey/loans/postings.py", "import nesie.foundation.vault.queries", "pure"),
    "a simulator knows a room": (
        "simulators/stage.py",
        "import nesie.foundation.exchange.rules",
        "simulators-know-nobody",
    ),
    "a room knows a simulator": (
        "journey/payments/queries.py",
        "import nesie.simulators.stage",
        "nobody-knows-simulators",
    ),
    "a stranger's table": ("journey/loans/queries/books.py", "import nesie.foundation.vault.models", "doors"),
    "a stranger's adapter": (
        "journey/clients/queries/__init__.py",
        "import nesie.foundation.identification.adapters.fake",
        "doors",
    ),
    "an entry point reads a table": ("entrypoints/clock.py", "import nesie.foundation.audit.models", "doors"),
    "a query acts": ("journey/loans/queries/books.py", "import nesie.journey.loans.actions", "doors"),
    "a room the design does not have": ("journey/loans/services.py", "", "doors"),
}


def contract_of(identifier: str) -> tuple[Any, dict[str, Any]]:
    """The contract with this id as pyproject.toml has it."""
    options: UserOptions = linter.read_user_options(config_filename=str(ROOT / "pyproject.toml"))
    linter._register_contract_types(options)  # the public call wants to lint at once
    for found in options.contracts_options:
        if found["id"] == identifier:
            kind = registry.get_contract_class(found["type"])
            return kind(name=found["name"], session_options=options.session_options, contract_options=found), found
    raise AssertionError(f"no contract is called {identifier}")


def kept(identifier: str, graph: grimp.ImportGraph) -> bool:
    """True when the contract holds on the graph."""
    contract, _ = contract_of(identifier)
    return bool(contract.check(graph=graph, verbose=False).kept)


CONTRACTS = sorted({contract for _, _, contract in BREACHES.values()})


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the package that may be spoilt, found by grimp instead of the real one."""
    folder = tmp_path_factory.mktemp("planted")
    ignore = shutil.ignore_patterns("static", "locale", "*.ttf", "*.typ", "__pycache__")
    shutil.copytree(ROOT / "src" / "nesie", folder / "nesie", ignore=ignore)
    return folder


def graph_of(folder: Path, cache: Path) -> grimp.ImportGraph:
    """The import graph of the package in `folder`."""
    loaded = {name: module for name, module in sys.modules.items() if name == "nesie" or name.startswith("nesie.")}
    for name in loaded:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        return grimp.build_graph("nesie", include_external_packages=True, cache_dir=str(cache))
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n == "nesie" or n.startswith("nesie.")]:
            del sys.modules[name]
        sys.modules.update(loaded)
        importlib.invalidate_caches()


@pytest.mark.parametrize("identifier", CONTRACTS)
def test_the_contract_holds(identifier: str, copy: Path) -> None:
    contract, _ = contract_of(identifier)
    check = contract.check(graph=graph_of(copy, copy / ".cache"), verbose=False)
    assert check.kept, check.metadata


@pytest.mark.parametrize("breach", sorted(BREACHES))
def test_a_planted_breach_is_caught_by_the_contract_meant_for_it(breach: str, copy: Path) -> None:
    where, line, identifier = BREACHES[breach]
    path = copy / "nesie" / where
    assert path.exists() == bool(line), f"{where} has moved"  # a breach without a line is a file that is new
    before = path.read_text() if line else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((before or "") + f"\n{line}\n")
    try:
        assert not kept(identifier, graph_of(copy, copy / ".cache")), f"{identifier} let it pass: {where}: {line}"
    finally:
        if before is None:
            path.unlink()
            if path.name == "__init__.py":
                path.parent.rmdir()
        else:
            path.write_text(before)
