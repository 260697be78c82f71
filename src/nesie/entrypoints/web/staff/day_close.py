"""How far the day close is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries as loans

SHOWN_DAYS = 31


@require_GET
@for_staff()
def days(request: Request) -> HttpResponse:
    """Today's close and the last days closed: chunks, loans, interest, penalties."""
    today = business_day(request.now)
    progress = loans.day_close_progress(request.actor, today, limit=SHOWN_DAYS)
    done = progress.chunks - progress.behind
    page = {
        "today": today,
        "progress": progress,
        "done": done,
        "share": 100 * done // progress.chunks if progress.chunks else 100,
    }
    return render(request, "web/staff/days.html", page)
