"""Builders of applications through real use cases, with the outside world in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from nesie.entrypoints.jobs.exchange import deliver_due
from nesie.foundation.documents import actions as documents
from nesie.foundation.exchange.adapters.switchboard import Switchboard
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.actions import publish_rules
from nesie.foundation.lender.rules import RulesKind, RulesNotPublished
from nesie.foundation.norms.models import ParameterRow
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms import rules as terms_rules
from nesie.foundation.terms.actions.load_demo_products import load_demo_products
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.aml import actions as aml_actions
from nesie.journey.aml import queries as aml
from nesie.journey.aml.adapters.carrier import ListCarrier
from nesie.journey.aml.adapters.fake import FakeLists
from nesie.journey.aml.rules import LIST_MESSAGE
from nesie.journey.applications import actions, queries
from nesie.journey.applications.rules import DisbursementMethod, Purpose, Status
from nesie.journey.clients import actions as client_actions
from nesie.journey.clients.models import Client, ClientIin, Registration
from nesie.journey.clients.rules import Matter
from nesie.journey.creditworthiness import actions as credit_actions
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.creditworthiness.adapters.carrier import CreditCarrier
from nesie.journey.creditworthiness.adapters.fake import FakeBureau, FakeOwnLoans
from nesie.journey.creditworthiness.gateways import Wiring
from nesie.journey.creditworthiness.rules import InquiryKind, message_kind
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import ApplicationId, ClientId
from nesie.kernel.money import Money
from nesie.simulators.people import Person, by_key
from tests.given_norms import FourEyes, norm_set

# Values that counsel would have set with four eyes; the norms' own tests prove that way of setting them.
CONFIRMED_NORMS = {
    "min_age": ("18", "year"),
    "max_consumer_amount": ("3000000", "KZT"),
    "debt_to_income_limit": ("8", "ratio"),
    "personal_presence_min": ("1000000", "KZT"),
    "ban_forgiven_since": ("2025-07-01", "date"),
}


def usable_norms(now: datetime, *, but: str = "") -> None:
    """Every norm that screening needs may be used, except the one named."""
    for code, (value, unit) in CONFIRMED_NORMS.items():
        if code != but:
            ParameterRow.objects.create(
                code=code, value=value, unit=unit, valid_from=date(2025, 11, 24), source="test", certainty="set",
                set_at=now, set_by=uuid4(),
            )  # fmt: skip


def norms_confirmed(eyes: FourEyes) -> None:
    """The same through the real four eyes, as counsel and a second person would; slow, for stories."""
    for code, (value, unit) in CONFIRMED_NORMS.items():
        norm_set(eyes, code, value, unit, date(2025, 11, 24))


def officer(role: Role = Role.CREDIT_OFFICER) -> Actor:
    """A member of staff in this role."""
    return Actor(uuid4(), frozenset({role}), Channel.WEB)


@dataclass
class Outside:
    """The outside world of screening, in memory, and the hands that work the journey's table."""

    bureau: FakeBureau = field(default_factory=FakeBureau)
    lists: FakeLists = field(default_factory=FakeLists)
    own: FakeOwnLoans = field(default_factory=FakeOwnLoans)

    def switchboard(self) -> Switchboard:
        """Routes of the two rooms."""
        credit = CreditCarrier(self.bureau, self.bureau, self.bureau)
        routes: dict[str, Any] = {message_kind(kind): credit for kind in InquiryKind}
        return Switchboard({**routes, LIST_MESSAGE: ListCarrier(self.lists)})

    def carry(self, now: datetime) -> None:
        """Carry what is due and record every answer."""
        deliver_due(self.switchboard(), lambda: now, lambda: now)
        for message_id in aml.lists_to_record():
            aml_actions.record_list(worker(), now, message_id=message_id)
        for message_id in creditworthiness.answers_to_record():
            credit_actions.record_inquiry_answer(worker(), now, message_id=message_id)

    def fresh_list(self, now: datetime) -> None:
        """Fetch the list."""
        aml_actions.request_list(worker(), now)
        self.carry(now)

    def work(self, now: datetime) -> None:
        """One round of the journey's rows that are ours."""
        for application_id in [*queries.submitted(), *queries.to_ask_again(now)]:
            actions.begin_screening(worker(), now, application_id=application_id)
        self.carry(now)
        for application_id in queries.to_screen(now):
            actions.screen_application(worker(), now, application_id=application_id)
        for application_id in queries.approved():
            actions.make_offers(worker(), now, application_id=application_id)
        for application_id in queries.to_expire(now):
            actions.expire_application(worker(), now, application_id=application_id)


