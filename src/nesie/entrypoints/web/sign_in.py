"""The way in and out: clients by password or one-time code, staff by password and authenticator app."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nesie.entrypoints.web import demo, forms, passkeys, session
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions as access
from nesie.foundation.access.rules import Attempt, SignIn, SignInStatus
from nesie.journey.clients.rules import mobile
from nesie.kernel.actor import Role
from nesie.kernel.refused import Refused


@require_http_methods(["GET", "POST"])
def client(request: Request) -> HttpResponse:
    """Sign in by password, or ask for a code (clause 6-access); the page tells of cyber hygiene (clause 24.4)."""
    if request.actor.has(Role.CLIENT):
        return redirect("client:home")
    if request.method == "GET":
        return _client_page(request, forms.Entered())
    try:
        phone = mobile(forms.text(request, "phone"))
        if request.POST.get("way") == "code":
            return _send_code(request, phone)
        password = request.POST.get("password", "")
        done = access.sign_in_client(
            request.actor, request.now, phone=phone, password=password, totp=forms.text(request, "totp")
        )
    except Refused as refusal:
        return _client_page(request, forms.entered(request, refusal, "phone"))
    if done.status is SignInStatus.SIGNED_IN:
        return session.admit(request, redirect("client:home"), done.session_key)
    typed = {"phone": phone, "with_app": bool(forms.text(request, "totp"))}
    wrong = _wrong(done, _("The phone, the password or the app’s code is wrong."))
    return _client_page(request, forms.Entered(typed, general=wrong, status=403))


def _client_page(request: Request, form: forms.Entered) -> HttpResponse:
    page = {"form": form, "takes_passkeys": passkeys.site(request).takes_passkeys}
    return render(request, "web/sign_in.html", page, status=form.status)


@require_POST
def client_code(request: Request) -> HttpResponse:
    """Sign in by the one-time code that was sent in this session."""
    phone, code = forms.text(request, "phone"), forms.text(request, "code")
    try:
        done = access.sign_in_client(
            request.actor, request.now, phone=mobile(phone), code=code or "-", totp=forms.text(request, "totp")
        )
    except Refused as refusal:
        return _code_page(request, phone, forms.entered(request, refusal))
    if done.status is SignInStatus.SIGNED_IN:
        return let_in(request, done)
    return _code_page(request, phone, forms.Entered(general=_wrong(done, _("The code is wrong or spent.")), status=403))


def let_in(request: Request, done: SignIn) -> HttpResponse:
    """To the first page, or where a new password is set when a recovery has just taken effect."""
    if done.recovered:
        messages.success(request, _("Your old ways to sign in are off. Set a new password now."))
    to = "client:security" if done.recovered else "client:home"
    return session.admit(request, redirect(to), done.session_key)


def _send_code(request: Request, phone: str) -> HttpResponse:
    key = session.guest_session(request)
    access.send_sign_in_code(request.actor, request.now, phone=phone, language=get_language() or "kk")
    return session.carry(_code_page(request, phone, forms.Entered()), key)


def _code_page(request: Request, phone: str, form: forms.Entered) -> HttpResponse:
    return render(request, "web/sign_in_code.html", {"form": form, "phone": phone}, status=form.status)


@require_http_methods(["GET", "POST"])
def staff(request: Request) -> HttpResponse:
    """Both factors at once (clause 28)."""
    if request.actor.is_staff:
        return redirect("staff:queue")
    if request.method == "GET":
        return _staff_page(request, forms.Entered())
    login = forms.text(request, "login")
    done = access.sign_in_staff(
        request.actor,
        request.now,
        login=login,
        password=request.POST.get("password", ""),
        totp=forms.text(request, "totp"),
    )
    if done.status is SignInStatus.SIGNED_IN:
        to = "staff:password" if done.must_change_password else "staff:queue"
        return session.admit(request, redirect(to), done.session_key)
    form = forms.Entered(
        {"login": login}, general=_wrong(done, _("The name, the password or the code is wrong.")), status=403
    )
    return _staff_page(request, form)


def _staff_page(request: Request, form: forms.Entered) -> HttpResponse:
    page = {"form": form, "logins": demo.logins(), "takes_passkeys": passkeys.site(request).takes_passkeys}
    return render(request, "web/staff/sign_in.html", page, status=form.status)


def _wrong(done: SignIn, sentence: str) -> str:
    if done.status is SignInStatus.LOCKED:
        return _("Too many wrong tries. Try again in fifteen minutes.")
    return sentence


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session; the browser is asked to forget."""
    to = "staff:sign_in" if request.actor.is_staff else "site:landing"
    if request.actor.session:
        access.sign_out(request.actor, request.now, everywhere=request.POST.get("everywhere") == "yes")
    messages.success(request, _("You are signed out."))
    return session.drop(redirect(to))


@require_http_methods(["GET", "POST"])
def enrol(request: Request, invitation: str) -> HttpResponse:
    """A newcomer of the staff puts the secret into an authenticator app and sets a password (clauses 28, 29)."""
    page: dict[str, Any] = {"form": forms.Entered()}
    if request.method == "POST":
        try:
            access.complete_enrolment(
                request.actor,
                request.now,
                invitation=invitation,
                password=request.POST.get("password", ""),
                totp=forms.text(request, "totp"),
            )
            messages.success(request, _("Your account is ready. Sign in."))
            return redirect("staff:sign_in")
        except Refused as refusal:
            page["form"] = forms.entered(request, refusal)
            return render(request, "web/staff/enrol.html", page, status=page["form"].status)
    page["enrolment"] = access.begin_enrolment(request.actor, request.now, invitation=invitation)
    return render(request, "web/staff/enrol.html", page)


@require_http_methods(["GET", "POST"])
def staff_password(request: Request) -> HttpResponse:
    """A member of the staff changes the password; one whose password has aged can do nothing else (clause 29)."""
    if request.actor.id is None or request.actor.has(Role.CLIENT):
        return redirect("staff:sign_in")
    form = forms.Entered()
    if request.method == "POST":
        try:
            outcome = access.set_password(
                request.actor,
                request.now,
                password=request.POST.get("password", ""),
                current=request.POST.get("current", ""),
            )
            if outcome is Attempt.DONE:
                messages.success(request, _("The password is changed. All other sessions are ended."))
                return redirect("staff:queue")
            form = forms.Entered(errors={"current": _("The present password is wrong.")}, status=403)
        except Refused as refusal:
            form = forms.entered(request, refusal, "password", "current")
    return render(request, "web/staff/password.html", {"form": form}, status=form.status)
