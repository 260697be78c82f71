"""What the registration needs from outside, in its own words; `config` wires it."""

from __future__ import annotations

from typing import Protocol

from nesie.journey.clients.rules import PortraitMeasures


class PortraitMeter(Protocol):
    """Measures a portrait."""

    def measure(self, content: bytes) -> PortraitMeasures:
        """Measures of one JPEG or PNG picture; raises `PortraitUnreadable`."""

    def likeness(self, first: bytes, second: bytes) -> float | None:
        """How alike the faces of two pictures are, from -1 to 1; None when one of them shows no face."""


class Wiring:
    """Set once by `config`."""

    portrait_meter: PortraitMeter
