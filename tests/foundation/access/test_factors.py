"""Authenticator apps and passkeys: added and taken off with a fresh proof, good once for each answer (clause 28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pyotp
import pytest

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    begin_totp,
    block_client_login,
    block_staff,
    confirm_totp,
    open_client_login,
    open_session,
    remove_passkey,
    remove_totp,
    send_sign_in_code,
    set_password,
    sign_in_client,
    sign_in_with_passkey,
)
from nesie.foundation.access.models import Challenge, Passkey
from nesie.foundation.access.rules import (
    CHALLENGE_LIFE,
    MAX_PASSKEYS,
    Attempt,
    HolderKind,
    NoTotpBegun,
    PasswordFirst,
    SessionKind,
    SignIn,
    SignInStatus,
    TooManyPasskeys,
)
from nesie.foundation.access.rules.passkeys import Site
from nesie.foundation.notices import queries as notices
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.kernel.actor import Actor, Channel, Role
from nesie.kernel.refused import NotFound
from tests.authenticator import PRESENT, SITE, Authenticator, authenticator
from tests.given_access import PASSWORD, code_sent_to, staff_member, visitor

PHONE = "+77770990001"
LATER = timedelta(seconds=30)


def client(now: datetime, *, password: bool = True) -> Actor:
    """A signed-in client."""
    client_id = uuid4()
    claim_index(client_id, IndexedField.PHONE, PHONE)
    open_client_login(client_id, now)
    actor = queries.actor_of(open_session(SessionKind.CLIENT, now, channel=Channel.WEB, subject_id=client_id), now)
    assert actor is not None
    if password:
        assert set_password(actor, now, password=PASSWORD) is Attempt.DONE
    return actor


def with_app(actor: Actor, now: datetime) -> pyotp.TOTP:
    """The client's authenticator app, added a minute before."""
    begun = begin_totp(actor, now, current=PASSWORD)
    assert begun.enrolment is not None
    app = pyotp.TOTP(begun.enrolment.secret)
    before = now - timedelta(minutes=1)
    assert confirm_totp(actor, before, totp=app.at(before)) is Attempt.DONE
    return app


def with_passkey(actor: Actor, now: datetime, *, totp: str = "") -> Authenticator:
    """A passkey that has just been added."""
    device = authenticator()
    given = begin_passkey(actor, now, site=SITE, current=PASSWORD, totp=totp)
    assert given.challenge_id is not None
    made = device.make(given.options)
    assert add_passkey(actor, now, challenge_id=given.challenge_id, credential=made, site=SITE) is Attempt.DONE
    return device


def by_passkey(device: Authenticator, now: datetime, kind: HolderKind = HolderKind.CLIENT, site: Site = SITE) -> SignIn:
    """A sign-in with it."""
    guest = visitor(now)
    given = begin_passkey_sign_in(guest, now, site=site)
    assert given.challenge_id is not None
    return sign_in_with_passkey(
        guest, now, challenge_id=given.challenge_id, credential=device.sign(given.options), site=site, kind=kind
    )


