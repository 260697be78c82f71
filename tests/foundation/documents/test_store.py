"""Documents keep their bytes, and verification names every one that does not."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from nesie.foundation.audit import queries as audit
from nesie.foundation.audit.gateways import wired
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions, queries
from nesie.foundation.documents.gateways import Wiring
from nesie.foundation.documents.models import Document
from nesie.foundation.documents.rules import (
    Confirmation,
    DocumentAltered,
    DocumentNotFound,
    Event,
    NothingToConfirm,
    Problem,
)
from nesie.foundation.lender.queries import letterhead
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import DocumentId
from tests.foundation.documents.offline import openssl_accepts
from tests.given_documents import stored_document

OPERATOR = Actor(uuid4(), frozenset({Role.OPERATOR}), Channel.WEB)
SqlAsOwner = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.django_db
def test_a_document_comes_back_as_it_was(now: datetime) -> None:
    owner, content = uuid4(), bytes(range(256)) * 40
    document = stored_document(owner, now, content)
    assert queries.content(document) == content
    view = queries.described(document)
    assert (view.sha256, view.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (view.owner_id, view.file_name, view.created_at) == (owner, "шарт.pdf", now)
    assert [found.id for found in queries.of_owner(owner)] == [document]
    assert queries.of_owner(owner, kind="letter") == []
    assert queries.verify_all() == []


@pytest.mark.clause("11-secrecy")
@pytest.mark.django_db
def test_neither_content_nor_name_can_be_read_in_the_table(now: datetime) -> None:
    stored_document(uuid4(), now, b"Plain words of a contract")
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents_document::text FROM documents_document")
        [[text]] = cursor.fetchall()
    for secret in (b"Plain words of a contract", "шарт.pdf".encode()):
        assert secret.hex() not in text
        assert secret.decode() not in text


@pytest.mark.clause("11-doc")
@pytest.mark.django_db
def test_the_application_cannot_change_a_document(now: datetime) -> None:
    document = stored_document(uuid4(), now)
    for statement in (
        "UPDATE documents_document SET kind = 'other'",
        "DELETE FROM documents_document",
        "TRUNCATE documents_document CASCADE",
        "UPDATE documents_documentevent SET event = 'read'",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    assert queries.content(document)


@use_case
def keep_two(actor: Actor, now: datetime, *, owner_id: UUID) -> int:
    """Two documents stored by an act, as every document of the journey is."""
    for text in (b"first", b"second"):
        actions.record_event(stored_document(owner_id, now, text), Event.SENT, now=now, channel="web")
    return 2


@use_case
def keep_and_undo(actor: Actor, now: datetime, *, owner_id: UUID, refused: bool) -> int:
    """One document undone by a savepoint, one kept unless the whole act is refused."""
    with suppress(NothingToConfirm), transaction.atomic():
        stored_document(owner_id, now, b"undone")
        raise NothingToConfirm
    stored_document(owner_id, now, b"kept")
    if refused:
        raise NothingToConfirm
    return 1


@pytest.mark.parametrize("refused", [True, False])
def test_the_trail_vouches_only_for_what_was_kept(
    fresh_db: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    monkeypatch.setattr(wired().gatekeeper, "permits", lambda actor, act: True)
    owner = uuid4()
    with pytest.raises(NothingToConfirm) if refused else nullcontext():
        keep_and_undo(worker(), now, owner_id=owner, refused=refused)
    assert len(queries.of_owner(owner)) == len(list(audit.noted(queries.NOTED))) == (0 if refused else 1)
    assert queries.verify_all() == []


@pytest.fixture
def tampering(
    fresh_db: Any, owner_sql: SqlAsOwner, now: datetime, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> SqlAsOwner:
    """Two owners with two documents each, and the hand of somebody who owns the database."""
    monkeypatch.setattr(wired().gatekeeper, "permits", lambda actor, act: True)
    for _ in range(2):
        keep_two(worker(), now, owner_id=uuid4())
    owner_sql("ALTER TABLE documents_document DISABLE TRIGGER USER")
    owner_sql("ALTER TABLE documents_documentevent DISABLE TRIGGER USER")
    assert queries.verify_all() == []
    return owner_sql


_ONE = "(SELECT id FROM documents_document WHERE number = 1 ORDER BY id LIMIT 1)"
_LAST = "(SELECT id FROM documents_document WHERE number = 2 ORDER BY id LIMIT 1)"
_FORGET = "DELETE FROM documents_documentevent WHERE document_id ="
_FLIP = "set_byte({0}, {1}, get_byte({0}, {1}) # 1)"


TAMPERINGS = [
    (f"UPDATE documents_document SET content = {_FLIP.format('content', 20)} WHERE id = {_ONE}", "content_altered"),
    (f"UPDATE documents_document SET content = {_FLIP.format('content', 3)} WHERE id = {_ONE}", "content_altered"),
    (f"UPDATE documents_document SET sha256 = repeat('0', 64) WHERE id = {_LAST}", "content_altered"),
    (f"UPDATE documents_document SET kind = 'letter' WHERE id = {_ONE}", "row_altered"),
    (f"UPDATE documents_document SET created_at = created_at + interval '1 s' WHERE id = {_LAST}", "row_altered"),
    (f"UPDATE documents_document SET retention_class = 'message' WHERE id = {_LAST}", "row_altered"),
    (f"UPDATE documents_document SET mark = {_FLIP.format('mark', 0)} WHERE id = {_LAST}", "row_altered"),
    (f"UPDATE documents_document SET file_name = content WHERE id = {_ONE}", "row_altered"),
    ("UPDATE documents_documentevent SET at = at - interval '1 s' WHERE id = 1", "event_altered"),
    ("UPDATE documents_documentevent SET channel = 'sms' WHERE id = 2", "event_altered"),
    (f"{_FORGET} {_LAST}; DELETE FROM documents_document WHERE id = {_LAST}", "missing"),
    ("DELETE FROM documents_documentevent; DELETE FROM documents_document", "missing"),
]


@pytest.mark.clause("11-doc")
def test_every_tampering_is_named(tampering: SqlAsOwner) -> None:
    for table in ("documents_document", "documents_documentevent"):
        tampering(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    for statement, problem in TAMPERINGS:
        for part in statement.split(";"):
            tampering(part)
        found = {finding.problem.value for finding in queries.verify_all()}
        assert problem in found, (statement, found)
        tampering("DELETE FROM documents_documentevent")
        tampering("DELETE FROM documents_document")
        for table in ("documents_document", "documents_documentevent"):
            tampering(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        assert queries.verify_all() == []


@pytest.mark.clause("11-doc")
def test_any_flipped_bit_of_any_sealed_column_is_found(tampering: SqlAsOwner) -> None:
    chance = random.Random(11)
    for _ in range(60):
        table, column = chance.choice(
            [("document", "content"), ("document", "file_name"), ("document", "mark"), ("documentevent", "mark")]
        )
        [[row, length]] = tampering(f"SELECT id, length({column}) FROM documents_{table} ORDER BY random() LIMIT 1")
        bit = chance.randrange(length * 8)
        flip = f"UPDATE documents_{table} SET {column} = set_bit({column}, {bit}, 1 - get_bit({column}, {bit}))"
        flip += f" WHERE id = '{row}'"
        tampering(flip)
        assert queries.verify_all(), flip
        tampering(flip)
        assert queries.verify_all() == []


@pytest.mark.clause("11-doc")
def test_a_document_taken_from_the_middle_is_missed_by_its_number(tampering: SqlAsOwner) -> None:
    tampering(f"{_FORGET} {_ONE}")
    tampering(f"DELETE FROM documents_document WHERE id = {_ONE}")
    found = queries.verify_all()
    assert {finding.problem for finding in found} == {Problem.MISSING}
    assert {finding.number for finding in found if finding.owner_id} == {1}


@pytest.mark.clause("11-doc")
def test_an_altered_document_is_not_handed_out(tampering: SqlAsOwner) -> None:
    [[document]] = tampering(f"SELECT id FROM documents_document WHERE id = {_ONE}")
    tampering(f"UPDATE documents_document SET content = {_FLIP.format('content', 30)} WHERE id = '{document}'")
    with pytest.raises(DocumentAltered):
        queries.content(document)


def test_documents_of_one_owner_are_numbered_without_gaps(db: None, now: datetime) -> None:
    owner = uuid4()
    for number in range(3):
        if number == 1:
            with pytest.raises(RuntimeError, match="given up"), transaction.atomic():
                _given_up(owner, now)
        stored_document(owner, now)
    assert list(Document.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert queries.verify_all() == []


def test_documents_stored_at_once_stand_in_one_chain(fresh_db: Any, now: datetime) -> None:
    owner, errors = uuid4(), []

    def keep() -> None:
        try:
            for _ in range(5):
                stored_document(owner, now)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors
    assert [view.owner_id for view in queries.of_owner(owner)] == [owner] * 20
    assert queries.verify_all() == []


def test_an_unknown_retention_class_is_a_mistake_of_ours(now: datetime) -> None:
    with pytest.raises(ValueError, match="retention"):
        actions.store(uuid4(), kind="x", content=b"", media_type="x", file_name="x", now=now, retention="for ever")


def _given_up(owner: UUID, now: datetime) -> None:
    stored_document(owner, now)
    raise RuntimeError("given up")


def test_only_the_owner_and_staff_open_a_document(db: None, now: datetime) -> None:
    owner = uuid4()
    document = stored_document(owner, now, b"mine")
    assert actions.open_document(client(owner), now, document_id=document).content == b"mine"
    assert actions.open_document(OPERATOR, now, document_id=document).content == b"mine"
    with pytest.raises(DocumentNotFound):
        actions.open_document(client(uuid4()), now, document_id=document)
    with pytest.raises(DocumentNotFound):
        actions.open_document(client(owner), now, document_id=DocumentId(uuid4()))
    assert [event.event for event in queries.events_of(document)] == [Event.READ]  # by the owner, not by staff


@pytest.mark.clause("12")
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_delivery_confirmation_verifies_offline(db: None, now: datetime, tmp_path: Path, language: Any) -> None:
    owner = uuid4()
    document = stored_document(owner, now, b"the contract")
    actions.record_event(document, Event.SENT, now=now, channel="web", reference="a1b2c3d4")
    confirmed = _confirm(client(owner), now, document, language)
    pdf, signature = queries.content(confirmed.document_id), queries.content(confirmed.signature_id)
    certificate = Wiring.signer.certificate()
    assert openssl_accepts(pdf, signature, certificate, tmp_path)
    assert not openssl_accepts(pdf[:-1] + b"X", signature, certificate, tmp_path)
    text = _text(pdf)
    assert hashlib.sha256(b"the contract").hexdigest() in text.replace(" ", "").replace("\u00a0", "").replace("\n", "")
    assert "23.11.2026" in text
    assert "09:00:00" in text
    assert queries.verify_all() == []


@pytest.mark.clause("12")
def test_nothing_is_confirmed_that_did_not_happen(db: None, now: datetime) -> None:
    owner = uuid4()
    document = stored_document(owner, now)
    with pytest.raises(NothingToConfirm):
        _confirm(client(owner), now, document, "kk")
    with pytest.raises(DocumentNotFound):
        _confirm(client(uuid4()), now, document, "kk")


def _confirm(actor: Actor, now: datetime, document: DocumentId, language: Any) -> Confirmation:
    return actions.confirm_delivery(
        actor, now, document_id=document, title="Шарт", lender=letterhead(language), language=language
    )


def _text(pdf: bytes) -> str:
    import io

    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
