"""What a password may not be: one that has leaked, one of the lender's or the person's own words (clause 29)."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nesie.foundation.access as access
from nesie.foundation.access import queries
from nesie.foundation.access.actions import begin_enrolment, bootstrap_staff, complete_enrolment, set_password
from nesie.foundation.access.actions._passwords import is_common
from nesie.foundation.access.rules import (
    Attempt,
    PasswordCommon,
    PasswordOfOwnWords,
    PasswordTooWeak,
    days_left,
    passwords,
)
from nesie.kernel.actor import Channel, Role, worker
from nesie.simulators.people import by_key
from tests.given_access import PASSWORD, staff_member
from tests.given_clients import registered_client

DATA = Path(access.__file__).parent / "data"


def test_the_list_is_the_one_its_manifest_tells_of() -> None:
    told = tomllib.loads((DATA / "MANIFEST.toml").read_text(encoding="utf-8"))["common-passwords"]
    kept = (DATA / told["file"]).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == told["sha256"]
    marks = [kept[at : at + 5] for at in range(0, len(kept), 5)]
    assert len(marks) == told["entries"] == 112_130
    assert marks == sorted(set(marks)), "searched by halving"


def test_leaked_passwords_are_known_in_any_case_and_others_are_not() -> None:
    for leaked in ("qwertyuiop", "QwertyUiop", " 1q2w3e4r5t ", "0987654321", "q1w2e3r4t5", "iloveyou123"):
        assert is_common(leaked), leaked
    for fresh in (PASSWORD, "kovyl-na-vetru-2026", "тұлпар мінген жолаушы", ""):
        assert not is_common(fresh), fresh


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_at_all_is_judged(text: str, words: list[str]) -> None:
    assert is_common(text) is is_common(f" {text} "), "spaces around it make it no better"
    long_word = any(len(one) >= passwords.LEAST_WORD for word in words for one in word.split())
    assert long_word or not passwords.of_own_words(text, words)


@pytest.mark.parametrize("password", ["Nesie-2026!", "nesienesie1", "МикроКредит1", "kab-Nesie-77"])
def test_own_words_with_a_trimming_are_refused(password: str) -> None:
    assert passwords.of_own_words(password, ["Nesie", "микрокредит"])


def test_own_words_within_a_sentence_are_not() -> None:
    assert not passwords.of_own_words("несие емес, ат мінген жолаушы", ["несие"])
    assert not passwords.of_own_words("abcdefghij", ["", "abc"])


@pytest.mark.clause("29")
def test_refused_at_registration_change_and_enrolment_each_with_its_own_sentence(db: None, now: datetime) -> None:
    client, who = registered_client(now), by_key("aigerim")
    for password, refusal in (
        ("qwertyuiop", PasswordCommon),
        (f"k{who.phone}", PasswordOfOwnWords),
        (f"{who.iin}-aa", PasswordOfOwnWords),
        ("aaaaaaaaaaaaa", PasswordTooWeak),
    ):
        with pytest.raises(PasswordTooWeak) as told:
            set_password(client, now, password=password)
        assert type(told.value) is refusal, password
    assert set_password(client, now, password=PASSWORD) is Attempt.DONE
    with pytest.raises(PasswordCommon):
        set_password(client, now, password="1q2w3e4r5t6y", current=PASSWORD)
    machine = worker(Channel.CLI)
    made = bootstrap_staff(machine, now, login="gulnara.omarova", name="Гүлнара Омарова", roles=(Role.CASHIER,))
    shown = begin_enrolment(machine, now, invitation=made.invitation)
    with pytest.raises(PasswordOfOwnWords):
        complete_enrolment(
            machine, now, invitation=made.invitation, password="gulnara.omarova1", totp=pyotp.TOTP(shown.secret).at(now)
        )


@pytest.mark.clause("29")
def test_a_password_about_to_age_is_told_of_in_time(db: None, now: datetime) -> None:
    member = staff_member(now, Role.OPERATOR)
    actor = member.actor(Role.OPERATOR)
    days = {day: queries.password_days(actor, now + timedelta(days=day)) for day in (0, 75, 77, 89)}
    assert days == {0: None, 75: None, 77: 12, 89: 0}
    assert days_left(now, now, queries.policy().client_password) is None, "clients' passwords do not age"
