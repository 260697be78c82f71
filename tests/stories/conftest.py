"""The world of the stories: every simulator as its own program, a lender open for business, and people with hands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nesie.entrypoints.cli.postgres import Connection
from tests.conftest import FreshDatabase, own_database

if TYPE_CHECKING:  # this file is read before Django is set up
    from tests.stories.world import Programs, World


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """All simulators, started once; each story resets them."""
    from tests.stories.world import running

    with running(tmp_path_factory.mktemp("outside")) as programs:
        yield programs


@pytest.fixture(scope="session")
def open_lender(
    programs: Programs,
    cluster: Connection,
    template: str,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The name of a database to copy: a lender with staff, norms, products, texts, capital and one client."""
    from django.db import connections

    from tests.stories.world import opened, wired

    folder = tmp_path_factory.mktemp("lender")
    before = dict(connections["default"].settings_dict)
    with own_database(cluster, template, django_db_blocker) as database:
        programs.reset()
        with wired(programs, folder):
            opened(programs, folder)
        connections.close_all()  # nobody may be connected to what is copied
        connections["default"].settings_dict.update(before)  # tests of other folders may follow on this worker
        yield database.name


@pytest.fixture
def story_db(cluster: Connection, open_lender: str, django_db_blocker: Any) -> Iterator[FreshDatabase]:
    """This story's own database, with real commits."""
    with own_database(cluster, open_lender, django_db_blocker) as database:
        yield database


@pytest.fixture
def world(programs: Programs, story_db: FreshDatabase, tmp_path: Path) -> Iterator[World]:
    """The morning of the story: everything works, nobody has come yet."""
    from tests.stories.world import World, wired

    programs.reset()
    with wired(programs, tmp_path):
        yield World(programs)
