"""How the tests hash passwords."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2(Argon2PasswordHasher):
    """Argon2id that a test can afford many times on two cores."""

    time_cost, memory_cost, parallelism = 1, 1024, 1
