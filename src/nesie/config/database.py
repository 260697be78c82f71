"""Where the database is: DATABASE_URL, or what the embedded server wrote down."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def url(home: Path, *, owner: bool = False) -> str:
    """The connection URL of the application's role, or of the owner's; empty when neither is known."""
    name = "DATABASE_OWNER_URL" if owner else "DATABASE_URL"
    if os.environ.get(name):
        return os.environ[name]
    noted = home / "postgres" / "connection.json"
    if os.environ.get("DATABASE_URL") or not noted.exists():
        return ""
    return str(json.loads(noted.read_text())["owner_url" if owner else "app_url"])


def django_settings(connection_url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgresql://` URL."""
    parts = urlsplit(connection_url or "postgresql://nobody@127.0.0.1:1/nowhere")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"options": "-c timezone=UTC -c lock_timeout=10s", **query},
    }
