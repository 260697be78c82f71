"""Where a request came from, made coarse enough to be compared and shown, and no finer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from nesie.kernel.actor import Origin

# The first that fits names the program; those that call themselves by several names stand first.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_TOKEN = re.compile(r"[A-Za-z][\w.-]{0,30}")


def program(user_agent: str) -> str:
    """Browser and system, without versions (`Chrome, Windows`); what it calls itself when it is neither; "" if mute."""
    names = [next((name for sign, name in table if sign in user_agent), "") for table in (_PROGRAMS, _SYSTEMS)]
    known = ", ".join(name for name in names if name)
    if known:
        return known
    first = _TOKEN.match(user_agent)
    return first.group() if first else ""


def network(source: str) -> str:
    """The address a limit counts by: an IPv4 address, or the /64 an IPv6 customer is given; "" for none."""
    try:
        address = ip_address(source)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def mark(origin: Origin) -> str:
    """By what a person's device is known again: the mark it brought, else program and network."""
    return origin.device or f"{program(origin.program)}|{network(origin.source)}"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a session was bound to when it was opened; empty parts were not known and bind nothing."""

    program: str = ""
    source_hash: bytes = b""


def still_there(bound: Bound, program_now: str, source_hash_now: bytes) -> bool:
    """Whether a session key comes from where it was given out."""
    same_program = not bound.program or bound.program == program_now
    return same_program and (not bound.source_hash or bound.source_hash == source_hash_now)
