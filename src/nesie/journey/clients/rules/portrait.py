"""The portrait of clause 6: frontal, light background, neutral expression, mouth closed; limits and decision."""

from __future__ import annotations

from dataclasses import dataclass

from nesie.journey.clients.rules import refusals as no
from nesie.journey.clients.rules.words import PortraitFault
from nesie.kernel.refused import Refused


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


PORTRAIT_REFUSALS: dict[PortraitFault, type[Refused]] = {
    PortraitFault.NOT_FRONTAL: no.PortraitNotFrontal,
    PortraitFault.BACKGROUND_NOT_LIGHT: no.PortraitGroundNotLight,
    PortraitFault.NOT_NEUTRAL: no.PortraitNotNeutral,
    PortraitFault.MOUTH_OPEN: no.PortraitMouthOpen,
    PortraitFault.NO_FACE: no.PortraitNoFace,
    PortraitFault.SEVERAL_FACES: no.PortraitSeveralFaces,
    PortraitFault.TOO_SMALL: no.PortraitTooSmall,
    PortraitFault.BLURRED: no.PortraitBlurred,
    PortraitFault.EYES_CLOSED: no.PortraitEyesClosed,
}

# Limits of a portrait, set by hand on photographs: docs/decisions/0021-portrait.md. Angles in degrees.
YAW, PITCH_DOWN, PITCH_UP, ROLL = 12.0, -8.0, 15.0, 8.0
EYE_SPAN, EYE_OPENING, SHARPNESS = 90.0, 0.20, 100.0
MOUTH_OPENING, MOUTH_WIDTH = 0.10, 0.68
GROUND_PIXELS, GROUND_LIGHTNESS, GROUND_SPREAD, GROUND_CHROMA = 500, 70.0, 12.0, 15.0
PORTRAIT_BYTES = 10 * 1024 * 1024


def portrait_faults(seen: PortraitMeasures) -> tuple[PortraitFault, ...]:
    """Every quality the portrait misses; empty when it serves (clause 6)."""
    if seen.faces != 1:
        return (PortraitFault.NO_FACE if seen.faces == 0 else PortraitFault.SEVERAL_FACES,)
    light = (
        seen.ground_pixels >= GROUND_PIXELS
        and seen.ground_lightness >= GROUND_LIGHTNESS
        and seen.ground_spread <= GROUND_SPREAD
        and seen.ground_chroma <= GROUND_CHROMA
    )
    frontal = abs(seen.yaw) <= YAW and PITCH_DOWN <= seen.pitch <= PITCH_UP and abs(seen.roll) <= ROLL
    missed = {
        PortraitFault.NOT_FRONTAL: not frontal,
        PortraitFault.BACKGROUND_NOT_LIGHT: not light,
        PortraitFault.NOT_NEUTRAL: seen.mouth_width > MOUTH_WIDTH,
        PortraitFault.MOUTH_OPEN: seen.mouth_opening > MOUTH_OPENING,
        PortraitFault.TOO_SMALL: seen.eye_span < EYE_SPAN,
        PortraitFault.BLURRED: seen.sharpness < SHARPNESS,
        PortraitFault.EYES_CLOSED: seen.eye_opening < EYE_OPENING,
    }
    return tuple(fault for fault, missing in missed.items() if missing)
