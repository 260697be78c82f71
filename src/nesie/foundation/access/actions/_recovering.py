"""What the ways of recovery share: the delay, the notice with its link, and what happens when the delay is over."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import Enum, auto
from uuid import UUID, uuid4

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions.open_session import end_sessions_of
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import ClientLogin, Device, Passkey, Recovery, ServerSession
from nesie.foundation.access.rules import Factor, RecoveryStatus, RecoveryWay
from nesie.foundation.lender import queries as lender


class Due(Enum):
    """What a sign-in meets of a recovery whose delay is over. But for NOTHING, what was lost serves no more."""

    NOTHING = auto()
    DONE = auto()  # it took effect just now
    FOR_EDS = auto()  # it takes effect with the electronic signature that proved it, and with nothing else


def let_wait(row: Recovery, now: datetime) -> datetime:
    """The person is proven: everywhere the client can be reached it is told, with a link that stops it.

    A recovery that waits already gives way to the newer one. Returns when it takes effect, in machine time.
    """
    machine, secret = queries.machine_time(now), secrets.token_urlsafe(24)
    Recovery.objects.filter(client_id=row.client_id, status=RecoveryStatus.WAITING).update(
        status=RecoveryStatus.CANCELLED, ended_at=machine, stop_hash=None
    )
    effective_at = machine + queries.policy().recovery_delay
    row.status, row.effective_at, row.stop_hash = RecoveryStatus.WAITING, effective_at, queries.key_hash(secret)
    row.save()
    told_at = effective_at + (now - machine)
    if Wiring.people.known(row.client_id) is not None:
        link = lender.address_of(f"/sign-in/recovery/stop/{secret}")
        tell(row.client_id, now, "recovery_begun", at=told_at, link=link)
    tell(row.client_id, now, "recovery_waiting", at=told_at)
    return effective_at


def begun(client_id: UUID, way: RecoveryWay, now: datetime) -> Recovery:
    """A recovery not yet proven."""
    return Recovery(
        id=uuid4(), client_id=client_id, way=way, status=RecoveryStatus.PROVING, begun_at=queries.machine_time(now)
    )


def take_effect(client_id: UUID, now: datetime, *, by: Factor) -> Due:
    """When the delay of a recovery is over: all that the client has lost is off, and what proved it lets in again.

    Asked at each sign-in that holds, so nothing has to run for it. Off are password, authenticator app, passkeys,
    phones and every session. One proven by electronic signature waits for a sign-in by electronic signature: were
    the authenticator app off before, whoever holds a stolen SIM card would be in first.
    """
    machine = queries.machine_time(now)
    row = (
        Recovery.objects.select_for_update()
        .filter(client_id=client_id, status=RecoveryStatus.WAITING, effective_at__lte=machine)
        .first()
    )
    if row is None:
        return Due.NOTHING
    if row.way == RecoveryWay.EDS and by is not Factor.EDS:
        return Due.FOR_EDS
    row.status, row.ended_at, row.stop_hash = RecoveryStatus.DONE, machine, None
    row.save()
    login = ClientLogin.objects.select_for_update().get(client_id=client_id)
    login.password, login.totp_secret, login.totp_waiting = "", None, None
    login.save(update_fields=["password", "totp_secret", "totp_waiting"])
    Passkey.objects.filter(holder_id=client_id, removed_at=None).update(removed_at=machine)
    keys = Device.objects.filter(holder_id=client_id, revoked_at=None)
    ServerSession.objects.filter(bound_key__in=keys.values("thumbprint"), ended_at=None).update(ended_at=machine)
    keys.update(revoked_at=machine)
    end_sessions_of(client_id, now)
    tell(client_id, now, "recovery_done", at=now)
    return Due.DONE
