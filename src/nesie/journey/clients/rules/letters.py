"""Letters between a client and the lender (clause 7.7): size and kind of what is sent."""

from __future__ import annotations

from dataclasses import dataclass

from nesie.journey.clients.rules.refusals import AttachmentUnfit, AuthorityUnfit, LetterUnfit

LETTER_CHARACTERS = 10_000
LETTER_SUBJECT = 200
ATTACHMENTS = 5
ATTACHMENT_BYTES = 10 * 1024 * 1024
_ATTACHMENT_HEADS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "text/plain": (b"",),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent with a letter, in its original bytes."""

    file_name: str
    media_type: str
    content: bytes


def check_letter(subject: str, text: str) -> tuple[str, str]:
    """Subject and text fit to be sent, or `LetterUnfit`."""
    subject, text = " ".join(subject.split()), text.strip()
    if not subject or not text or len(subject) > LETTER_SUBJECT or len(text) > LETTER_CHARACTERS:
        raise LetterUnfit(field="text", characters=LETTER_CHARACTERS)
    return subject, text


def check_attachments(attachments: tuple[Attachment, ...]) -> None:
    """Number, size and kind of the files, the kind by their first bytes; raises `AttachmentUnfit`."""
    good = len(attachments) <= ATTACHMENTS and all(_attachment_fits(item) for item in attachments)
    if not good:
        raise AttachmentUnfit(field="attachments", files=ATTACHMENTS, megabytes=ATTACHMENT_BYTES // 1024**2)


def check_scan(item: Attachment) -> None:
    """A picture or PDF of the signatory's paper, by its first bytes (clause 6); raises `AuthorityUnfit`."""
    if item.media_type == "text/plain" or not _attachment_fits(item):
        raise AuthorityUnfit(field="scan", megabytes=ATTACHMENT_BYTES // 1024**2)


def _attachment_fits(item: Attachment) -> bool:
    heads = _ATTACHMENT_HEADS.get(item.media_type)
    if heads is None or not 0 < len(item.content) <= ATTACHMENT_BYTES or not item.file_name.strip():
        return False
    if item.media_type == "text/plain":
        return b"\0" not in item.content
    return item.content.startswith(heads)
