"""Reads of sign-in, sessions and approvals, and the gate that every use case passes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from nesie.foundation.access import rules
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import (
    Approval,
    Challenge,
    ClientLogin,
    Device,
    KnownDevice,
    Passkey,
    Recovery,
    ServerSession,
    SignInCounter,
    StaffAccount,
)
from nesie.foundation.access.queries.emergency import (
    OVERSEERS,
    bears_standing,
    emergencies,
    emergency_marks,
    live_emergencies,
    own_emergencies,
    own_seals,
    roles_of_need,
    seals,
    standing_roles,
)
from nesie.foundation.access.rules import (
    AccessPolicy,
    AccessRow,
    ApprovalStatus,
    ApprovalView,
    ChallengePurpose,
    ContactsView,
    DeviceView,
    FactorsView,
    PasskeyView,
    RecoveryStatus,
    SessionKind,
    SessionView,
    StaffStatus,
    StaffView,
)
from nesie.foundation.audit.rules import told_arguments
from nesie.foundation.identification import queries as identities
from nesie.foundation.identification.rules import eds
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms import queries as norms
from nesie.foundation.vault import queries as vault
from nesie.kernel.actor import NOWHERE, Actor, Channel, Origin, Role, client, guest
from nesie.kernel.ids import ApprovalId, StaffId
from nesie.kernel.refused import NotFound

# Read in the page beside this one, and asked for here.
__all__ = [
    "OVERSEERS",
    "bears_standing",
    "emergencies",
    "emergency_marks",
    "live_emergencies",
    "own_emergencies",
    "own_seals",
    "roles_of_need",
    "seals",
    "standing_roles",
]
_DEFAULT = AccessPolicy()


def policy() -> AccessPolicy:
    """The policy in force: `settings.NESIE_ACCESS_POLICY`, else the one shipped (clause 29)."""
    return getattr(settings, "NESIE_ACCESS_POLICY", _DEFAULT)


def machine_time(now: datetime) -> datetime:
    """The machine's moment for a business moment: sessions, codes and locks do not follow a pushed demo clock."""
    return now - norms.clock_shift()


def business_time(machine: datetime) -> datetime:
    """How a machine's moment is shown: people read one clock."""
    return machine + norms.clock_shift()


def source_hash(origin: Origin) -> bytes | None:
    """How the database knows a network address again without keeping it; None when there is none."""
    source = rules.network(origin.source)
    return vault.keyed_hash("access.source", source) if source else None


def device_hash(subject_id: UUID, origin: Origin) -> bytes:
    """How a person's device is known again."""
    return vault.keyed_hash("access.device", f"{subject_id} {rules.mark(origin)}")


def device_known(subject_id: UUID, origin: Origin) -> bool:
    """Whether the person has signed in with this browser or phone before."""
    return KnownDevice.objects.filter(subject_id=subject_id, mark_hash=device_hash(subject_id, origin)).exists()


def key_hash(secret: str) -> bytes:
    """What the database keeps of a session key or an invitation: they are random, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).digest()


def actor_of(session_key: str, now: datetime, origin: Origin = NOWHERE) -> Actor | None:
    """Whom a session key carries, or None when it is unknown, ended, idle too long, too old, or brought from elsewhere.

    An applicant is a guest with the registration's id. A staff member whose password has aged is a guest with an
    id: nothing is open to them but the change of the password. Roles are read anew each time, so that a withdrawn
    role is gone at once. Reads only; `actions.touch_session` keeps the session from falling idle.
    """
    row = ServerSession.objects.filter(key_hash=key_hash(session_key)).first() if session_key else None
    if row is None or not session_alive(row, machine_time(now)) or not _still_there(row, origin):
        return None
    actor = _actor_of_session(row, now)
    return replace(actor, origin=origin) if actor is not None else None


def _still_there(row: ServerSession, origin: Origin) -> bool:
    if row.bound_key and row.bound_key != origin.device:
        return False
    bound = rules.Bound(row.bound_program, bytes(row.bound_source_hash or b""))
    return rules.still_there(bound, rules.program(origin.program), source_hash(origin) or b"")


def _actor_of_session(row: ServerSession, now: datetime) -> Actor | None:
    kind, channel, reference = SessionKind(row.kind), Channel(row.channel), str(row.id)
    if kind is SessionKind.GUEST or row.subject_id is None:
        return guest(channel, reference)
    if kind in (SessionKind.REGISTRATION, SessionKind.RECOVERY):
        return Actor(row.subject_id, frozenset({Role.GUEST}), channel, reference)
    if kind is SessionKind.CLIENT:
        known = ClientLogin.objects.filter(client_id=row.subject_id, blocked_at=None).exists()
        return client(row.subject_id, channel, reference) if known else None
    return _staff_actor(row.subject_id, channel, reference, machine_time(now))


def session_alive(row: ServerSession, machine: datetime) -> bool:
    """Whether the session's life is not over at this machine moment."""
    life = policy().sessions[SessionKind(row.kind)]
    return rules.session_alive(
        started_at=row.started_at, seen_at=row.seen_at, ended_at=row.ended_at, now=machine, life=life
    )


