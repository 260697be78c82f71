"""What the registration needs from outside, in its own words; `config` wires it."""

from __future__ import annotations

from typing import Any, Protocol

from nesie.journey.clients.rules import PortraitMeasures


class FaceReader(Protocol):
    """Finds faces in decoded pixels (BGR): the same models that identify on own devices, loaded once."""

    def read(self, image: Any) -> tuple[int, Any, Any]:
        """How many faces; for exactly one its box, and its mesh of 468 points (None when it is no sure face)."""

    def face_in(self, image: Any) -> tuple[float, ...] | None:
        """The largest face as numbers of length one; None when there is none."""


class PortraitMeter(Protocol):
    """Measures a portrait."""

    def measure(self, content: bytes) -> PortraitMeasures:
        """Measures of one JPEG or PNG picture; raises `PortraitUnreadable`."""

    def likeness(self, first: bytes, second: bytes) -> float | None:
        """How alike the faces of two pictures are, from -1 to 1; None when one of them shows no face."""


class Wiring:
    """Set once by `config`."""

    portrait_meter: PortraitMeter
