"""Clients sign in by password or one-time code (clause 6-access), and no answer tells who is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import hashers
from django.db import connection

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    block_client_login,
    issue_code,
    open_client_login,
    open_session,
    send_sign_in_code,
    set_password,
    sign_in_client,
    sign_out,
)
from nesie.foundation.access.models import ClientLogin, OneTimeCode
from nesie.foundation.access.rules import (
    Attempt,
    CodePurpose,
    PasswordTooWeak,
    PasswordUsedBefore,
    SessionKind,
    SignIn,
    SignInAnew,
    SignInStatus,
    TooManyCodes,
)
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.kernel.actor import Actor, Channel
from nesie.kernel.refused import NotFound
from tests.given_access import code_sent_to, texts_to, visitor
from tests.hashing import LightArgon2

PHONE, STRANGE = "+77770990001", "+77770990009"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"  # as the settings have it
PASSWORD = "көк-аспан-2026"


def _client(now: datetime) -> UUID:
    client_id = uuid4()
    claim_index(client_id, IndexedField.PHONE, PHONE)
    open_client_login(client_id, now)
    return client_id


def _session(client_id: UUID, now: datetime) -> Actor:
    key = open_session(SessionKind.CLIENT, now, channel=Channel.WEB, subject_id=client_id)
    actor = queries.actor_of(key, now)
    assert actor is not None
    return actor


def _password(now: datetime) -> UUID:
    client_id = _client(now)
    assert set_password(_session(client_id, now), now, password=PASSWORD) is Attempt.DONE
    return client_id


def _try(now: datetime, phone: str, password: str) -> SignIn:
    return sign_in_client(visitor(now), now, phone=phone, password=password)


@pytest.mark.clause("6-access")
def test_a_password_opens_a_session(db: None, now: datetime) -> None:
    client_id = _password(now)
    outcome = _try(now, "8 777 099 00 01", PASSWORD)
    assert outcome.status is SignInStatus.SIGNED_IN
    actor = queries.actor_of(outcome.session_key, now)
    assert actor is not None
    assert actor.id == client_id
    sign_out(actor, now)
    assert queries.actor_of(outcome.session_key, now) is None


@pytest.mark.clause("6-access", "2-terms")
def test_a_one_time_code_opens_a_session_once(db: None, now: datetime) -> None:
    client_id = _client(now)
    actor = visitor(now)
    send_sign_in_code(actor, now, phone=PHONE, language="kk")
    code = code_sent_to(PHONE)
    assert sign_in_client(visitor(now), now, phone=PHONE, code=code).status is SignInStatus.WRONG, "another browser"
    outcome = sign_in_client(actor, now, phone=PHONE, code=code)
    assert (outcome.status, outcome.subject_id) == (SignInStatus.SIGNED_IN, client_id)
    assert sign_in_client(actor, now, phone=PHONE, code=code).status is SignInStatus.WRONG


def test_the_session_before_the_sign_in_is_worth_nothing_after_it(db: None, now: datetime) -> None:
    _password(now)
    before = visitor(now)
    outcome = sign_in_client(before, now, phone=PHONE, password=PASSWORD)
    after = queries.actor_of(outcome.session_key, now)
    assert after is not None
    assert after.session != before.session
    sign_out(after, now, everywhere=True)
    assert queries.sessions(after, now) == []


def test_known_and_unknown_phones_get_the_same_answers(db: None, now: datetime) -> None:
    _password(now)
    for phone in (PHONE, STRANGE):
        answers = [_try(now, phone, "not the password") for _ in range(6)]
        assert answers == [SignIn(SignInStatus.WRONG)] * 5 + [SignIn(SignInStatus.LOCKED)]
        asked = visitor(now)
        for _ in range(queries.policy().code.per_address):
            assert send_sign_in_code(asked, now, phone=phone, language="ru") is None
        with pytest.raises(TooManyCodes):
            send_sign_in_code(asked, now, phone=phone, language="ru")
        assert sign_in_client(asked, now, phone=phone, code="12345x") == SignIn(SignInStatus.WRONG)
    assert texts_to(STRANGE) == []
    assert OneTimeCode.objects.values("subject_id").distinct().count() == 2


_SAVEPOINT = re.compile(r'"s\d+_x\d+"')


@dataclass
class Work:
    """What a try made the machine do."""

    hashes: int = 0
    statements: Counter[str] = field(default_factory=Counter)


@contextmanager
def counted() -> Iterator[Work]:
    """Passwords hashed, and statements by their kind and table: what an onlooker's clock could tell apart."""
    work = Work()

    class Counting(LightArgon2):
        def encode(self, password: str, salt: str) -> str:
            work.hashes += 1
            return super().encode(password, salt)

        def verify(self, password: str, encoded: str) -> bool:
            work.hashes += 1
            return super().verify(password, encoded)

    def told(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        work.statements[_SAVEPOINT.sub("", " ".join(sql.split()[:3]))] += 1
        return execute(sql, params, many, context)

    hasher = Counting()
    with (
        connection.execute_wrapper(told),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(hashers, "get_hashers", lambda: [hasher])
        patch.setattr(hashers, "get_hashers_by_algorithm", lambda: {hasher.algorithm: hasher})
        yield work


def _statements_differ(one: Work, other: Work) -> int:
    return sum(((one.statements - other.statements) + (other.statements - one.statements)).values())


def test_an_unknown_phone_costs_the_same_work(db: None, now: datetime) -> None:
    """Work done, not time taken: hashes and statements, through wrong tries, the lock, and beyond it."""
    _password(now)
    send_sign_in_code(visitor(now), now, phone="+77770990077", language="ru")  # the key of nobody's messages is made
    for number in range(7):
        with counted() as known:
            _try(now, PHONE, "not the password")
        with counted() as unknown:
            _try(now, STRANGE, "not the password")
        assert known.hashes == unknown.hashes == (1 if number < 5 else 0), number
        # At the lock the client is told, and telling the stranger is undone again.
        assert _statements_differ(known, unknown) <= (2 if number == 4 else 0), number


def test_asking_a_code_costs_the_same_work_for_an_unknown_phone(db: None, now: datetime) -> None:
    _client(now)
    for phone in (PHONE, STRANGE):  # the first message makes a data key
        send_sign_in_code(visitor(now), now, phone=phone, language="ru")
    asked, stranger = visitor(now), visitor(now)
    with counted() as known:
        send_sign_in_code(asked, now, phone=PHONE, language="ru")
    with counted() as unknown:
        send_sign_in_code(stranger, now, phone=STRANGE, language="ru")
    assert sum(known.statements.values()) > 15, "the message is written"
    assert _statements_differ(known, unknown) <= 2, (known, unknown)
    assert texts_to(STRANGE) == []
    for actor, phone in ((asked, PHONE), (stranger, STRANGE)):
        with counted() as work:
            sign_in_client(actor, now, phone=phone, code="12345x")
        work_of = known if phone == PHONE else unknown
        work_of.statements = work.statements
    assert _statements_differ(known, unknown) == 0


def test_a_blocked_client_is_out_at_once_and_looks_unknown(db: None, now: datetime) -> None:
    client_id = _password(now)
    key = _try(now, PHONE, PASSWORD).session_key
    block_client_login(client_id, now, blocked=True)
    assert queries.actor_of(key, now) is None
    assert _try(now, PHONE, PASSWORD) == SignIn(SignInStatus.WRONG)
    block_client_login(client_id, now, blocked=False)
    assert _try(now, PHONE, PASSWORD).status is SignInStatus.SIGNED_IN


@pytest.mark.clause("29")
def test_a_client_changes_the_password_by_the_present_one_or_a_code(db: None, now: datetime) -> None:
    client_id = _password(now)
    elsewhere = _try(now, PHONE, PASSWORD).session_key
    actor = _session(client_id, now)
    with pytest.raises(PasswordTooWeak):
        set_password(actor, now, password="short", current=PASSWORD)
    with pytest.raises(PasswordUsedBefore):
        set_password(actor, now, password=PASSWORD, current=PASSWORD)
    assert set_password(actor, now, password="жаңа-құпиясөз-1", current="wrong") is Attempt.WRONG
    issue_code(actor, now, purpose=CodePurpose.CHANGE_PASSWORD, subject_id=client_id, phone=PHONE, language="ru")
    code = code_sent_to(PHONE)
    assert set_password(actor, now, password="жаңа-құпиясөз-1", code=code) is Attempt.DONE
    assert set_password(actor, now, password="жаңа-құпиясөз-2", code=code) is Attempt.WRONG
    assert queries.actor_of(elsewhere, now) is None, "other sessions end"
    assert _try(now, PHONE, PASSWORD).status is SignInStatus.WRONG
    assert _try(now, PHONE, "жаңа-құпиясөз-1").status is SignInStatus.SIGNED_IN
    tries = [set_password(actor, now, password="жаңа-құпиясөз-3", current="wrong") for _ in range(5)]
    assert tries[-1] is Attempt.LOCKED, "guessing in a stolen session is counted too"


@pytest.mark.clause("6-access", "29")
def test_a_first_password_wants_a_fresh_sign_in_or_a_code(db: None, now: datetime) -> None:
    """A stolen session of a client without a password must not become a way in of the thief's own."""
    client_id = _client(now)
    actor, later = _session(client_id, now), now + queries.policy().fresh
    assert queries.just_signed_in(actor, later - timedelta(seconds=1))
    for stolen, moment in ((actor, later), (replace(actor, session=""), now)):
        with pytest.raises(SignInAnew):
            set_password(stolen, moment, password=PASSWORD)
    with pytest.raises(SignInAnew):
        set_password(actor, later, password=PASSWORD, current="guessed")
    assert set_password(actor, later, password=PASSWORD, code="00000x") is Attempt.WRONG
    assert not queries.has_password(actor)
    issue_code(actor, later, purpose=CodePurpose.CHANGE_PASSWORD, subject_id=client_id, phone=PHONE, language="ru")
    assert set_password(actor, later, password=PASSWORD, code=code_sent_to(PHONE)) is Attempt.DONE


def test_codes_go_to_ones_own_phone_only(db: None, now: datetime) -> None:
    actor = _session(_client(now), now)
    ask = {"purpose": CodePurpose.CHANGE_PASSWORD, "language": "ru"}
    with pytest.raises(NotFound):
        issue_code(actor, now, **ask, subject_id=actor.id, phone=STRANGE)
    with pytest.raises(NotFound):
        issue_code(actor, now, **ask, subject_id=uuid4(), phone=PHONE)


def test_passwords_are_argon2id_and_no_secret_reaches_the_trail(db: None, now: datetime, settings) -> None:
    settings.PASSWORD_HASHERS = [ARGON2]
    _password(now)
    _try(now, PHONE, PASSWORD)
    assert ClientLogin.objects.get().password.startswith("argon2$argon2id$")
    for row in AuditRecord.objects.all():
        shown = f"{row.arguments} {row.result} {row.session}"
        assert PASSWORD not in shown
        assert PHONE not in shown
