"""The review of access: nobody is left out, what stands out is marked, only keepers see it (clause 27)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from nesie.foundation.access import queries
from nesie.foundation.access.actions import block_staff, bootstrap_staff
from nesie.foundation.access.rules import ReviewMark
from nesie.kernel.actor import Actor, Channel, Role, worker
from nesie.kernel.refused import NotFound
from tests.given_access import staff_member

AUDITOR = Actor(uuid4(), frozenset({Role.AUDITOR}), Channel.WEB)


def _marks(now: datetime) -> dict[str, set[ReviewMark]]:
    return {row.staff.login: set(row.marks) for row in queries.access_review(AUDITOR, now)}


@pytest.mark.clause("27", "29")
def test_what_stands_out_is_marked(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR, login="quiet")
    staff_member(now, Role.OPERATOR, Role.CASHIER, login="broad")
    bootstrap_staff(worker(Channel.CLI), now, login="newcomer", name="Жаңа", roles=(Role.CASHIER,))
    gone = staff_member(now, Role.CASHIER, login="gone")
    block_staff(Actor(uuid4(), frozenset({Role.ADMINISTRATOR}), Channel.WEB), now, staff_id=gone.id)
    member.signed_in(now)
    assert _marks(now) == {
        "quiet": set(),
        "broad": {ReviewMark.NEVER_SIGNED_IN, ReviewMark.MANY_ROLES},
        "newcomer": {ReviewMark.INVITATION_OPEN},
        "gone": set(),
    }
    late = now + timedelta(days=91)
    assert _marks(late)["quiet"] == {ReviewMark.DORMANT, ReviewMark.PASSWORD_AGED}
    assert queries.access_review(AUDITOR, late)[0].staff.login == "broad", "the most marked first"


@pytest.mark.clause("27")
def test_what_an_account_may_do_is_counted_and_only_keepers_see_it(db: None, now: datetime) -> None:
    member = staff_member(now, Role.ADMINISTRATOR)
    member.signed_in(now)
    (row,) = queries.access_review(AUDITOR, now)
    assert 0 < row.four_eyes < row.permissions
    assert (row.sessions, row.passkeys) == (1, 0)
    with pytest.raises(NotFound):
        queries.access_review(Actor(uuid4(), frozenset({Role.OPERATOR}), Channel.WEB), now)
