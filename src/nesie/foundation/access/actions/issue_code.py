"""Send a one-time code to a phone."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access import queries
from nesie.foundation.access.actions._lock_out import locked_counter
from nesie.foundation.access.models import OneTimeCode
from nesie.foundation.access.rules import CodePurpose, TooManyCodes, TooManyFromHere
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices.actions import notify
from nesie.foundation.notices.rules import Channel
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField, normalised
from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound


@use_case
def issue_code(
    actor: Actor, now: datetime, *, purpose: CodePurpose, subject_id: UUID, phone: str, language: str
) -> None:
    """Make a code for one purpose and this authentication session, and send it by SMS.

    An earlier code of the same purpose in this session is worthless from now on. A client gets codes for themselves
    only, on their own phone, except for the number they want to have from now on, which is nobody's yet. Raises
    `NotFound`, `TooManyCodes`, `TooManyFromHere`. Clauses 2 (one-time password), 6-i-phone, 11-replay.
    """
    own = vault.find_owner(IndexedField.PHONE, phone) == actor.id == subject_id
    if actor.has(Role.CLIENT) and not own and purpose is not CodePurpose.CHANGE_PHONE:
        raise NotFound
    code = make_code(actor, now, purpose=purpose, subject_id=subject_id, phone=phone)
    send_code(code, now, purpose=purpose, subject_id=subject_id, phone=phone, language=language)


def make_code(actor: Actor, now: datetime, *, purpose: CodePurpose, subject_id: UUID, phone: str) -> str:
    """Keep a fresh code's keyed hash and return the code; raises `TooManyCodes`."""
    if not actor.session:
        raise ValueError("a one-time code belongs to an authentication session")
    limits, machine = queries.policy().code, queries.machine_time(now)
    address = vault.keyed_hash("access.address", normalised(IndexedField.PHONE, phone))
    locked_counter(address)  # requests for one address queue up, so that the limit holds
    since = machine - limits.window
    recent = OneTimeCode.objects.filter(address_hash=address, issued_at__gt=since)
    if recent.count() >= limits.per_address:
        raise TooManyCodes(field="phone")
    source = queries.source_hash(actor.origin)
    if source is not None:
        _check_source(source, since, purpose)
    before = OneTimeCode.objects.filter(purpose=purpose, subject_id=subject_id, session=actor.session, spent_at=None)
    before.update(spent_at=machine)
    code_id, code = uuid4(), f"{secrets.randbelow(10**limits.digits):0{limits.digits}d}"
    OneTimeCode.objects.create(
        id=code_id,
        purpose=purpose,
        subject_id=subject_id,
        session=actor.session,
        code_hash=code_hash(code_id, code),
        address_hash=address,
        source_hash=source,
        issued_at=machine,
        expires_at=machine + limits.life,
    )
    return code


def _check_source(source: bytes, since: datetime, purpose: CodePurpose) -> None:
    """One network may ask for so many codes, and begin so many registrations, each of which begins with a code."""
    limits = queries.policy().code
    locked_counter(source)
    asked = OneTimeCode.objects.filter(source_hash=source, issued_at__gt=since)
    begun = asked.filter(purpose=CodePurpose.REGISTRATION).count() if purpose is CodePurpose.REGISTRATION else 0
    if asked.count() >= limits.per_source or begun >= limits.registrations_per_source:
        raise TooManyFromHere(field="phone")


def send_code(code: str, now: datetime, *, purpose: CodePurpose, subject_id: UUID, phone: str, language: str) -> None:
    """Hand the code to notices."""
    minutes = int(queries.policy().code.life.total_seconds() // 60)
    notify(
        subject_id,
        template=f"{purpose}_code",
        params={"code": code, "minutes": minutes},
        language=language,
        now=now,
        channels=(Channel.SMS,),
        phone=phone,
    )


def code_hash(code_id: UUID, code: str) -> bytes:
    """The keyed hash of a code, different for each row."""
    return vault.keyed_hash(f"access.code.{code_id}", code)