@contextmanager
def outside() -> Iterator[Outside]:
    """The outside in memory, wired while the block lasts."""
    before = Wiring.own_loans
    world = Outside()
    Wiring.own_loans = world.own
    try:
        yield world
    finally:
        Wiring.own_loans = before


def open_for_business(now: datetime, world: Outside, *, but: str = "") -> None:
    """Norms usable, products on sale, texts published, a fresh list."""
    usable_norms(now, but=but)
    load_demo_products(worker(), now, valid_from=date(2026, 1, 1))
    for kind in RulesKind:
        for language in ("kk", "ru"):
            if not _published(kind, language):
                publish_rules(worker(), now, kind=kind, language=language, title=kind.value, body=f"{kind} {language}")
    world.fresh_list(now)


def _published(kind: RulesKind, language: str) -> bool:
    try:
        lender.rules_document(kind, language)
    except RulesNotPublished:
        return False
    return True


def registered_person(now: datetime, person: Person, *, valid_until: date | None = None) -> ClientId:
    """A client with this person's data, as a completed registration leaves it."""
    client_id = uuid4()
    paper = documents.store(
        client_id, kind="photo", content=b"x", media_type="image/jpeg", file_name="x", now=now, retention="client"
    )
    registration = Registration.objects.create(
        id=client_id,
        status="completed",
        language="ru",
        started_at=now,
        expires_at=now + timedelta(days=7),
        phone=person.phone,
        phone_confirmed_at=now,
        biometric_proof_id=uuid4(),
        eds_proof_id=uuid4(),
    )
    Client.objects.create(
        id=client_id,
        registration=registration,
        language="ru",
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        phone=person.phone,
        email=person.email,
        address=person.address,
        document_kind=person.document_kind,
        document_number=person.document_number,
        document_valid_until=valid_until or person.document_valid_until,
        photo_document_id=paper,
        statement_document_id=paper,
        registered_at=now,
    )
    ClientIin.objects.create(id=client_id, client_id=client_id, iin=person.iin)
    claim_index(client_id, IndexedField.IIN, person.iin)
    return ClientId(client_id)


@dataclass
class Applicant:
    """A client who has read the texts and named an account."""

    actor: Actor
    client_id: ClientId
    account_id: UUID
    person: Person


def applicant(now: datetime, key: str = "aigerim", *, read: bool = True) -> Applicant:
    """One of the demo people, ready to apply."""
    person = by_key(key)
    client_id = registered_person(now, person)
    actor = client(client_id)
    account_id = client_actions.add_account(actor, now, iban=person.iban)
    for matter in Matter if read else ():
        text = lender.rules_document(matter, "ru")
        client_actions.acknowledge(actor, now, matter=matter, text_id=text.id)
    return Applicant(actor, client_id, account_id, person)


def on_sale(now: datetime) -> tuple[terms_rules.ProductVersionView, ...]:
    """The products of the day."""
    return terms.open_products(business_day(now))


def submitted(now: datetime, who: Applicant, **changes: Any) -> ApplicationId:
    """An application for 300,000 tenge over 12 months, unless said otherwise."""
    products = {version.code: version.id for version in terms.open_products(business_day(now))}
    wish = {
        "product_version_id": products["instalment"],
        "amount": Money.tenge(300_000),
        "term": 12,
        "purpose": Purpose.HOUSEHOLD,
        "disbursement_method": DisbursementMethod.BANK_ACCOUNT,
        "account_id": who.account_id,
        "language": "ru",
        "politically_exposed": False,
        "acting_for_self": True,
    }
    return actions.submit_application(who.actor, now, **(wish | changes)).application_id


def offered(now: datetime, world: Outside, who: Applicant, **changes: Any) -> ApplicationId:
    """An application with its three schedules laid before the client."""
    application_id = submitted(now, who, **changes)
    world.work(now)
    found = queries.application(worker(), application_id)
    assert found.status is Status.OFFERED, (found.status, queries.timeline(worker(), application_id))
    return application_id


def chosen(now: datetime, world: Outside, who: Applicant, *, number: int = 2, **changes: Any) -> ApplicationId:
    """An application whose client has chosen the annuity (or the draft of another number)."""
    application_id = offered(now, world, who, **changes)
    offer = next(each for each in queries.offers(who.actor, application_id) if each.number == number)
    actions.choose_offer(who.actor, now, application_id=application_id, offer_id=offer.id)
    return application_id
