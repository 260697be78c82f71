"""A consent read and confirmed by a one-time code: to conclude a contract, or to receive money (clause 9-1.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nesie.entrypoints.web import forms, papers
from nesie.entrypoints.web.request import Request
from nesie.foundation.access.rules import CodeOutcome
from nesie.journey.contracts.rules import ConsentOutcome, ConsentView, CoolingOff
from nesie.kernel.refused import Refused

CODE_WORDS = {
    CodeOutcome.WRONG: gettext_noop("The code is wrong."),
    CodeOutcome.EXHAUSTED: gettext_noop("Too many wrong tries: ask for another code."),
    CodeOutcome.EXPIRED: gettext_noop("The code has expired: ask for another one."),
    CodeOutcome.NONE: gettext_noop("Ask for a code first."),
}


@dataclass(frozen=True, slots=True)
class Consenting:
    """One consent's page: its words, where it goes back to, how a code is sent and the consent given."""

    title: str
    lead: str
    back: str
    send: Callable[[], None]
    give: Callable[[str], ConsentOutcome]


def consent_page(request: Request, consent: ConsentView | None, one: Consenting) -> HttpResponse:
    """The document, the code, the consent; back where it came from once it is given."""
    if consent is None or consent.given_at is not None:
        return redirect(one.back)
    form, sent = forms.Entered(), False
    if request.method == "POST":
        sent = request.POST.get("act") == "confirm"
        try:
            if not sent:
                one.send()
                sent = True
            else:
                done = one.give(forms.text(request, "code") or "-")
                if done.given:
                    messages.success(request, _("Your consent is recorded."))
                    return redirect(one.back)
                form = forms.Entered(errors={"code": _(CODE_WORDS[CodeOutcome(done.code_outcome)])}, status=422)
        except Refused as refusal:
            form = forms.entered(request, refusal, "code")
    page = papers.reader(consent.document_id, title=one.title, sha256=consent.sha256)
    page |= {"form": form, "title": one.title, "lead": one.lead, "back": one.back, "code_sent": sent}
    return render(request, "web/client/consent.html", page, status=form.status)


def given(consent: ConsentView | None) -> bool:
    """True when it was given."""
    return consent is not None and consent.given_at is not None


def countdown(request: Request, cooling: CoolingOff | None) -> dict[str, Any] | None:
    """The time for thought as the pages show it; None when the money does not wait."""
    if cooling is None or not cooling.required:
        return None
    left: timedelta = cooling.over_at - request.now
    return {
        "over": cooling.over(request.now),
        "until": cooling.over_at,
        "left": left,
        "seconds": max(0, int(left.total_seconds()) + 1),
    }
