"""What is sealed cannot be read, moved or altered in the database, and opens for its owner only."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.vault import actions, queries, rules
from nesie.foundation.vault.models import DataKey, IndexClaim
from nesie.foundation.vault.rules import IndexedField, SealBroken

KEY = bytes(range(32))
ROW = UUID(int=7)


def _sealed(data: bytes = b"secret", label: str = "t.c", row: UUID = ROW) -> bytes:
    return rules.seal(KEY, data, nonce=os.urandom(12), key_version=1, label=label, row_id=row)


@pytest.mark.clause("11-secrecy")
@given(data=st.binary(max_size=300), position=st.integers(min_value=0), bit=st.integers(0, 7))
@settings(max_examples=200)
def test_any_altered_bit_is_noticed(data: bytes, position: int, bit: int) -> None:
    sealed = _sealed(data)
    assert rules.unseal(KEY, sealed, label="t.c", row_id=ROW) == data
    bent = bytearray(sealed)
    bent[position % len(bent)] ^= 1 << bit
    with pytest.raises(SealBroken):
        rules.unseal(KEY, bytes(bent), label="t.c", row_id=ROW)


def test_a_sealed_value_is_bound_to_its_column_and_row() -> None:
    sealed = _sealed()
    with pytest.raises(SealBroken):
        rules.unseal(KEY, sealed, label="t.other", row_id=ROW)
    with pytest.raises(SealBroken):
        rules.unseal(KEY, sealed, label="t.c", row_id=UUID(int=8))


@given(left=st.lists(st.text(max_size=5), max_size=4), right=st.lists(st.text(max_size=5), max_size=4))
def test_different_parts_bind_differently(left: list[str], right: list[str]) -> None:
    assert (rules.bound_to(*left) == rules.bound_to(*right)) == (left == right)


@pytest.mark.parametrize("noise", [b"", b"\x01", b"plain text that is long enough to look like something"])
def test_what_was_never_sealed_does_not_open(noise: bytes) -> None:
    with pytest.raises(SealBroken):
        rules.unseal(KEY, noise, label="t.c", row_id=ROW)


@pytest.mark.parametrize("spelling", ["+7 (701) 123-45-67", "87011234567", "7011234567", "77011234567"])
def test_a_phone_has_one_spelling(spelling: str) -> None:
    assert rules.normalised(IndexedField.PHONE, spelling) == "77011234567"


def test_nothing_cannot_be_indexed() -> None:
    with pytest.raises(ValueError, match="empty"):
        rules.normalised(IndexedField.IBAN, " - ")


def _claim(owner: UUID, value: str) -> IndexClaim:
    return IndexClaim.objects.create(owner_id=owner, field=IndexedField.IIN, value=value)


@pytest.mark.clause("11-secrecy")
@pytest.mark.django_db
def test_a_sealed_column_opens_lazily_and_hides_in_the_table() -> None:
    claim = _claim(uuid4(), "әлия 850101300123")
    again = IndexClaim.objects.get(pk=claim.pk)
    assert "sealed" in repr(again.__dict__["value"])
    assert again.value == "әлия 850101300123"
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM vault_indexclaim WHERE id = %s", [claim.pk])
        raw = bytes(cursor.fetchone()[0])
    assert b"850101300123" not in raw
    assert "әлия".encode() not in raw


@pytest.mark.django_db
def test_an_untouched_value_is_not_sealed_anew_and_a_changed_one_is() -> None:
    claim = IndexClaim.objects.get(pk=_claim(uuid4(), "one").pk)

    def raw() -> bytes:
        return bytes(IndexClaim.objects.values_list("value", flat=True).get(pk=claim.pk).raw)

    first = raw()
    assert claim.value == "one"
    claim.save()
    assert raw() == first
    claim.value = "two"
    claim.save()
    assert raw() != first
    assert IndexClaim.objects.get(pk=claim.pk).value == "two"


@pytest.mark.django_db
def test_rows_made_in_bulk_are_sealed_too() -> None:
    owner = uuid4()
    IndexClaim.objects.bulk_create(IndexClaim(owner_id=owner, field="iin", value=str(n)) for n in range(3))
    assert sorted(claim.value for claim in IndexClaim.objects.filter(owner_id=owner)) == ["0", "1", "2"]
    assert DataKey.objects.filter(owner_id=owner).count() == 1


@pytest.mark.django_db
def test_no_plain_value_reaches_sql() -> None:
    claim = _claim(uuid4(), "one")
    with pytest.raises(TypeError, match="sealed"):
        IndexClaim.objects.filter(value="one").exists()
    with pytest.raises(TypeError, match="sealed"):
        IndexClaim.objects.filter(pk=claim.pk).update(value="two")
    claim.value = "two"
    with pytest.raises(TypeError, match="sealed"):
        IndexClaim.objects.bulk_update([claim], ["value"])
    with pytest.raises(TypeError) as told:
        claim.value = 850101300123  # a number: the error may not tell it
    assert "850101300123" not in str(told.value)


@pytest.mark.clause("11-secrecy")
@pytest.mark.django_db
def test_a_value_moved_to_another_row_does_not_open() -> None:
    owner = uuid4()
    one, two = _claim(owner, "one"), _claim(owner, "two")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_indexclaim SET value = (SELECT value FROM vault_indexclaim WHERE id = %s) WHERE id = %s",
            [one.pk, two.pk],
        )
    with pytest.raises(SealBroken):
        _ = IndexClaim.objects.get(pk=two.pk).value


@pytest.mark.django_db
def test_one_owner_cannot_open_anothers() -> None:
    mine, theirs, row = uuid4(), uuid4(), uuid4()
    sealed = actions.seal_bytes(mine, "t.c", row, b"mine")
    actions.seal_bytes(theirs, "t.c", row, b"theirs")
    assert queries.open_bytes(mine, "t.c", row, sealed) == b"mine"
    with pytest.raises(SealBroken):
        queries.open_bytes(theirs, "t.c", row, sealed)
    with pytest.raises(SealBroken):
        queries.open_bytes(uuid4(), "t.c", row, sealed)


@pytest.mark.django_db
def test_a_key_of_a_rolled_back_transaction_is_never_used_again() -> None:
    owner, row = uuid4(), uuid4()
    before = transaction.savepoint()
    lost = actions.seal_bytes(owner, "t.c", row, b"lost")
    assert queries.open_bytes(owner, "t.c", row, lost) == b"lost"  # the key is remembered now
    transaction.savepoint_rollback(before)
    kept = actions.seal_bytes(owner, "t.c", row, b"kept")
    assert queries.open_bytes(owner, "t.c", row, kept) == b"kept"
    with pytest.raises(SealBroken):
        queries.open_bytes(owner, "t.c", row, lost)


@pytest.mark.django_db
def test_keys_of_many_owners_come_in_one_query(django_assert_num_queries: Any) -> None:
    owners = [uuid4() for _ in range(5)]
    claims = [_claim(owner, str(owner)) for owner in owners]
    queries._opened_keys.clear()
    rows = list(IndexClaim.objects.filter(pk__in=[claim.pk for claim in claims]))
    with django_assert_num_queries(1):
        queries.load_keys(owners)
        assert {row.value for row in rows} == {str(owner) for owner in owners}


@pytest.mark.usefixtures("django_db_setup")
def test_keyed_hashes_differ_by_purpose() -> None:
    assert queries.keyed_hash("code:1", "123456") == queries.keyed_hash("code:1", "123456")
    assert queries.keyed_hash("code:1", "123456") != queries.keyed_hash("code:2", "123456")
    assert len(queries.keyed_hash("code:1", "123456")) == 32


def test_a_key_is_read_once_in_a_transaction_and_never_outlives_it(fresh_db: Any) -> None:
    owner = uuid4()

    def readings(times: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            for _ in range(times):
                actions.seal_bytes(owner, "t.c", ROW, b"text")
        return sum("ORDER BY version DESC" in one["sql"] for one in asked)

    with transaction.atomic():
        assert readings(3) == 3  # a key of its own making may be undone by a savepoint: not kept
        transaction.set_rollback(True)
    assert readings(1) == 1
    with transaction.atomic():
        with transaction.atomic():
            assert readings(3) == 1
            transaction.set_rollback(True)
        assert readings(3) == 1
    with transaction.atomic():
        sealed = actions.seal_bytes(owner, "t.c", ROW, b"text")
        assert readings(3) == 0
    assert readings(2) == 2
    queries._opened_keys.clear()
    assert queries.open_bytes(owner, "t.c", ROW, sealed) == b"text"
