"""One switch for everything that must never meet a real client (design, section 4).

`NESIE_DEMO=1` turns every part on. Without it each part is off, and an installation that turns one on by itself, or
leaves an outside system on the loopback, does not start.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PARTS = {
    "CLOCK": "a clock that can be pushed",
    "TEST_AUTHORITY": "the test certification authority",
    "EMULATORS": "emulated outside systems",
    "FAKES": "fake adapters",
    "LOGINS": "demo logins",
    "INBOX": "the readable inbox of the message gateway",
}
_LOOPBACK = {"127.0.0.1", "localhost", "::1", "0.0.0.0"}  # noqa: S104 - compared, never bound


def parts(environment: Mapping[str, str]) -> frozenset[str]:
    """The demo parts that are on. ImproperlyConfigured, naming the part, when one is on without the switch."""
    demo = environment.get("NESIE_DEMO", "") == "1"
    on = {name for name in PARTS if environment.get(f"NESIE_DEMO_{name}", "1" if demo else "") == "1"}
    if on and not demo:
        named = ", ".join(f"NESIE_DEMO_{name} ({PARTS[name]})" for name in sorted(on))
        raise ImproperlyConfigured(f"{named}: allowed in the demo only. Unset it, or set NESIE_DEMO=1 for a demo.")
    return frozenset(on)


def check_addresses(addresses: Mapping[str, str], on: frozenset[str]) -> None:
    """ImproperlyConfigured when an outside system is on the loopback, or without TLS, and this is no demo.

    NCALayer is the client's own program: it is on the client's loopback always, but by `wss`.
    """
    if "EMULATORS" in on:
        return
    for name, address in addresses.items():
        url = urlsplit(address)
        if name != "ncalayer" and url.hostname in _LOOPBACK:
            raise ImproperlyConfigured(
                f"NESIE_{name.upper()}_URL is on this machine: an emulator. Set the real address."
            )
        if url.scheme not in ("https", "wss") and name != "pki":
            # OCSP, CRL and TSP answers are signed themselves, and the national authority serves them by plain HTTP.
            raise ImproperlyConfigured(f"NESIE_{name.upper()}_URL is not protected by TLS (clause 23).")
