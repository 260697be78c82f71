"""Reads of breaking the glass: who bears what for now, what lies sealed, what waits for a review."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import rules
from nesie.foundation.access.models import Emergency, EmergencySeal, StaffAccount
from nesie.foundation.access.rules import EmergencyView, Finding, ReviewMark, SealView, StaffStatus
from nesie.foundation.norms import queries as norms
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound

OVERSEERS = (Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER, Role.AUDITOR)


def standing_roles(account: StaffAccount) -> frozenset[Role]:
    """The roles two persons have given, without those of an emergency: approving and reviewing want these."""
    return frozenset(Role(role) for role in account.roles)


def bears_standing(actor: Actor, roles: frozenset[Role]) -> bool:
    """Whether the staff member bears one of the roles, and not for an emergency only."""
    if not actor.roles & roles or actor.id is None:
        return False
    if not Emergency.objects.filter(holder_id=actor.id, reviewed_at=None).exists():
        return True
    account = StaffAccount.objects.filter(id=actor.id).first()
    return account is not None and bool(standing_roles(account) & roles)


def roles_of_need(staff_id: UUID, machine: datetime) -> frozenset[Role]:
    """Roles borne at this machine moment by breaking the glass."""
    rows = Emergency.objects.filter(holder_id=staff_id, ended_at=None, valid_until__gt=machine)
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def own_seals(actor: Actor, now: datetime) -> list[SealView]:
    """What lies sealed for the actor and can be broken."""
    rows = _whole_seals(now).filter(staff_id=actor.id, staff__status=StaffStatus.ACTIVE)
    return [seal_view(row) for row in rows]


def seals(actor: Actor, now: datetime) -> list[SealView]:
    """What lies sealed for anybody, for those who watch over it; `NotFound` for others."""
    _overseeing(actor)
    return [seal_view(row) for row in _whole_seals(now)]


def emergencies(actor: Actor, now: datetime) -> list[EmergencyView]:
    """Every emergency with its reason and review, newest first, for those who watch over it; `NotFound` for others."""
    _overseeing(actor)
    rows = Emergency.objects.select_related("holder", "reviewer").order_by("-opened_at")[:200]
    return [_view(row, now, told=True) for row in rows]


def own_emergencies(actor: Actor, now: datetime) -> list[EmergencyView]:
    """The actor's own, newest first, with what was found of them."""
    rows = Emergency.objects.filter(holder_id=actor.id).select_related("holder", "reviewer").order_by("-opened_at")
    return [_view(row, now, told=True) for row in rows[:20]]


def live_emergencies(actor: Actor, now: datetime) -> list[EmergencyView]:
    """Those going on now, without their reasons: every member of the staff sees that the glass is broken."""
    if not actor.is_staff:
        return []
    rows = Emergency.objects.filter(ended_at=None, valid_until__gt=now - norms.clock_shift())
    return [_view(row, now, told=False) for row in rows.select_related("holder")]


def emergency_marks(staff_id: UUID, now: datetime) -> tuple[ReviewMark, ...]:
    """What stands out of an account in the review of access."""
    marks = []
    if _whole_seals(now).filter(staff_id=staff_id).exists():
        marks.append(ReviewMark.EMERGENCY_SEALED)
    for row in Emergency.objects.filter(holder_id=staff_id, reviewed_at=None):
        live = _live(row, now)
        marks.append(ReviewMark.EMERGENCY_LIVE if live else ReviewMark.EMERGENCY_UNREVIEWED)
    return tuple(marks)


def seal_view(row: EmergencySeal) -> SealView:
    """One seal for strangers."""
    shift = norms.clock_shift()
    return SealView(
        id=row.id,
        staff_id=StaffId(row.staff_id),
        name=row.staff.name,
        role=Role(row.role),
        sealed_at=row.sealed_at + shift,
        expires_at=row.expires_at + shift,
    )


def _whole_seals(now: datetime):  # type: ignore[no-untyped-def]  # a query set of seals
    rows = EmergencySeal.objects.filter(withdrawn_at=None, emergency=None, expires_at__gt=now - norms.clock_shift())
    return rows.select_related("staff").order_by("-sealed_at")


def _view(row: Emergency, now: datetime, *, told: bool) -> EmergencyView:
    shift = norms.clock_shift()
    return EmergencyView(
        id=row.id,
        holder_id=StaffId(row.holder_id),
        name=row.holder.name,
        role=Role(row.role),
        opened_at=row.opened_at + shift,
        valid_until=row.valid_until + shift,
        live=_live(row, now),
        reason=row.reason if told else "",
        ended_at=row.ended_at + shift if row.ended_at else None,
        finding=Finding(row.finding) if row.finding else None,
        review=(row.review or "") if told else "",
        reviewer=row.reviewer.name if told and row.reviewer else "",
        reviewed_at=row.reviewed_at + shift if row.reviewed_at else None,
    )


def _live(row: Emergency, now: datetime) -> bool:
    machine = now - norms.clock_shift()
    return rules.emergency_live(valid_until=row.valid_until, ended_at=row.ended_at, now=machine)


def _overseeing(actor: Actor) -> None:
    if not actor.has(*OVERSEERS):
        raise NotFound
