"""An import contract of our own: which room may import which (design, section 3)."""

from __future__ import annotations

from typing import Any, NamedTuple

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

SHELVES = ("foundation", "journey", "oversight")

# What a room may import of its own context.
WITHIN = {
    "rules": {"rules"},
    "postings": {"rules"},
    "gateways": {"rules"},
    "models": {"rules", "fields"},
    "queries": {"models", "rules", "gateways"},
    "actions": {"actions", "queries", "models", "rules", "postings", "gateways"},
    "adapters": {"adapters", "gateways", "rules"},
    "migrations": {"models", "rules", "fields"},
    "use_case": {"rules", "gateways", "models"},  # audit's own
    "fields": {"rules", "gateways", "queries", "actions"},  # the vault's own
}
# What a room may import of another context: through its doors only.
ACROSS = {
    "rules": {"rules"},
    "postings": {"rules"},
    "gateways": {"rules"},
    "models": {"rules", "vault.fields"},
    "queries": {"queries", "rules"},
    "actions": {"actions", "queries", "rules", "audit.use_case"},
    "adapters": {"rules"},
    "migrations": {"vault.fields"},
    "use_case": set(),
    "fields": set(),
}
# Entry points call use cases and read; a gateway's words are types to them. Adapters are config's alone.
ENTRYPOINTS = {"actions", "queries", "rules", "gateways", "audit.use_case"}


class Place(NamedTuple):
    """Where a module stands: shelf, context, room."""

    shelf: str
    context: str
    room: str


def place(module: str) -> Place:
    """`nesie.journey.loans.actions.open_loan` -> journey, loans, actions; blanks where there is none."""
    parts = [*module.split("."), "", "", "", ""]
    return Place(parts[1], parts[2], parts[3])


def allowed(importer: Place, imported: Place) -> bool:
    """True when the importing room may use the imported one."""
    if imported.shelf not in SHELVES or not imported.room:
        return True
    if importer.shelf == "config":
        return True
    if importer.shelf == "entrypoints":
        return _door(imported, ENTRYPOINTS)
    if importer.room in ("", "apps"):
        return importer[:2] == imported[:2]
    if importer[:2] == imported[:2]:
        return imported.room == importer.room or imported.room in WITHIN.get(importer.room, set())
    return _door(imported, ACROSS.get(importer.room, set()))


def _door(imported: Place, doors: set[str]) -> bool:
    return imported.room in doors or f"{imported.context}.{imported.room}" in doors


class Doors(Contract):
    """Fails on an import that does not go through a door, and on a room the design does not have."""

    type_name = "doors"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import of the package."""
        breaches = []
        for module in sorted(graph.modules):
            here = place(module)
            if here.shelf in SHELVES and here.room and here.room not in {*WITHIN, "apps"}:
                breaches.append(f"{module}: the design has no room called {here.room}")
            targets = sorted(graph.find_modules_directly_imported_by(module))
            breaches += [f"{module} -> {target}" for target in targets if not allowed(here, place(target))]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each breach."""
        breaches: list[Any] = check.metadata["breaches"]
        for breach in breaches:
            output.print_error(breach)
