"""Both catalogues are whole: every sentence of the code and of the pages, with the same places in it."""

from __future__ import annotations

from nesie.entrypoints.cli import messages


def test_kazakh_and_russian_say_everything_the_code_says() -> None:
    assert list(messages.faults()) == []
