"""Take the role that lies sealed, loudly."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access import queries, rules
from nesie.foundation.access.actions.sign_in_staff import proven
from nesie.foundation.access.models import Emergency, EmergencySeal, StaffAccount
from nesie.foundation.access.rules import (
    WATCHERS,
    Attempt,
    GlassBroken,
    NobodyToAlarm,
    ReviewOutstanding,
    StaffStatus,
)
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices.actions import notify
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def break_glass(actor: Actor, now: datetime, *, seal_id: UUID, reason: str, password: str, totp: str) -> GlassBroken:
    """The sealed role from the next request on, for the time of the policy; both factors anew and a written reason.

    Every other administrator and compliance officer is told in the same transaction: it cannot be done silently.
    What it lends asks others for approval and never approves. Raises `NotFound`, `WordsTooFew`, `ReviewOutstanding`,
    `NobodyToAlarm` (clauses 27, 28).
    """
    account = StaffAccount.objects.select_for_update().filter(id=queries.own_id(actor)).first()
    machine = queries.machine_time(now)
    whole = EmergencySeal.objects.select_for_update(of=("self",)).filter(id=seal_id, staff_id=actor.id)
    seal = whole.filter(withdrawn_at=None, expires_at__gt=machine).first()
    if account is None or seal is None or Emergency.objects.filter(seal=seal).exists():
        raise NotFound
    words = rules.check_words(reason, "reason")
    if Emergency.objects.filter(holder=account, reviewed_at=None).exists():
        raise ReviewOutstanding
    watchers = _watchers(account)
    if not watchers:
        raise NobodyToAlarm
    attempt = proven(account, now, name=bytes(account.login_hash), password=password, totp=totp)
    if attempt is not Attempt.DONE:
        return GlassBroken(attempt)
    until = machine + queries.policy().emergency.life
    row = Emergency.objects.create(
        id=uuid4(), seal=seal, holder=account, role=seal.role, reason=words, opened_at=machine, valid_until=until
    )
    for one in watchers:
        alarm(one, now, "emergency_opened", at=now, name=account.name, until=queries.business_time(until))
    return GlassBroken(attempt, row.id, until, len(watchers))


def _watchers(but: StaffAccount) -> list[StaffAccount]:
    wanted = [role.value for role in WATCHERS]
    rows = StaffAccount.objects.filter(status=StaffStatus.ACTIVE, roles__overlap=wanted).exclude(id=but.id)
    return list(rows.order_by("created_at"))


def alarm(one: StaffAccount, now: datetime, template: str, **params: object) -> None:
    """By every way this member of the staff can be reached."""
    notify(
        one.id,
        template=template,
        params=params,
        language=one.language,
        now=now,
        phone=one.phone or None,
        email=one.email or None,
    )
