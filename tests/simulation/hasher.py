"""Argon2id with the least work it allows."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """For passwords that nobody attacks."""

    time_cost, memory_cost, parallelism = 1, 8, 1
