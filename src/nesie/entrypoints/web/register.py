"""The registration of an individual, a page for each step; what was entered is kept, and goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints import uploads
from nesie.entrypoints.web import camera, demo, forms, papers, proofs, session, waits
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions as access_actions
from nesie.foundation.access import queries as access
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import (
    Authority,
    Capacity,
    Consent,
    DocumentKind,
    PhoneOutcome,
    RegistrationStatus,
    RegistrationView,
    StateOutcome,
    Step,
)
from nesie.kernel.actor import Role
from nesie.kernel.ids import RegistrationId
from nesie.kernel.refused import NotFound, Refused

STEPS = {
    Step.PHONE: "register:begin",
    Step.PERSON: "register:person",
    Step.ENTITY: "register:entity",
    Step.DOCUMENT: "register:document",
    Step.PHOTO: "register:photo",
    Step.CONSENTS: "register:consents",
    Step.STATE_CHECK: "register:check",
    Step.AUTHORITY: "register:check",
    Step.STATEMENT: "register:statement",
    Step.BIOMETRIC: "register:biometric",
    Step.EDS: "register:signature",
    Step.COMPLETE: "register:complete",
}
TOTAL = 9  # pages the applicant sees, the password the last
NUMBERS = {
    "person": 2,
    "entity": 2,
    "document": 3,
    "photo": 4,
    "consents": 5,
    "check": 6,
    "biometric": 7,
    "signature": 8,
}
PHONE_WORDS = {
    PhoneOutcome.WRONG: gettext_noop("The code is wrong."),
    PhoneOutcome.EXHAUSTED: gettext_noop("Too many wrong tries: begin again with the phone."),
    PhoneOutcome.EXPIRED: gettext_noop("The code has expired: begin again with the phone."),
    PhoneOutcome.NONE: gettext_noop("No code was sent in this browser: begin again with the phone."),
}

_SELF = Capacity.INDIVIDUAL
_CAPACITIES = [one.value for one in Capacity]
Page = Callable[[Request, RegistrationView], HttpResponse]


def of_applicant(page: Page) -> Callable[[Request], HttpResponse]:
    """Only for whoever has proven the phone; the page gets the registration."""

    @wraps(page)
    def view(request: Request) -> HttpResponse:
        if request.actor.has(Role.CLIENT):
            return redirect("client:home")
        if request.actor.id is None:
            return redirect("register:begin")
        try:
            registration = queries.registration(request.actor, RegistrationId(request.actor.id))
        except NotFound:
            return redirect("register:begin")
        if registration.status is RegistrationStatus.REVIEW:
            return _reviewed(request, registration)
        return page(request, registration)

    return require_http_methods(["GET", "POST"])(view)


def _reviewed(request: Request, registration: RegistrationView) -> HttpResponse:
    page = {"entity": registration.capacity is Capacity.LEGAL_ENTITY and not registration.differences}
    return render(request, "web/register/review.html", page)


def show(request: Request, name: str, form: forms.Entered, **page: Any) -> HttpResponse:
    """One step's page."""
    page |= {"form": form, "step_number": NUMBERS.get(name, TOTAL), "steps_total": TOTAL}
    if name in ("person", "document"):
        page["demo_people"] = demo.people()
    return render(request, f"web/register/{name}.html", page, status=form.status)


def onward() -> HttpResponse:
    """To the first step that is not done."""
    return redirect("register:next")


@require_http_methods(["GET", "POST"])
def begin(request: Request) -> HttpResponse:
    """The phone; a code is sent to it."""
    if request.actor.has(Role.CLIENT):
        return redirect("client:home")
    page: dict[str, Any] = {"form": forms.Entered(), "step_number": 1, "steps_total": TOTAL}
    page["demo_people"] = demo.people()
    if request.method == "GET":
        return render(request, "web/register/phone.html", page)
    key = session.guest_session(request)
    try:
        started = actions.start_registration(
            request.actor, request.now, phone=forms.text(request, "phone"), language=get_language() or "kk"
        )
    except Refused as refusal:
        page["form"] = forms.entered(request, refusal, "phone")
        return session.carry(render(request, "web/register/phone.html", page, status=page["form"].status), key)
    return session.carry(redirect("register:code", started.registration_id), key)


@require_http_methods(["GET", "POST"])
def code(request: Request, registration_id: UUID) -> HttpResponse:
    """The code from the message: proves that the phone is the applicant's."""
    page: dict[str, Any] = {"form": forms.Entered(), "step_number": 1, "steps_total": TOTAL}
    page["again"] = reverse("register:begin")
    if request.method == "POST":
        done = actions.confirm_phone(
            request.actor,
            request.now,
            registration_id=RegistrationId(registration_id),
            code=forms.text(request, "code"),
        )
        if done.outcome is PhoneOutcome.ALREADY_CLIENT:
            messages.info(request, _("This phone belongs to a client already: sign in."))
            return redirect("site:sign_in")
        if done.session_key:
            return session.admit(request, onward(), done.session_key)
        page["form"] = forms.Entered(errors={"code": _(PHONE_WORDS[done.outcome])}, status=422)
    return render(request, "web/register/code.html", page, status=page["form"].status)


