"""The register of duties is honest: every claim exists, and the page says what the tests say."""

from __future__ import annotations

from tests.shape import clauses


def test_the_page_says_what_the_tests_claim() -> None:
    assert clauses.PAGE.read_text(encoding="utf-8") == clauses.page(), "run `make clauses` and commit docs/clauses.md"


def test_a_note_is_about_a_clause_that_is_claimed() -> None:
    unclaimed = [c.id for c in clauses.register().values() if c.missing and not c.proofs]
    assert not unclaimed, f"notes about clauses no test claims: {unclaimed}"
