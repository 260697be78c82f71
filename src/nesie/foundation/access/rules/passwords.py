"""What a password may not be made of. Length, not composition, makes it strong."""

from __future__ import annotations

from collections.abc import Iterable

LEAST_WORD = 4  # shorter words stand in too many honest passwords
LEAST_REST = 8  # characters that must be left when the known words are taken out
_LEAST_KINDS = 4  # different characters: "aaaaaaaaaa" is long and nothing


def long_enough(password: str, least: int, most: int) -> bool:
    """Whether the length fits, with more than a few different characters."""
    return least <= len(password) <= most and len(set(password)) >= _LEAST_KINDS


def of_own_words(password: str, words: Iterable[str]) -> bool:
    """Whether hardly anything is left of it besides words that everybody knows of this lender or this person."""
    rest = password.casefold()
    known = sorted({one.casefold() for word in words for one in word.split() if len(one) >= LEAST_WORD}, key=len)
    for one in reversed(known):
        rest = rest.replace(one, "")
    return len(rest) != len(password.casefold()) and len(rest) < LEAST_REST
