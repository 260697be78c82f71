"""One-time codes: one purpose, one authentication session, once, in time, and few tries (clauses 2, 11-replay)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from nesie.foundation.access import queries
from nesie.foundation.access.actions import check_code, issue_code
from nesie.foundation.access.models import OneTimeCode
from nesie.foundation.access.rules import CodeOutcome, CodePurpose, TooManyCodes
from nesie.foundation.norms.actions import push_clock
from nesie.kernel.actor import Actor, worker
from tests.given_access import code_sent_to, texts_to, visitor

PHONE = "+77770990001"
SUBJECT = uuid4()


def _issue(actor: Actor, now: datetime, purpose: CodePurpose = CodePurpose.REGISTRATION) -> str:
    issue_code(actor, now, purpose=purpose, subject_id=SUBJECT, phone=PHONE, language="ru")
    return code_sent_to(PHONE)


def _check(actor: Actor, now: datetime, code: str, purpose: CodePurpose = CodePurpose.REGISTRATION) -> CodeOutcome:
    return check_code(actor, now, purpose=purpose, subject_id=SUBJECT, code=code)


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.clause("2-terms", "11-replay")
def test_a_code_serves_once(db: None, now: datetime) -> None:
    actor = visitor(now)
    code = _issue(actor, now)
    assert _check(actor, now, code) is CodeOutcome.ACCEPTED
    assert _check(actor, now, code) is CodeOutcome.NONE


@pytest.mark.clause("2-terms")
def test_a_code_is_good_in_its_own_authentication_session_only(db: None, now: datetime) -> None:
    actor = visitor(now)
    code = _issue(actor, now)
    assert _check(visitor(now), now, code) is CodeOutcome.NONE
    assert _check(actor, now, code, CodePurpose.SIGN_IN) is CodeOutcome.NONE
    assert _check(actor, now, code) is CodeOutcome.ACCEPTED


@pytest.mark.clause("2-terms")
def test_an_expired_code_is_refused(db: None, now: datetime) -> None:
    actor = visitor(now)
    code = _issue(actor, now)
    late = now + queries.policy().code.life
    assert _check(actor, late, code) is CodeOutcome.EXPIRED
    assert _check(actor, late - timedelta(seconds=1), code) is CodeOutcome.ACCEPTED


def test_a_newer_code_replaces_the_older(db: None, now: datetime) -> None:
    actor = visitor(now)
    first, second = _issue(actor, now), _issue(actor, now + timedelta(seconds=1))
    if first != second:
        assert _check(actor, now, first) is CodeOutcome.WRONG
    assert _check(actor, now, second) is CodeOutcome.ACCEPTED
    assert len(texts_to(PHONE)) == 2


def test_codes_to_one_phone_are_limited(db: None, now: datetime) -> None:
    limit = queries.policy().code.per_address
    for _ in range(limit):
        _issue(visitor(now), now)
    with pytest.raises(TooManyCodes):
        _issue(visitor(now), now)
    _issue(visitor(now), now + queries.policy().code.window)


def test_codes_follow_the_machine_not_the_pushed_clock(db: None, now: datetime) -> None:
    actor = visitor(now)
    code = _issue(actor, now)
    push_clock(worker(), now, seconds=86_400)
    assert _check(actor, now + timedelta(days=1, minutes=1), code) is CodeOutcome.ACCEPTED


def test_the_database_holds_no_code(db: None, now: datetime) -> None:
    code = _issue(visitor(now), now)
    row = OneTimeCode.objects.get()
    assert code.encode() not in bytes(row.code_hash) + bytes(row.address_hash)
    assert len(bytes(row.code_hash)) == 32


@pytest.mark.clause("2-terms", "11-replay")
def test_of_a_hundred_parallel_wrong_guesses_only_the_allowed_are_examined(fresh_db, now: datetime) -> None:
    actor = visitor(now)
    code = _issue(actor, now)
    allowed = queries.policy().code.attempts

    def guess(_: int) -> CodeOutcome:
        try:
            return _check(actor, now, _other(code))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(100)))
    assert outcomes.count(CodeOutcome.WRONG) == allowed - 1
    assert outcomes.count(CodeOutcome.EXHAUSTED) == 100 - (allowed - 1)
    assert OneTimeCode.objects.get().attempts == allowed
    assert _check(actor, now, code) is CodeOutcome.EXHAUSTED, "the right code comes too late"


def test_of_parallel_right_answers_one_is_accepted(fresh_db, now: datetime) -> None:
    actor = visitor(now)
    code = _issue(actor, now)

    def answer(_: int) -> CodeOutcome:
        try:
            return _check(actor, now, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(answer, range(20)))
    assert outcomes.count(CodeOutcome.ACCEPTED) == 1
