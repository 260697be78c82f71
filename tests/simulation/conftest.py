"""`--seed N` runs the simulation of another seed."""

from __future__ import annotations

import pytest

DEFAULT_SEED = 20251124


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=None, help="seed of the simulation, to see a failed run again")


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """The seed asked for, or the usual one."""
    given = pytestconfig.getoption("--seed", default=None)
    return DEFAULT_SEED if given is None else given


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: object) -> None:
    """Argon2id as everywhere, with the least work it allows: nobody attacks these passwords."""
    settings.PASSWORD_HASHERS = ["tests.simulation.hasher.CheapArgon2"]  # type: ignore[attr-defined]  # Django's
