"""What the registration needs from outside, in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nesie.kernel.refused import Refused, noop


class PortraitUnreadable(Refused):
    """The file is not a picture."""

    message = noop("The photo cannot be read. Send a JPEG or PNG picture.")
    status = 422


@dataclass(frozen=True, slots=True)
class PortraitMeasures:
    """What was measured on a portrait. Angles in degrees, lengths in pixels or as shares of the face."""

    faces: int
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    eye_span: float = 0.0  # pixels between the outer corners
    eye_opening: float = 0.0  # height of the opening / width of the eye
    mouth_opening: float = 0.0  # gap of the lips / width of the inner mouth
    mouth_width: float = 0.0  # width of the mouth / eye_span
    mouth_lift: float = 0.0  # how far the corners stand above the upper lip / eye_span
    sharpness: float = 0.0  # variance of the Laplacian, face at 200 px
    ground_pixels: int = 0
    ground_lightness: float = 0.0  # CIELAB L, 0..100
    ground_spread: float = 0.0
    ground_chroma: float = 0.0


class PortraitMeter(Protocol):
    """Measures a portrait."""

    def measure(self, content: bytes) -> PortraitMeasures:
        """Measures of one JPEG or PNG picture; raises `PortraitUnreadable`."""
