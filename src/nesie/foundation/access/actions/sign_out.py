"""End sessions."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions.open_session import end_session, end_sessions_of
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def sign_out(actor: Actor, now: datetime, *, everywhere: bool = False) -> None:
    """End this session, or every session of the actor: its key is worth nothing from now on (clause 24.2)."""
    end_session(actor.session, now)
    if everywhere and actor.id is not None:
        end_sessions_of(actor.id, now)
