"""Clients sign in by password or one-time code (clause 6-access), and no answer tells who is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from uuid import UUID, uuid4

import pytest

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
    SignInStatus,
    TooManyCodes,
)
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.kernel.actor import Actor, Channel
from nesie.kernel.refused import NotFound
from tests.given_access import code_sent_to, texts_to, visitor

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


def test_an_unknown_phone_costs_the_same_work(db: None, now: datetime, settings) -> None:
    settings.PASSWORD_HASHERS = [ARGON2]
    _password(now)

    def cost(phone: str) -> float:
        took = []
        for number in range(4):
            moment = now + timedelta(hours=number)
            begun = perf_counter()
            _try(moment, phone, "not the password")
            took.append(perf_counter() - begun)
        return median(took)

    known, unknown = cost(PHONE), cost(STRANGE)
    assert 0.5 < known / unknown < 2


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
