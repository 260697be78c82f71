"""A still picture of a face that turns, nods, blinks and smiles: its mesh is moved in space, its pixels follow.

Frames are 640 x 480 BGR. An attacker can do the same (docs/operations/biometrics.md, "What this does not stop").
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from nesie.foundation.identification.adapters import faces

WIDTH, HEIGHT = 640, 480
_LIDS = (
    ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155), (33, 133), 27),
    ((466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382), (263, 362), 257),
)
_INNER_LIPS = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_LOWER_LIP = (
    14, 87, 178, 88, 95, 317, 402, 318, 324, 17, 84, 181, 91, 146, 314, 405, 321, 375, 15, 86, 179, 89, 96, 316, 403,
    319, 325, 16, 85, 180, 90, 77, 315, 404, 320, 307,
)  # fmt: skip
_UPPER_LIP = (
    0, 37, 39, 40, 185, 267, 269, 270, 409, 11, 72, 73, 74, 184, 302, 303, 304, 408, 12, 38, 41, 42, 183, 268, 271,
    272, 407, 13, 82, 81, 80, 191, 312, 311, 310, 415,
)  # fmt: skip
_CORNERS = (61, 291, 76, 306, 62, 292, 78, 308, 57, 287, 186, 410, 92, 322, 216, 436, 206, 426, 207, 427)
_CHIN = (
    152, 148, 176, 149, 150, 377, 400, 378, 379, 175, 171, 140, 170, 169, 396, 369, 395, 394, 199, 208, 32, 211, 428,
    262, 431, 200, 18, 83, 182, 106, 43, 313, 406, 335, 273, 201, 194, 204, 202, 421, 418, 424, 422,
)  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """Degrees (yaw above 0: to the person's left; pitch above 0: down), shares of a full movement, pixels."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0
    smile: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0


# What a full movement is.
FULL = {
    "L": Pose(yaw=32),
    "R": Pose(yaw=-32),
    "U": Pose(pitch=-26),
    "D": Pose(pitch=26),
    "B": Pose(blink=1),
    "M": Pose(mouth=1),
    "S": Pose(smile=1.1),
}


def part_of(movement: str, share: float) -> Pose:
    """A share of a full movement."""
    full = FULL[movement]
    return replace(full, **{name: getattr(full, name) * share for name in ("yaw", "pitch", "blink", "mouth", "smile")})


def jpeg(frame: Any, quality: int = 80) -> bytes:
    """As a camera page sends it."""
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


class Puppet:
    """One person: `frame` draws a pose, `flat` the picture held before the camera on paper."""

    def __init__(
        self, own: faces.OwnFaces, picture: bytes, *, share: float = 0.5, straight: Pose | None = None
    ) -> None:
        image = faces.decoded(picture, most=50_000_000, side=1280)
        with own._set() as models:
            found = max(faces._faces(models, image), key=lambda row: float(row[2] * row[3]))
            points = faces._points(models.mesh, image, found)
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        scale, centre = share * HEIGHT / (high[1] - low[1]), (low + high) / 2
        fit = np.array([[scale, 0, WIDTH / 2 - scale * centre[0]], [0, scale, HEIGHT / 2 - scale * centre[1]]])
        self.still = cv2.warpAffine(image, fit, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        self.points = np.column_stack([points[:, :2] @ fit[:, :2].T + fit[:, 2], points[:, 2] * scale])
        self.span = float(np.hypot(*(self.points[263, :2] - self.points[33, :2])))
        self.straight = straight or Pose()
        self._tie()

    def _tie(self) -> None:
        """The net of triangles: the face's own points, two loose rings around them, and the picture's border."""
        flat = self.points[:, :2]
        hull, centre = cv2.convexHull(flat.astype(np.float32)).reshape(-1, 2), flat.mean(axis=0)
        rings, loose = [], []
        for size, follows in ((1.15, 0.75), (1.45, 0.35)):
            rings += [[*(centre + (point - centre) * size), self.points[:, 2].max()] for point in hull]
            loose += [follows] * len(hull)
        border = [[x, y, 0] for x in np.linspace(0, WIDTH - 1, 7) for y in (0, HEIGHT - 1)]
        border += [[x, y, 0] for y in np.linspace(0, HEIGHT - 1, 6)[1:-1] for x in (0, WIDTH - 1)]
        self.net = np.vstack([self.points, np.array(rings), np.array(border)])
        self.loose = np.array(loose)[:, None]
        # No two points may lie on one another, nor four on one circle.
        nudge = np.arange(len(self.net))[:, None] * np.array([1e-4, 1.3e-4])
        self.source = (self.net[:, :2] + nudge).astype(np.float32)
        division = cv2.Subdiv2D((-2000, -2000, 6000, 6000))
        for x, y in self.source:
            division.insert((float(x), float(y)))
        corners = division.getTriangleList().reshape(-1, 3, 2)
        apart = ((corners[:, :, None, :] - self.source[None, None]) ** 2).sum(axis=3)
        nearest = apart.argmin(axis=2)
        ours = (apart.min(axis=2) < 0.5).all(axis=1)
        self.triangles = nearest[ours]

    def frame(self, pose: Pose = Pose(), noise: Any = None, *, sd: float = 3.0) -> Any:
        """The picture in this pose; `noise` a numpy generator: the sensor's."""
        moved = self._moved(pose)
        out = self._warped(moved)
        _paint_lids(out, self, moved, pose, self._moved(replace(pose, blink=0.0)))
        _paint_mouth(out, moved, pose)
        return noisy(out, noise, sd)

    def flat(
        self, noise: Any = None, *, yaw: float = 0.0, pitch: float = 0.0, bend: float = 0.0, zoom: float = 1.0,
        dx: float = 0.0, dy: float = 0.0, sd: float = 3.0,
    ) -> Any:  # fmt: skip
        """The still picture as a sheet turned in space, rolled around its upright axis by `bend` (radians in all)."""
        return noisy(sheet(self.still, yaw=yaw, pitch=pitch, bend=bend, zoom=zoom, dx=dx, dy=dy), noise, sd)

    def _moved(self, pose: Pose) -> Any:
        shaped = self._shaped(pose)
        centre = np.array([*self.points[:, :2].mean(axis=0), self.points[[234, 454], 2].mean()])
        straight = self.straight
        turn = rotation(pose.yaw + straight.yaw, pose.pitch + straight.pitch, pose.roll + straight.roll)
        shift = np.array([pose.dx, pose.dy, 0])

        def turned(points: Any) -> Any:
            return (points - centre) @ turn.T * pose.scale + centre + shift

        net, count = self.net.copy(), len(self.points)
        net[:count] = turned(shaped)
        rings = self.net[count : count + len(self.loose)]
        net[count : count + len(self.loose)] = rings + (turned(rings) - rings) * self.loose
        return net

    def _shaped(self, pose: Pose) -> Any:
        """The face's own points, with lids, lips and chin where the pose has them."""
        points = self.points.copy()
        for upper, lower, _, _ in _LIDS:
            up, low = list(upper), list(lower)
            points[up, :2] += (points[low, :2] - points[up, :2]) * 0.95 * pose.blink
        left, right = self.points[61], self.points[291]
        middle, width = (left + right) / 2, float(np.hypot(*(right - left)[:2]))
        across = (self.points[:, 0] - middle[0]) / (width / 2)
        lower = list(_LOWER_LIP)
        points[lower, 1] += pose.mouth * self.span * 0.42 * np.clip(1 - across[lower] ** 2, 0, 1)
        points[list(_CHIN), 1] += pose.mouth * self.span * 0.36
        lips = [*_LOWER_LIP, *_UPPER_LIP, *_CORNERS]
        points[lips, 0] += pose.smile * 0.17 * width * np.clip(across[lips], -1.3, 1.3)
        points[lips, 1] -= pose.smile * 0.13 * width * np.clip(across[lips] ** 2, 0, 1.2)
        return points

    def _warped(self, net: Any) -> Any:
        """Nearer triangles cover farther ones; the loose surroundings lie behind."""
        depth = net[self.triangles][:, :, 2].mean(axis=1)
        around = (self.triangles >= len(self.points)).any(axis=1)
        depth = np.where(around, depth.max() + 1, depth)
        here = np.full((HEIGHT, WIDTH), -1, np.int32)
        drawn = np.round(net[:, :2][self.triangles] * 8).astype(np.int32)
        for index in np.argsort(-depth):
            cv2.fillConvexPoly(here, drawn[index], int(index), shift=3)
        to, from_ = net[:, :2][self.triangles], self.source[self.triangles].astype(float)
        sides = np.stack([to[:, 1] - to[:, 0], to[:, 2] - to[:, 0]], axis=2)
        flat = np.abs(np.linalg.det(sides)) < 1e-6
        sides[flat] = np.eye(2)
        linear = np.stack([from_[:, 1] - from_[:, 0], from_[:, 2] - from_[:, 0]], axis=2) @ np.linalg.inv(sides)
        offset = from_[:, 0] - np.einsum("nij,nj->ni", linear, to[:, 0])
        linear, offset, safe = linear.astype(np.float32), offset.astype(np.float32), np.maximum(here, 0)
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        from_x = linear[safe, 0, 0] * x + linear[safe, 0, 1] * y + offset[safe, 0]
        from_y = linear[safe, 1, 0] * x + linear[safe, 1, 1] * y + offset[safe, 1]
        from_x, from_y = np.where(here < 0, x, from_x), np.where(here < 0, y, from_y)
        return cv2.remap(self.still, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def rotation(yaw: float, pitch: float, roll: float = 0.0) -> Any:
    """The turn of a head, degrees."""
    a, b, c = (math.radians(value) for value in (-yaw, pitch, roll))
    around_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    around_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    around_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return around_z @ around_x @ around_y


def sheet(
    picture: Any, *, yaw: float, pitch: float, bend: float = 0.0, zoom: float = 1.0, dx: float = 0.0, dy: float = 0.0
) -> Any:
    """A picture on paper before a camera of 900 px focal length, turned and rolled."""
    height, width = picture.shape[:2]
    across, down = np.meshgrid(np.linspace(0, width, 17), np.linspace(0, height, 9))
    x, y, z = across - width / 2, down - height / 2, np.zeros_like(across)
    if abs(bend) > 1e-6:
        radius = width / abs(bend)
        angle = x / radius
        x, z = radius * np.sin(angle), math.copysign(1, bend) * radius * (1 - np.cos(angle))
    space = np.stack([x, y, z], axis=-1) @ rotation(yaw, pitch).T
    focal = 900.0
    far = focal / zoom + space[..., 2]
    seen = np.stack([space[..., 0] / far * focal + width / 2 + dx, space[..., 1] / far * focal + height / 2 + dy], -1)
    out = np.full_like(picture, 90)
    corners, drawn = np.stack([across, down], -1).astype(np.float32), seen.astype(np.float32)
    from_x, from_y = np.full((height, width), -1, np.float32), np.full((height, width), -1, np.float32)
    order = sorted(np.ndindex(8, 16), key=lambda at: -float(space[at[0], at[1], 2]))
    for row, column in order:
        at = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
        quad = np.array([drawn[one] for one in at])
        left, top = np.floor(quad.min(axis=0)).astype(int).clip(0)
        right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 1
        right, bottom = min(right, width), min(bottom, height)
        if right <= left or bottom <= top:
            continue
        back = cv2.getPerspectiveTransform(quad, np.array([corners[one] for one in at]))
        inside = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillConvexPoly(inside, np.round(quad - [left, top]).astype(np.int32), 1)
        v, u = np.mgrid[top:bottom, left:right].astype(np.float32)
        w = back[2, 0] * u + back[2, 1] * v + back[2, 2]
        mask = inside.astype(bool)
        from_x[top:bottom, left:right][mask] = ((back[0, 0] * u + back[0, 1] * v + back[0, 2]) / w)[mask]
        from_y[top:bottom, left:right][mask] = ((back[1, 0] * u + back[1, 1] * v + back[1, 2]) / w)[mask]
    warped = cv2.remap(picture, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    on_paper = from_x >= 0
    out[on_paper] = warped[on_paper]
    return out


def noisy(picture: Any, noise: Any, sd: float) -> Any:
    """With the sensor's noise and a breath of change in the light."""
    if noise is None:
        return picture
    grain = noise.standard_normal((HEIGHT // 2, WIDTH // 2, 1), dtype=np.float32) * sd
    grain = cv2.resize(grain, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)[..., None] + noise.normal(0, 1)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _paint_lids(out: Any, puppet: Puppet, net: Any, pose: Pose, opened: Any) -> None:
    """The skin that comes down over the eye, and the lashes at its edge."""
    if pose.blink <= 0.05:
        return
    for upper, _, (outer, inner), above in _LIDS:
        x, y = puppet.points[above, :2].astype(int)
        skin = puppet.still[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(axis=0)
        edge = net[[outer, *upper, inner], :2]
        lid = np.vstack([opened[[outer, *upper, inner], :2], edge[::-1]])
        layer, mask = out.copy(), np.zeros(out.shape[:2], np.uint8)
        cv2.fillPoly(layer, [np.round(lid).astype(np.int32)], tuple(float(value) for value in skin))
        cv2.fillPoly(mask, [np.round(lid).astype(np.int32)], 255)
        cv2.polylines(layer, [np.round(edge).astype(np.int32)], False, tuple(float(value) * 0.35 for value in skin), 2)
        cv2.polylines(mask, [np.round(edge).astype(np.int32)], False, 255, 2)
        out[mask > 0] = cv2.GaussianBlur(layer, (3, 3), 0)[mask > 0]


def _paint_mouth(out: Any, net: Any, pose: Pose) -> None:
    """The dark between the lips."""
    if pose.mouth <= 0.05:
        return
    lips = np.round(net[list(_INNER_LIPS), :2]).astype(np.int32)
    cv2.fillPoly(out, [lips], (38, 24, 52))
