"""Whoever carries the database away reads nothing.

Aigerim walks her whole way, from the registration to the closing statement, and Daniyar signs too. Then the whole
database is dumped as its owner sees it, and their names, numbers, addresses, letters, accounts, faces and signatures
are looked for: as text, in hex, in base64, in JSON. The keys, kept outside the database, are the only thing that opens
any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nesie.foundation.documents import queries as documents
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries as loans
from nesie.journey.loans.rules import Status
from tests.conftest import FreshDatabase
from tests.dump import found, pg_dump
from tests.stories.world import DAY, World

_TOLD = ("iin", "document_number", "phone", "email", "address", "iban", "surname", "given_name", "patronymic")
_PIECE = 48  # bytes of a document that no other document has by chance


def whole_journey(world: World, key: str) -> Any:
    """Registered, lent to, repaid."""
    walk = world.comes(key)
    walk.register()
    walk.read_texts()
    walk.name_account()
    loan_id = world.lent(walk)
    world.after(3 * DAY)
    world.work()
    number = loans.position(walk.actor, loan_id).number
    walk.hands.repay(number, loans.quote_payoff(walk.actor, loan_id, business_day(world.now)).total)
    world.work()
    assert loans.position(walk.actor, loan_id).status is Status.CLOSED
    return walk


def facts(person: dict[str, Any]) -> Iterator[str]:
    """What is personal about one of them, each in the ways it may be written."""
    for name in _TOLD:
        yield from (part for part in (str(person[name]), str(person[name]).upper()) if len(part.encode()) >= 5)
    yield person["phone"].removeprefix("+7")
    yield f"{person['surname']} {person['given_name']}"


def pieces(content: bytes) -> Iterator[bytes]:
    """Some bytes from the middle of a document's content."""
    for part in (3, 2):
        middle = len(content) // part
        yield content[middle : middle + _PIECE]


@pytest.mark.clause("37.2")
@pytest.mark.clause("11-secrecy")
def test_after_a_whole_journey(world: World, story_db: FreshDatabase) -> None:
    aigerim = whole_journey(world, "aigerim")
    daniyar = world.daniyar()
    world.signed(daniyar)
    kept = [view for walk in (aigerim, daniyar) for view in documents.of_owner(walk.client_id)]
    assert {"portrait", "closing_statement", "identification_cms"} <= {view.kind for view in kept}
    contents = [documents.content(view.id) for view in kept]

    secrets: list[str | bytes] = [fact for key in ("aigerim", "daniyar") for fact in facts(world.people[key])]
    secrets += [piece for content in contents for piece in pieces(content) if len(piece) >= 16]
    dump = pg_dump(story_db.owner_url)
    assert str(aigerim.client_id).encode() in dump, "it is this database"
    assert found(dump, secrets) == []


@pytest.mark.clause("37.2")
def test_the_search_would_find_what_stood_there(world: World, story_db: FreshDatabase) -> None:
    """The proof above is worth something: a sealed value put down openly in any coat is found."""
    dump = pg_dump(story_db.owner_url)
    person = world.people["daniyar"]
    for coat in (person["iin"].encode(), person["surname"].encode().hex().encode(), person["email"].upper().encode()):
        assert found(dump + b"\n" + coat, facts(person)) != []
