"""Passkeys in the browser: made and used by its own dialogue, carried by a form of ours; for clients and staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nesie.entrypoints.origins import site_of
from nesie.entrypoints.web import forms, session, words
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions
from nesie.foundation.access.rules import Attempt, ChallengeGiven, HolderKind, SignIn, SignInStatus
from nesie.foundation.access.rules.passkeys import Site
from nesie.kernel.actor import Role
from nesie.kernel.refused import NotFound, Refused


def site(request: Request) -> Site:
    """Under which name this page is open."""
    return site_of(request)


@require_POST
def begin(request: Request) -> HttpResponse:
    """What the browser needs to make a passkey, once the person has proven themselves anew."""
    _signed_in(request)
    try:
        given = actions.begin_passkey(
            request.actor,
            request.now,
            site=site(request),
            current=request.POST.get("current", ""),
            totp=forms.text(request, "totp"),
        )
    except Refused as refusal:
        return JsonResponse({"trouble": words.refusal(refusal)}, status=refusal.status)
    if given.outcome is not Attempt.DONE:
        return JsonResponse({"trouble": not_proven(request, given.outcome)}, status=403)
    return _asked(given)


@require_POST
def add(request: Request) -> HttpResponse:
    """Keep the passkey that was made."""
    _signed_in(request)
    outcome = actions.add_passkey(
        request.actor,
        request.now,
        challenge_id=forms.identifier(request, "challenge"),
        credential=request.POST.get("credential", ""),
        site=site(request),
    )
    if outcome is Attempt.DONE:
        messages.success(request, _("The passkey is added. You can sign in with it from now on."))
    else:
        messages.error(request, _("The passkey could not be added. Try again."))
    return redirect(_home(request))


@require_POST
def remove(request: Request, passkey_id: UUID) -> HttpResponse:
    """Take a passkey off."""
    _signed_in(request)
    try:
        outcome = actions.remove_passkey(
            request.actor,
            request.now,
            passkey_id=passkey_id,
            current=request.POST.get("current", ""),
            totp=forms.text(request, "totp"),
        )
    except Refused as refusal:
        messages.error(request, words.refusal(refusal))
        return redirect(_home(request))
    if outcome is Attempt.DONE:
        messages.success(request, _("The passkey is removed."))
    else:
        messages.error(request, not_proven(request, outcome))
    return redirect(_home(request))


@require_POST
def ask(request: Request) -> HttpResponse:
    """A challenge for whoever wants to sign in with a passkey; it belongs to this browser's session."""
    key = session.guest_session(request)
    given = actions.begin_passkey_sign_in(request.actor, request.now, site=site(request))
    return session.carry(_asked(given), key)


@require_POST
def sign_in(request: Request) -> HttpResponse:
    """The passkey's answer; a wrong one leads back to the sign-in page it came from."""
    kind = forms.one_of(HolderKind, request, "kind")
    done: SignIn = actions.sign_in_with_passkey(
        request.actor,
        request.now,
        challenge_id=forms.identifier(request, "challenge"),
        credential=request.POST.get("credential", ""),
        site=site(request),
        kind=kind,
    )
    of_staff = kind is HolderKind.STAFF
    if done.status is SignInStatus.SIGNED_IN:
        to = "staff:password" if done.must_change_password else "staff:queue" if of_staff else "client:home"
        return session.admit(request, redirect(to), done.session_key)
    messages.error(request, _("The passkey was not accepted."))
    return redirect("staff:sign_in" if of_staff else "site:sign_in")


def not_proven(request: Request, outcome: Attempt) -> str:
    """What is told of a proof that was wrong."""
    if outcome is Attempt.LOCKED:
        return _("Too many wrong tries. Try again in fifteen minutes.")
    if request.actor.is_staff:
        return _("The password or the code is wrong.")
    return _("The present password is wrong.")


def _asked(given: ChallengeGiven) -> HttpResponse:
    return JsonResponse({"challenge": str(given.challenge_id), "options": given.options})


def _signed_in(request: Request) -> None:
    if not request.actor.has(Role.CLIENT) and not request.actor.is_staff:
        raise NotFound


def _home(request: Request) -> str:
    return reverse("staff:account" if request.actor.is_staff else "client:security")
