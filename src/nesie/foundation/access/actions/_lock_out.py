"""Count wrong tries on a name; known and unknown names lock alike (clause 29)."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries, rules
from nesie.foundation.access.models import SignInCounter


def locked_counter(name_hash: bytes) -> SignInCounter:
    """The counter of a name, its row held until the transaction ends: parallel tries on a name queue up."""
    SignInCounter.objects.get_or_create(name_hash=name_hash)
    return SignInCounter.objects.select_for_update().get(name_hash=name_hash)


def is_locked(counter: SignInCounter, machine: datetime) -> bool:
    """Whether no try is examined at this machine moment."""
    return counter.locked_until is not None and machine < counter.locked_until


def count_failure(counter: SignInCounter, machine: datetime) -> None:
    """One more wrong try."""
    counter.failures, counter.first_failed_at, counter.locked_until = rules.lock_after_failure(
        counter.failures, counter.first_failed_at, machine, queries.policy().lock_out
    )
    counter.save()


def forgive(counter: SignInCounter) -> None:
    """A right answer clears the name."""
    counter.failures, counter.first_failed_at, counter.locked_until = 0, None, None
    counter.save()
