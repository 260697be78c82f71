"""Open, touch and end sessions: plain functions, joined to the caller's transaction."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.models import Device, KnownDevice, ServerSession
from nesie.foundation.access.rules import Binding, SessionKind, program
from nesie.kernel.actor import NOWHERE, Channel, Origin

_SEEN_EVERY = timedelta(minutes=1)


def open_session(
    kind: SessionKind,
    now: datetime,
    *,
    channel: Channel,
    subject_id: UUID | None = None,
    origin: Origin = NOWHERE,
    by: str = "",
) -> str:
    """A new session's key, 256 random bits for the cookie; only its hash is kept (clause 24.2).

    A sign-in always opens a new one, so that a key planted before it is worth nothing after it. It is bound to what
    the policy says of its kind, as far as `origin` tells, and the application's to the key of its device; the device
    of a client's session is known from now on.
    """
    key = secrets.token_urlsafe(32)
    machine, bindings = queries.machine_time(now), queries.policy().bindings.get(kind, frozenset())
    called = program(origin.program)
    if kind is SessionKind.CLIENT and subject_id is not None:
        _remember(subject_id, origin, machine)
    ServerSession.objects.create(
        key_hash=queries.key_hash(key),
        kind=kind,
        channel=channel,
        subject_id=subject_id,
        started_at=machine,
        seen_at=machine,
        by=by,
        program=called,
        bound_program=called if Binding.PROGRAM in bindings else "",
        bound_source_hash=queries.source_hash(origin) if Binding.SOURCE in bindings else None,
        bound_key=origin.device if channel is Channel.MOBILE else "",
    )
    return key


def _remember(subject_id: UUID, origin: Origin, machine: datetime) -> None:
    KnownDevice.objects.update_or_create(
        subject_id=subject_id,
        mark_hash=queries.device_hash(subject_id, origin),
        defaults={"seen_at": machine, "program": program(origin.program)},
        create_defaults={"first_at": machine, "seen_at": machine, "program": program(origin.program)},
    )


def open_guest_session(now: datetime, *, channel: Channel = Channel.WEB, origin: Origin = NOWHERE) -> str:
    """A session for somebody not signed in: one-time codes are bound to it (clause 2)."""
    return open_session(SessionKind.GUEST, now, channel=channel, origin=origin)


def touch_session(session_key: str, now: datetime) -> None:
    """Keep a live session from falling idle; writes at most once a minute, and never revives a dead one.

    Of a phone's session it is also written when the phone was last there.
    """
    machine = queries.machine_time(now)
    row = ServerSession.objects.filter(key_hash=queries.key_hash(session_key)).first()
    if row is not None and machine - row.seen_at >= _SEEN_EVERY and queries.session_alive(row, machine):
        ServerSession.objects.filter(id=row.id, ended_at=None).update(seen_at=machine)
        if row.bound_key:
            Device.objects.filter(thumbprint=row.bound_key, revoked_at=None).update(seen_at=machine)


def end_session(reference: str, now: datetime) -> None:
    """End the session an actor came with; harmless when there is none."""
    if reference:
        rows = ServerSession.objects.filter(id=reference, ended_at=None)
        rows.update(ended_at=queries.machine_time(now))


def end_sessions_of(subject_id: UUID, now: datetime, *, but: str = "") -> None:
    """End a person's sessions, all but one."""
    rows = ServerSession.objects.filter(subject_id=subject_id, ended_at=None)
    if but:
        rows = rows.exclude(id=but)
    rows.update(ended_at=queries.machine_time(now))
