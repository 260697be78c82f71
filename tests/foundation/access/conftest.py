"""Passwords of these tests are hashed lightly: what is tested is what is done with the hash."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _light_hashing(settings: Any) -> None:
    from tests.given_access import light_hashing  # this file is read before Django is ready

    light_hashing(settings)
