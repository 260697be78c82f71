"""The calculator: terms or flows in, figures out; nothing is read and nothing kept. Amounts are tenge in text here.

The same questions and answers as `nesie calculate`, so that a partner can hold ours against theirs anywhere.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from nesie.entrypoints.api import problems
from nesie.entrypoints.api.routes.calls import Call
from nesie.entrypoints.calculator import Unfit, gesv, loan, schedule
from nesie.entrypoints.calculator.terms import TermsIn
from nesie.kernel.refused import noop

router = Router(tags=["Open to anybody"])

# Anybody may ask: a question may cost no more than any other page.
MOST_INSTALMENTS = 1200
MOST_EVENTS = 300
MOST_BYTES = 512 * 1024


def anybody_in_few_words(request: HttpRequest) -> bool:
    """In the place of a token, since only that is looked at before the body is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise RequestDataTooBig
    return True


@router.post("/calculate/schedule", response=schedule.ScheduleOut, auth=anybody_in_few_words)
def calculate_schedule(request: Call, payload: schedule.ScheduleIn) -> Any:
    """What is paid and when, with the annual effective rate and the overpayment (clauses 8.3, 8.4)."""
    return _answer(request, schedule, payload)


@router.post("/calculate/gesv", response=gesv.GesvOut, auth=anybody_in_few_words)
def calculate_gesv(request: Call, payload: gesv.GesvIn) -> Any:
    """The annual effective rate of flows of money by the Law's formula (clause 8.3)."""
    return _answer(request, gesv, payload)


@router.post("/calculate/loan", response=loan.LoanOut, auth=anybody_in_few_words)
def calculate_loan(request: Call, payload: loan.LoanIn) -> Any:
    """A loan to a day with all that happened to it: what is due, paid and owed, and the journal (clause 7.5)."""
    return _answer(request, loan, payload)


def _answer(request: Call, calculation: Any, payload: Any) -> Any:
    try:
        if isinstance(payload, TermsIn) and payload.instalments > MOST_INSTALMENTS:
            raise Unfit(noop("here at most {most} instalments are reckoned"), "instalments", most=MOST_INSTALMENTS)
        if isinstance(payload, loan.LoanIn) and len(payload.events) > MOST_EVENTS:
            raise Unfit(noop("here at most {most} events are reckoned"), "events", most=MOST_EVENTS)
        return calculation.calculate(payload)
    except Unfit as unfit:
        said = _(unfit.message)
        detail = said.format(**unfit.params) if unfit.params else said
        told = {"field": unfit.field, "message": detail}
        return problems.problem(request, 422, "Unfit", detail, field=unfit.field, errors=[told])
