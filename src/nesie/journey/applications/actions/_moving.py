"""Moving a locked application; shared by the use cases that do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from nesie.journey.applications import rules
from nesie.journey.applications.models import Application, Transition
from nesie.journey.applications.rules import Status
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Reason


def begin(row: Application, actor: Actor, now: datetime) -> None:
    """The first line of the timeline, of a row just created."""
    Transition.objects.create(application=row, number=1, status=row.status, at=now, actor_id=actor.id)


def move(row: Application, to: Status, actor: Actor, now: datetime, reasons: Iterable[Reason] = ()) -> None:
    """One more line, and the row's state with it. MoveNotAllowed when the table of moves has no such move."""
    rules.check_move(Status(row.status), to)
    number = Transition.objects.filter(application=row).count() + 1
    Transition.objects.create(
        application=row,
        number=number,
        status=to,
        at=now,
        reasons=[reason.as_data() for reason in reasons],
        actor_id=actor.id,
    )
    row.status, row.status_at = to, now
    row.save()
