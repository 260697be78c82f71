"""What one frame shows, in numbers, and what it shows beside the person's own resting face."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any, TypeAlias

import numpy as np

from nesie.kernel.refused import Refused, noop

Array: TypeAlias = "np.ndarray[Any, Any]"

# Points of the mesh that move with the skull: nose, brow line, temples, cheekbones, jaw; neither lips nor lids.
RIGID_POINTS = (
    1, 4, 5, 6, 168, 197, 195, 10, 151, 9, 152, 175, 234, 454, 93, 323, 132, 361, 58, 288, 127, 356, 33, 133, 362, 263,
    70, 300, 105, 334, 107, 336, 50, 280, 205, 425, 187, 411, 117, 346, 98, 327, 2, 94, 19, 21, 251, 54, 284, 103, 332,
    67, 297, 109, 338,
)  # fmt: skip


class FrameUnreadable(Refused):
    """The bytes are no picture that a camera frame can be."""

    message = noop("The picture from the camera cannot be read.")
    status = 422


@dataclass(frozen=True, slots=True)
class Look:
    """One frame: degrees and pixels for the pose, shares of the face for eyes and mouth."""

    faces: int
    x: float = 0.0  # centre of the face
    y: float = 0.0
    yaw: float = 0.0  # above 0: the person turns to his left
    pitch: float = 0.0  # above 0: downwards
    roll: float = 0.0
    eyes: float = 0.0  # height of the opening / width of the eye
    mouth: float = 0.0  # gap of the lips / width of the inner mouth
    width: float = 0.0  # width of the mouth / span
    lift: float = 0.0  # how far the corners stand above the upper lip / span
    span: float = 0.0  # pixels between the outer corners of the eyes
    plane: tuple[float, ...] = field(default=(), repr=False)  # x, y of RIGID_POINTS in pixels


@dataclass(frozen=True, slots=True)
class Rest:
    """The person's own resting face, from the calibration frames."""

    yaw: float
    pitch: float
    eyes: float
    mouth: float
    width: float
    lift: float
    span: float
    plane: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """A frame beside the resting face."""

    yaw: float
    pitch: float
    eyes: float  # share of the resting opening
    mouth: float
    width: float  # share of the resting width
    lift: float
    bend: float  # how far the face is from having moved as a flat picture would


def resting(looks: list[Look]) -> Rest:
    """The medians of the calibration frames; the shape is taken from the middle one."""

    def middle(name: str) -> float:
        return float(median(getattr(look, name) for look in looks))

    named = {name: middle(name) for name in ("yaw", "pitch", "eyes", "mouth", "width", "lift", "span")}
    return Rest(plane=looks[len(looks) // 2].plane, **named)


def change(look: Look, rest: Rest) -> Change:
    """What has changed since rest."""
    return Change(
        yaw=look.yaw - rest.yaw,
        pitch=look.pitch - rest.pitch,
        eyes=look.eyes / max(rest.eyes, 1e-6),
        mouth=look.mouth - rest.mouth,
        width=look.width / max(rest.width, 1e-6),
        lift=look.lift - rest.lift,
        bend=bend(rest, look),
    )


def bend(rest: Rest, look: Look) -> float:
    """What is left of the move after the best flat one (a homography), as a share of the eyes' distance.

    A printed face, however it is turned, moves as a plane; a head does not.
    """
    before, after = _pairs(rest.plane), _pairs(look.plane)
    off = after - _flat(before, after)
    error = float(np.sqrt((off**2).sum(axis=1).mean()))
    return error / max(look.span, 0.6 * rest.span, 1e-6)


def stirred(before: Look, after: Look) -> float:
    """The farthest any rigid point has moved, as a share of the eyes' distance."""
    if not before.plane or not after.plane:
        return 1.0
    moved = np.abs(_pairs(after.plane) - _pairs(before.plane)).max()
    return float(moved) / max(after.span, 1e-6)


def _pairs(flat: tuple[float, ...]) -> Array:
    return np.asarray(flat, dtype=float).reshape(-1, 2)


def _flat(before: Array, after: Array) -> Array:
    """Where the least-squares homography takes the first points; both are brought to unit size first."""
    move_a, move_b = _unit(before), _unit(after)
    a, b = (before - move_a[0]) / move_a[1], (after - move_b[0]) / move_b[1]
    x, y, u, v = a[:, 0], a[:, 1], b[:, 0], b[:, 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, none, none, none, -u * x, -u * y], axis=1),
            np.stack([none, none, none, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    wanted = np.concatenate([u, v])
    try:
        found = np.linalg.solve(rows.T @ rows, rows.T @ wanted)
    except np.linalg.LinAlgError:  # all points on one line: no face lies so
        found = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    depth = found[6] * x + found[7] * y + 1
    depth = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
    flat = np.stack([found[0] * x + found[1] * y + found[2], found[3] * x + found[4] * y + found[5]], axis=1)
    moved: Array = flat / depth[:, None] * move_b[1] + move_b[0]
    return moved


def _unit(points: Array) -> tuple[Array, float]:
    centre = points.mean(axis=0)
    return centre, max(float(np.abs(points - centre).max()), 1e-6)
