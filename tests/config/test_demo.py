"""Production refuses to start with any part of the demo on."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured

from nesie.config import demo
from nesie.simulators.pki.authority import Authority
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import AUTHORITY_NAMES

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    f"NESIE_{name}_URL": f"https://{name.lower()}.example.kz"
    for name in ("BANK", "COID", "REGISTRY", "MESSAGES", "PKI", "BUREAU", "AFM", "EGOV")
} | {"NESIE_NCALAYER_URL": "wss://127.0.0.1:13579"}
SETTINGS = "import nesie.config.settings as s; print('started', sorted(s.NESIE_DEMO_PARTS))"
WHOLE = "import django; django.setup()"


def start(tmp_path: Path, code: str = SETTINGS, **more: str) -> subprocess.CompletedProcess[str]:
    """Load production settings in a program of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NESIE_", "DATABASE_"))}
    env = kept | REAL | {"NESIE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")} | more
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)


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


@pytest.mark.parametrize("name", ["NESIE_OCSP_URL", "NESIE_CRL_URL", "NESIE_TSP_URL", "NESIE_EGOV_MOBILE_LINK"])
def test_production_refuses_an_emulator_named_by_itself(name: str, tmp_path: Path) -> None:
    done = start(tmp_path, **{name: "https://127.0.0.1:8105/{link}"})
    assert f"{name} is on this machine" in done.stderr


def test_what_is_meant_to_be_plain_or_near_is_let_in(tmp_path: Path) -> None:
    plain = {f"NESIE_{name}_URL": f"http://{name.lower()}.pki.example.kz" for name in ("OCSP", "CRL", "TSP")}
    done = start(tmp_path, NESIE_NCANODE_URL="http://127.0.0.1:14579", NESIE_EGOV_MOBILE_LINK="sign:{link}", **plain)
    assert done.stdout == "started []\n", done.stderr


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("NESIE_NCANODE_URL", "http://ncanode.example.kz"),  # it is shown the documents
        ("NESIE_EGOV_MOBILE_LINK", "http://link.example.kz/?{link}"),
        ("NESIE_NCALAYER_URL", "ws://127.0.0.1:13579"),
        ("NESIE_BANK_URL", ""),
        ("NESIE_BANK_URL", "https://127.8.0.1"),
        ("NESIE_BANK_URL", "https://[::ffff:127.0.0.1]"),
        ("NESIE_BANK_URL", "https://LOCALHOST."),
    ],
)
def test_other_ways_are_refused(name: str, address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        demo.check_addresses({name: address}, frozenset())
    demo.check_addresses({name: address}, frozenset({"EMULATORS"}))


def test_production_does_not_start_with_the_test_authority_pinned(tmp_path: Path) -> None:
    name = AUTHORITY_NAMES[Algorithm.RSA]
    anchor = Authority.make(name, valid_from=datetime(2026, 1, 1, tzinfo=UTC)).certificate
    copy = tmp_path / "copied" / "national.cer"
    copy.parent.mkdir()
    copy.write_bytes(anchor.public_bytes(Encoding.DER))
    given = {"NESIE_ANCHORS_DIR": str(tmp_path / "copied"), "DJANGO_SETTINGS_MODULE": "nesie.config.settings"}
    done = start(tmp_path, WHOLE, **given)
    assert done.returncode != 0
    assert f"{copy} is a certificate of the test certification authority" in done.stderr


def test_the_demo_has_every_part(tmp_path: Path) -> None:
    done = start(tmp_path, NESIE_DEMO="1")
    assert done.stdout == f"started {sorted(demo.PARTS)}\n", done.stderr
