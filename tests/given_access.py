"""Builders of sign-ins through real use cases: sessions, codes read off the outgoing SMS, staff with both factors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp

from nesie.foundation.access import queries as access
from nesie.foundation.access.actions import (
    begin_enrolment,
    bootstrap_staff,
    complete_enrolment,
    open_guest_session,
    sign_in_staff,
)
from nesie.foundation.access.models import Device, Passkey
from nesie.foundation.access.rules import HolderKind
from nesie.foundation.access.rules.attestation import Level, Platform
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.models import Message
from nesie.foundation.exchange.rules import Destination
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import MessageId, StaffId
from tests.phones import Phone

PASSWORD = "Тұлпар-47-мінген-жолаушы"


def visitor(now: datetime) -> Actor:
    """Somebody with a fresh browser."""
    actor = access.actor_of(open_guest_session(now), now)
    assert actor is not None
    return actor


def texts_to(phone: str) -> list[str]:
    """The SMS intended for a phone, oldest first."""
    rows = Message.objects.filter(destination=Destination.SMS).order_by("intended_at", "sequence", "id")
    payloads = [exchange.parcel(MessageId(row.pk)).payload for row in rows]
    return [payload["text"] for payload in payloads if payload["phone"] == phone]


def code_sent_to(phone: str) -> str:
    """The newest one-time code sent to a phone."""
    codes = [found.group() for text in texts_to(phone) if (found := re.search(r"(?<![\d-])\d{6}(?![\d-])", text))]
    assert codes, "no code was sent"
    return codes[-1]


@dataclass
class StaffMember:
    """A staff member with an authenticator app in the hand."""

    id: StaffId
    login: str
    secret: str

    def totp(self, now: datetime) -> str:
        return pyotp.TOTP(self.secret).at(now)

    def actor(self, *roles: Role) -> Actor:
        """As the session would give it, without signing in."""
        return Actor(self.id, frozenset(roles), Channel.WEB, "")

    def signed_in(self, now: datetime) -> Actor:
        """Through the real sign-in."""
        outcome = sign_in_staff(visitor(now), now, login=self.login, password=PASSWORD, totp=self.totp(now))
        actor = access.actor_of(outcome.session_key, now)
        assert actor is not None, outcome
        return actor


def staff_member(now: datetime, *roles: Role, login: str = "aset") -> StaffMember:
    """An enrolled staff account; the enrolment used the step of an hour ago, so that `now`'s code is unused."""
    before = now - timedelta(hours=1)
    made = bootstrap_staff(worker(Channel.CLI), before, login=login, name="Әсет Қызметкер", roles=roles)
    shown = begin_enrolment(worker(Channel.CLI), before, invitation=made.invitation)
    totp = pyotp.TOTP(shown.secret).at(before)
    complete_enrolment(worker(Channel.CLI), before, invitation=made.invitation, password=PASSWORD, totp=totp)
    return StaffMember(made.staff_id, login, shown.secret)


def kept_passkey(now: datetime, client_id: UUID) -> Passkey:
    """A passkey of the client, as adding it leaves it."""
    return Passkey.objects.create(
        holder_id=client_id,
        holder_kind=HolderKind.CLIENT,
        credential_id=client_id.bytes,
        public_key=b"",
        sign_count=0,
        name="Firefox, Linux",
        added_at=now,
    )


def enrolled_phone(now: datetime, client_id: UUID, phone: Phone | None = None) -> Device:
    """A phone of the client, as an enrolment leaves it."""
    return Device.objects.create(
        holder_id=client_id,
        thumbprint=(phone or Phone()).thumbprint,
        platform=Platform.ANDROID,
        level=Level.TEE,
        attestation=b"",
        enrolled_at=now,
    )