def _staff_actor(staff_id: UUID, channel: Channel, reference: str, machine: datetime) -> Actor | None:
    account = StaffAccount.objects.filter(id=staff_id, status=StaffStatus.ACTIVE).first()
    if account is None:
        return None
    if rules.password_aged(account.password_set_at, machine, policy().staff_password):
        return Actor(staff_id, frozenset({Role.GUEST}), channel, reference)
    return Actor(staff_id, standing_roles(account) | roles_of_need(staff_id, machine), channel, reference)


def just_signed_in(actor: Actor, now: datetime) -> bool:
    """Whether the actor's session was opened by a proof a moment ago, as the policy has it."""
    since = machine_time(now) - policy().fresh
    own = ServerSession.objects.filter(subject_id=own_id(actor), started_at__gt=since, ended_at=None)
    return bool(actor.session) and own.filter(id=actor.session).exists()


def own_id(actor: Actor) -> UUID:
    """The id of whoever is signed in; raises `NotFound` when nobody is."""
    if actor.id is None:
        raise NotFound
    return actor.id


def sessions(actor: Actor, now: datetime) -> list[SessionView]:
    """The actor's own live sessions, newest first."""
    if actor.id is None:
        return []
    machine = machine_time(now)
    rows = ServerSession.objects.filter(subject_id=actor.id, ended_at=None).order_by("-started_at")
    return [
        SessionView(
            row.id, SessionKind(row.kind), Channel(row.channel), row.started_at, row.seen_at, row.program, row.by
        )
        for row in rows
        if session_alive(row, machine)
    ]


def own_contacts(actor: Actor) -> ContactsView:
    """Where alarms reach the staff member."""
    row = StaffAccount.objects.filter(id=own_id(actor)).first()
    return ContactsView(row.phone or "", row.email or "") if row else ContactsView()


def factors(actor: Actor) -> FactorsView:
    """With what the actor can sign in."""
    holder_id = own_id(actor)
    client = ClientLogin.objects.filter(client_id=holder_id).first()
    staff_row = None if client else StaffAccount.objects.filter(id=holder_id).first()
    row = client or staff_row
    kept = Passkey.objects.filter(holder_id=holder_id, removed_at=None).order_by("added_at")
    return FactorsView(
        has_password=bool(row and row.password),
        has_totp=bool(row and row.totp_secret),
        passkeys=tuple(PasskeyView(one.id, one.name, one.added_at, one.used_at) for one in kept),
    )


def devices(actor: Actor, holder_id: UUID) -> list[DeviceView]:
    """A person's phones, newest first, signed-off ones too; theirs, and of staff who serve clients."""
    if not (actor.has(Role.CLIENT) and actor.id == holder_id) and not actor.reads_clients:
        raise NotFound
    return [device_view(row) for row in Device.objects.filter(holder_id=holder_id).order_by("-enrolled_at")]


def device_view(row: Device) -> DeviceView:
    """One phone for strangers."""
    return DeviceView(
        id=row.id,
        platform=row.platform,
        level=row.level,
        program=row.program,
        patched_on=row.patched_on,
        enrolled_at=row.enrolled_at,
        seen_at=row.seen_at,
        revoked_at=row.revoked_at,
    )


def eds_text(purpose: ChallengePurpose, value: bytes, at: datetime) -> bytes:
    """What is signed to sign in or to recover."""
    name = lender.organisation().name["en"]
    return rules.sign_in_text(act=purpose.value, lender=name, challenge=rules.proofs.b64(value), at=at)


