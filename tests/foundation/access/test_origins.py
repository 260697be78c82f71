"""Where people come from: limits by network, sessions bound to their browser, new devices told of (clause 25.9, 29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from nesie.foundation.access import queries, rules
from nesie.foundation.access.actions import (
    issue_code,
    open_client_login,
    open_guest_session,
    open_session,
    recover_with_eds,
    send_sign_in_code,
    set_password,
    sign_in_client,
    sign_in_staff,
    sign_out_person,
    sign_out_session,
    touch_session,
)
from nesie.foundation.access.actions._lock_out import count_failure, locked_counter
from nesie.foundation.access.models import Device, KnownDevice, OneTimeCode, ServerSession
from nesie.foundation.access.rules import Attempt, CodePurpose, SessionKind, SignInStatus, TooManyFromHere
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.identification.rules import eds
from nesie.foundation.notices import queries as notices
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.kernel.actor import NOWHERE, Actor, Channel, Origin, Role
from nesie.kernel.refused import NotFound
from tests.given_access import PASSWORD, code_sent_to, enrolled_phone, staff_member
from tests.phones import Phone

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
HOME = Origin("203.0.113.7", CHROME, "h" * 43)
CAFE = Origin("198.51.100.9", FIREFOX, "c" * 43)
PHONE = "+77770990001"


def _from(origin: Origin, now: datetime) -> Actor:
    actor = queries.actor_of(open_guest_session(now, origin=origin), now, origin)
    assert actor is not None
    return actor


def _client(now: datetime) -> UUID:
    client_id = uuid4()
    claim_index(client_id, IndexedField.PHONE, PHONE)
    open_client_login(client_id, now)
    key = open_session(SessionKind.CLIENT, now, channel=Channel.WEB, subject_id=client_id, origin=HOME)
    actor = queries.actor_of(key, now, HOME)
    assert actor is not None
    assert set_password(actor, now, password=PASSWORD) is Attempt.DONE
    return client_id


def _sign_in(origin: Origin, now: datetime) -> str:
    done = sign_in_client(_from(origin, now), now, phone=PHONE, password=PASSWORD)
    assert done.status is SignInStatus.SIGNED_IN
    return done.session_key


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        (CHROME, "Chrome, Windows"),
        (FIREFOX, "Firefox, Linux"),
        (CHROME + " Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 YaBrowser/24.12 Safari/537.36", "Yandex, Windows"),
        ("nesie-mobile/1.2 (kz)", "nesie-mobile"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_program_is_told_without_its_versions(agent: str, called: str) -> None:
    assert rules.program(agent) == called


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_a_network_is_an_address_or_what_one_customer_is_given(address: str, counted: str) -> None:
    assert rules.network(address) == counted


@pytest.mark.clause("29")
def test_one_network_begins_so_many_registrations_and_asks_so_many_codes(db: None, now: datetime, settings) -> None:
    code = replace(queries.policy().code, registrations_per_source=3, per_source=5)
    settings.NESIE_ACCESS_POLICY = replace(queries.policy(), code=code)

    def ask(origin: Origin, number: int, purpose: CodePurpose = CodePurpose.REGISTRATION, at: datetime = now) -> None:
        phone = f"+7777099{number:04d}"
        issue_code(_from(origin, at), at, purpose=purpose, subject_id=uuid4(), phone=phone, language="ru")

    for number in range(3):
        ask(HOME, number)
    with pytest.raises(TooManyFromHere):
        ask(HOME, 3)
    ask(CAFE, 3)
    ask(HOME, 4, CodePurpose.SIGN_IN)
    send_sign_in_code(_from(HOME, now), now, phone="+77770990005", language="ru")
    with pytest.raises(TooManyFromHere):
        send_sign_in_code(_from(HOME, now), now, phone="+77770990006", language="ru")
    ask(HOME, 7, at=now + code.window)
    assert OneTimeCode.objects.filter(source_hash=queries.source_hash(HOME)).count() == 6


@pytest.mark.clause("29")
def test_a_network_that_tries_many_names_is_locked_and_others_are_not(db: None, now: datetime, settings) -> None:
    few = rules.LockOut(attempts=4, window=timedelta(minutes=15), duration=timedelta(minutes=15))
    settings.NESIE_ACCESS_POLICY = replace(queries.policy(), source_lock_out=few)
    _client(now)
    member = staff_member(now, Role.OPERATOR)
    for number in range(2):
        done = sign_in_client(_from(CAFE, now), now, phone=f"+7777099100{number}", password="Zima-2026-sneg")
        assert done.status is SignInStatus.WRONG
        done = sign_in_staff(_from(CAFE, now), now, login=f"name{number}", password="Zima-2026-sneg", totp="1")
        assert done.status is SignInStatus.WRONG
    done = sign_in_client(_from(CAFE, now), now, phone=PHONE, password=PASSWORD)
    assert done.status is SignInStatus.LOCKED, "the right one too"
    done = sign_in_staff(_from(CAFE, now), now, login=member.login, password=PASSWORD, totp=member.totp(now))
    assert done.status is SignInStatus.LOCKED
    assert _sign_in(HOME, now)
    assert _sign_in(CAFE, now + few.duration)


@pytest.mark.clause("29")
def test_a_lock_is_not_shortened_by_trying_on(db: None, now: datetime, settings) -> None:
    few = rules.LockOut(attempts=2, window=timedelta(minutes=15), duration=timedelta(minutes=15))
    settings.NESIE_ACCESS_POLICY = replace(queries.policy(), source_lock_out=few)
    _client(now)
    last, within = now + timedelta(minutes=14), now + timedelta(minutes=16)  # the window is over, the lock is not
    for moment in (now, last):
        sign_in_client(_from(CAFE, moment), moment, phone="+77770991000", password="Zima-2026-sneg")
    counter = locked_counter(queries.source_hash(CAFE) or b"")
    assert counter.locked_until == last + few.duration
    step = recover_with_eds(_from(CAFE, within), within, challenge_id=uuid4(), cms=b"", evidence=eds.Evidence())
    assert step.outcome is rules.RecoveryOutcome.WRONG
    counter.refresh_from_db()
    assert counter.failures == few.attempts, "no try is examined while it is locked, and none is counted"
    done = sign_in_client(_from(CAFE, within), within, phone=PHONE, password=PASSWORD)
    assert done.status is SignInStatus.LOCKED
    count_failure(counter, within, few)
    assert counter.locked_until == last + few.duration, "one that was under way when it was locked"
    count_failure(counter, within, few)
    assert counter.locked_until == within + few.duration


@pytest.mark.clause("11-replay", "24.2")
def test_a_key_brought_to_another_browser_opens_nothing(db: None, now: datetime) -> None:
    _client(now)
    key = _sign_in(HOME, now)
    assert queries.actor_of(key, now, HOME) is not None
    assert queries.actor_of(key, now, replace(HOME, source="203.0.113.99")) is not None, "a phone moves"
    assert queries.actor_of(key, now, CAFE) is None
    assert queries.actor_of(key, now, NOWHERE) is None


@pytest.mark.clause("28", "29")
def test_a_staff_key_is_bound_to_its_desk_and_the_policy_decides(db: None, now: datetime, settings) -> None:
    member = staff_member(now, Role.OPERATOR)

    def key(at: datetime) -> str:
        return sign_in_staff(
            _from(HOME, at), at, login=member.login, password=PASSWORD, totp=member.totp(at)
        ).session_key

    bound = key(now)
    assert queries.actor_of(bound, now, HOME) is not None
    assert queries.actor_of(bound, now, replace(HOME, source="203.0.113.8")) is None
    assert queries.actor_of(bound, now, replace(HOME, program=FIREFOX)) is None
    settings.NESIE_ACCESS_POLICY = replace(queries.policy(), bindings={})
    later = now + timedelta(minutes=1)
    assert queries.actor_of(key(later), later, CAFE) is not None


@pytest.mark.clause("25.9")
def test_every_sign_in_is_told_and_a_new_device_more_loudly(db: None, now: datetime) -> None:
    client_id = _client(now)
    _sign_in(HOME, now)
    _sign_in(CAFE, now)
    _sign_in(CAFE, now)
    told = [notice.template for notice in notices.inbox(client_id)]
    assert sorted(told) == ["password_changed", "signed_in", "signed_in", "signed_in_new_device"]
    (loud,) = [notice for notice in notices.inbox(client_id) if notice.template == "signed_in_new_device"]
    assert "Firefox, Linux" in loud.text
    assert KnownDevice.objects.filter(subject_id=client_id).count() == 2
    assert not queries.device_known(uuid4(), HOME), "a browser is known of one person only"


@pytest.mark.clause("24.2")
def test_a_session_is_seen_and_ended_by_its_owner_only(db: None, now: datetime) -> None:
    _client(now)
    here, there = _sign_in(HOME, now), _sign_in(CAFE, now)
    actor = queries.actor_of(here, now, HOME)
    assert actor is not None
    seen = queries.sessions(actor, now)
    assert {(one.program, one.by) for one in seen} >= {("Chrome, Windows", "password"), ("Firefox, Linux", "password")}
    (other,) = [one for one in seen if one.program == "Firefox, Linux"]
    stranger = Actor(uuid4(), frozenset({Role.CLIENT}), Channel.WEB)
    with pytest.raises(NotFound):
        sign_out_session(stranger, now, session_id=other.id)
    sign_out_session(actor, now, session_id=other.id)
    assert queries.actor_of(there, now, CAFE) is None
    assert queries.actor_of(here, now, HOME) is not None
    with pytest.raises(NotFound):
        sign_out_session(actor, now, session_id=other.id)


@pytest.mark.clause("11-secrecy")
def test_no_address_is_kept_in_clear(db: None, now: datetime) -> None:
    _client(now)
    send_sign_in_code(_from(HOME, now), now, phone=PHONE, language="ru")
    assert code_sent_to(PHONE)
    _sign_in(HOME, now)
    kept = [str(list(model.objects.values())) for model in (ServerSession, OneTimeCode, KnownDevice, AuditRecord)]
    assert HOME.source not in "".join(kept)
    assert HOME.device not in "".join(kept)
    assert HOME.source not in repr(_from(HOME, now))


@pytest.mark.clause("26.2")
def test_a_phone_shows_when_it_was_last_there_written_once_a_minute(db: None, now: datetime) -> None:
    client_id, phone = uuid4(), Phone()
    enrolled_phone(now, client_id, phone)
    origin = Origin("", "", phone.thumbprint)
    key = open_session(SessionKind.CLIENT, now, channel=Channel.MOBILE, subject_id=client_id, origin=origin)
    for seconds, seen in ((30, None), (61, 61), (90, 61), (122, 122)):
        touch_session(key, now + timedelta(seconds=seconds))
        told = Device.objects.get().seen_at
        assert told == (now + timedelta(seconds=seen) if seen else None)


@pytest.mark.clause("24.2", "27")
def test_all_sessions_of_another_end_by_who_may_end_them(db: None, now: datetime) -> None:
    staff, client_id = staff_member(now, Role.OPERATOR), uuid4()
    open_client_login(client_id, now)
    admin, operator = (Actor(uuid4(), frozenset({role}), Channel.WEB) for role in (Role.ADMINISTRATOR, Role.OPERATOR))
    keys = {
        person: open_session(kind, now, channel=Channel.WEB, subject_id=person)
        for person, kind in ((staff.id, SessionKind.STAFF), (client_id, SessionKind.CLIENT))
    }
    for actor, person in ((admin, client_id), (operator, staff.id), (admin, uuid4())):
        with pytest.raises(NotFound):
            sign_out_person(actor, now, person_id=person)
    for actor, person in ((admin, staff.id), (operator, client_id)):
        assert queries.actor_of(keys[person], now) is not None
        sign_out_person(actor, now, person_id=person)
        assert queries.actor_of(keys[person], now) is None
