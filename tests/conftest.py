"""One embedded PostgreSQL for the whole run; a migrated template; a rollback or a whole database for each test."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var" / "tests"
os.environ["NESIE_HOME"] = str(VAR)
os.environ["NESIE_DEMO"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nesie.config.settings")

import psycopg  # noqa: E402
import pytest  # noqa: E402
from psycopg import sql  # noqa: E402

from nesie.entrypoints.cli.postgres import Connection, Embedded, locked  # noqa: E402

VAR.mkdir(parents=True, exist_ok=True)
_users = (VAR / "users.lock").open("w")


def _outside() -> Connection | None:
    """A server given by TEST_DATABASE_OWNER_URL / TEST_DATABASE_URL, e.g. Debian's PostgreSQL 15."""
    owner, app = os.environ.get("TEST_DATABASE_OWNER_URL"), os.environ.get("TEST_DATABASE_URL")
    return Connection(owner, app) if owner and app else None


def _through_socket(connection: Connection, cluster: Embedded) -> Connection:
    """The same by the server's Unix socket: a statement takes two thirds of its time over TCP."""
    return Connection(*(f"{url}?host={cluster.sockets}" for url in (connection.owner_url, connection.app_url)))


def _cluster() -> Embedded:
    return Embedded(VAR / "postgres", fast=True)


def _fingerprint() -> str:
    """Changes when a migration, a privilege or reference data changes."""
    digest = hashlib.sha256()
    kinds = ("migrations/*.py", "data/*", "models.py", "models/*.py", "actions/load_reference.py", "rules/chart.py")
    sources = [path for kind in kinds for path in (ROOT / "src" / "nesie").glob(f"**/{kind}") if path.is_file()]
    sources += [ROOT / "src/nesie/config/privileges.py", ROOT / "src/nesie/config/migrate.py"]
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _owner(connection: Connection, database: str) -> psycopg.Connection:
    return psycopg.connect(connection.of(database).owner_url, autocommit=True)


def _template(connection: Connection) -> str:
    """The migrated database that every other is a copy of."""
    name = f"template_{_fingerprint()}"
    with locked(VAR / "template.lock"), _owner(connection, "postgres") as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        building = f"building_{uuid.uuid4().hex[:8]}"
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        env = dict(os.environ, DATABASE_OWNER_URL=connection.of(building).owner_url, PYTHONPATH=str(ROOT / "src"))
        subprocess.run([sys.executable, "-m", "nesie.config.migrate"], check=True, env=env, cwd=ROOT)
        owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
        return name


def _clone(connection: Connection, template: str, name: str) -> None:
    with locked(VAR / "template.lock"), _owner(connection, "postgres") as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def _drop(connection: Connection, name: str) -> None:
    with _owner(connection, "postgres") as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def pytest_configure(config: pytest.Config) -> None:
    # Not through pytest-django's own setting, which would load our settings before the environment above is set.
    import django

    from nesie.entrypoints.cli.messages import compile_catalogues

    _settle_examples()
    compile_catalogues()  # before anything reads a sentence: Django keeps what it has read
    django.setup()
    _settle_passwords()
    _settle_trust()
    if not hasattr(config, "workerinput"):
        fcntl.flock(_users, fcntl.LOCK_SH)
        if _outside() is None:
            _cluster().start()


def _settle_examples() -> None:
    """Property tests try the same examples each time; under `make soak` others each time."""
    import hypothesis

    hypothesis.settings.register_profile("build", derandomize=True, deadline=None, database=None)
    if float(os.environ.get("NESIE_TEST_EXAMPLES", "1")) <= 1:
        hypothesis.settings.load_profile("build")