def entry_evidence(
    actor: Actor, now: datetime, *, purpose: ChallengePurpose, challenge_id: UUID, cms: bytes
) -> eds.Evidence:
    """What the authorities say of a signature to get in; it is judged at once and needs no stamp.

    Nobody is asked, and nothing is told, for who has no text of ours to sign in this session, or whose network is
    locked: it would be refused anyway, and each asking takes a worker of ours and the authorities' time.
    """
    machine = machine_time(now)
    row = Challenge.objects.filter(id=challenge_id, purpose=purpose).first()
    serves = row is not None and rules.challenge_serves(
        expires_at=row.expires_at, spent_at=row.spent_at, asked_in=row.session, answered_in=actor.session, now=machine
    )
    locks = SignInCounter.objects.filter(name_hash=source_hash(actor.origin) or b"", locked_until__gt=machine)
    if not serves or locks.exists():
        return eds.Evidence()
    return identities.gather_evidence(cms, now, stamp=False)


def recovering(actor: Actor) -> Recovery:
    """The recovery this session is for, not yet proven, locked; raises `NotFound`."""
    row = Recovery.objects.select_for_update().filter(id=own_id(actor), status=RecoveryStatus.PROVING).first()
    if row is None:
        raise NotFound
    return row


def is_recovering(actor: Actor) -> bool:
    """Whether this session is for a recovery not yet proven."""
    return actor.id is not None and Recovery.objects.filter(id=actor.id, status=RecoveryStatus.PROVING).exists()


def recovery_waits_until(actor: Actor) -> datetime | None:
    """When a recovery of this client takes effect (machine time); None when there is none."""
    waiting = Recovery.objects.filter(client_id=own_id(actor), status=RecoveryStatus.WAITING)
    return waiting.values_list("effective_at", flat=True).first()


def recovery_shown_at(actor: Actor) -> datetime | None:
    """The same in business time, for people."""
    until = recovery_waits_until(actor)
    return business_time(until) if until else None


def recovery_stoppable(secret: str) -> bool:
    """Whether a link from a message stops a recovery that still waits."""
    return Recovery.objects.filter(status=RecoveryStatus.WAITING, stop_hash=key_hash(secret)).exists()


def session_key_bound(actor: Actor) -> bool:
    """Whether the actor's session is bound to the key that proved this request."""
    key = actor.origin.device
    return bool(key and actor.session) and ServerSession.objects.filter(id=actor.session, bound_key=key).exists()


def enrolled(actor: Actor) -> bool:
    """Whether the key that proved this request is an enrolled phone's of this very person."""
    return Device.objects.filter(holder_id=own_id(actor), thumbprint=actor.origin.device, revoked_at=None).exists()


def proof_nonces(now: datetime) -> tuple[str, ...]:
    """Our words that a proof may hold, the newest first. Nothing is kept: they follow from the time and a key."""
    slots = rules.proofs.nonce_slots(machine_time(now))
    return tuple(rules.proofs.b64(vault.keyed_hash("access.proof-nonce", str(slot))) for slot in slots)


def trust() -> rules.attestation.Trust:
    """Whose word about phones counts, as `config` wired it."""
    return Wiring.attestation.trust()


def password_days(actor: Actor, now: datetime) -> int | None:
    """Days a staff member's password has left, when it is time to warn; None otherwise."""
    row = StaffAccount.objects.filter(id=own_id(actor)).first()
    return rules.days_left(row.password_set_at, machine_time(now), policy().staff_password) if row else None


def has_password(actor: Actor) -> bool:
    """Whether the signed-in client has set a password."""
    return ClientLogin.objects.filter(client_id=own_id(actor)).exclude(password="").exists()


def staff(actor: Actor) -> list[StaffView]:
    """Every staff account, for administrators and auditors; raises `NotFound` for others."""
    if not actor.has(Role.ADMINISTRATOR, Role.AUDITOR):
        raise NotFound
    return [staff_view(row) for row in StaffAccount.objects.order_by("created_at")]


def access_review(actor: Actor, now: datetime) -> list[AccessRow]:
    """Every account with what it may do and what stands out (clause 27); for administrators and auditors, `NotFound`.

    Those with most marks first.
    """
    if not actor.has(Role.ADMINISTRATOR, Role.AUDITOR):
        raise NotFound
    rows = [_access_row(row, now) for row in StaffAccount.objects.order_by("created_at")]
    return sorted(rows, key=lambda row: -len(row.marks))


