"""Tables of sign-in, sessions and approvals. Secrets are hashed or sealed, names are keyed hashes."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from nesie.foundation.access.rules import (
    ApprovalStatus,
    ChallengePurpose,
    CodePurpose,
    Finding,
    HolderKind,
    RecoveryStatus,
    RecoveryWay,
    SessionKind,
    StaffStatus,
)
from nesie.foundation.access.rules.attestation import Level, Platform
from nesie.foundation.vault.fields import SealedField
from nesie.kernel.actor import Channel, Role


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in enum]  # type: ignore[attr-defined]  # any StrEnum


class ClientLogin(models.Model):
    """How a registered client signs in; found through the phone's blind index, so no name is kept here."""

    retention = "client"

    client_id = models.UUIDField(primary_key=True)
    password = models.CharField(max_length=255, blank=True)  # Argon2id; empty: one-time codes only
    password_set_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    totp_secret = SealedField(owner="client_id", null=True)  # of the authenticator app, once it has proven itself
    totp_waiting = SealedField(owner="client_id", null=True)  # shown, and not yet confirmed
    totp_step = models.BigIntegerField(default=0)  # the last step used: never again

    class Meta:
        db_table = "access_client_login"


class StaffAccount(models.Model):
    """A personal account of one staff member (clause 28)."""

    retention = "audit"

    id = models.UUIDField(primary_key=True, default=uuid4)
    login_hash = models.BinaryField(unique=True)  # keyed hash of the sign-in name
    login = SealedField(owner="id")
    name = SealedField(owner="id")
    roles = ArrayField(models.CharField(max_length=32, choices=_choices(Role)))
    status = models.CharField(max_length=16, choices=_choices(StaffStatus))
    password = models.CharField(max_length=255, blank=True)
    password_set_at = models.DateTimeField(null=True)
    totp_secret = SealedField(owner="id", null=True)
    totp_step = models.BigIntegerField(default=0)  # the last step used: never again
    phone = SealedField(owner="id", null=True)  # where alarms go, as the person has said
    email = SealedField(owner="id", null=True)
    language = models.CharField(max_length=2, default="kk")
    invitation_hash = models.BinaryField(null=True, unique=True)
    invitation_expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    signed_in_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_staff_account"
        constraints = [
            models.CheckConstraint(condition=~Q(roles__len=0), name="staff_has_a_role"),
            models.CheckConstraint(
                condition=~Q(status=StaffStatus.ACTIVE.value) | (Q(totp_secret__isnull=False) & ~Q(password="")),
                name="active_staff_has_two_factors",
            ),
        ]


class UsedPassword(models.Model):
    """Hashes of passwords a person has had, so that the last ones do not come back."""

    retention = "session"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    holder_id = models.UUIDField()
    password = models.CharField(max_length=255)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "access_used_password"
        indexes = [models.Index(fields=["holder_id", "-set_at"], name="access_used_password_of")]


class SignInCounter(models.Model):
    """Wrong tries on a name, known or not: an unknown name locks exactly like a known one."""

    retention = "session"

    name_hash = models.BinaryField(primary_key=True)  # keyed hash of the kind and the name tried
    failures = models.PositiveSmallIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_sign_in_counter"


class OneTimeCode(models.Model):
    """A one-time code: only its keyed hash, for one purpose, subject and authentication session (clause 2)."""

    retention = "session"

    id = models.UUIDField(primary_key=True, default=uuid4)
    purpose = models.CharField(max_length=32, choices=_choices(CodePurpose))
    subject_id = models.UUIDField()
    session = models.CharField(max_length=64)  # reference of the authentication session
    code_hash = models.BinaryField()
    address_hash = models.BinaryField()  # keyed hash of the phone, to limit how many are sent
    source_hash = models.BinaryField(null=True)  # keyed hash of the network address that asked, for the same
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    spent_at = models.DateTimeField(null=True)  # used, or replaced by a newer one

    class Meta:
        db_table = "access_one_time_code"
        indexes = [
            models.Index(fields=["purpose", "subject_id", "session"], name="access_code_of"),
            models.Index(fields=["address_hash", "issued_at"], name="access_code_address"),
            models.Index(fields=["source_hash", "issued_at"], name="access_code_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "subject_id", "session"],
                condition=Q(spent_at__isnull=True),
                name="one_live_code_a_session",
            )
        ]


class ServerSession(models.Model):
    """A session kept on the server; the browser holds an opaque random key, we its hash (clause 24.2)."""

    retention = "session"

    id = models.UUIDField(primary_key=True, default=uuid4)
    key_hash = models.BinaryField(unique=True)
    kind = models.CharField(max_length=16, choices=_choices(SessionKind))
    channel = models.CharField(max_length=16, choices=_choices(Channel))
    subject_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=16, blank=True)  # the factor it was opened with
    program = models.CharField(max_length=64, blank=True)  # browser and system, without versions
    bound_program = models.CharField(max_length=64, blank=True)  # it opens nothing elsewhere
    bound_source_hash = models.BinaryField(null=True)
    bound_key = models.CharField(max_length=43, blank=True)  # thumbprint of the device's key: each request proves it

    class Meta:
        db_table = "access_server_session"
        indexes = [models.Index(fields=["subject_id"], name="access_session_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SessionKind.GUEST.value) | Q(subject_id__isnull=False), name="session_has_a_subject"
            )
        ]