@require_GET
def next_step(request: Request) -> HttpResponse:
    """Where the applicant goes on."""
    if request.actor.id is None or request.actor.has(Role.CLIENT):
        return redirect("client:home" if request.actor.has(Role.CLIENT) else "register:begin")
    registration = queries.registration(request.actor, RegistrationId(request.actor.id))
    return redirect(STEPS[registration.progress.next_step])


@of_applicant
def person(request: Request, registration: RegistrationView) -> HttpResponse:
    """Name, IIN, address (clauses 6-i-name, 6-i-iin)."""
    names = ("surname", "given_name", "patronymic", "iin", "address", "email")
    if request.method == "POST":
        try:
            capacity = forms.one_of(Capacity, request, "capacity") if forms.text(request, "capacity") else _SELF
            actions.save_person(
                request.actor,
                request.now,
                registration_id=registration.id,
                capacity=capacity,
                surname=forms.text(request, "surname"),
                given_name=forms.text(request, "given_name"),
                patronymic=forms.text(request, "patronymic"),
                iin=forms.text(request, "iin"),
                address=forms.text(request, "address"),
                email=forms.text(request, "email"),
            )
            return onward()
        except Refused as refusal:
            form = forms.entered(request, refusal, *names, "capacity")
            return show(request, "person", form, capacities=_CAPACITIES)
    known = {name: getattr(registration, name) for name in names} | {"capacity": registration.capacity.value}
    return show(request, "person", forms.Entered(known), capacities=_CAPACITIES)


@of_applicant
def entity(request: Request, registration: RegistrationView) -> HttpResponse:
    """The legal entity and the paper of its signatory (clauses 6-l-bin, 6-l-authority)."""
    of_paper = ("authority_number", "authority_issued_on", "authority_valid_until")
    names, papers_there = ("bin", "business_name", "authority", *of_paper), [one.value for one in Authority]
    if request.method == "POST":
        try:
            actions.save_entity(
                request.actor,
                request.now,
                registration_id=registration.id,
                bin=forms.text(request, "bin"),
                business_name=forms.text(request, "business_name"),
                authority=forms.one_of(Authority, request, "authority"),
                authority_number=forms.text(request, "authority_number"),
                authority_issued_on=forms.given_day(request, "authority_issued_on"),
                authority_valid_until=forms.day(request, "authority_valid_until"),
                scan=uploads.scan(forms.file(request, "scan")),
            )
            return onward()
        except Refused as refusal:
            return show(request, "entity", forms.entered(request, refusal, *names), authorities=papers_there)
    known = {"bin": registration.bin, "business_name": registration.business_name}
    known |= {name: forms.shown(getattr(registration, name)) for name in of_paper}
    known["authority"] = registration.authority.value if registration.authority else ""
    return show(request, "entity", forms.Entered(known), authorities=papers_there)


@of_applicant
def document(request: Request, registration: RegistrationView) -> HttpResponse:
    """Kind, number and term of the identity document (clause 6-i-doc)."""
    names = ("kind", "number", "issuer", "issued_on", "valid_until")
    fields = tuple(f"document_{name}" for name in names)
    kinds = [kind.value for kind in DocumentKind]
    if request.method == "POST":
        try:
            actions.save_document(
                request.actor,
                request.now,
                registration_id=registration.id,
                kind=forms.one_of(DocumentKind, request, "document_kind"),
                number=forms.text(request, "document_number"),
                issuer=forms.text(request, "document_issuer"),
                issued_on=forms.day(request, "document_issued_on"),
                valid_until=forms.given_day(request, "document_valid_until"),
            )
            return onward()
        except Refused as refusal:
            return show(request, "document", forms.entered(request, refusal, *fields), kinds=kinds)
    known = {field: forms.shown(getattr(registration, field)) for field in fields}
    return show(request, "document", forms.Entered(known), kinds=kinds)


@of_applicant
def photo(request: Request, registration: RegistrationView) -> HttpResponse:
    """A portrait from the camera or a file; in the demonstration also a ready one (clause 6-i-photo)."""
    if request.method == "GET":
        return show(request, "photo", forms.Entered(), portraits=demo.people())
    try:
        ready = request.POST.get("portrait", "")
        content = demo.portrait(ready) if ready else uploads.portrait(forms.file(request, "photo"))
        actions.save_photo(request.actor, request.now, registration_id=registration.id, content=content)
        return onward()
    except Refused as refusal:
        return show(request, "photo", forms.entered(request, refusal, "photo"), portraits=demo.people())


