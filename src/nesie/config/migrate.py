"""`python -m nesie.config.migrate`: tables, privileges and reference data of the database, as its owner."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys


def migrate() -> None:
    """Bring the database that DATABASE_URL names (as the owner) to this release; safe to run again."""
    import django
    import psycopg
    from django.apps import apps
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)

    from nesie.config import privileges
    from nesie.entrypoints import clock

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        privileges.apply(connection)
    now = clock.machine_now()
    for config in apps.get_app_configs():
        name = f"{config.name}.actions.load_reference"
        if config.name.startswith(("nesie.foundation.", "nesie.journey.")) and importlib.util.find_spec(name):
            importlib.import_module(name).load_reference(now)


def main() -> int:
    """Read the owner's URL and migrate with it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nesie.config.settings")
    if os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    else:
        from pathlib import Path

        from nesie.config import database

        home = Path(os.environ.get("NESIE_HOME", Path(__file__).resolve().parents[3] / "var"))
        owner = database.url(home, owner=True)
        if not owner:
            sys.stderr.write("set DATABASE_OWNER_URL: migrations are run by the owner, never by the application\n")
            return 2
        os.environ["DATABASE_URL"] = owner
    migrate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
