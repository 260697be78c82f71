"""Decisions about codes, locks, sessions and ages, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nesie.foundation.access import rules
from nesie.foundation.access.rules import (
    AccessPolicy,
    ApprovalStatus,
    CodeCheck,
    CodeOutcome,
    CodePolicy,
    CodePurpose,
    LockOut,
    PasswordPolicy,
    SessionKind,
    SessionLife,
)
from nesie.foundation.notices.rules import TEMPLATES
from nesie.kernel.actor import STAFF_ROLES

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
POLICY = CodePolicy(attempts=3)


@pytest.mark.parametrize(
    ("code", "matches", "expected"),
    [
        (None, True, CodeOutcome.NONE),
        (CodeCheck(AT + SECOND, 0, spent=True), True, CodeOutcome.NONE),
        (CodeCheck(AT, 0, spent=False), True, CodeOutcome.EXPIRED),
        (CodeCheck(AT + SECOND, 3, spent=False), True, CodeOutcome.EXHAUSTED),
        (CodeCheck(AT + SECOND, 2, spent=False), True, CodeOutcome.ACCEPTED),
        (CodeCheck(AT + SECOND, 2, spent=False), False, CodeOutcome.EXHAUSTED),
        (CodeCheck(AT + SECOND, 1, spent=False), False, CodeOutcome.WRONG),
    ],
)
def test_code_outcome(code: CodeCheck | None, matches: bool, expected: CodeOutcome) -> None:
    assert rules.code_outcome(code, matches, AT, POLICY) is expected


def test_lock_comes_with_the_last_allowed_failure_and_a_window_forgets() -> None:
    policy = LockOut(attempts=3, window=timedelta(minutes=10), duration=timedelta(minutes=5))
    failures, first, locked = rules.lock_after_failure(0, None, AT, policy)
    assert (failures, first, locked) == (1, AT, None)
    failures, first, locked = rules.lock_after_failure(failures, first, AT + SECOND, policy)
    assert locked is None
    _, _, locked = rules.lock_after_failure(failures, first, AT + 2 * SECOND, policy)
    assert locked == AT + 2 * SECOND + policy.duration
    assert rules.lock_after_failure(2, AT, AT + policy.window, policy) == (1, AT + policy.window, None)


def test_session_dies_of_idleness_of_age_and_of_its_end() -> None:
    life = SessionLife(timedelta(minutes=15), timedelta(hours=8))
    alive = {"started_at": AT, "seen_at": AT, "ended_at": None, "life": life}
    assert rules.session_alive(**alive, now=AT + life.idle - SECOND)
    assert not rules.session_alive(**alive, now=AT + life.idle)
    late = AT + life.absolute
    assert not rules.session_alive(**{**alive, "seen_at": late - SECOND}, now=late)
    assert not rules.session_alive(**{**alive, "ended_at": AT}, now=AT)


@pytest.mark.clause("29")
def test_password_age_is_policy() -> None:
    policy = PasswordPolicy(min_length=8, history=1, max_age=timedelta(days=90))
    assert rules.password_aged(None, AT, policy)
    assert not rules.password_aged(AT, AT + timedelta(days=90) - SECOND, policy)
    assert rules.password_aged(AT, AT + timedelta(days=90), policy)
    assert not rules.password_aged(None, AT, PasswordPolicy(8, 1, None))


def test_approval_serves_only_approved_and_in_time() -> None:
    assert rules.approval_serves(ApprovalStatus.APPROVED, AT + SECOND, AT)
    assert not rules.approval_serves(ApprovalStatus.APPROVED, AT, AT)
    assert not rules.approval_serves(ApprovalStatus.USED, AT + SECOND, AT)


def test_every_kind_of_session_has_a_life_and_every_act_a_role() -> None:
    assert set(AccessPolicy().sessions) == set(SessionKind)
    assert all(rules.PERMITTED.values())
    assert set(rules.PERMITTED) >= rules.FOUR_EYES
    assert STAFF_ROLES.isdisjoint(rules.PERMITTED["bootstrap_staff"])


@pytest.mark.parametrize("purpose", list(CodePurpose))
def test_every_purpose_of_a_code_has_its_message(purpose: CodePurpose) -> None:
    assert TEMPLATES[f"{purpose}_code"].secret == "code"
