"""Run one simulator: `python -m nesie.simulators messages --port 8104 --state var/simulators`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import socket
import sys
from pathlib import Path
from types import ModuleType

import uvicorn
from starlette.types import ASGIApp

import nesie.simulators

# Modules of this package that are no simulators themselves.
_FURNITURE = frozenset({"__main__", "stage", "page", "people", "portrait"})


def names() -> list[str]:
    """The simulators there are."""
    return sorted(m.name for m in pkgutil.iter_modules(nesie.simulators.__path__) if m.name not in _FURNITURE)


class _Server(uvicorn.Server):
    """A uvicorn server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, words: str) -> None:
        super().__init__(config)
        self.words = words

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self.words + "\n")
            sys.stdout.flush()


def run(module: ModuleType, app: ASGIApp, port: int) -> None:
    """Serve on the loopback until SIGTERM or SIGINT; port 0 takes a free one. Prints `<name> ready on <url>`."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        name = module.__name__.rpartition(".")[2]
        words = f"{name} ready on http://127.0.0.1:{listener.getsockname()[1]}/"
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False, loop="asyncio"
        )
        _Server(config, words).run(sockets=[listener])


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m nesie.simulators", description=__doc__)
    parser.add_argument("name", choices=names())
    parser.add_argument("--port", type=int, default=None, help="0 takes a free one; by default the simulator's own")
    parser.add_argument("--state", type=Path, default=Path("var/simulators"), help="folder of its state")
    chosen = parser.parse_args(arguments)
    module = importlib.import_module(f"nesie.simulators.{chosen.name}")
    run(module, module.create_app(chosen.state), module.PORT if chosen.port is None else chosen.port)


if __name__ == "__main__":
    main()
