"""The worker: seals the audit trail, carries messages, and moves the journey along. Any number may run side by side."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import structlog
from django.db import close_old_connections, connection

from nesie.entrypoints.clock import business_now, machine_now
from nesie.entrypoints.jobs import day_close, demo_clock, exchange, journey, statement
from nesie.foundation.audit.actions.seal_records import seal_records
from nesie.foundation.exchange.gateways import Carrier

SEAL_PAUSE_SECONDS = 0.4  # the lag that the staff page shows stays under a second
JOURNEY_PAUSE_SECONDS = 0.5
STATEMENT_PAUSE_SECONDS = 2.0
DAY_CLOSE_SESSIONS = 2
TROUBLE_PAUSE_SECONDS = 2.0

_log = structlog.get_logger("nesie.worker")


def work(carrier: Carrier) -> None:
    """Run until SIGTERM or SIGINT."""
    stop, rest = threading.Event(), journey.Rest()
    # The day close has threads of its own: money that comes in need not wait until a million loans are done.
    steps = [step for step in journey.STEPS if step.name != journey.DAY_CLOSE]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    loops = {
        "sealer": lambda: _every(SEAL_PAUSE_SECONDS, stop, lambda: seal_records(machine_now())),
        "exchange": lambda: _every(0.0, stop, lambda: exchange.keep_delivering(carrier, stop)),
        "journey": lambda: _every(JOURNEY_PAUSE_SECONDS, stop, lambda: journey.move(business_now(), steps, rest=rest)),
    }
    for place in range(DAY_CLOSE_SESSIONS):
        loops[f"day close {place + 1}"] = lambda: _every(
            JOURNEY_PAUSE_SECONDS, stop, lambda: day_close.close(business_now(), stop.is_set)
        )
    bank = statement.configured_bank()
    loops["statement"] = lambda: _every(
        STATEMENT_PAUSE_SECONDS, stop, lambda: statement.read_statement(bank, business_now())
    )
    clock = demo_clock.configured()
    if clock is not None:
        loops["clock"] = lambda: _every(JOURNEY_PAUSE_SECONDS, stop, clock.tell)
    threads = [threading.Thread(target=run, name=name, daemon=True) for name, run in loops.items()]
    for thread in threads:
        thread.start()
    while not stop.wait(1.0):
        dead = [thread.name for thread in threads if not thread.is_alive()]
        if dead:
            raise RuntimeError(f"{', '.join(dead)} stopped")
    for thread in threads:
        thread.join(timeout=5)


def _every(pause: float, stop: threading.Event, act: Callable[[], Any]) -> None:
    """Call `act` again and again; a lost database or a bug in one turn must not end the others."""
    while not stop.is_set():
        try:
            close_old_connections()
            act()
        except Exception as error:
            # The words of an error may hold personal data; its kind does not.
            _log.error("worker_turn_failed", loop=threading.current_thread().name, error=type(error).__name__)
            connection.close()
            stop.wait(TROUBLE_PAUSE_SECONDS)
        else:
            stop.wait(pause)
