"""Portrait qualities measured on the pixels: face and its mesh as own devices read them, segmentation of the person.

The models are files inside pinned packages, checked by their SHA-256 when loaded; nothing is downloaded at run time.
Coordinates are pixels of the decoded image, x to the right, y down; angles are degrees.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from nesie.journey.clients.gateways import FaceReader
from nesie.journey.clients.rules import PortraitMeasures, PortraitUnreadable

_PERSON = (
    "mediapipe",
    "modules/selfie_segmentation/selfie_segmentation.tflite",
    "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
)
_MOST_PIXELS = 50_000_000  # what telephones photograph; 150 MB once unpacked
_LONG_SIDE = 1280  # larger pictures are reduced: the measures do not gain from more
_LEFT_LIDS = ((160, 144), (159, 145), (158, 153))
_RIGHT_LIDS = ((385, 380), (386, 374), (387, 373))

Array: TypeAlias = "np.ndarray[Any, Any]"


class ModelAltered(RuntimeError):
    """A model file is not the one this code was measured with."""


def _model(package: str, path: str, sha256: str) -> bytes:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelAltered(f"package {package} is not installed")
    content = (Path(spec.origin).parent / path).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelAltered(path)
    return content


class MeshMeter:
    """The real meter: `measure` takes about 0.1 s on one core."""

    def __init__(self, faces: FaceReader) -> None:
        self._faces, self._lock = faces, Lock()

    @cached_property
    def _person(self) -> Any:
        return _ready(_PERSON)

    def likeness(self, first: bytes, second: bytes) -> float | None:
        """Cosine of the two faces' embeddings; of several faces the largest counts."""
        one, other = self._faces.face_in(_decoded(first)), self._faces.face_in(_decoded(second))
        return None if one is None or other is None else sum(a * b for a, b in zip(one, other, strict=True))

    def measure(self, content: bytes) -> PortraitMeasures:
        """All measures of one picture; `faces` other than 1 leaves the rest at None.

        Raises `PortraitUnreadable` for bytes that are no JPEG or PNG picture.
        """
        image = _decoded(content)
        count, face, points = self._faces.read(image)
        if count != 1:
            return PortraitMeasures(faces=count)
        if points is None or face is None:
            return PortraitMeasures(faces=0)
        return replace(_face(image, points), **self._ground(image, face))

    def _ground(self, image: Array, face: Array) -> dict[str, Any]:
        """Lightness, evenness and colour of what is behind the person, in CIELAB."""
        x, y, width, height = face[:4]
        rows = slice(max(0, round(y - 0.6 * height)), round(y + 1.15 * height))
        columns = slice(max(0, round(x - 0.7 * width)), round(x + 1.7 * width))
        crop = image[rows, columns]
        tensor = cv2.cvtColor(cv2.resize(crop, (256, 256)), cv2.COLOR_BGR2RGB).astype(np.float32)[None] / 255
        with self._lock:  # a model serves one thread at a time
            person = self._person
            person.set_tensor(person.get_input_details()[0]["index"], tensor)
            person.invoke()
            mask = person.get_tensor(person.get_output_details()[0]["index"]).reshape(256, 256)
        mask = cv2.resize(mask, (crop.shape[1], crop.shape[0]))
        behind = cv2.erode((mask < 0.2).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
        pixels = cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)[behind]
        if not len(pixels):
            return {"ground_pixels": 0}
        mean = pixels.mean(axis=0)
        return {
            "ground_pixels": len(pixels),
            "ground_lightness": float(mean[0]),
            "ground_spread": float(pixels[:, 0].std()),
            "ground_chroma": float(np.hypot(mean[1], mean[2])),
        }


def _ready(model: tuple[str, str, str]) -> Any:
    maker: Any = Interpreter  # the package has no type marks
    interpreter = maker(model_content=_model(*model), num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def _decoded(content: bytes) -> Array:
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _pixels(content) > _MOST_PIXELS:
        raise PortraitUnreadable
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None or min(image.shape[:2]) < 64:
        raise PortraitUnreadable
    scale = _LONG_SIDE / max(image.shape[:2])
    return image if scale >= 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _pixels(content: bytes) -> int:
    """How many pixels the picture's head announces: fifty kilobytes of PNG can unpack to gigabytes."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            return picture.width * picture.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PortraitUnreadable from None


def _face(image: Array, points: Array) -> PortraitMeasures:
    across = points[263] - points[33]
    roll = math.degrees(math.atan2(across[1], across[0]))
    level = _unrolled(points, roll)
    span = float(np.hypot(*across[:2]))
    sideways, upright = level[454] - level[234], level[152] - level[10]
    return PortraitMeasures(
        faces=1,
        yaw=math.degrees(math.atan2(sideways[2], sideways[0])),
        pitch=math.degrees(math.atan2(upright[2], upright[1])),
        roll=roll,
        eye_span=span,
        eye_opening=_eye_opening(level),
        mouth_opening=_apart(level, 13, 14) / _apart(level, 78, 308),
        mouth_width=_apart(level, 61, 291) / span,
        mouth_lift=float((level[0, 1] - level[[61, 291], 1]).mean()) / span,
        sharpness=_sharpness(image, points),
    )


def _unrolled(points: Array, roll: float) -> Array:
    turn = math.radians(-roll)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    level = points.copy()
    level[:, :2] = (points[:, :2] - points[1, :2]) @ matrix.T
    return level


def _apart(points: Array, first: int, second: int) -> float:
    return float(np.linalg.norm(points[first] - points[second]))


def _eye_opening(points: Array) -> float:
    left = np.mean([_apart(points, *pair) for pair in _LEFT_LIDS]) / _apart(points, 33, 133)
    right = np.mean([_apart(points, *pair) for pair in _RIGHT_LIDS]) / _apart(points, 362, 263)
    return float(min(left, right))


def _sharpness(image: Array, points: Array) -> float:
    low, high = points[:, :2].min(axis=0).astype(int).clip(0), points[:, :2].max(axis=0).astype(int)
    face = cv2.cvtColor(image[low[1] : high[1], low[0] : high[0]], cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(cv2.resize(face, (200, 200)), cv2.CV_64F).var())
