"""Files people send, read into memory only after their number, sizes and names are known to fit."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile

from nesie.journey.clients.rules import (
    ATTACHMENT_BYTES,
    ATTACHMENTS,
    PORTRAIT_BYTES,
    Attachment,
    AttachmentUnfit,
    AuthorityUnfit,
    PortraitTooLarge,
)

_LONGEST_FILE_NAME = 200


def attachments(files: Sequence[UploadedFile[bytes]]) -> tuple[Attachment, ...]:
    """The files of a letter in their original bytes; AttachmentUnfit."""
    names = [(file.name or "").strip() for file in files]
    fit = all(0 < len(name) <= _LONGEST_FILE_NAME and name.isprintable() for name in names)
    if not fit or len(files) > ATTACHMENTS or any((file.size or 0) > ATTACHMENT_BYTES for file in files):
        raise AttachmentUnfit(field="attachments", files=ATTACHMENTS, megabytes=ATTACHMENT_BYTES // 1024**2)
    return tuple(
        Attachment(name, (file.content_type or "").split(";")[0].strip().lower(), file.read())
        for name, file in zip(names, files, strict=True)
    )


def scan(file: UploadedFile[bytes]) -> Attachment:
    """A scanned paper in its original bytes; AuthorityUnfit."""
    name = (file.name or "").strip()
    if not (0 < len(name) <= _LONGEST_FILE_NAME and name.isprintable()) or (file.size or 0) > ATTACHMENT_BYTES:
        raise AuthorityUnfit(field="scan", megabytes=ATTACHMENT_BYTES // 1024**2)
    return Attachment(name, (file.content_type or "").split(";")[0].strip().lower(), file.read())


def portrait(file: UploadedFile[bytes]) -> bytes:
    """The picture's bytes; PortraitTooLarge."""
    if (file.size or 0) > PORTRAIT_BYTES:
        raise PortraitTooLarge(field="photo", megabytes=PORTRAIT_BYTES // 1024**2)
    content: bytes = file.read()
    return content
