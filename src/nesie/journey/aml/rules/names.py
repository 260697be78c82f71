"""One spelling for a name however it was written: Kazakh or Russian Cyrillic, or either transliterated."""

from __future__ import annotations

import unicodedata

# Letters of Latin transliterations that stand for one Cyrillic letter; the longer first.
_LATIN = (
    ("shch", "w"), ("sch", "w"), ("sh", "w"), ("zh", "j"), ("dj", "j"), ("kh", "h"), ("ts", "c"), ("ch", "q"),
    ("gh", "g"), ("yo", "e"), ("ye", "e"), ("yu", "u"), ("iu", "u"), ("ya", "a"), ("ia", "a"), ("y", "i"), ("x", "ks"),
)  # fmt: skip
_CYRILLIC = str.maketrans(
    {
        "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e", "ж": "j", "з": "z",
        "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
        "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "h", "һ": "h", "ц": "c", "ч": "q",
        "ш": "w", "щ": "w", "ъ": "", "ы": "i", "і": "i", "ь": "", "э": "e", "ю": "u", "я": "a",
    }
)  # fmt: skip


def fold(name: str) -> tuple[str, ...]:
    """The name's words, folded and sorted: `ӘЛІМҰЛЫ Нұрлан` and `nurlan alimuly` give the same.

    Order of the words, case, letter variants and doubled letters do not matter; other characters part words.
    """
    text = unicodedata.normalize("NFC", name).lower()
    for written, sound in _LATIN:  # before Cyrillic becomes Latin: only what came in Latin has digraphs
        text = text.replace(written, sound)
    text = unicodedata.normalize("NFKD", text.translate(_CYRILLIC))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalpha() else " " for letter in text).split()
    return tuple(sorted(_without_doubles(word) for word in words))


def _without_doubles(word: str) -> str:
    return "".join(letter for place, letter in enumerate(word) if place == 0 or word[place - 1] != letter)


def name_key(*parts: str) -> str:
    """The folded words of all parts as one text, for a keyed hash. Empty when nothing is left."""
    return " ".join(fold(" ".join(parts)))
