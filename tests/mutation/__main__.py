"""`python -m tests.mutation terms|loans [--sample N]`: which faults the tests do not notice, and the ratio."""

from __future__ import annotations

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import random
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import holidays
import hypothesis
import pytest

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 60  # of work; a fault that never ends is noticed too


@dataclass(frozen=True)
class Target:
    """Rules, and the pure tests that stand for them, the quickest first."""

    rules: str
    tests: tuple[str, ...]
    django: bool = False  # loans name contracts, whose words live in translated rooms


TARGETS = {
    "terms": Target(
        "src/nesie/foundation/terms/rules",
        (
            "tests/foundation/terms/test_methods.py",
            "tests/foundation/terms/test_schedule.py",
            "tests/foundation/terms/test_gesv.py",
            "tests/foundation/terms/test_caps.py",
            "tests/foundation/terms/test_product_rules.py",
            "tests/foundation/terms/test_any_terms.py",
        ),
    ),
    "loans": Target(
        "src/nesie/journey/loans/rules",
        (
            "tests/journey/loans/rules/test_days.py",
            "tests/journey/loans/rules/test_money.py",
            "tests/journey/loans/rules/test_anew.py",
            "tests/journey/loans/rules/test_agreed.py",
            "tests/journey/loans/rules/test_checks.py",
            "tests/journey/loans/rules/test_told.py",
            "tests/journey/loans/rules/test_owed.py",
            "tests/journey/loans/test_improvements.py",
            "tests/entrypoints/calculator/test_servicing_cases.py",
            "tests/journey/loans/test_rules.py",
            "tests/journey/loans/test_settlement_rules.py",
            "tests/journey/loans/test_servicing_rules.py",
            "tests/journey/loans/test_any_product.py",
            "tests/journey/loans/test_engine.py",
        ),
        django=True,
    ),
}


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self.module, self.path, self.source = module, path, source

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.module:
            return None
        is_package = self.path.name == "__init__.py"
        spec = importlib.util.spec_from_loader(name, self, origin=str(self.path), is_package=is_package)
        if spec is not None and is_package:
            spec.submodule_search_locations = [str(self.path.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def name_of(path: Path) -> str:
    """`src/nesie/x/rules/__init__.py` -> `nesie.x.rules`."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def passes(path: Path, mutant: Mutant | None, target: Target) -> bool:
    """Whether the tests pass in a child that has the fault (none: as the source is)."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        if mutant is not None:
            sys.meta_path.insert(0, _Changed(name_of(path), path, mutant.source))
        # A fault has to be found, not to be shown at its smallest.
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile("mutation", phases=phases)
        hypothesis.settings.load_profile("mutation")
        quiet = io.StringIO()
        options = ["-x", "-q", "--noconftest", "--no-header", "-p", "no:django", "-p", "no:cacheprovider"]
        options += ["-k", "not in_two_seconds"]  # on a busy machine such a test would notice what is no fault
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            if target.django:
                _settle()
            code = int(pytest.main([*options, *(one for one in target.tests if Path(one).exists())]))
    finally:
        os._exit(code)


def _settle() -> None:
    """Django knows its rooms; no database is asked for."""
    os.environ |= {"NESIE_DEMO": "1", "NESIE_HOME": str(ROOT / "var" / "tests")}
    os.environ["DJANGO_SETTINGS_MODULE"] = "nesie.config.settings"
    import django

    django.setup()


def main() -> int:
    """Print what was not noticed, and the ratio."""
    options = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    options.add_argument("target", choices=TARGETS)
    options.add_argument("--sample", type=int, default=0, help="so many faults by chance; 0 for all")
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--only", default="", help="only files whose name holds this")
    asked = options.parse_args()
    target = TARGETS[asked.target]
    os.chdir(ROOT)
    holidays.country_holidays("KZ").get("2026-01-01")
    every = [
        (path, mutant)
        for path in sorted(Path(ROOT / target.rules).glob("**/*.py"))
        if asked.only in path.name
        for mutant in mutants(path.read_text())
    ]
    chosen = random.Random(asked.seed).sample(every, asked.sample) if 0 < asked.sample < len(every) else every
    assert not any(name.startswith("nesie") for name in sys.modules), "a child must read the rules itself"
    if not passes(ROOT, None, target):
        print("the tests fail without any fault")
        return 2
    begun, left = time.monotonic(), []
    for number, (path, mutant) in enumerate(chosen, start=1):
        if passes(path, mutant, target):
            left.append((path, mutant))
            print(f"not noticed: {path.relative_to(ROOT)}:{mutant.line}: {mutant.what}", flush=True)
        if number % 25 == 0:
            print(f"{number} of {len(chosen)}, {number - len(left)} noticed", file=sys.stderr, flush=True)
    noticed = len(chosen) - len(left)
    print(
        f"{asked.target}: {noticed} of {len(chosen)} faults noticed ({100 * noticed / len(chosen):.1f} %), "
        f"out of {len(every)} possible, seed {asked.seed}, {time.monotonic() - begun:.0f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
