"""Production refuses to start with any part of the demo on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nesie.config import demo

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    f"NESIE_{name}_URL": f"https://{name.lower()}.example.kz"
    for name in ("BANK", "COID", "REGISTRY", "MESSAGES", "PKI", "BUREAU", "AFM", "EGOV")
} | {"NESIE_NCALAYER_URL": "wss://127.0.0.1:13579"}


def start(tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Load production settings in a program of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NESIE_", "DATABASE_"))}
    env = kept | REAL | {"NESIE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")} | more
    command = [sys.executable, "-c", "import nesie.config.settings as s; print('started', sorted(s.NESIE_DEMO_PARTS))"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_production_starts_without_any(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert done.stdout == "started []\n", done.stderr


@pytest.mark.parametrize("part", sorted(demo.PARTS))
def test_production_refuses_the_part(part: str, tmp_path: Path) -> None:
    done = start(tmp_path, **{f"NESIE_DEMO_{part}": "1"})
    assert done.returncode != 0
    assert f"NESIE_DEMO_{part} ({demo.PARTS[part]})" in done.stderr


@pytest.mark.parametrize("system", ["BANK", "COID", "REGISTRY", "MESSAGES", "PKI", "BUREAU", "AFM", "EGOV"])
def test_production_refuses_an_emulator_on_this_machine(system: str, tmp_path: Path) -> None:
    done = start(tmp_path, **{f"NESIE_{system}_URL": "http://127.0.0.1:8101"})
    assert done.returncode != 0
    assert f"NESIE_{system}_URL is on this machine" in done.stderr


def test_production_refuses_an_unprotected_way_to_the_bank(tmp_path: Path) -> None:
    done = start(tmp_path, NESIE_BANK_URL="http://bank.example.kz")
    assert "NESIE_BANK_URL is not protected by TLS" in done.stderr


def test_the_demo_has_every_part(tmp_path: Path) -> None:
    done = start(tmp_path, NESIE_DEMO="1")
    assert done.stdout == f"started {sorted(demo.PARTS)}\n", done.stderr
