"""`nesie messages extract|compile|check`: the catalogues of the pages, without GNU gettext.

English sentences in the code and templates are the keys. Babel reads the code; Django's own `templatize` turns a
template into something Babel can read too.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[2]  # src/nesie
LOCALE = SOURCE / "locale"
LANGUAGES = {"kk": "Kazakh", "ru": "Russian"}
FIRST_DAY = datetime(2026, 11, 22, tzinfo=UTC)
Places = tuple[int | tuple[int, str], ...]
KEYWORDS: dict[str, Places | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_PLACES = re.compile(r"%\((\w+)\)s|\{(\w+)[^}]*\}")


def add(commands: Any) -> None:
    """Register the command."""
    messages = commands.add_parser("messages", help="the catalogues of kk and ru")
    acts = messages.add_subparsers(dest="act", required=True)
    for name, run, words in (
        ("extract", extract, "gather the sentences of code and templates into the catalogues"),
        ("compile", compile_catalogues, "make the files Django reads"),
        ("check", check, "fail when a sentence is missing, untranslated or has other places than its key"),
    ):
        act = acts.add_parser(name, help=words)
        act.set_defaults(run=run, django=name != "compile")


def extract(arguments: argparse.Namespace) -> int:
    """Bring both catalogues up to date; what nobody says any more leaves them."""
    found = gather()
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with po(language).open("wb") as file:
            write_po(file, _dress(catalogue, language), width=120, sort_output=True, include_lineno=False)
        untranslated = sum(1 for message in catalogue if message.id and not _translated(message))
        print(f"{language}: {len(catalogue)} sentences, {untranslated} not translated")
    return 0


def _dress(catalogue: Catalog, language: str) -> Catalog:
    """A header that says only what is so, and does not change with every extraction."""
    catalogue.fuzzy = False
    catalogue.header_comment = f"# Nesie in {LANGUAGES[language]}: `nesie messages extract` keeps this file."
    catalogue.creation_date = catalogue.revision_date = FIRST_DAY
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Nesie"
    return catalogue


def compile_catalogues(arguments: argparse.Namespace | None = None) -> int:
    """Write the .mo files where they are missing or older than their catalogue."""
    for language in LANGUAGES:
        target = po(language).with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= po(language).stat().st_mtime:
            continue
        buffer = io.BytesIO()
        write_mo(buffer, load(language))
        # Two starts at once may compile at once: the last whole file wins.
        made = target.with_suffix(f".{id(buffer)}.part")
        made.write_bytes(buffer.getvalue())
        made.replace(target)
    return 0


def check(arguments: argparse.Namespace | None = None) -> int:
    """The exit status of CI: 0 only when both catalogues are whole."""
    wrong = list(faults())
    for fault in wrong:
        print(fault)
    return 1 if wrong else 0


def faults() -> Iterator[str]:
    """What is wrong with the catalogues, a line each."""
    said = {message.id for message in gather() if message.id}
    for language in LANGUAGES:
        catalogue = load(language)
        kept = {message.id: message for message in catalogue if message.id}
        for missing in sorted(map(str, said - set(kept))):
            yield f"{language}: missing: {missing!r}"
        for idle in sorted(map(str, set(kept) - said)):
            yield f"{language}: said nowhere: {idle!r}"
        for message in kept.values():
            if not _translated(message):
                yield f"{language}: not translated: {message.id!r}"
            elif not _same_places(message):
                yield f"{language}: other places than its key: {message.id!r}"


def gather() -> Catalog:
    """Every sentence of the code and of the templates."""
    catalogue = Catalog(project="Nesie", charset="utf-8")
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts and "simulators" not in path.parts:
            with path.open("rb") as file:
                _read(catalogue, path, file)
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        _read(catalogue, path, io.BytesIO(_as_python(path).encode()))
    return catalogue


def _as_python(path: Path) -> str:
    from django.utils.translation import template

    return template.templatize(path.read_text(encoding="utf-8"), origin=str(path))


def _read(catalogue: Catalog, path: Path, file: IO[bytes]) -> None:
    where = str(path.relative_to(SOURCE.parent))
    for line, function, words, _comments in extract_python(file, KEYWORDS, [], {}):
        sentence = _sentence(function, words)
        if sentence:
            catalogue.add(sentence, locations=[(where, line)])


def _sentence(function: object, words: Any) -> str | tuple[str, str] | None:
    if not words or isinstance(words, str):
        return words or None
    texts = [word for word in words if isinstance(word, str)]
    if function == "ngettext":
        return (texts[0], texts[1]) if len(texts) > 1 else None
    return texts[0] if texts and isinstance(words[0], str) else None


def _translated(message: Message) -> bool:
    texts = _strings(message)
    return bool(texts) and all(texts) and not message.fuzzy


def _strings(message: Message) -> list[str]:
    if not message.string:
        return []
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _same_places(message: Message) -> bool:
    keys = message.id if isinstance(message.id, list | tuple) else [message.id]
    texts = _strings(message)
    wanted = _places(keys[-1])
    return all(_places(text) == wanted for text in texts)


def _places(text: str) -> set[str]:
    return {one or other for one, other in _PLACES.findall(text)}


def po(language: str) -> Path:
    """A catalogue's file."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """A catalogue; an empty one when there is no file yet."""
    path = po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        return Catalog(locale=language, project="Nesie", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)
