"""The reader's words for codes: statuses, kinds, reasons. English here, the other languages in the catalogues."""

from __future__ import annotations

from django.utils.translation import gettext

WORDS: dict[str, str] = {}
KINDS: dict[str, dict[str, str]] = {}
TONES: dict[str, str] = {}


def label(code: str, kind: str = "") -> str:
    """The word for a code, of a kind of codes first; the code with spaces when it has none."""
    word = KINDS.get(kind, {}).get(code) or WORDS.get(code)
    return gettext(word) if word else code.replace("_", " ").capitalize()


def tone(code: str) -> str:
    """The colour class of a code: green, blue, orange, red or empty."""
    return TONES.get(code, "")
