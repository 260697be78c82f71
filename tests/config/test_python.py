"""What is promised about Python is what the locked packages have files for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISED = [(3, 11), (3, 12)]


def test_every_promise_is_the_same() -> None:
    bounds = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert bounds == ">=3.11,<3.13"
    words = "Linux on x86-64, Python 3.11 or 3.12"
    assert [page for page in ("README.md", "CONTRIBUTING.md") if words not in (ROOT / page).read_text("utf-8")] == []


def test_every_locked_package_has_a_file_for_each() -> None:
    for package in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]:
        files = [one["url"].rsplit("/", 1)[1] for one in package.get("wheels", [])]
        if package["name"] == "nesie" or "sdist" in package:
            continue
        for _major, minor in PROMISED:
            tags = rf"-(py3|py2\.py3|cp3{minor}|cp3\d+)-(none|abi3|cp3{minor})-(any|.*linux.*x86_64.*)\.whl"
            assert any(re.search(tags, file) for file in files), (package["name"], minor)


@pytest.mark.parametrize(
    ("version", "kept_out"),
    [((3, 10, 9), True), ((3, 11, 0), False), ((3, 12, 9), False), ((3, 13, 0), True), ((4, 0, 0), True)],
)
def test_make_says_so_kindly(version: tuple[int, int, int], kept_out: bool) -> None:
    (check,) = re.findall(r"-c 'import sys; (sys\.exit\(.*\))'", (ROOT / "Makefile").read_text("utf-8"))
    told: list[object] = []
    exec(check, {"sys": SimpleNamespace(version_info=version, exit=told.append)})
    said = f"Nesie needs Python 3.11 or 3.12, and this is {version[0]}.{version[1]}."
    assert str(told[0]).startswith(said) if kept_out else told == [False]
