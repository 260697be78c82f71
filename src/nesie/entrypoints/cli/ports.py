"""Where the simulators listen on the loopback."""

from __future__ import annotations

import os

DEFAULTS = {
    "bank": 8101,
    "coid": 8102,
    "registry": 8103,
    "messages": 8104,
    "pki": 8105,
    "bureau": 8107,
    "afm": 8108,
    "egov": 8111,
    "egov_mobile": 8109,
    "ncalayer": 13579,
}
PAGES = {
    "messages": "SMS and e-mail",
    "bank": "Bank",
    "coid": "COID",
    "registry": "State registry",
    "pki": "Certificates",
    "egov_mobile": "eGov Mobile",
    "bureau": "Credit bureau",
    "afm": "AFM lists",
    "egov": "Phones and businesses",
}


def of(name: str) -> int:
    """The port of a simulator: NESIE_<NAME>_PORT or its own."""
    return int(os.environ.get(f"NESIE_{name.upper()}_PORT", DEFAULTS[name]))
