"""The lender's own devices: what one camera frame shows, measured on its pixels, and whose face it is.

Detector (YuNet), 468-point mesh in two passes, iris model for the lids, embedder (SFace). Coordinates are pixels of the
decoded frame, x to the right, y down, never mirrored; angles are degrees, yaw above 0 when the person turns LEFT.
"""

from __future__ import annotations

import io
import math
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Any, TypeAlias

import cv2
import numpy as np
from PIL import Image

from nesie.foundation.identification.adapters import models
from nesie.foundation.identification.rules.liveness import RIGID_POINTS, FrameUnreadable, Look

Array: TypeAlias = "np.ndarray[Any, Any]"

_DETECTION_SIDE = 320
_MOST_PIXELS = 2_000_000  # a capture frame is 640 x 480
_LONG_SIDE = 640
_RIGID = np.array(RIGID_POINTS)
_MESH_SIDE, _IRIS_SIDE = 192, 64
_MESH_SURE = 0.5
cv2.setNumThreads(1)  # frames of several people are measured side by side, not one by all cores
_SETS = 2  # frames measured at the same moment in one process: more only wait for the cores


class _Set:
    """Models that one thread uses at a time."""

    def __init__(self) -> None:
        size = (_DETECTION_SIDE, _DETECTION_SIDE)
        detector = np.frombuffer(models.content(models.DETECTOR), np.uint8)
        self.detector: Any = cv2.FaceDetectorYN.create("onnx", detector, np.empty(0, np.uint8), size, 0.7, 0.3)
        self.mesh = models.interpreter(models.MESH)
        self.iris = models.interpreter(models.IRIS)


class OwnFaces:
    """The gateway `Faces` on models that ship in packages. Thread-safe; loaded at the first use, `warm` loads ahead."""

    embedder = f"sface:{models.EMBEDDER.sha256[:12]}"

    def __init__(self, *, sets: int = _SETS) -> None:
        self._most, self._made = sets, 0
        self._free: queue.LifoQueue[_Set] = queue.LifoQueue()
        self._lock, self._embedding = Lock(), Lock()

    @cached_property
    def _embedder(self) -> Any:
        model = np.frombuffer(models.content(models.EMBEDDER), np.uint8)
        return cv2.FaceRecognizerSF.create("onnx", model, np.empty(0, np.uint8))

    @contextmanager
    def _set(self) -> Iterator[_Set]:
        with self._lock:
            make = self._free.empty() and self._made < self._most
            self._made += make
        one = _Set() if make else self._free.get()
        try:
            yield one
        finally:
            self._free.put(one)

    def warm(self) -> None:
        """Load everything and run it once, so that nobody's first frame waits."""
        blank = np.full((_DETECTION_SIDE, _DETECTION_SIDE, 3), 128, np.uint8)
        with self._set() as one:
            _faces(one, blank)
            _mesh_pass(one.mesh, blank, _Square(160, 160, 160, 0))
            _lids(one.iris, blank, np.tile(np.array([[100.0, 100.0, 0.0]]), (468, 1)) + np.arange(468)[:, None])
        with self._embedding:
            self._embedder.feature(np.full((112, 112, 3), 128, np.uint8))

    def look(self, jpeg: bytes) -> tuple[Look, Any]:
        """As the gateway says."""
        image = decoded(jpeg)
        with self._set() as one:
            found = _faces(one, image)
            if len(found) != 1:
                return Look(faces=len(found)), None
            points = _points(one.mesh, image, found[0])
            if points is None:
                return Look(faces=0), None
            lids = _lids(one.iris, image, points)
        return _look(points, lids), (image, found[0])

    def face(self, seen: Any) -> tuple[float, ...]:
        """As the gateway says."""
        image, row = seen
        with self._embedding:
            aligned = self._embedder.alignCrop(image, row.astype(np.float32))
            vector = self._embedder.feature(aligned).ravel()
        length = float(np.linalg.norm(vector))
        return tuple(round(float(value) / length, 5) for value in vector)

    def face_of_picture(self, picture: bytes) -> tuple[float, ...] | None:
        """As the gateway says."""
        return self.face_in(decoded(picture, most=50_000_000, side=1280))

    def face_in(self, image: Array) -> tuple[float, ...] | None:
        """The largest face of decoded pixels (BGR); None when there is none."""
        with self._set() as one:
            found = _faces(one, image)
        if not found:
            return None
        return self.face((image, max(found, key=lambda row: float(row[2] * row[3]))))

    def read(self, image: Array) -> tuple[int, Array | None, Array | None]:
        """Of decoded pixels: how many faces; for exactly one, its box and eyes, and its mesh of 468 points."""
        with self._set() as one:
            found = _faces(one, image)
            points = _points(one.mesh, image, found[0]) if len(found) == 1 else None
        return len(found), found[0] if len(found) == 1 else None, points


class _Square:
    """A square to cut out: its centre, its side, and how far it is turned."""

    __slots__ = ("angle", "side", "x", "y")

    def __init__(self, x: float, y: float, side: float, angle: float) -> None:
        self.x, self.y, self.side, self.angle = x, y, side, angle

    def matrix(self, size: int) -> Array:
        """The affine map from the picture to a crop of `size` pixels."""
        found: Array = cv2.getRotationMatrix2D((self.x, self.y), self.angle, size / self.side)
        found[:, 2] = found[:, 2] + size / 2 - np.array([self.x, self.y])
        return found


