"""What a document is, how it is laid out as PDF, and what tells that a stored one was altered."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import typst

from nesie.foundation.norms.rules import ALMATY
from nesie.kernel.actor import CASE_ROLES, Actor, Role
from nesie.kernel.ids import DocumentId, OwnerId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound, Refused, noop

_READERS = CASE_ROLES | {Role.CLIENT, Role.GUEST, Role.WORKER}  # a guest: an applicant reads what is theirs
PERMITTED: dict[str, frozenset[Role]] = {
    # It adds a document to the client's: the auditor only reads.
    "confirm_delivery": CASE_ROLES - {Role.AUDITOR} | {Role.CLIENT, Role.WORKER},
    "open_document": _READERS,
}
FOUR_EYES: frozenset[str] = frozenset()

Language = Literal["kk", "ru"]
ROOT = Path(__file__).resolve().parents[2]  # the package: templates import each other by paths from here
FONTS = Path(__file__).with_name("fonts")
LAYOUT = Path(__file__).with_name("templates") / "documents" / "layout.typ"


# How long each class is kept is the business of retention; here it is only one of the known words.
RETENTION_CLASSES = frozenset({"audit", "contract", "client", "identity", "money", "message", "configuration"})


class DocumentNotFound(NotFound):
    """No such document, or not this actor's."""

    message = noop("There is no such document.")


class NothingToConfirm(Refused):
    """A confirmation names at least one event of sending or receiving."""

    message = noop("Nothing is known of this document being sent or received.")


class DocumentAltered(Exception):
    """A stored document or its row is not what was stored. Never a refusal: somebody tampered, or a disk failed."""


class TemplateBroken(Exception):
    """A template does not compile, or compiles with a warning (a missing letter or font is one)."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF/A-2b and the version of everything it was made from, other than its data."""

    content: bytes
    template_version: str

    @property
    def media_type(self) -> str:
        """Of a PDF, or of the JSON that a simulation makes in its place."""
        return "application/pdf" if self.content.startswith(b"%PDF-") else "application/json"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What is known of a document without opening its content."""

    id: DocumentId
    owner_id: OwnerId
    kind: str
    sha256: str
    size: int
    media_type: str
    file_name: str
    created_at: datetime
    template: str
    template_version: str
    language: str
    retention_class: str


class Event(StrEnum):
    """What can happen to a document on its way between lender and client (clause 12)."""

    SENT = "sent"
    RECEIVED = "received"
    DELIVERED = "delivered"
    READ = "read"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class EventView:
    """One event of a document's way; `channel` is a kernel Channel or "sms", "email", "in_app"."""

    event: Event
    at: datetime
    channel: str
    reference: str


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document with its bytes."""

    view: DocumentView
    content: bytes


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The confirmation of clause 12: its PDF and the lender's signature over it, both stored documents."""

    document_id: DocumentId
    signature_id: DocumentId
    number: str


class Problem(StrEnum):
    """What verification found."""

    CONTENT_ALTERED = "content_altered"  # the bytes do not open, or have another hash or size
    ROW_ALTERED = "row_altered"  # the row's facts are not those that were stored
    EVENT_ALTERED = "event_altered"  # a record of its sending, receiving or reading was changed
    MISSING = "missing"  # gone, though later documents of its owner, or the audit trail, speak of it
    UNRECORDED = "unrecorded"  # the audit trail, which speaks of others, has another hash for it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: with which document, of whom, and its number among the owner's (as far as is still known)."""

    problem: Problem
    document_id: DocumentId | None = None
    owner_id: OwnerId | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One row behind a document that is not as it was written: its table, its key, and what is wrong."""

    problem: Problem
    table: str
    key: str


def sha256(content: bytes) -> str:
    """The document's hash as it is signed and shown: 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def render(template: str, data: Mapping[str, Any], *, language: Language, at: datetime) -> Rendered:
    """Lay out `template` ("contracts/contract") with `data` as PDF/A-2b.

    The same arguments give the same bytes. `at` becomes the PDF's creation time. `data` may hold Money (whole tiyn
    in the template), dates, aware datetimes (Almaty time), Decimals (text), enums and dataclasses. TemplateBroken.
    """
    source = template_path(template)
    try:
        content, warnings = typst.compile_with_warnings(
            source,
            root=ROOT,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": to_json(data), "language": language},
            pdf_standards=["a-2b"],
            timestamp=at.astimezone(UTC).replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise TemplateBroken(f"{template}: {error.diagnostic}") from error
    if warnings:
        raise TemplateBroken(f"{template}: {'; '.join(warning.diagnostic for warning in warnings)}")
    return Rendered(content, template_version(template))


@cache
def template_path(template: str) -> Path:
    """The file of a template, in whichever context's templates it lies; TemplateBroken when there is none."""
    if not re.fullmatch(r"[a-z_]+/[a-z_]+", template):
        raise TemplateBroken(f"{template!r} is not a template's name")
    found = sorted(ROOT.glob(f"*/*/templates/{template}.typ"))
    if len(found) != 1:
        raise TemplateBroken(f"{len(found)} templates are called {template}")
    return found[0]


@cache
def template_version(template: str) -> str:
    """Changes with the template, whatever it imports, the fonts, or the version of the typesetter."""
    digest = hashlib.sha256(version("typst").encode())
    for path in [*_with_imports(template_path(template)), *sorted(FONTS.glob("*.ttf"))]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def to_json(data: Mapping[str, Any]) -> str:
    """The data as a template reads it; TypeError for a value without a form there."""
    return json.dumps(data, default=_plain, ensure_ascii=False, sort_keys=True)


def facts_of(*facts: Any, previous: bytes = b"") -> str:
    """What a row's mark is made over: its facts in order, exactly, and the mark of the row before it."""
    exact = [fact.astimezone(UTC).isoformat() if isinstance(fact, datetime) else str(fact) for fact in facts]
    return json.dumps([exact, previous.hex()], ensure_ascii=False)


def may_read(actor: Actor, owner_id: UUID) -> bool:
    """True for the owner, for staff whose duties need clients' data, and for the system itself."""
    return actor.reads_clients or actor.id == owner_id


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _with_imports(path: Path, seen: frozenset[Path] = frozenset()) -> list[Path]:
    """The file and everything it imports or shows, each once, in a fixed order."""
    files = [path]
    if path.suffix != ".typ":
        return files
    for name in re.findall(r'(?:import|include|image|json|read)\(?\s*"([^"@]+)"', path.read_text("utf-8")):
        target = (ROOT / name[1:]) if name.startswith("/") else (path.parent / name)
        if target not in seen and target.exists():
            files += [file for file in _with_imports(target.resolve(), seen | {path}) if file not in files]
    return files


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return value.tiyn
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a moment in a document must know its offset")
            return value.astimezone(ALMATY).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case Enum():
            return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no form in a document")