@of_applicant
def consents(request: Request, registration: RegistrationView) -> HttpResponse:
    """The consents without which no outside source may be asked."""
    sentences = [
        (Consent.PERSONAL_DATA.value, _("I agree that my personal data are collected and processed to grant a loan.")),
        (Consent.STATE_SOURCES.value, _("I agree that data about me are asked from state databases.")),
        (Consent.BIOMETRICS.value, _("I agree to biometric identification.")),
        (Consent.CREDIT_BUREAU.value, _("I agree that data about me are given to and asked from credit bureaus.")),
    ]
    if request.method == "POST":
        given = frozenset(Consent(one) for one in request.POST.getlist("consents") if one in set(Consent))
        try:
            actions.accept_consents(request.actor, request.now, registration_id=registration.id, consents=given)
            return onward()
        except Refused as refusal:
            return show(request, "consents", forms.entered(request, refusal), consents=sentences)
    return show(request, "consents", forms.Entered(), consents=sentences)


@of_applicant
def check(request: Request, registration: RegistrationView) -> HttpResponse:
    """The state record is asked; a difference may be mended (clause 6-verify-i)."""
    if request.method == "POST":
        try:
            actions.request_state_check(request.actor, request.now, registration_id=registration.id)
            for question in queries.questions(request.actor, registration.id):
                waits.for_answer(question)
            outcome = actions.record_state_check(request.actor, request.now, registration_id=registration.id)
        except Refused as refusal:
            return show(request, "check", forms.entered(request, refusal), registration=registration)
        if outcome.outcome is StateOutcome.MATCHES:
            messages.success(request, _("The state registry confirms your data."))
            return onward()
        if outcome.outcome is StateOutcome.REVIEW:
            return _reviewed(request, queries.registration(request.actor, registration.id))
        waiting = outcome.outcome is StateOutcome.NO_ANSWER
        page = {"registration": registration, "differences": outcome.differences, "waiting": waiting}
        return show(request, "check", forms.Entered(status=200 if waiting else 422), **page)
    return show(request, "check", forms.Entered(), registration=registration, differences=registration.differences)


@of_applicant
def statement(request: Request, registration: RegistrationView) -> HttpResponse:
    """Lay out the statement both proofs will be bound to, and go on."""
    if registration.statement_document_id is None:
        language = get_language() or "kk"
        actions.prepare_statement(request.actor, request.now, registration_id=registration.id, language=language)
    return onward()


@of_applicant
def biometric(request: Request, registration: RegistrationView) -> HttpResponse:
    """Before the camera of a device of the lender, or to the identification centre and back (clause 6-biometric)."""
    if registration.statement_document_id is None:
        return onward()
    here = camera.looks_here(request, registering=True)
    if request.method == "GET":
        return show(request, "biometric", forms.Entered(), own_device=here)
    try:
        if here:
            session_id = actions.begin_liveness_step(
                request.actor,
                request.now,
                registration_id=registration.id,
                device_key=camera.device_key(request),
            )
            return camera.open_camera(request, session_id, after=reverse("register:next"))
        start = actions.begin_biometric_step(
            request.actor, request.now, registration_id=registration.id, redirect_uri=proofs.return_address(request)
        )
        return proofs.visit(request, start, after=reverse("register:next"))
    except Refused as refusal:
        return show(request, "biometric", forms.entered(request, refusal), own_device=here)


@of_applicant
def signature(request: Request, registration: RegistrationView) -> HttpResponse:
    """The statement signed with the applicant's own key (clause 6-eds)."""
    document_id = registration.statement_document_id
    if document_id is None or not registration.progress.biometric or Step.EDS not in registration.progress.steps:
        return onward()
    form = forms.Entered()
    if request.method == "POST":
        try:
            outcome = proofs.signed(request)
            if outcome.proof_id is not None:
                actions.record_eds_step(
                    request.actor, request.now, registration_id=registration.id, proof_id=outcome.proof_id
                )
                return onward()
            form = forms.Entered(general=_(outcome.message), status=422)
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = papers.reader(document_id, title=_("Application for registration"), sha256=registration.statement_sha256)
    challenge = actions.begin_eds_step(request.actor, request.now, registration_id=registration.id)
    page |= proofs.signing_page(request, challenge, iin=registration.iin, to=reverse("register:signature"))
    return show(request, "signature", form, **page)


@of_applicant
def complete(request: Request, registration: RegistrationView) -> HttpResponse:
    """The last step: the applicant becomes a client."""
    if request.method == "GET":
        return show(request, "complete", forms.Entered())
    try:
        done = actions.complete_registration(request.actor, request.now, registration_id=registration.id)
    except Refused as refusal:
        return show(request, "complete", forms.entered(request, refusal))
    messages.success(request, _("Welcome! You are registered."))
    return session.admit(request, redirect("register:password"), done.session_key)


@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """The new client's first password."""
    if not request.actor.has(Role.CLIENT) or access.has_password(request.actor):
        return redirect("register:next")
    if request.method == "GET":
        return show(request, "password", forms.Entered())
    typed = request.POST.get("password", "")
    if typed != request.POST.get("again", ""):
        return show(request, "password", forms.Entered(errors={"again": _("The two passwords differ.")}, status=422))
    try:
        access_actions.set_password(request.actor, request.now, password=typed)
    except Refused as refusal:
        return show(request, "password", forms.entered(request, refusal, "password"))
    messages.success(request, _("The password is saved."))
    return redirect("client:home")
