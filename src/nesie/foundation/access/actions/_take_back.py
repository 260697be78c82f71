"""What was laid ready for an emergency falls with the account it was laid ready for."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.models import Emergency, EmergencySeal
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId


def take_back_emergency(actor: Actor, now: datetime, staff_id: StaffId) -> None:
    """Seals not broken are withdrawn, and an emergency that runs is over; it still waits for its review."""
    machine = queries.machine_time(now)
    seals = EmergencySeal.objects.filter(staff_id=staff_id, withdrawn_at=None, emergency=None)
    seals.update(withdrawn_at=machine)
    running = Emergency.objects.filter(holder_id=staff_id, ended_at=None, valid_until__gt=machine)
    running.update(ended_at=machine, ended_by_id=actor.id)
