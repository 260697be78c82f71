"""Staff: personal accounts, two factors, lock-out, password policy, and a second pair of eyes (clauses 27-29)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
from django.db import IntegrityError, connections, transaction

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    approve_request,
    begin_enrolment,
    block_staff,
    bootstrap_staff,
    change_staff_roles,
    complete_enrolment,
    create_staff,
    reject_request,
    request_approval,
    set_password,
    sign_in_staff,
    sign_out,
    touch_session,
)
from nesie.foundation.access.models import Approval, ServerSession, StaffAccount
from nesie.foundation.access.rules import (
    ApprovalNotOpen,
    ApprovalStatus,
    Attempt,
    InvitationUnfit,
    LoginTaken,
    NotOfApproversRole,
    NotOfFourEyes,
    NotStaffRoles,
    OwnRequest,
    PasswordTooWeak,
    PasswordUsedBefore,
    SignInStatus,
    WrongTotp,
)
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.ids import StaffId
from tests.given_access import PASSWORD, StaffMember, staff_member, visitor

CLI = worker(Channel.CLI)
LATER = timedelta(seconds=30)


def _sign_in(member: StaffMember, now: datetime, *, password: str = PASSWORD, totp: str | None = None):
    code = member.totp(now) if totp is None else totp
    return sign_in_staff(visitor(now), now, login=member.login, password=password, totp=code)


@pytest.mark.clause("28")
def test_both_factors_open_a_session_and_either_alone_does_not(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    assert _sign_in(member, now, totp="").status is SignInStatus.WRONG
    assert _sign_in(member, now, password="not this one at all").status is SignInStatus.WRONG
    outcome = _sign_in(member, now)
    assert outcome.status is SignInStatus.SIGNED_IN
    actor = queries.actor_of(outcome.session_key, now)
    assert actor is not None
    assert (actor.id, actor.roles) == (member.id, frozenset({Role.OPERATOR}))


@pytest.mark.clause("28")
def test_no_active_account_without_both_factors_in_the_database(db: None, now: datetime) -> None:
    made = bootstrap_staff(CLI, now, login="dana", name="Дана", roles=(Role.CASHIER,))
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffAccount.objects.filter(id=made.staff_id).update(status="active")


@pytest.mark.clause("11-replay")
def test_the_same_totp_serves_once(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    assert _sign_in(member, now).status is SignInStatus.SIGNED_IN
    assert _sign_in(member, now + timedelta(seconds=5), totp=member.totp(now)).status is SignInStatus.WRONG
    assert _sign_in(member, now + LATER).status is SignInStatus.SIGNED_IN
    assert _sign_in(member, now + LATER, totp=member.totp(now)).status is SignInStatus.WRONG, "nor an earlier one"


@pytest.mark.clause("29")
def test_wrong_tries_lock_known_and_unknown_names_alike(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    stranger = StaffMember(StaffId(uuid4()), "nobody", pyotp.random_base32())
    for one in (member, stranger):
        tries = [_sign_in(one, now, password="wrong password here").status for _ in range(6)]
        assert tries == [SignInStatus.WRONG] * 5 + [SignInStatus.LOCKED]
    assert _sign_in(member, now).status is SignInStatus.LOCKED, "the right one too, while the lock lasts"
    after = now + queries.policy().lock_out.duration
    assert _sign_in(member, after).status is SignInStatus.SIGNED_IN


@pytest.mark.clause("29")
def test_parallel_wrong_passwords_are_examined_no_more_than_allowed(fresh_db, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)

    def guess(number: int) -> SignInStatus:
        try:
            return _sign_in(member, now, password=f"wrong password {number}").status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(30)))
    assert outcomes.count(SignInStatus.WRONG) == queries.policy().lock_out.attempts
    assert outcomes.count(SignInStatus.LOCKED) == 30 - queries.policy().lock_out.attempts


@pytest.mark.clause("29")
def test_sessions_end_idle_old_signed_out_and_blocked(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    life = queries.policy().sessions[queries.SessionKind.STAFF]
    key = _sign_in(member, now).session_key
    assert queries.actor_of(key, now + life.idle) is None
    at = now
    while at < now + life.absolute:
        assert queries.actor_of(key, at) is not None
        touch_session(key, at)
        at += life.idle / 2
    assert queries.actor_of(key, at) is None, "however busy, it ends"
    second = _sign_in(member, at).session_key
    actor = queries.actor_of(second, at)
    assert actor is not None
    sign_out(actor, at)
    assert queries.actor_of(second, at) is None
    third = _sign_in(member, at + LATER).session_key
    block_staff(Actor(uuid4(), frozenset({Role.ADMINISTRATOR}), Channel.WEB), at, staff_id=member.id)
    assert queries.actor_of(third, at) is None
    assert _sign_in(member, at + 2 * LATER).status is SignInStatus.WRONG


def test_the_server_keeps_only_the_hash_of_a_session_key(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    outcome = _sign_in(member, now)
    rows = ServerSession.objects.filter(subject_id=member.id)
    assert [bytes(row.key_hash) for row in rows] == [queries.key_hash(outcome.session_key)]
    assert outcome.session_key not in repr(outcome)
    assert queries.actor_of("", now) is None
    assert queries.actor_of(rows[0].id.hex, now) is None


@pytest.mark.clause("29")
def test_password_policy_length_common_history_and_age(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    actor = member.signed_in(now)
    for weak in ("short", "aaaaaaaaaaaaaaaaaaaa", "password123456"[:12]):
        with pytest.raises(PasswordTooWeak):
            set_password(actor, now, password=weak, current=PASSWORD)
    with pytest.raises(PasswordUsedBefore):
        set_password(actor, now, password=PASSWORD, current=PASSWORD)
    fresh = "Жаңа-құпиясөз-2026-қыс"
    assert set_password(actor, now, password=fresh, current="guessed wrongly") is Attempt.WRONG
    assert set_password(actor, now, password=fresh, current=PASSWORD) is Attempt.DONE
    aged = now + timedelta(days=91)
    outcome = _sign_in(member, aged, password=fresh)
    assert outcome.must_change_password
    bound = queries.actor_of(outcome.session_key, aged)
    assert bound is not None
    assert bound.roles == {Role.GUEST}, "nothing is open but the change of the password"
    assert set_password(bound, aged, password="Тағы-бір-жаңа-құпиясөз", current=fresh) is Attempt.DONE
    whole = queries.actor_of(outcome.session_key, aged)
    assert whole is not None
    assert whole.roles == {Role.OPERATOR}


@pytest.mark.clause("28")
def test_enrolment_by_invitation(db: None, now: datetime) -> None:
    made = bootstrap_staff(CLI, now, login="Dana  B", name="Дана", roles=(Role.CASHIER, Role.OPERATOR))
    with pytest.raises(LoginTaken):
        bootstrap_staff(CLI, now, login="dana b", name="Басқа", roles=(Role.CASHIER,))
    with pytest.raises(NotStaffRoles):
        bootstrap_staff(CLI, now, login="robot", name="Робот", roles=(Role.WORKER,))
    with pytest.raises(InvitationUnfit):
        begin_enrolment(CLI, now, invitation="guessed")
    shown = begin_enrolment(visitor(now), now, invitation=made.invitation)
    assert shown.qr_svg.startswith("<svg")
    assert "secret=" in shown.uri
    assert begin_enrolment(visitor(now), now, invitation=made.invitation).secret == shown.secret, (
        "a reload voids nothing"
    )
    finish = {"invitation": made.invitation, "password": PASSWORD}
    with pytest.raises(WrongTotp):
        complete_enrolment(visitor(now), now, **finish, totp="000000x")
    right = pyotp.TOTP(shown.secret).at(now)
    with pytest.raises(InvitationUnfit):
        complete_enrolment(visitor(now), now + queries.policy().invitation_life, **finish, totp=right)
    complete_enrolment(visitor(now), now, **finish, totp=right)
    with pytest.raises(InvitationUnfit):
        begin_enrolment(visitor(now), now, invitation=made.invitation)
    member = StaffMember(made.staff_id, "dana b", shown.secret)
    assert member.signed_in(now + LATER).roles == {Role.CASHIER, Role.OPERATOR}


@pytest.mark.clause("27")
def test_an_act_needs_its_role_and_a_withdrawn_role_is_gone_at_once(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    actor = member.signed_in(now)
    with pytest.raises(NotPermitted):
        block_staff(actor, now, staff_id=member.id)
    StaffAccount.objects.filter(id=member.id).update(roles=[Role.AUDITOR])
    key = _sign_in(member, now + LATER).session_key
    again = queries.actor_of(key, now + LATER)
    assert again is not None
    assert again.roles == {Role.AUDITOR}


def _two_administrators(now: datetime) -> tuple[StaffMember, StaffMember]:
    return staff_member(now, Role.ADMINISTRATOR, login="one"), staff_member(now, Role.ADMINISTRATOR, login="two")


def _change(member: StaffMember) -> dict[str, object]:
    return {"staff_id": member.id, "roles": (Role.CASHIER,)}


@pytest.mark.clause("27")
def test_four_eyes(db: None, now: datetime) -> None:
    first, second = _two_administrators(now)
    clerk = staff_member(now, Role.OPERATOR, login="clerk")
    asker, decider = first.actor(Role.ADMINISTRATOR), second.actor(Role.ADMINISTRATOR)
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(asker, now, **_change(clerk))
    ask = {"permission": "change_staff_roles", "summary": "clerk becomes cashier"}
    approval = request_approval(asker, now, **ask, arguments=_change(clerk))
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(asker, now, **_change(clerk))
    approve = {"approval_id": approval, "password": PASSWORD}
    with pytest.raises(OwnRequest):
        approve_request(asker, now, **approve, totp=first.totp(now))
    with pytest.raises(NotOfApproversRole):
        approve_request(clerk.actor(Role.OPERATOR), now, **approve, totp=clerk.totp(now))
    assert approve_request(decider, now, **{**approve, "password": "wrong one here"}, totp="1") is Attempt.WRONG
    assert [view.id for view in queries.approvals_to_decide(decider, now)] == [approval]
    assert approve_request(decider, now, **approve, totp=second.totp(now)) is Attempt.DONE
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(asker, now, staff_id=clerk.id, roles=(Role.ADMINISTRATOR,))
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(decider, now, **_change(clerk))
    change_staff_roles(asker, now, **_change(clerk))
    record = AuditRecord.objects.filter(act="change_staff_roles", outcome="done").get()
    assert record.approval_id == approval
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(asker, now, **_change(clerk))
    assert Approval.objects.get().status == ApprovalStatus.USED
    with pytest.raises(NotOfFourEyes):
        request_approval(asker, now, permission="block_staff", arguments={}, summary="")


@pytest.mark.clause("27")
def test_the_second_person_is_shown_what_would_be_done_not_only_what_the_first_says_of_it(db, now: datetime) -> None:
    first, second = _two_administrators(now)
    arguments = {"login": "boss", "name": "Әлия", "roles": (Role.ADMINISTRATOR, Role.AUDITOR)}
    request_approval(
        first.actor(Role.ADMINISTRATOR), now, permission="create_staff", arguments=arguments, summary="a new cashier"
    )
    (shown,) = queries.approvals_to_decide(second.actor(Role.ADMINISTRATOR), now)
    assert dict(shown.arguments) == {"login": "boss", "name": "Әлия", "roles": "administrator, auditor"}
    assert "Әлия" not in repr(shown)


@pytest.mark.clause("27")
def test_an_approval_expires_is_rejected_and_is_given_back_by_a_refusal(db: None, now: datetime) -> None:
    first, second = _two_administrators(now)
    asker, decider = first.actor(Role.ADMINISTRATOR), second.actor(Role.ADMINISTRATOR)
    arguments = {"login": "new", "name": "Жаңа", "roles": (Role.CASHIER,)}
    ask = {"permission": "create_staff", "arguments": arguments, "summary": "a new cashier"}
    rejected = request_approval(asker, now, **ask)
    reject_request(decider, now, approval_id=rejected)
    with pytest.raises(ApprovalNotOpen):
        approve_request(decider, now, approval_id=rejected, password=PASSWORD, totp=second.totp(now))
    approved = request_approval(asker, now, **ask)
    assert approve_request(decider, now, approval_id=approved, password=PASSWORD, totp=second.totp(now)) is Attempt.DONE
    with pytest.raises(ApprovalNeeded):
        create_staff(asker, now + queries.policy().approval_life, **arguments)
    bootstrap_staff(CLI, now, login="new", name="Бұрынғы", roles=(Role.CASHIER,))
    with pytest.raises(LoginTaken):
        create_staff(asker, now, **arguments)
    assert Approval.objects.get(id=approved).status == ApprovalStatus.APPROVED, "a refused act gives it back"


@pytest.mark.clause("27")
def test_the_database_refuses_one_person_as_both_pairs_of_eyes(db: None, now: datetime) -> None:
    first, _ = _two_administrators(now)
    approval = request_approval(
        first.actor(Role.ADMINISTRATOR), now, permission="create_staff", arguments={}, summary=""
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(id=approval).update(status="approved", approver=first.id)


@pytest.mark.clause("27")
def test_an_approval_falls_with_who_gave_it(db: None, now: datetime) -> None:
    first, second = _two_administrators(now)
    clerk = staff_member(now, Role.OPERATOR, login="clerk")
    asker, decider = first.actor(Role.ADMINISTRATOR), second.actor(Role.ADMINISTRATOR)
    approval = request_approval(
        asker, now, permission="change_staff_roles", arguments=_change(clerk), summary="clerk becomes cashier"
    )
    assert approve_request(decider, now, approval_id=approval, password=PASSWORD, totp=second.totp(now)) is Attempt.DONE
    StaffAccount.objects.filter(id=second.id).update(roles=[Role.AUDITOR.value])
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(asker, now, **_change(clerk))
    StaffAccount.objects.filter(id=second.id).update(roles=[Role.ADMINISTRATOR.value])
    block_staff(asker, now, staff_id=second.id)
    with pytest.raises(ApprovalNeeded):
        change_staff_roles(asker, now, **_change(clerk))


@pytest.mark.clause("27")
def test_one_approval_serves_one_of_many_parallel_acts(fresh_db, now: datetime) -> None:
    first, second = _two_administrators(now)
    clerk = staff_member(now, Role.OPERATOR, login="clerk")
    asker, decider = first.actor(Role.ADMINISTRATOR), second.actor(Role.ADMINISTRATOR)
    approval = request_approval(
        asker, now, permission="change_staff_roles", arguments=_change(clerk), summary="clerk becomes cashier"
    )
    approve_request(decider, now, approval_id=approval, password=PASSWORD, totp=second.totp(now))

    def act(_: int) -> bool:
        try:
            change_staff_roles(asker, now, **_change(clerk))
        except ApprovalNeeded:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(act, range(8))) == 1


def test_a_staff_account_holds_no_name_in_clear(fresh_db, owner_sql, now: datetime) -> None:
    staff_member(now, Role.OPERATOR, login="a.qyzmetker")
    rows = owner_sql("SELECT row_to_json(a)::text FROM access_staff_account a")
    assert "qyzmetker" not in rows[0][0]
    assert "Қызметкер" not in rows[0][0]