class KnownDevice(models.Model):
    """A browser or phone a person has signed in with: the next sign-in with it is nothing new."""

    retention = "session"

    id = models.BigAutoField(primary_key=True)
    subject_id = models.UUIDField()
    mark_hash = models.BinaryField()  # keyed with the person's id: one browser of two people is not told as one
    program = models.CharField(max_length=64, blank=True)
    first_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "access_known_device"
        constraints = [models.UniqueConstraint(fields=["subject_id", "mark_hash"], name="device_known_once")]


class Challenge(models.Model):
    """Something fresh to be answered once, for one purpose, in one authentication session (clause 11-replay)."""

    retention = "session"

    id = models.UUIDField(primary_key=True, default=uuid4)
    purpose = models.CharField(max_length=24, choices=_choices(ChallengePurpose))
    session = models.CharField(max_length=64, blank=True)  # "": a device has none yet; its key binds it
    subject_id = models.UUIDField(null=True)
    value = models.BinaryField()  # random; no secret
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_challenge"
        indexes = [models.Index(fields=["expires_at"], name="access_challenge_expires")]


class Passkey(models.Model):
    """A passkey of a client or a member of the staff; nothing of it is secret."""

    retention = "session"

    id = models.UUIDField(primary_key=True, default=uuid4)
    holder_id = models.UUIDField()
    holder_kind = models.CharField(max_length=8, choices=_choices(HolderKind))
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    name = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_passkey"
        indexes = [models.Index(fields=["holder_id"], name="access_passkey_of")]


class Device(models.Model):
    """A phone whose key its maker has vouched for (clause 26.2)."""

    retention = "client"

    id = models.UUIDField(primary_key=True, default=uuid4)
    holder_id = models.UUIDField()
    thumbprint = models.CharField(max_length=43)  # RFC 7638, of the key that signs each request
    platform = models.CharField(max_length=8, choices=_choices(Platform))
    level = models.CharField(max_length=16, choices=_choices(Level))
    program = models.CharField(max_length=64, blank=True)
    patched_on = models.DateField(null=True)
    attestation = models.BinaryField()  # as received, to be judged again
    enrolled_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    class Meta:
        db_table = "access_device"
        indexes = [models.Index(fields=["holder_id"], name="access_device_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["thumbprint"], condition=Q(revoked_at__isnull=True), name="one_holder_a_device"
            )
        ]


class SeenProof(models.Model):
    """That a proof of a device was taken: it is not taken again while its age would let it."""

    retention = "session"

    digest = models.BinaryField(primary_key=True)  # of the key's thumbprint and the proof's own number
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "access_seen_proof"
        indexes = [models.Index(fields=["expires_at"], name="access_seen_proof_expires")]


class Recovery(models.Model):
    """A way back in, proven, and waiting for its delay to pass. Its id is the subject of the proofs."""

    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client_id = models.UUIDField()
    way = models.CharField(max_length=16, choices=_choices(RecoveryWay))
    status = models.CharField(max_length=12, choices=_choices(RecoveryStatus))
    begun_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_hash = models.BinaryField(null=True, unique=True)  # of the secret in the link that stops it

    class Meta:
        db_table = "access_recovery"
        indexes = [models.Index(fields=["client_id", "status"], name="access_recovery_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["client_id"], condition=Q(status=RecoveryStatus.WAITING.value), name="one_waiting_recovery"
            )
        ]


class EmergencySeal(models.Model):
    """A role that lies ready for a named person, by the decision of two (clause 27). Broken at most once."""

    retention = "audit"

    id = models.UUIDField(primary_key=True, default=uuid4)
    staff = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=_choices(Role))
    sealed_by = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_emergency_seal"


class Emergency(models.Model):
    """The glass broken: who took which role, why, until when, and what another person found of it."""

    retention = "audit"

    id = models.UUIDField(primary_key=True, default=uuid4)
    seal = models.OneToOneField(EmergencySeal, on_delete=models.PROTECT, related_name="emergency")
    holder = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=_choices(Role))
    reason = SealedField(owner="holder_id")
    opened_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # by hand, before its time
    ended_by = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=16, choices=_choices(Finding), blank=True)
    review = SealedField(owner="holder_id", null=True)

    class Meta:
        db_table = "access_emergency"
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("holder")), name="reviewer_is_another_person"
            ),
            models.UniqueConstraint(
                fields=["holder"], condition=Q(reviewed_at__isnull=True), name="one_unreviewed_emergency"
            ),
        ]


class Approval(models.Model):
    """A second pair of eyes for one act with exactly these arguments; serves once."""

    retention = "audit"

    id = models.UUIDField(primary_key=True, default=uuid4)
    permission = models.CharField(max_length=64)
    arguments_hash = models.BinaryField()
    arguments = SealedField(owner="requester_id", null=True)  # what is approved, exactly; null: asked before 0003
    summary = models.CharField(max_length=500)  # the requester's own words, which bind nobody
    requester = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=_choices(ApprovalStatus), default=ApprovalStatus.REQUESTED)
    approver = models.ForeignKey(StaffAccount, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_approval"
        indexes = [models.Index(fields=["permission", "arguments_hash"], name="access_approval_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("requester")), name="approver_is_another_person"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ApprovalStatus.REQUESTED.value]) | Q(approver__isnull=False),
                name="decided_by_somebody",
            ),
        ]
