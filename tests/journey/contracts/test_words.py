"""Sums in words, as a contract writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.journey.contracts.rules.words import MAX_WHOLE, in_words


@pytest.mark.parametrize(
    ("whole", "kk", "ru"),
    [
        (0, "нөл", "ноль"),
        (1, "бір", "один"),
        (11, "он бір", "одиннадцать"),
        (100, "жүз", "сто"),
        (1_000, "мың", "одна тысяча"),
        (2_005, "екі мың бес", "две тысячи пять"),
        (21_000, "жиырма бір мың", "двадцать одна тысяча"),
        (112_000, "жүз он екі мың", "сто двенадцать тысяч"),
        (324_375, "үш жүз жиырма төрт мың үш жүз жетпіс бес", "триста двадцать четыре тысячи триста семьдесят пять"),
        (1_000_000, "бір миллион", "один миллион"),
        (5_040_901, "бес миллион қырық мың тоғыз жүз бір", "пять миллионов сорок тысяч девятьсот один"),
    ],
)
def test_known_sums(whole, kk, ru):
    assert in_words(whole, "kk") == kk
    assert in_words(whole, "ru") == ru


@given(st.integers(0, MAX_WHOLE - 1), st.integers(0, MAX_WHOLE - 1), st.sampled_from(["kk", "ru"]))
def test_different_sums_read_differently(one, other, language):
    assert (in_words(one, language) == in_words(other, language)) is (one == other)


@pytest.mark.parametrize(("whole", "language"), [(-1, "ru"), (MAX_WHOLE, "kk"), (1, "en")])
def test_what_cannot_be_written(whole, language):
    with pytest.raises(ValueError, match="words"):
        in_words(whole, language)