def decoded(content: bytes, *, most: int = _MOST_PIXELS, side: int = _LONG_SIDE) -> Array:
    """The picture as BGR pixels, reduced to `side`; FrameUnreadable for anything but a JPEG or PNG of sensible size."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            pixels = picture.width * picture.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise FrameUnreadable from None
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if pixels <= most else None
    if image is None or min(image.shape[:2]) < 64:
        raise FrameUnreadable
    scale = side / max(image.shape[:2])
    return image if scale >= 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _faces(one: _Set, image: Array) -> list[Array]:
    height, width = image.shape[:2]
    scale = _DETECTION_SIDE / max(height, width)
    small = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    one.detector.setInputSize((small.shape[1], small.shape[0]))
    _, found = one.detector.detect(small)
    return [] if found is None else [np.append(row[:14] / scale, row[14]) for row in found]


def _points(mesh: Any, image: Array, face: Array) -> Array | None:
    """The mesh in two passes: one alone is unsteady in depth."""
    x, y, width, height = face[:4]
    right, left = sorted((face[4:6], face[6:8]), key=lambda eye: float(eye[0]))
    angle = math.degrees(math.atan2(left[1] - right[1], left[0] - right[0]))
    square = _Square(float(x + width / 2), float(y + height / 2), 1.5 * float(max(width, height)), angle)
    points = None
    for _ in range(2):
        points, score = _mesh_pass(mesh, image, square)
        if score < _MESH_SURE:
            return None
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        across = points[263, :2] - points[33, :2]
        angle = math.degrees(math.atan2(across[1], across[0]))
        centre = (low + high) / 2
        square = _Square(float(centre[0]), float(centre[1]), 1.5 * float((high - low).max()), angle)
    return points


def _mesh_pass(mesh: Any, image: Array, square: _Square) -> tuple[Array, float]:
    matrix = square.matrix(_MESH_SIDE)
    outputs = _run(mesh, _crop(image, matrix, _MESH_SIDE))
    raw = next(values for values in outputs if values.size == 1404).reshape(468, 3)
    logit = float(next(values for values in outputs if values.size == 1)[0])
    back = cv2.invertAffineTransform(matrix)
    xy = raw[:, :2] @ back[:, :2].T + back[:, 2]
    return np.column_stack([xy, raw[:, 2] * square.side / _MESH_SIDE]), 1 / (1 + math.exp(-logit))


def _lids(iris: Any, image: Array, points: Array) -> float:
    """How open the eyes are: height of the opening / width of the eye, mean of both."""
    found = []
    for outer, inner, mirrored in ((33, 133, False), (263, 362, True)):
        a, b = points[outer, :2], points[inner, :2]
        across = b - a if not mirrored else a - b
        side = 2.3 * float(np.hypot(*across)) or 1.0
        centre = (a + b) / 2
        angle = math.degrees(math.atan2(across[1], across[0]))
        crop = _crop(image, _Square(float(centre[0]), float(centre[1]), side, angle).matrix(_IRIS_SIDE), _IRIS_SIDE)
        outputs = _run(iris, crop[:, ::-1] if mirrored else crop)
        contour = next(values for values in outputs if values.size == 213).reshape(71, 3)[:, :2]
        height = np.hypot(*(contour[[3, 4, 5]] - contour[[11, 12, 13]]).T).mean()
        found.append(float(height / max(np.hypot(*(contour[0] - contour[8])), 1e-6)))
    return sum(found) / 2


def _crop(image: Array, matrix: Array, size: int) -> Array:
    crop = cv2.warpAffine(image, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(crop, cv2.COLOR_BGR2RGB).astype(np.float32) / 255


def _run(model: Any, crop: Array) -> list[Array]:
    model.set_tensor(model.get_input_details()[0]["index"], np.ascontiguousarray(crop)[None])
    model.invoke()
    return [model.get_tensor(detail["index"]).ravel() for detail in model.get_output_details()]


def _look(points: Array, eyes: float) -> Look:
    across = points[263] - points[33]
    roll = math.degrees(math.atan2(across[1], across[0]))
    level = _unrolled(points, roll)
    span = float(np.hypot(*across[:2]))
    sideways, upright = level[454] - level[234], level[152] - level[10]
    plane = np.round(points[_RIGID, :2], 2)
    return Look(
        faces=1,
        x=float(points[:, 0].mean()),
        y=float(points[:, 1].mean()),
        yaw=math.degrees(math.atan2(sideways[2], sideways[0])),
        pitch=math.degrees(math.atan2(upright[2], upright[1])),
        roll=roll,
        eyes=eyes,
        mouth=_apart(level, 13, 14) / max(_apart(level, 78, 308), 1e-6),
        width=_apart(level, 61, 291) / span,
        lift=float((level[0, 1] - level[[61, 291], 1]).mean()) / span,
        span=span,
        plane=tuple(float(value) for value in plane.ravel()),
    )


def _unrolled(points: Array, roll: float) -> Array:
    turn = math.radians(-roll)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    level = points.copy()
    level[:, :2] = (points[:, :2] - points[1, :2]) @ matrix.T
    return level


def _apart(points: Array, first: int, second: int) -> float:
    return float(np.linalg.norm(points[first] - points[second]))
