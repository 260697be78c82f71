"""How a person becomes a client: the whole registration of clause 6, slips and flaws included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from nesie.foundation.access import queries as access
from nesie.foundation.access.rules import TooManyCodes
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification import queries as identities
from nesie.foundation.lender import queries as lender
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import (
    Consent,
    DocumentExpired,
    DocumentKind,
    IinUnfit,
    Matter,
    PhoneOutcome,
    StateOutcome,
)
from nesie.kernel.actor import client
from nesie.kernel.ids import ClientId, ProofId, RegistrationId
from tests.given_access import visitor
from tests.given_applications import registered_person
from tests.given_identification import BACK, holder_of
from tests.simulation.life import Life
from tests.simulation.plans import Flaw


def register(life: Life) -> Iterator[datetime]:
    """From the first visit to the account; returns True for a client, False for somebody who gave up."""
    own = yield from _phone(life)
    if own is None or not _papers(life, own):
        return False
    known = yield from _state_check(life, own)
    if not known:
        return False
    life.does(actions.prepare_statement, registration_id=own)
    yield from _face(life, own)
    yield from _signature(life, own)
    done = life.does(actions.complete_registration, registration_id=own)
    _at_home(life, done.client_id)
    life.tell("registered")
    return True


def known(life: Life) -> bool:
    """Somebody who became a client in the same way, made by a builder: the registration is not told again."""
    client_id = registered_person(life.now, life.who)
    claim_index(client_id, IndexedField.PHONE, life.who.phone)
    _at_home(life, client_id)
    return True


def _at_home(life: Life, client_id: ClientId) -> None:
    life.actor = client(client_id, session=f"{life.who.key}-home")
    for matter in Matter:
        life.does(actions.acknowledge, matter=matter, text_id=lender.rules_document(matter, life.plan.language).id)


def _phone(life: Life) -> Iterator[datetime]:
    while True:
        life.actor = visitor(life.now)
        started: list[RegistrationId] = []

        def ask(started: list[RegistrationId] = started) -> bool:
            begun = life.gets(
                actions.start_registration, TooManyCodes, phone=life.who.phone, language=life.plan.language
            )
            if begun:
                started.append(begun.registration_id)
            return bool(begun)

        code = yield from life.code(ask)
        if code is None:
            return None
        if life.plan.types_badly:
            wrong = f"{(int(code) + 1) % 1_000_000:06d}"
            life.does(actions.confirm_phone, registration_id=started[-1], code=wrong)
        answer = life.does(actions.confirm_phone, registration_id=started[-1], code=code)
        if answer.outcome in (PhoneOutcome.CONFIRMED, PhoneOutcome.RESUMED):
            life.actor = access.actor_of(answer.session_key, life.now)
            return RegistrationId(life.actor.id)
        life.tell("code not good", answer.outcome.value)
        yield life.half_an_hour()


def _papers(life: Life, own: RegistrationId) -> bool:
    who = life.who
    if life.plan.flaw is Flaw.WRONG_IIN:
        slip = who.iin[:-1] + str((int(who.iin[-1]) + 1) % 10)
        life.tries(actions.save_person, IinUnfit, **_person(replace(who, iin=slip), own))
    life.does(actions.save_person, **_person(who, own))
    until = life.clock.today - timedelta(days=30) if life.plan.flaw is Flaw.EXPIRED_DOCUMENT else None
    life.tries(
        actions.save_document,
        DocumentExpired,
        registration_id=own,
        kind=DocumentKind(who.document_kind),
        number=who.document_number,
        issued_on=who.document_issued_on,
        valid_until=until or who.document_valid_until,
        issuer=who.document_issuer,
    )
    if until is not None:
        life.tell("has no document in term")
        return False
    life.does(actions.save_photo, registration_id=own, content=who.portrait())
    life.does(actions.accept_consents, registration_id=own, consents=frozenset(Consent))
    return True


def _person(who: object, own: RegistrationId) -> dict[str, object]:
    named = ("surname", "given_name", "patronymic", "iin", "address", "email")
    return {"registration_id": own} | {name: getattr(who, name) for name in named}


def _state_check(life: Life, own: RegistrationId) -> Iterator[datetime]:
    for _ in range(40):
        life.does(actions.request_state_check, registration_id=own)
        yield life.a_minute()
        answer = life.does(actions.record_state_check, registration_id=own)
        if answer.outcome is StateOutcome.MATCHES:
            return True
        if answer.outcome is StateOutcome.REVIEW:
            break
        if answer.outcome is StateOutcome.NO_ANSWER:
            yield life.half_an_hour()
    life.tell("the state knows somebody else")
    return False


def _face(life: Life, own: RegistrationId) -> Iterator[datetime]:
    for attempt in range(5):
        life.world.authority.now = life.now
        start = life.does(actions.begin_biometric_step, registration_id=own, redirect_uri=BACK)
        outcome = look(life, start, recognised=bool(attempt) or not life.plan.types_badly)
        if outcome is not None:
            life.does(actions.record_biometric_step, registration_id=own, proof_id=outcome)
            return
        yield life.a_minute()
    raise AssertionError("five looks into the camera")


def look(life: Life, start: identification.BiometricStart, *, recognised: bool) -> ProofId | None:
    """The person goes to the identification centre and comes back."""
    address = identities.begin_biometric(start.request)
    visit = parse_qs(urlsplit(address).query)["request_uri"][0]
    changes = {} if recognised else {"success": False, "error_code": "face"}
    code = life.world.biometrics.approve(visit, life.now, **changes)
    answer = identities.biometric_answer(code, redirect_uri=BACK, now=life.now)
    outcome = life.does(
        identification.record_biometric, session_id=start.session_id, state=start.request.state, answer=answer
    )
    return outcome.proof_id if outcome.passed else None


def _signature(life: Life, own: RegistrationId) -> Iterator[datetime]:
    view = queries.registration(life.actor, own)
    for _ in range(5):
        challenge = life.does(actions.begin_eds_step, registration_id=own)
        proof = sign(life, challenge, view.statement_document_id)
        if proof is not None:
            life.does(actions.record_eds_step, registration_id=own, proof_id=proof)
            return
        yield life.half_an_hour()
    raise AssertionError("five signatures")


def sign(life: Life, challenge: UUID, document_id: UUID) -> ProofId | None:
    """The person signs a document; None when the authorities were silent and nothing could be proven."""
    authority = life.world.authority
    authority.now = life.now
    authority.silent = life.world.faults.next("pki", life.who.key).value in ("refuse", "time_out", "drop")
    cms = authority.sign(documents.content(document_id), authority.leaf(holder_of(life.who)))
    evidence = identities.gather_evidence(cms, life.now)
    authority.silent = False
    outcome = life.does(identification.record_signature, challenge_id=challenge, cms=cms, evidence=evidence)
    if not outcome.accepted:
        life.tell("signature not accepted", str(outcome.failed_check or outcome.trouble))
    return outcome.proof_id if outcome.accepted else None


def both_proofs(life: Life, operation: str, document_id: UUID, sha256: str) -> dict[str, ProofId] | None:
    """Key and face over one document, as the use case that takes them names them; None when either did not come."""
    life.world.authority.now = life.now
    challenge = life.does(
        identification.request_signature,
        subject_id=life.actor.id,
        operation=operation,
        document_id=document_id,
        iin=life.who.iin,
    )
    eds = sign(life, challenge, document_id)
    start = life.does(
        identification.start_biometric,
        subject_id=life.actor.id,
        operation=operation,
        document_sha256=sha256,
        iin=life.who.iin,
        phone=life.who.phone,
        redirect_uri=BACK,
    )
    face = look(life, start, recognised=True)
    return None if eds is None or face is None else {"eds_proof_id": eds, "biometric_proof_id": face}
