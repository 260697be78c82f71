"""Breaking the glass: sealed by two, never silent, short, reviewed by another (clauses 27, 28, 32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from nesie.foundation.access import queries
from nesie.foundation.access.actions import (
    approve_request,
    block_staff,
    break_glass,
    change_staff_roles,
    end_emergency,
    request_approval,
    review_emergency,
    seal_emergency,
    set_own_contacts,
    withdraw_seal,
)
from nesie.foundation.access.rules import (
    Attempt,
    ContactUnreadable,
    Finding,
    NobodyToAlarm,
    NotOfApproversRole,
    NotOver,
    NotSealable,
    OwnEmergency,
    OwnSeal,
    ReviewMark,
    ReviewOutstanding,
    WordsTooFew,
)
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.foundation.notices import queries as notices
from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound
from tests.given_access import PASSWORD, StaffMember, staff_member, texts_to

REASON = "Ночью не запустилось закрытие дня, администратор вне связи"
MINUTE = timedelta(minutes=1)
LIFE = timedelta(hours=2)
NEXT = timedelta(seconds=30)  # each code of an app serves once


@dataclass
class Office:
    """Two administrators, a compliance officer, and an operator on night duty."""

    first: StaffMember
    second: StaffMember
    officer: StaffMember
    night: StaffMember
    clock: datetime

    def later(self) -> datetime:
        self.clock += NEXT
        return self.clock

    def seal(self, role: Role = Role.ADMINISTRATOR, staff: StaffMember | None = None) -> UUID:
        asked, now = {"staff_id": (staff or self.night).id, "role": role}, self.later()
        admin = self.first.actor(Role.ADMINISTRATOR)
        approval = request_approval(admin, now, permission="seal_emergency", arguments=asked, summary="на ночь")
        other = self.second.actor(Role.ADMINISTRATOR)
        approve_request(other, now, approval_id=approval, password=PASSWORD, totp=self.second.totp(now))
        return seal_emergency(admin, now, **asked)

    def break_it(self, seal_id: UUID, reason: str = REASON, password: str = PASSWORD):  # type: ignore[no-untyped-def]
        now, actor = self.later(), self.night.actor(Role.OPERATOR)
        return break_glass(actor, now, seal_id=seal_id, reason=reason, password=password, totp=self.night.totp(now))


@pytest.fixture
def office(db: None, now: datetime) -> Office:
    people = {"first": Role.ADMINISTRATOR, "second": Role.ADMINISTRATOR, "officer": Role.COMPLIANCE_OFFICER}
    made = {login: staff_member(now, role, login=login) for login, role in people.items()}
    return Office(**made, night=staff_member(now, Role.OPERATOR, login="night"), clock=now)


@pytest.mark.clause("27", "28", "32")
def test_the_glass_breaks_loudly_for_a_short_time_and_another_person_reviews_it(office: Office) -> None:
    set_own_contacts(
        office.officer.actor(Role.COMPLIANCE_OFFICER), office.clock, phone="+7 777 099 00 55", email="", language="ru"
    )
    seal_id, session = office.seal(), office.night.signed_in(office.later())
    assert session.roles == {Role.OPERATOR}
    done = office.break_it(seal_id)
    assert (done.outcome, done.told) == (Attempt.DONE, 3)
    for watcher in (office.first, office.second, office.officer):
        assert [one.template for one in notices.inbox(watcher.id)] == ["emergency_opened"]
    assert "аварийный доступ" in texts_to("+77770990055")[0]
    assert AuditRecord.objects.get(act="break_glass").actor_id == office.night.id
    opened = office.clock
    assert queries.roles_of_need(office.night.id, opened) == {Role.ADMINISTRATOR}
    assert queries.roles_of_need(office.night.id, opened + LIFE) == frozenset(), "by itself"
    night, admin = office.night.actor(Role.OPERATOR), office.first.actor(Role.ADMINISTRATOR)
    assert [one.reason for one in queries.live_emergencies(night, opened)] == [""], "all of the staff see it"
    (told,) = queries.emergencies(admin, opened)
    assert (told.reason, told.live) == (REASON, True)
    with pytest.raises(NotFound):
        queries.emergencies(night, opened)
    review = {
        "emergency_id": done.emergency_id,
        "finding": Finding.JUSTIFIED,
        "words": "Посмотрела журнал: только день",
    }
    with pytest.raises(NotOver):
        review_emergency(admin, opened, **review)
    over = opened + LIFE
    with pytest.raises(OwnEmergency):
        review_emergency(office.night.actor(Role.ADMINISTRATOR), over, **review)
    with pytest.raises(WordsTooFew):
        review_emergency(admin, over, **review | {"words": "ок"})
    assert ReviewMark.EMERGENCY_UNREVIEWED in _marks(admin, over, "night")
    review_emergency(admin, over, **review)
    with pytest.raises(NotFound):
        review_emergency(admin, over, **review)
    assert queries.emergencies(admin, over)[0].finding is Finding.JUSTIFIED
    assert _marks(admin, over, "night").isdisjoint({ReviewMark.EMERGENCY_UNREVIEWED, ReviewMark.EMERGENCY_LIVE})


def _marks(actor: Actor, now: datetime, login: str) -> set[ReviewMark]:
    return next(set(row.marks) for row in queries.access_review(actor, now) if row.staff.login == login)


@pytest.mark.clause("27", "28")
def test_what_does_not_break_the_glass(office: Office) -> None:
    with pytest.raises(ApprovalNeeded):
        seal_emergency(
            office.first.actor(Role.ADMINISTRATOR), office.clock, staff_id=office.night.id, role=Role.CASHIER
        )
    with pytest.raises(NotSealable):
        office.seal(Role.OPERATOR)
    for hand in (office.first, office.second):
        with pytest.raises(OwnSeal):  # who asks, and who approves
            office.seal(Role.CASHIER, staff=hand)
    assert queries.seals(office.officer.actor(Role.COMPLIANCE_OFFICER), office.clock) == []
    seal_id = office.seal(Role.CASHIER)
    assert ReviewMark.EMERGENCY_SEALED in _marks(office.first.actor(Role.ADMINISTRATOR), office.clock, "night")
    with pytest.raises(WordsTooFew):
        office.break_it(seal_id, reason="aaaaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert office.break_it(seal_id, password="guessed").outcome is Attempt.WRONG
    now = office.later()
    with pytest.raises(NotFound):
        break_glass(
            office.first.actor(Role.ADMINISTRATOR), now,
            seal_id=seal_id, reason=REASON, password=PASSWORD, totp=office.first.totp(now),
        )  # fmt: skip
    withdraw_seal(office.officer.actor(Role.COMPLIANCE_OFFICER), now, seal_id=seal_id)
    with pytest.raises(NotFound):
        office.break_it(seal_id)
    kept = office.seal(Role.CASHIER)
    admin = office.first.actor(Role.ADMINISTRATOR)
    for one in (office.second, office.officer, office.first):
        block_staff(admin, office.later(), staff_id=one.id)
    with pytest.raises(NobodyToAlarm):
        office.break_it(kept)
    with pytest.raises(ContactUnreadable):
        set_own_contacts(office.night.actor(Role.OPERATOR), now, phone="12", email="", language="ru")


@pytest.mark.clause("27")
def test_a_borrowed_role_never_approves_nor_reviews_and_is_given_back(office: Office) -> None:
    first, second = office.seal(Role.ADMINISTRATOR), office.seal(Role.CASHIER)
    done = office.break_it(first)
    borrowed = office.night.actor(Role.OPERATOR, Role.ADMINISTRATOR)
    asked = {"staff_id": office.second.id, "roles": (Role.OPERATOR, Role.ADMINISTRATOR)}
    admin = office.first.actor(Role.ADMINISTRATOR)
    approval = request_approval(admin, office.clock, permission="change_staff_roles", arguments=asked, summary="?")
    now = office.later()
    with pytest.raises(NotOfApproversRole):
        approve_request(borrowed, now, approval_id=approval, password=PASSWORD, totp=office.night.totp(now))
    with pytest.raises(ReviewOutstanding):
        office.break_it(second)
    end_emergency(office.night.actor(Role.OPERATOR), office.later(), emergency_id=done.emergency_id)
    assert queries.roles_of_need(office.night.id, office.clock) == frozenset()
    with pytest.raises(NotFound):
        end_emergency(admin, office.clock, emergency_id=done.emergency_id)
    others = {
        "emergency_id": done.emergency_id,
        "finding": Finding.NOT_JUSTIFIED,
        "words": "Причины в журнале не видно",
    }
    with pytest.raises(NotPermitted):
        review_emergency(office.officer.actor(Role.OPERATOR), office.clock, **others)
    review_emergency(office.officer.actor(Role.COMPLIANCE_OFFICER), office.clock, **others)
    assert office.break_it(second).outcome is Attempt.DONE, "reviewed: the next may be broken"


@pytest.mark.clause("27")
@pytest.mark.parametrize("by", ["other roles", "blocking"])
def test_what_was_ready_for_an_emergency_falls_with_the_roles_and_with_the_account(office: Office, by: str) -> None:
    broken, whole = office.seal(Role.CASHIER), office.seal(Role.ADMINISTRATOR)
    others = office.seal(Role.CASHIER, staff=office.officer)
    assert office.break_it(broken).outcome is Attempt.DONE
    admin, now = office.first.actor(Role.ADMINISTRATOR), office.later()
    if by == "blocking":
        block_staff(admin, now, staff_id=office.night.id)
    else:
        asked = {"staff_id": office.night.id, "roles": (Role.AUDITOR,)}
        approval = request_approval(admin, now, permission="change_staff_roles", arguments=asked, summary="?")
        second = office.second.actor(Role.ADMINISTRATOR)
        approve_request(second, now, approval_id=approval, password=PASSWORD, totp=office.second.totp(now))
        change_staff_roles(admin, now, **asked)
    assert queries.roles_of_need(office.night.id, now) == frozenset()
    assert [one.id for one in queries.seals(admin, now)] == [others], "what lies sealed for others stays"
    (told,) = queries.emergencies(admin, now)
    assert (told.live, told.ended_at, told.finding) == (False, now, None), "and still waits for its review"
    with pytest.raises(NotFound):
        withdraw_seal(admin, now, seal_id=whole)
