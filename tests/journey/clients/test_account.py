"""The client's own account: bank accounts, acknowledgements, letters (clauses 7.7, 8.2, 8.5, 8.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.rules import plain_iban
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.actions import publish_rules
from nesie.foundation.notices import queries as notices
from nesie.journey.clients import queries
from nesie.journey.clients.actions import (
    acknowledge,
    add_account,
    read_letter,
    reply_letter,
    send_letter,
)
from nesie.journey.clients.models import Acknowledgement, ClientAccount
from nesie.journey.clients.rules import (
    AccountTaken,
    Attachment,
    AttachmentUnfit,
    Direction,
    DocumentNotInForce,
    IbanCheckDigit,
    LetterUnfit,
    Matter,
)
from nesie.kernel.actor import Role, worker
from nesie.kernel.ids import ClientId, LetterId
from nesie.kernel.refused import NotFound
from tests.given_access import staff_member
from tests.given_clients import AIGERIM, DANIYAR, registered_client
from tests.given_identification import identities

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nthe very bytes"


def _id(actor) -> ClientId:
    return ClientId(actor.id)


@pytest.mark.clause("8.7")
def test_an_account_is_checked_kept_sealed_and_belongs_to_one_client(fresh_db, owner_sql, now: datetime) -> None:
    world = identities(now)
    hers, his = registered_client(now, world=world), registered_client(now, DANIYAR, world)
    with pytest.raises(IbanCheckDigit):
        add_account(hers, now, iban=AIGERIM.iban[:-1] + "9")
    account_id = add_account(hers, now, iban=f"{AIGERIM.iban[:4]} {AIGERIM.iban[4:]}".lower())
    assert add_account(hers, now, iban=AIGERIM.iban) == account_id
    view = queries.account(hers, account_id)
    assert (view.iban, view.bank_code) == (plain_iban(AIGERIM.iban), "999")
    with pytest.raises(AccountTaken):
        add_account(his, now, iban=AIGERIM.iban)
    with pytest.raises(NotFound):
        queries.account(his, account_id)
    with pytest.raises(NotFound):
        queries.accounts(his, _id(hers))
    assert queries.client_with_iban(AIGERIM.iban) == hers.id
    assert ClientAccount.objects.count() == 1
    assert AIGERIM.iban not in owner_sql("SELECT t::text FROM clients_client_account t")[0][0]


@pytest.mark.clause("8.2", "8.5")
def test_an_acknowledgement_is_bound_to_the_version_in_force(db, now: datetime) -> None:
    actor = registered_client(now)
    publish = {"language": "kk", "title": "Мәтін"}
    for matter in Matter:
        publish_rules(worker(), now, kind=matter, **publish, body=f"{matter} бірінші")
    rules_text = lender.rules_document(Matter.GRANTING_RULES, "kk")
    duties = lender.rules_document(Matter.RIGHTS_AND_DUTIES, "kk")
    wanted = [rules_text.sha256, duties.sha256]
    assert not queries.has_acknowledged(_id(actor), wanted)
    acknowledge(actor, now, matter=Matter.GRANTING_RULES, text_id=rules_text.id)
    acknowledge(actor, now + timedelta(hours=1), matter=Matter.GRANTING_RULES, text_id=rules_text.id)
    assert not queries.has_acknowledged(_id(actor), wanted)
    acknowledge(actor, now, matter=Matter.RIGHTS_AND_DUTIES, text_id=duties.id)
    assert queries.has_acknowledged(_id(actor), wanted)
    read = {one.matter: one for one in queries.acknowledgements(actor, _id(actor))}
    assert read[Matter.GRANTING_RULES].sha256 == rules_text.sha256
    assert read[Matter.GRANTING_RULES].acknowledged_at == now, "the first reading stays"
    assert Acknowledgement.objects.count() == 2
    with pytest.raises(DocumentNotInForce):
        acknowledge(actor, now, matter=Matter.GRANTING_RULES, text_id=duties.id)
    publish_rules(worker(), now, kind=Matter.GRANTING_RULES, **publish, body="екінші")
    with pytest.raises(DocumentNotInForce):
        acknowledge(actor, now, matter=Matter.GRANTING_RULES, text_id=rules_text.id)


@pytest.mark.clause("7.7")
def test_letters_go_both_ways_with_attachments_and_read_state(db, now: datetime) -> None:
    world = identities(now)
    actor = registered_client(now, world=world)
    files = (Attachment("анықтама.pdf", "application/pdf", PDF), Attachment("note.txt", "text/plain", b"\xff\xfe1"))
    letter_id = send_letter(
        actor, now, subject="Кесте туралы", text="Кестені түсіндіріңізші.\nРахмет!", attachments=files
    )
    clerk = staff_member(now, Role.OPERATOR).actor(Role.OPERATOR)
    [waiting] = queries.unread_letters(clerk)
    assert (waiting.id, waiting.direction, waiting.read_at) == (letter_id, Direction.FROM_CLIENT, None)
    assert read_letter(actor, now, letter_id=letter_id).read_at is None, "the writer is not the addressee"
    opened = read_letter(clerk, now + timedelta(minutes=5), letter_id=letter_id)
    assert opened.text == "Кестені түсіндіріңізші.\nРахмет!"
    assert [documents.content(one) for one in opened.attachment_ids] == [PDF, b"\xff\xfe1"]
    assert documents.described(opened.attachment_ids[0]).file_name == "анықтама.pdf"
    assert read_letter(clerk, now + timedelta(minutes=9), letter_id=letter_id).read_at == now + timedelta(minutes=5)
    assert queries.unread_letters(clerk) == []
    later = now + timedelta(minutes=10)
    answer_id = reply_letter(
        clerk, later, client_id=_id(actor), subject="Кесте", text="Кесте тіркелген.", reply_to=letter_id
    )
    assert queries.unread_count(actor) == 1
    told = [notice.template for notice in notices.inbox(_id(actor))]
    assert "letter_received" in told, "the client is told that a letter waits"
    answer = read_letter(actor, later, letter_id=answer_id)
    assert (answer.reply_to, answer.read_at) == (letter_id, later)
    assert queries.unread_count(actor) == 0
    way = [one.event.value for one in documents.events_of(answer.document_id)]
    assert way == ["sent", "read"], "so that its delivery can be confirmed (clause 12)"
    assert [one.id for one in queries.letters(actor, _id(actor))] == [answer_id, letter_id]


@pytest.mark.clause("7.7", "11-secrecy")
def test_letters_are_ones_own(db, now: datetime) -> None:
    world = identities(now)
    hers, his = registered_client(now, world=world), registered_client(now, DANIYAR, world)
    letter_id = send_letter(hers, now, subject="Сұрақ", text="Қашан?")
    with pytest.raises(NotFound):
        read_letter(his, now, letter_id=letter_id)
    with pytest.raises(NotFound):
        queries.letters(his, _id(hers))
    with pytest.raises(NotFound):
        send_letter(his, now, subject="Жауап", text="Міне.", reply_to=letter_id)
    with pytest.raises(NotFound):
        read_letter(hers, now, letter_id=LetterId(_id(hers)))
    with pytest.raises(LetterUnfit):
        send_letter(hers, now, subject="", text="Қашан?")
    with pytest.raises(AttachmentUnfit):
        send_letter(
            hers,
            now,
            subject="Файл",
            text="Міне.",
            attachments=(Attachment("a.exe", "application/x-msdownload", b"MZ"),),
        )
