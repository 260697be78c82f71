"""Who of the staff reaches clients' data: who runs machines and accounts does not, the auditor only reads."""

from __future__ import annotations

from datetime import datetime

import pytest

from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents import queries as stored
from nesie.foundation.documents.rules import DocumentNotFound
from nesie.foundation.notices import queries as notices
from nesie.foundation.notices.rules import NoticeNotFound
from nesie.journey.aml import queries as aml
from nesie.journey.applications import queries as applications
from nesie.journey.clients import actions as clients
from nesie.journey.clients import queries as letters
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import queries as loans
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import STAFF_ROLES, Actor, Channel, Role
from nesie.kernel.ids import new_id
from nesie.kernel.refused import NotFound
from tests import given_contracts as given
from tests.given_documents import stored_document

pytestmark = pytest.mark.django_db


def _staff(role: Role) -> Actor:
    return Actor(new_id(), frozenset({role}), Channel.WEB)


@pytest.mark.clause("27")
def test_an_administrator_opens_no_document_of_a_client_though_the_trail_shows_its_id(now: datetime) -> None:
    document_id = stored_document(new_id(), now)
    with pytest.raises(NotPermitted):
        documents.open_document(_staff(Role.ADMINISTRATOR), now, document_id=document_id)
    with pytest.raises(DocumentNotFound):
        stored.described_for(_staff(Role.ADMINISTRATOR), document_id)
    for role in STAFF_ROLES - {Role.ADMINISTRATOR}:
        assert documents.open_document(_staff(role), now, document_id=document_id).content


@pytest.mark.clause("27")
def test_an_administrator_sees_nothing_of_a_clients_way(now: datetime) -> None:
    with given.stand(now) as here:
        who = given.applicant(now)
        made = given.drafted(now, here, who)
        admin, officer = _staff(Role.ADMINISTRATOR), _staff(Role.CREDIT_OFFICER)
        application_id = contracts.contract(officer, made.contract_id, now).application_id
        for ask in (
            lambda actor: contracts.contract(actor, made.contract_id, now),
            lambda actor: contracts.contracts_of(actor, who.client_id, now),
            lambda actor: applications.application(actor, application_id),
            lambda actor: applications.timeline(actor, application_id),
            lambda actor: applications.decisions(actor, application_id),
            lambda actor: payments.receipts_of(actor, made.contract_id),
            lambda actor: payments.in_suspense(actor),
            lambda actor: aml.due_diligence(actor, who.client_id),
        ):
            ask(officer)
            with pytest.raises(NotFound):
                ask(admin)
        with pytest.raises(NoticeNotFound):
            notices.sent_to(admin, who.client_id)
        assert applications.work_queue(admin) == []
        assert loans.loans(admin, limit=5) == ()
        assert loans.positions_of_client(admin, who.client_id) == ()


@pytest.mark.clause("7.7", "27")
def test_an_auditors_reading_leaves_a_clients_letter_unread(now: datetime) -> None:
    with given.stand(now):
        who = given.applicant(now)
        letter_id = clients.send_letter(who.actor, now, subject="Сұрақ", text="Қалай төлеймін?")
        assert clients.read_letter(_staff(Role.AUDITOR), now, letter_id=letter_id).read_at is None
        operator = _staff(Role.OPERATOR)
        assert [one.id for one in letters.unread_letters(operator)] == [letter_id]
        assert clients.read_letter(operator, now, letter_id=letter_id).read_at == now


@pytest.mark.clause("27")
def test_an_auditor_makes_no_papers(now: datetime) -> None:
    document_id = stored_document(new_id(), now)
    with pytest.raises(NotPermitted):
        documents.confirm_delivery(
            _staff(Role.AUDITOR), now, document_id=document_id, title="", lender={}, language="kk"
        )
