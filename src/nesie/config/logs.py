"""Logs as JSON lines that cannot hold personal data: known fields only, kinds and places of errors, never their words.

Clauses 11-secrecy, 24.5, 26.1: enough for diagnosis, nothing confidential.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

# What a line may hold beside its event. A field that is not here is named as left out, so that its author notices.
FIELDS = frozenset(
    [
        "reference",
        "refusal",
        "status",
        "kind",
        "error",
        "loop",
        "step",
        "reason",
        "message_id",
        "simulator",
        "method",
        "seconds",
        "name",
        "count",
    ]
)
_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}
_REQUEST_LOGGERS = ("django.request", "django.security", "django.server")


class SafeFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without the words of exceptions and without unknown fields."""
        extra = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        # Django's own request lines hold the address in their arguments; an address may hold what a person typed.
        event = record.msg if record.args or record.name in _REQUEST_LOGGERS else record.getMessage()
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(event)[:200],
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-8:]
            line["at_code"] = [f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno}" for frame in frames]
        return json.dumps(line | _known(extra), ensure_ascii=False, default=lambda value: type(value).__name__)


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in fields.items() if name in FIELDS}
    left_out = sorted(set(fields) - FIELDS - {"request", "status_code", "exc_info", "event"})
    return kept | ({"left_out": left_out} if left_out else {})


def _to_logging(logger: Any, method: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    """Hand a structlog event to the standard library's logger as message and extra."""
    words = str(event.pop("event", ""))
    exc_info = event.pop("exc_info", None)
    clash = {name: event.pop(name) for name in list(event) if name in _STANDARD}
    return (words,), {"extra": dict(event) | {f"{name}_": value for name, value in clash.items()}, "exc_info": exc_info}


def configure(level: str = "INFO") -> None:
    """Send everything to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("httpx", "httpcore", "asyncio", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)  # httpx writes whole addresses at INFO
    structlog.configure(
        processors=[_to_logging],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
