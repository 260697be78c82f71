"""The staff see how far the day close is."""

from __future__ import annotations

from datetime import date

from nesie.entrypoints import clock
from nesie.journey.loans.models import ChunkDay
from nesie.kernel.actor import Role
from tests.entrypoints.web.seen import staff_browser
from tests.given_access import staff_member


def test_the_last_days_closed_are_on_the_page(db: None) -> None:
    now = clock.machine_now()
    for chunk in (0, 1):
        ChunkDay.objects.create(
            chunk=chunk, day=date(2026, 11, 22), loans=10_000, interest_tiyn=123_45, penalty_tiyn=6_78, closed_at=now
        )
    page = staff_browser(staff_member(now, Role.AUDITOR).id, now).get("/staff/days").content.decode()
    shown = "".join(page.split())
    assert "20000" in shown.replace("&nbsp;", "").replace(",", "")
    assert "246" in shown
