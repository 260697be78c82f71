"""Contract numbers: without gaps within a year, and with a control digit.

A client types the number into a bank's payment form. Without a control digit one mistyped figure would pay
somebody else's loan; with it the payment goes to the suspense list, where a person looks at it.
"""

from __future__ import annotations

import re

# Year, six figures, control digit; banks and people put spaces, slashes or nothing between them.
_WRITTEN = re.compile(r"(?<!\d)(20\d\d)[\s\-/–—]*(\d{6})[\s\-/–—]*(\d)(?!\d)")
SERIAL_MAX = 999_999


def _control_digit(digits: str) -> int:
    """Luhn's control digit: finds every single wrong figure and nearly every swap of neighbours."""
    total = 0
    for place, figure in enumerate(reversed(digits)):
        value = int(figure) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def contract_number(year: int, serial: int) -> str:
    """The number of the `serial`-th contract of `year` (both from 1): `2026-000017-4`. ValueError out of range."""
    if not 2000 <= year <= 2099 or not 1 <= serial <= SERIAL_MAX:
        raise ValueError(f"no contract number for {year}, {serial}")
    digits = f"{year:04d}{serial:06d}"
    return f"{digits[:4]}-{digits[4:]}-{_control_digit(digits)}"


def numbers_in(text: str) -> tuple[str, ...]:
    """Every well-formed contract number written in a payment's purpose, in order, each once."""
    found: dict[str, None] = {}
    for year, serial, control in _WRITTEN.findall(text):
        if int(control) == _control_digit(year + serial) and int(serial) > 0:
            found[contract_number(int(year), int(serial))] = None
    return tuple(found)
