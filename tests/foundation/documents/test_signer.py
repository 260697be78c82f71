"""Signers: what they sign verifies with nothing but their certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from nesie.foundation.documents.adapters.fake import FakeSigner
from nesie.foundation.documents.adapters.file import FileSigner, SigningKeyUnfit
from nesie.foundation.documents.gateways import Signer
from tests.foundation.documents.offline import openssl_accepts

NAME = "«Несие Демо» микроқаржы ұйымы жауапкершілігі шектеулі серіктестігі, өте ұзақ атау"


def _file(folder: Path, now: datetime) -> Signer:
    signer = FileSigner(folder / "keys")
    signer.make(NAME, "240340000019", now)
    return signer


def _fake(folder: Path, now: datetime) -> Signer:
    return FakeSigner()


@pytest.mark.clause("12")
@pytest.mark.parametrize("make", [_file, _fake])
def test_a_signature_verifies_offline(make: Callable[[Path, datetime], Signer], tmp_path: Path, now: datetime) -> None:
    signer = make(tmp_path, now)
    content = b"line\nline\r\n\0" * 50
    signature = signer.sign(content)
    assert content not in signature  # detached
    assert openssl_accepts(content, signature, signer.certificate(), tmp_path)
    assert not openssl_accepts(content + b" ", signature, signer.certificate(), tmp_path)
    other = FileSigner(tmp_path / "other")
    other.make("Other", "1" * 12, now)
    assert not openssl_accepts(content, signature, other.certificate(), tmp_path)


def test_a_signing_key_is_made_once_and_kept_private(tmp_path: Path, now: datetime) -> None:
    signer = FileSigner(tmp_path / "keys")
    with pytest.raises(SigningKeyUnfit):
        signer.sign(b"x")
    with pytest.raises(SigningKeyUnfit):
        signer.certificate()
    assert signer.make(NAME, "1" * 12, now) is True
    certificate = signer.certificate()
    assert signer.make(NAME, "1" * 12, now) is False
    assert signer.certificate() == certificate
    (tmp_path / "keys" / "lender-sign.key").chmod(0o644)
    with pytest.raises(SigningKeyUnfit):
        signer.sign(b"x")
