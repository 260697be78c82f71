"""A seeded lender for the API's tests: two clients and two applicants, all through real use cases, with tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from nesie.entrypoints import clock
from nesie.foundation.access import actions as access
from nesie.foundation.access import queries as access_queries
from nesie.foundation.access.rules import SessionKind
from nesie.foundation.identification import actions as identification
from nesie.foundation.norms.actions import push_clock
from nesie.foundation.notices import queries as notices
from nesie.journey.applications import queries as applications
from nesie.journey.clients import actions as client_actions
from nesie.journey.contracts import actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ConsentKind
from nesie.journey.loans import queries as loans
from nesie.kernel.actor import Channel, worker
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money
from nesie.simulators.people import by_key
from tests import given_applications, given_changes, given_clients, given_contracts, given_loans
from tests.given_access import enrolled_phone, kept_passkey
from tests.given_applications import Applicant
from tests.given_contracts import DAY, Stand
from tests.phones import Phone

ADDRESS = "/api/v1"
RETURN = "http://127.0.0.1:8550/identified"


@dataclass
class Caller:
    """Somebody with a program that talks to the API, signed in anew whenever a call has ended the session."""

    kind: SessionKind | None = None
    subject_id: UUID | None = None
    language: str = "en"
    token: str = ""
    fixed: bool = False  # with this very token, be it alive or not
    phone: Phone | None = None  # proves each call with its key

    def call(self, method: str, address: str, body: Any = None, **form: Any) -> Any:
        """The answer of the API; `form` for multipart."""
        sent = encode_multipart(BOUNDARY, form) if form else b"" if body is None else json.dumps(body).encode()
        headers = {"Accept-Language": self.language} | self.headers() | self.proof(method, address, sent)
        kind = MULTIPART_CONTENT if form else "application/json"
        return Client(raise_request_exception=True).generic(
            method, ADDRESS + address, sent, content_type=kind, headers=headers
        )

    def proof(self, method: str, address: str, sent: bytes) -> dict[str, str]:
        """The phone's proof of this call; nothing where there is no phone."""
        if self.phone is None:
            return {}
        now = clock.machine_now()
        nonce = access_queries.proof_nonces(clock.business_now())[0]
        place = f"http://testserver{ADDRESS}{address.partition('?')[0]}"
        return {"DPoP": self.phone.proof(method, place, now, nonce=nonce, token=self.token, body=sent)}

    def headers(self) -> dict[str, str]:
        """With a live token, or without any for nobody."""
        if self.fixed:
            return {"Authorization": f"{'DPoP' if self.phone else 'Bearer'} {self.token}"} if self.token else {}
        if self.kind is None:
            return {}
        now = clock.business_now()
        if access_queries.actor_of(self.token, now) is None:
            self.token = access.open_session(self.kind, now, channel=Channel.API, subject_id=self.subject_id)
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class World:
    """Who is there, and the ids of the first client's and the first applicant's things by parameter name."""

    stand: Stand
    now: datetime
    first: Caller
    second: Caller
    applicant: Caller
    other_applicant: Caller
    clients: dict[str, UUID] = field(default_factory=dict)
    things: dict[str, UUID] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)


@contextmanager
def seeded() -> Iterator[World]:
    """The world by the real clock, pushed a day forward on the way; needs an own database."""
    start = clock.business_now()
    with given_contracts.stand(start) as stand:
        first, second = _client(start, "aigerim"), _client(start, "daniyar")
        repaid = given_contracts.signed(start, stand, first)
        push_clock(worker(), clock.business_now(), seconds=int(DAY.total_seconds()))
        now = clock.business_now()
        _disburse(now, stand, first, repaid)
        world = World(
            stand,
            now,
            Caller(SessionKind.CLIENT, first.client_id),
            Caller(SessionKind.CLIENT, second.client_id),
            *(_applicants(now)),
        )
        world.clients = {"first": first.client_id, "second": second.client_id}
        _things(world, first, repaid)
        yield world


def _client(now: datetime, key: str) -> Applicant:
    who = given_contracts.applicant(now, key)
    access.open_client_login(who.client_id, now)
    return who


def _disburse(now: datetime, stand: Stand, who: Applicant, contract_id: Any) -> None:
    actions.draft_consent_to_receive(who.actor, now, contract_id=contract_id)
    given_contracts.consent(now, who, contract_id, ConsentKind.RECEIVE)
    stand.identities.at(now)
    stand.pay_out(now)
    loan_id = given_loans.opened(now, contract_id)
    given_loans.repaid(now, loan_id, Money.tenge(40_000))


def _applicants(now: datetime) -> list[Caller]:
    callers = []
    for person in (by_key("madina"), by_key("olga")):
        _actor, view = given_clients.checked(now, person)
        callers.append(Caller(SessionKind.REGISTRATION, view.id))
    return callers


def _things(world: World, who: Applicant, contract_id: UUID) -> None:
    """Everything the first client has, one of each kind."""
    now, actor = world.now, who.actor
    loan_id = loans.loan_of_contract(contract_id)
    open_application = given_applications.offered(now, world.stand.outside, who)
    letter_id = client_actions.reply_letter(
        given_applications.officer(), now, client_id=who.client_id, subject="Жауап", text="Құжат дайын."
    )
    view = contracts.contract(actor, contract_id, now)
    challenge_id = identification.request_signature(
        actor, now, subject_id=who.client_id, operation="sign_contract",
        document_id=view.sign_document_id, iin=who.person.iin,
    )  # fmt: skip
    visit = identification.start_biometric(
        actor, now, subject_id=who.client_id, operation="sign_contract", document_sha256=view.sign_sha256,
        iin=who.person.iin, phone=who.person.phone, redirect_uri=RETURN,
    )  # fmt: skip
    world.things = {
        "account_id": who.account_id,
        "application_id": open_application,
        "offer_id": applications.offers(actor, open_application)[0].id,
        "contract_id": contract_id,
        "loan_id": LoanId(loan_id),
        "letter_id": letter_id,
        "notice_id": notices.inbox(who.client_id)[0].id,
        "document_id": view.sign_document_id,
        "challenge_id": challenge_id,
        "session_id": visit.session_id,
        "registration_id": world.applicant.subject_id,
        "change_id": given_changes.drafted(now, contract_id).change_id,
    }
    access.open_session(SessionKind.CLIENT, now, channel=Channel.API, subject_id=who.client_id)  # another of hers
    world.things["login_id"] = access_queries.sessions(actor, now)[0].id
    world.things["passkey_id"] = kept_passkey(now, who.client_id).id
    world.things["device_id"] = enrolled_phone(now, who.client_id).id
    world.secrets = {who.person.iban, who.person.phone, who.person.iin, who.person.surname}
    world.secrets |= {str(one) for one in world.things.values()} | {str(who.client_id)}