def _own(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


@pytest.mark.clause("6-access", "11-replay")
def test_with_an_app_neither_password_nor_sms_code_is_enough(db: None, now: datetime) -> None:
    app = with_app(client(now), now)
    assert sign_in_client(visitor(now), now, phone=PHONE, password=PASSWORD).status is SignInStatus.WRONG
    thief = visitor(now)  # has the SIM card
    send_sign_in_code(thief, now, phone=PHONE, language="ru")
    assert sign_in_client(thief, now, phone=PHONE, code=code_sent_to(PHONE)).status is SignInStatus.WRONG
    done = sign_in_client(visitor(now), now, phone=PHONE, password=PASSWORD, totp=app.at(now))
    assert done.status is SignInStatus.SIGNED_IN
    again = sign_in_client(visitor(now), now, phone=PHONE, password=PASSWORD, totp=app.at(now))
    assert again.status is SignInStatus.WRONG, "the app's code serves once"
    later = now + LATER
    asked = visitor(later)
    send_sign_in_code(asked, later, phone=PHONE, language="ru")
    done = sign_in_client(asked, later, phone=PHONE, code=code_sent_to(PHONE), totp=app.at(later))
    assert done.status is SignInStatus.SIGNED_IN


@pytest.mark.clause("29")
def test_guesses_of_the_apps_code_are_counted_although_the_password_is_right(db: None, now: datetime) -> None:
    app = with_app(client(now), now)
    wrong = f"{(int(app.at(now)) + 1) % 1_000_000:06d}"
    tries = [sign_in_client(visitor(now), now, phone=PHONE, password=PASSWORD, totp=wrong).status for _ in range(6)]
    assert tries == [SignInStatus.WRONG] * 5 + [SignInStatus.LOCKED]


def test_an_app_is_added_by_the_present_password_and_proves_itself(db: None, now: datetime) -> None:
    actor = client(now)
    assert begin_totp(actor, now, current="guessed wrongly").outcome is Attempt.WRONG
    with pytest.raises(NoTotpBegun):
        confirm_totp(actor, now, totp="000000")
    begun = begin_totp(actor, now, current=PASSWORD)
    assert begun.enrolment is not None
    assert PHONE not in begun.enrolment.uri
    assert confirm_totp(actor, now, totp="00000x") is Attempt.WRONG
    assert not queries.factors(actor).has_totp, "shown is not added"
    assert confirm_totp(actor, now, totp=pyotp.TOTP(begun.enrolment.secret).at(now)) is Attempt.DONE
    assert queries.factors(actor).has_totp
    assert remove_totp(actor, now, current="guessed wrongly") is Attempt.WRONG
    assert remove_totp(actor, now, current=PASSWORD) is Attempt.DONE
    with pytest.raises(NotFound):
        remove_totp(actor, now, current=PASSWORD)
    told = [notice.template for notice in notices.inbox(_own(actor))]
    assert told.count("factor_added") == told.count("factor_removed") == 1


def test_factors_are_protected_by_a_password(db: None, now: datetime) -> None:
    actor = client(now, password=False)
    with pytest.raises(PasswordFirst):
        begin_totp(actor, now, current="")
    with pytest.raises(PasswordFirst):
        begin_passkey(actor, now, site=SITE, current="")


@pytest.mark.clause("11-secrecy")
def test_the_apps_secret_is_sealed(fresh_db, owner_sql, now: datetime) -> None:
    app = with_app(client(now), now)
    (row,) = owner_sql("SELECT row_to_json(a)::text FROM access_client_login a")
    assert app.secret not in row[0]


@pytest.mark.clause("6-access", "11-replay")
def test_a_passkey_signs_in_and_each_answer_serves_once(db: None, now: datetime) -> None:
    actor = client(now)
    device = with_passkey(actor, now)
    guest = visitor(now)
    given = begin_passkey_sign_in(guest, now, site=SITE)
    assert given.challenge_id is not None
    answer = {"challenge_id": given.challenge_id, "credential": device.sign(given.options), "site": SITE}
    done = sign_in_with_passkey(guest, now, **answer, kind=HolderKind.CLIENT)
    assert (done.status, done.subject_id) == (SignInStatus.SIGNED_IN, actor.id)
    assert sign_in_with_passkey(guest, now, **answer, kind=HolderKind.CLIENT).status is SignInStatus.WRONG
    fresh = begin_passkey_sign_in(guest, now, site=SITE)
    again = answer | {"challenge_id": fresh.challenge_id}
    assert sign_in_with_passkey(guest, now, **again, kind=HolderKind.CLIENT).status is SignInStatus.WRONG
    assert by_passkey(device, now).status is SignInStatus.SIGNED_IN


@pytest.mark.clause("11-replay")
def test_an_answer_counts_in_its_session_in_time_on_our_site_from_a_person(db: None, now: datetime) -> None:
    device = with_passkey(client(now), now)
    guest, other = visitor(now), visitor(now)
    given = begin_passkey_sign_in(guest, now, site=SITE)
    assert given.challenge_id is not None
    answer = {"challenge_id": given.challenge_id, "credential": device.sign(given.options), "site": SITE}
    wrong = SignIn(SignInStatus.WRONG)
    assert sign_in_with_passkey(other, now, **answer, kind=HolderKind.CLIENT) == wrong, "another browser"
    assert sign_in_with_passkey(guest, now + CHALLENGE_LIFE, **answer, kind=HolderKind.CLIENT) == wrong
    assert sign_in_with_passkey(guest, now, **answer, kind=HolderKind.STAFF) == wrong, "a client is no staff"
    assert by_passkey(replace(device, flags=PRESENT), now) == wrong, "nobody was looked at"
    assert by_passkey(replace(device, origin="https://nesie.example.evil"), now) == wrong, "a page like ours"
    lookalike = Site("nesie.example.evil", "https://nesie.example.evil", "Nesie")
    guest = visitor(now)
    given = begin_passkey_sign_in(guest, now, site=lookalike)
    assert given.challenge_id is not None
    relayed = {"challenge_id": given.challenge_id, "credential": device.sign(given.options), "site": SITE}
    assert sign_in_with_passkey(guest, now, **relayed, kind=HolderKind.CLIENT) == wrong, "relayed by a page like ours"
    assert by_passkey(authenticator(), now) == wrong, "a passkey of nobody"
    assert by_passkey(replace(device, key=authenticator().key), now) == wrong
    device.count = 50
    assert by_passkey(device, now).status is SignInStatus.SIGNED_IN
    assert by_passkey(replace(device, count=3), now) == wrong, "a copy counts from behind"
    for noise in ("", "{}", "null", "[1]", "x" * 70_000, '{"id":"a","rawId":"a","type":"public-key","response":{}}'):
        guest = visitor(now)
        given = begin_passkey_sign_in(guest, now, site=SITE)
        assert given.challenge_id is not None
        noisy = {"challenge_id": given.challenge_id, "credential": noise, "site": SITE}
        assert sign_in_with_passkey(guest, now, **noisy, kind=HolderKind.CLIENT) == wrong


def test_a_passkey_is_added_and_removed_with_a_fresh_proof_only(db: None, now: datetime) -> None:
    actor = client(now)
    assert begin_passkey(actor, now, site=SITE, current="guessed wrongly").outcome is Attempt.WRONG
    given = begin_passkey(actor, now, site=SITE, current=PASSWORD)
    assert given.challenge_id is not None
    made = authenticator().make(given.options)
    stranger = Actor(_own(actor), actor.roles, actor.channel, "another session")
    adding = {"challenge_id": given.challenge_id, "credential": made, "site": SITE}
    assert add_passkey(stranger, now, **adding) is Attempt.WRONG
    assert add_passkey(actor, now, **adding) is Attempt.DONE
    assert add_passkey(actor, now, **adding) is Attempt.WRONG, "the challenge is spent"
    (kept,) = queries.factors(actor).passkeys
    assert remove_passkey(actor, now, passkey_id=kept.id, current="guessed wrongly") is Attempt.WRONG
    with pytest.raises(NotFound):
        remove_passkey(actor, now, passkey_id=uuid4(), current=PASSWORD)
    assert remove_passkey(actor, now, passkey_id=kept.id, current=PASSWORD) is Attempt.DONE
    assert queries.factors(actor).passkeys == ()


def test_a_passkey_that_is_off_and_a_blocked_client_are_out(db: None, now: datetime) -> None:
    actor = client(now)
    device, second = with_passkey(actor, now), with_passkey(actor, now)
    first = Passkey.objects.get(credential_id=device.id)
    assert remove_passkey(actor, now, passkey_id=first.id, current=PASSWORD) is Attempt.DONE
    assert by_passkey(device, now) == SignIn(SignInStatus.WRONG)
    block_client_login(_own(actor), now, blocked=True)
    assert by_passkey(second, now) == SignIn(SignInStatus.WRONG)


def test_passkeys_are_limited_and_old_challenges_are_swept(db: None, now: datetime) -> None:
    actor = client(now)
    for _ in range(MAX_PASSKEYS):
        with_passkey(actor, now)
    with pytest.raises(TooManyPasskeys):
        begin_passkey(actor, now, site=SITE, current=PASSWORD)
    begin_passkey_sign_in(visitor(now), now + 3 * CHALLENGE_LIFE, site=SITE)
    assert Challenge.objects.count() == 1


@pytest.mark.clause("28")
def test_staff_sign_in_by_passkey_which_is_added_with_both_factors(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    actor = member.signed_in(now)
    assert begin_passkey(actor, now + LATER, site=SITE, current=PASSWORD).outcome is Attempt.WRONG, "no code"
    later = now + 2 * LATER
    device = with_passkey(actor, later, totp=member.totp(later))
    assert by_passkey(device, later) == SignIn(SignInStatus.WRONG), "staff are no clients"
    done = by_passkey(device, later, HolderKind.STAFF)
    assert done.status is SignInStatus.SIGNED_IN
    signed_in = queries.actor_of(done.session_key, later)
    assert signed_in is not None
    assert signed_in.roles == {Role.OPERATOR}
    block_staff(Actor(uuid4(), frozenset({Role.ADMINISTRATOR}), Channel.WEB), later, staff_id=member.id)
    assert by_passkey(device, later, HolderKind.STAFF) == SignIn(SignInStatus.WRONG)


def test_a_bare_address_takes_no_passkeys() -> None:
    assert Site("localhost", "", "").takes_passkeys
    assert not Site("127.0.0.1", "", "").takes_passkeys
    assert not Site("[::1]", "", "").takes_passkeys
