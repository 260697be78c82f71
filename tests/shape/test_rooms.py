"""What the design promises of every room, asked of each: permissions, retention, clock, migrations, money."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from nesie.config.wiring import permissions
from nesie.foundation.audit.use_case import USE_CASES
from nesie.kernel.actor import STAFF_ROLES, Role

SRC = Path(__file__).resolve().parents[2] / "src" / "nesie"
RETENTION = {"audit", "contract", "client", "identity", "money", "message", "configuration", "session"}
_DAYS = ("_on", "_from", "_until", "_to", "day", "on", "as_of")
BELOW_THE_CLOCK = ("kernel", "foundation", "journey")


def actions() -> Iterator[tuple[str, Path]]:
    """Dotted module name and path of every action."""
    for path in sorted(SRC.glob("*/*/actions/*.py")):
        if not path.stem.startswith("_"):
            yield ".".join(("nesie", *path.relative_to(SRC).with_suffix("").parts)), path


def use_cases() -> list[str]:
    """Every use case's name, once all are imported."""
    for module, _ in actions():
        importlib.import_module(module)
    return sorted(name for name, function in USE_CASES.items() if function.__module__.startswith("nesie."))


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("nesie.")]


@pytest.mark.clause("27")
def test_every_use_case_says_who_may_run_it() -> None:
    permitted, four_eyes = permissions()
    assert [name for name in use_cases() if not permitted.get(name)] == []
    assert sorted(set(permitted) - set(use_cases())) == [], "permissions for use cases that do not exist"
    assert four_eyes <= set(permitted)


@pytest.mark.clause("27")
def test_no_single_role_of_the_staff_may_do_everything() -> None:
    permitted, _ = permissions()
    of_staff = {name for name, roles in permitted.items() if roles & STAFF_ROLES}
    for role in STAFF_ROLES:
        assert {name for name in of_staff if role in permitted[name]} < of_staff, role


def test_a_guest_can_only_come_in() -> None:
    """A guest registers, signs in and asks for codes; nothing of anybody's loan."""
    permitted, _ = permissions()
    contexts = {USE_CASES[name].__module__.split(".")[2] for name in use_cases() if Role.GUEST in permitted[name]}
    assert contexts <= {"access", "clients", "documents", "identification"}


def test_a_use_case_lives_in_the_file_of_its_name() -> None:
    wrong = [name for name in use_cases() if USE_CASES[name].__module__.rpartition(".")[2] != name]
    assert wrong == []


def test_every_table_says_how_long_it_is_kept() -> None:
    wrong = [m._meta.label for m in own_models() if getattr(m, "retention", None) not in RETENTION]
    assert wrong == []


def test_money_is_a_whole_number_of_tiyn() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if (field.name.endswith("_tiyn") and not _whole(field)) or isinstance(field, models.FloatField)
    ]
    assert wrong == []


def _whole(field: models.Field) -> bool:  # type: ignore[type-arg]  # any column at all
    wide = isinstance(field, models.DecimalField) and field.decimal_places == 0  # sums over a whole ledger
    return wide or isinstance(field, models.BigIntegerField)


def test_moments_end_in_at_and_days_in_on() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if (
            isinstance(field, models.DateTimeField)
            and not (field.name == "at" or field.name.endswith(("_at", "_until", "_before", "_after")))
        )
        or (type(field) is models.DateField and not field.name.endswith(_DAYS))
    ]
    assert wrong == []


def test_the_clock_is_read_in_entry_points_only() -> None:
    wrong = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for shelf in BELOW_THE_CLOCK
        for path in (SRC / shelf).rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and _reads_clock(node)
    ]
    assert wrong == []


def _reads_clock(node: ast.Attribute) -> bool:
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    return (owner, node.attr) in {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("date", "today"),
        ("timezone", "now"),
        ("time", "time"),
    }


def test_migrations_tell_what_the_models_say(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_each_context_has_one_last_migration() -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert loader.detect_conflicts() == {}


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    silent = {"utils", "helpers", "common", "base", "services", "signals"}
    assert [path for path in SRC.rglob("*.py") if silent & {path.stem, path.parent.name}] == []
