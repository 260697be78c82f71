"""Whom a TLS connection to the outside trusts."""

from __future__ import annotations

import os
import ssl
from functools import cache

import certifi


@cache
def authorities() -> ssl.SSLContext:
    """The public certification authorities, or those of SSL_CERT_FILE: read once, as it takes longer than most calls.

    For every client of a gateway. A changed list needs a restart.
    """
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