def _access_row(row: StaffAccount, now: datetime) -> AccessRow:
    view, limits, machine = staff_view(row), policy(), machine_time(now)
    acts = {act for act, roles in Wiring.permitted.items() if roles & view.roles}
    aged = rules.password_aged(row.password_set_at, machine, limits.staff_password)
    live = ServerSession.objects.filter(subject_id=row.id, kind=SessionKind.STAFF, ended_at=None)
    return AccessRow(
        staff=view,
        permissions=len(acts),
        four_eyes=len(acts & Wiring.four_eyes),
        password_set_at=row.password_set_at,
        passkeys=Passkey.objects.filter(holder_id=row.id, removed_at=None).count(),
        sessions=sum(session_alive(one, machine) for one in live),
        marks=rules.review_marks(view, created_at=row.created_at, aged=aged, now=machine, dormant=limits.dormant)
        + emergency_marks(row.id, now),
    )


def staff_name(staff_id: UUID) -> str:
    """The name of a staff member, for staff pages; empty when there is none."""
    row = StaffAccount.objects.filter(id=staff_id).first()
    return row.name if row else ""


def staff_view(row: StaffAccount) -> StaffView:
    """One account for strangers."""
    return StaffView(
        id=StaffId(row.id),
        login=row.login,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        status=StaffStatus(row.status),
        signed_in_at=row.signed_in_at,
    )


def approvals(actor: Actor, now: datetime) -> list[ApprovalView]:
    """Open and decided requests the actor may decide or has made, newest first, not older ones than the last 200."""
    if not actor.is_staff:
        raise NotFound
    rows = Approval.objects.order_by("-requested_at")[:200]
    return [approval_view(row) for row in rows if row.requester_id == actor.id or actor.has(*_may(row.permission))]


def approvals_to_decide(actor: Actor, now: datetime) -> list[ApprovalView]:
    """Requests that wait for this actor's decision."""
    machine = machine_time(now)
    return [
        view
        for view in approvals(actor, now)
        if view.status is ApprovalStatus.REQUESTED and view.requester_id != actor.id and machine < view.expires_at
    ]


def approval_view(row: Approval) -> ApprovalView:
    """One request for strangers."""
    return ApprovalView(
        id=ApprovalId(row.id),
        permission=row.permission,
        arguments=told_arguments(row.arguments) if row.arguments else (),
        summary=row.summary,
        status=ApprovalStatus(row.status),
        requester_id=StaffId(row.requester_id),
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        approver_id=StaffId(row.approver_id) if row.approver_id else None,
        decided_at=row.decided_at,
    )


def _approver_may(act: str) -> Q:
    """Whoever approved must be of the staff still, and bear the permission still: an approval falls with them."""
    roles = [role.value for role in _may(act)]
    return Q(approver__status=StaffStatus.ACTIVE.value, approver__roles__overlap=roles)


def _may(permission: str) -> frozenset[Role]:
    return Wiring.permitted.get(permission, frozenset()) - {Role.WORKER}


class Gate:
    """Who may do what, and what needs a second person: serves the audit room's `Gatekeeper` (clause 27)."""

    def __init__(self, permitted: dict[str, frozenset[Role]], four_eyes: frozenset[str]) -> None:
        Wiring.permitted, Wiring.four_eyes = permitted, four_eyes

    def permits(self, actor: Actor, act: str) -> bool:
        """True when a role of the actor bears the permission; an act nobody declared is nobody's."""
        return actor.has(*Wiring.permitted.get(act, ()))

    def needs_approval(self, act: str) -> bool:
        """True for acts of four eyes."""
        return act in Wiring.four_eyes

    def use_approval(self, actor: Actor, act: str, digest: bytes, now: datetime) -> ApprovalId | None:
        """Spend this actor's approval of exactly these arguments; None when there is none that serves.

        The row is locked until the caller's transaction ends, so that two acts cannot spend one approval, and a
        refused act gives it back.
        """
        machine = machine_time(now)
        found = (
            Approval.objects.select_for_update(of=("self",))
            .filter(permission=act, arguments_hash=digest, requester_id=actor.id)
            .filter(status=ApprovalStatus.APPROVED, expires_at__gt=machine)
            .filter(_approver_may(act))
            .order_by("requested_at")
            .first()
        )
        if found is None:
            return None
        found.status, found.used_at = ApprovalStatus.USED, machine
        found.save(update_fields=["status", "used_at"])
        return ApprovalId(found.id)
