"""The names of organisations, which each source writes in its own way."""

from __future__ import annotations

import unicodedata

from nesie.foundation.identification.rules.persons import same_name

_FORMS = frozenset(
    {
        "тоо", "жшс", "ао", "ақ", "ооо", "оао", "зао", "пао", "ип", "жк", "кх", "шқ", "пк", "өк",
        "llp", "llc", "jsc", "ltd", "inc", "co", "corp", "gmbh",
    }
)  # fmt: skip
_LONG_FORMS = (
    "товарищество с ограниченной ответственностью", "жауапкершілігі шектеулі серіктестігі",
    "жауапкершілігі шектеулі серіктестік", "акционерное общество", "акционерлік қоғамы",
    "общество с ограниченной ответственностью", "limited liability partnership", "limited liability company",
)  # fmt: skip


def bare_name(name: str) -> str:
    """The name of an organisation without its legal form and its quotes, which each source writes in its own way."""
    text = unicodedata.normalize("NFC", name).lower()
    for form in _LONG_FORMS:
        text = text.replace(form, " ")
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    return " ".join(word for word in words if word not in _FORMS) or " ".join(words)


def same_organisation(first: str, second: str) -> bool:
    """True when two spellings are one name, form and quotes aside; a name of which nothing is left is nobody's."""
    bare = bare_name(first)
    return bool(bare) and same_name(bare, bare_name(second))