def _settle_passwords() -> None:
    """Hashed lightly: what is tested is what is done with the hash. A test of the hash itself asks for the real one."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.hashing.LightArgon2"]


def _settle_trust() -> None:
    """Nobody here is reached by TLS, and a hundred and forty authorities take 20 ms to read for each HTTP client."""
    import certifi

    one = VAR / "authority.pem"
    if not one.exists():
        first, end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----\n")
        one.write_text(first + end)
    os.environ["SSL_CERT_FILE"] = str(one)


# Folders whose tests share one running world: kept on one worker, so that it is built once.
SHARED_WORLDS = ("browser", "stories")
# What takes longest begins first, whatever else there is, so that no worker is left alone with it at the end.
LONGEST_FIRST = (
    "simulation/", "browser/", "databases/", "entrypoints/cli/test_run.py", "entrypoints/cli/test_story.py",
    "stories/", "entrypoints/api/test_fuzz.py", "foundation/exchange/test_killed.py", "journey/loans/test_day_close.py",
    "journey/loans/test_books.py", "journey/loans/test_servicing.py",
)  # fmt: skip


@pytest.hookimpl(trylast=True)  # after pytest-django has put its own order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        items.sort(key=_place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share a world stay together; pytest-xdist's own groups are lost under pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid.split("::")[0]) or nodeid

    return Together(config, log)


@cache
def _group(path: str) -> str:
    """The name of the world that the tests of a file share; empty when they share none."""
    folder = Path(path).parts[1]
    if folder in SHARED_WORLDS:
        return folder
    source = (ROOT / path).read_text()
    marked = re.search(r'xdist_group\("(\w+)"\)', source)
    if marked:
        return marked[1]
    return path if "module_db" in source or "standing_db" in source else ""


def _place(item: pytest.Item) -> int:
    path = str(item.path.relative_to(ROOT / "tests"))
    return next((n for n, start in enumerate(LONGEST_FIRST) if path.startswith(start)), len(LONGEST_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait for a program or for a moment."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    try:
        fcntl.flock(_users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # another run in this checkout still uses the server
    if _outside() is None:
        _cluster().stop()


@pytest.fixture(scope="session")
def cluster() -> Connection:
    """The running server."""
    outside = _outside()
    if outside is not None:
        return outside
    own = _cluster()
    return _through_socket(own.start(), own)


@pytest.fixture(scope="session")
def template(cluster: Connection) -> str:
    """Name of the migrated template database."""
    return _template(cluster)


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    """Keys of the vault and the lender's signing key, as `nesie keys init` makes them."""
    from nesie.foundation.documents.adapters.file import FileSigner
    from nesie.foundation.vault.adapters.file import FileKeyRing
    from nesie.foundation.vault.rules import Family

    for family in Family:
        FileKeyRing(VAR / "keys").make(family, 1)
    FileSigner(VAR / "keys").make("Nesie tests", "240340000019", datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def django_db_setup(cluster: Connection, template: str, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's `db` runs on this worker's own copy, as the application's role."""
    name = f"run_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    _clone(cluster, template, name)
    with django_db_blocker.unblock():
        _point_django_at(cluster.of(name).app_url)
    yield
    with django_db_blocker.unblock():
        _disconnect()
    _drop(cluster, name)


def _point_django_at(url: str) -> None:
    from django.conf import settings
    from django.db import connections

    from nesie.config import database

    connection = connections["default"]
    connection.close()
    fresh = database.django_settings(url)
    settings.DATABASES["default"].update(fresh)
    connection.settings_dict.update(fresh)


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()


@dataclass(frozen=True)
class FreshDatabase:
    """A database of one test, with real commits."""

    name: str
    url: str
    owner_url: str

    @property
    def env(self) -> dict[str, str]:
        """Environment for a program that shall use this database as the application's role."""
        return dict(os.environ, DATABASE_URL=self.url, PYTHONPATH=str(ROOT / "src"))


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What fixtures of scope `module` build on it is built once for the module and undone after its last test.

    Each test of the module then works in a savepoint, and what it changes in memory is put back: no test sees what
    another did.
    """
    from django.db import transaction

    with django_db_blocker.unblock():
        outermost = transaction.atomic()
        outermost._from_testcase = True  # type: ignore[attr-defined]  # as Django's own: durable blocks may open inside
        with outermost:
            yield
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _world_as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undoes what a test does to a world its module built once."""
    if "module_db" not in request.fixturenames:
        yield
        return
    from tests.kept import unchanged

    request.getfixturevalue("db")
    with unchanged(*request.node.funcargs.values()):  # so far those of wider scopes
        yield


@contextmanager
def own_database(cluster: Connection, template: str, blocker: Any) -> Iterator[FreshDatabase]:
    """A database of its own, a copy of `template`, that Django uses while the block lasts."""
    from django.db import connections

    assert not connections["default"].in_atomic_block, "a module with `module_db` cannot leave its database"
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    _clone(cluster, template, name)
    before = dict(connections["default"].settings_dict)
    here = cluster.of(name)
    with blocker.unblock():
        _point_django_at(here.app_url)
        try:
            yield FreshDatabase(name, here.app_url, here.owner_url)
        finally:
            _disconnect()
            connections["default"].settings_dict.update(before)
    _drop(cluster, name)


@pytest.fixture
def fresh_db(
    cluster: Connection, template: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[FreshDatabase]:
    """An own database: transactions really commit, other processes can join, the owner can tamper."""
    with own_database(cluster, template, django_db_blocker) as database:
        yield database


@pytest.fixture(scope="module")
def standing_db(
    cluster: Connection, template: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[FreshDatabase]:
    """As `fresh_db`, one for a module: for tests of what is refused, after which everything stands as before."""
    with own_database(cluster, template, django_db_blocker) as database:
        yield database


@pytest.fixture
def owner_sql(fresh_db: FreshDatabase) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Run SQL as the owner of the fresh database: `owner_sql("SELECT ...", [args])`."""
    with psycopg.connect(fresh_db.owner_url, autocommit=True) as connection:

        def run(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
            cursor = connection.execute(statement, parameters)  # type: ignore[arg-type]  # tests write their own SQL
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture(scope="session")
def now() -> datetime:
    """A Monday morning in Almaty: 2026-11-23 09:00 (+05)."""
    return datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
