"""What comes from others lies in the tree byte for byte, and is all listed."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHELVES = (ROOT / "src/nesie/entrypoints/web/static/vendor", ROOT / "tests/browser/vendor")


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_every_vendored_file_is_listed_with_its_hash_and_licence(shelf: Path) -> None:
    manifest = tomllib.loads((shelf / "MANIFEST.toml").read_text("utf-8"))
    listed = {path: digest for package in manifest["package"] for path, digest in package["files"].items()}
    here = {str(path.relative_to(shelf)) for path in shelf.rglob("*") if path.is_file()} - {"MANIFEST.toml"}
    assert here == set(listed)
    for path, digest in listed.items():
        assert hashlib.sha256((shelf / path).read_bytes()).hexdigest() == digest, path
    for package in manifest["package"]:
        assert all(package[fact] for fact in ("name", "version", "licence", "source")), package["name"]
