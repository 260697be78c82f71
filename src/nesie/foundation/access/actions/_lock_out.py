"""Count wrong tries on a name and from a network; known and unknown names lock alike (clause 29)."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries, rules
from nesie.foundation.access.models import SignInCounter
from nesie.foundation.access.rules import LockOut
from nesie.kernel.actor import Origin


def locked_counter(name_hash: bytes) -> SignInCounter:
    """The counter of a name, its row held until the transaction ends: parallel tries on a name queue up."""
    SignInCounter.objects.get_or_create(name_hash=name_hash)
    return SignInCounter.objects.select_for_update().get(name_hash=name_hash)


def is_locked(counter: SignInCounter, machine: datetime) -> bool:
    """Whether no try is examined at this machine moment."""
    return counter.locked_until is not None and machine < counter.locked_until


def count_failure(counter: SignInCounter, machine: datetime, limits: LockOut | None = None) -> None:
    """One more wrong try. It never shortens a lock that runs."""
    running = counter.locked_until if is_locked(counter, machine) else None
    counter.failures, counter.first_failed_at, until = rules.lock_after_failure(
        counter.failures, counter.first_failed_at, machine, limits or queries.policy().lock_out
    )
    counter.locked_until = max(until, running) if until and running else until or running
    counter.save()


def forgive(counter: SignInCounter) -> None:
    """A right answer clears the name."""
    counter.failures, counter.first_failed_at, counter.locked_until = 0, None, None
    counter.save()


def source_is_locked(origin: Origin, machine: datetime) -> bool:
    """Whether the network has tried too much, under whatever names. Nobody queues up for this look."""
    row = SignInCounter.objects.filter(name_hash=queries.source_hash(origin) or b"").first()
    return row is not None and is_locked(row, machine)


def count_source_failure(origin: Origin, machine: datetime) -> None:
    """One more wrong try from this network; the last thing a try does, since others of the network wait for it."""
    source = queries.source_hash(origin)
    if source is not None:
        count_failure(locked_counter(source), machine, queries.policy().source_lock_out)
