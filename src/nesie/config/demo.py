"""One switch for everything that must never meet a real client (design, section 4).

`NESIE_DEMO=1` turns every part on. Without it each part is off, and an installation that turns one on by itself,
leaves an outside system on the loopback or pins a certificate of the test authority, does not start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PARTS = {
    "CLOCK": "a clock that can be pushed",
    "TEST_AUTHORITY": "the test certification authority",
    "EMULATORS": "emulated outside systems",
    "LOGINS": "demo logins",
}
# Answers of a certification authority are signed themselves, and the national one serves them by plain HTTP.
_SIGNED = {"NESIE_PKI_URL", "NESIE_OCSP_URL", "NESIE_CRL_URL", "NESIE_TSP_URL"}
# Programs that rightly run where they are asked: the client's own NCALayer, on the client's loopback always, and the
# lender's own NCANode, which only adds its word to our verifier's and can let nothing through alone.
_HERE = {"NESIE_NCALAYER_URL", "NESIE_NCANODE_URL"}
# Our test authorities make new keys in every installation, so they are known by name. That suffices: whom a certificate
# names as its issuer must be the subject of a pinned one, and both are under a signature.
_TEST_AUTHORITY = "ДЕМО "


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

    Addresses go by the setting that gives them. On a phone a link may also open an application by a scheme of its own.
    """
    if "EMULATORS" in on:
        return
    for name, address in addresses.items():
        url = urlsplit(address)
        here = _is_here(url.hostname or "")
        if here and name not in _HERE:
            raise ImproperlyConfigured(f"{name} is on this machine: an emulator. Set the real address.")
        stays = here and name == "NESIE_NCANODE_URL"
        if url.scheme in ("http", "ws", "") and name not in _SIGNED and not stays:
            raise ImproperlyConfigured(f"{name} is not protected by TLS (clause 23).")


def check_authorities(file: Path, listed: Mapping[str, Mapping[str, str]], on: frozenset[str]) -> None:
    """ImproperlyConfigured when an authority of `authorities.toml` answers on the loopback and this is no demo."""
    for name, addresses in listed.items():
        for what, address in addresses.items():
            if "EMULATORS" not in on and _is_here(urlsplit(address).hostname or ""):
                raise ImproperlyConfigured(f"{what} of [{name}] in {file} is on this machine: an emulator.")


def check_anchor(file: Path, names: Iterable[str], on: frozenset[str]) -> None:
    """ImproperlyConfigured, naming the file, when it holds a certificate of a test authority and this is no demo.

    `names` are those of the certificate's subject.
    """
    if "TEST_AUTHORITY" not in on and any(name.startswith(_TEST_AUTHORITY) for name in names):
        raise ImproperlyConfigured(
            f"{file} is a certificate of {PARTS['TEST_AUTHORITY']}: with its keys the demo signs as anybody. Remove it."
        )


def _is_here(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified
