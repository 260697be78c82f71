"""The outside systems in memory: everybody is who he says, every certificate good, until told otherwise."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from nesie.foundation.identification.gateways import Refusal, Unanswered
from nesie.foundation.identification.rules.eds import Certificate, Opinion
from nesie.foundation.identification.rules.liveness import FrameUnreadable, Look
from nesie.foundation.identification.rules.persons import BiometricAnswer, BiometricRequest, PersonRecord
from nesie.foundation.identification.rules.standing import BusinessRecord, PhoneOwner


class FakeRevocation:
    """Says what was put in: answers by certificate, lists by issuer; silent by default."""

    def __init__(self) -> None:
        self.answers: dict[bytes, bytes] = {}
        self.lists: dict[bytes, bytes] = {}

    def ocsp(self, certificate: bytes, issuer: bytes, nonce: bytes) -> bytes | None:
        """As the gateway says."""
        return self.answers.get(certificate)

    def crl(self, issuer: bytes) -> bytes | None:
        """As the gateway says."""
        return self.lists.get(issuer)


class FakeTimestamps:
    """Says what was put in, by signature value; silent by default."""

    def __init__(self) -> None:
        self.tokens: dict[bytes, bytes] = {}

    def stamp(self, signature: bytes, nonce: int) -> bytes | None:
        """As the gateway says."""
        return self.tokens.get(signature)


@dataclass(frozen=True, slots=True)
class Visit:
    """A person sent to the fake centre, who has not come back."""

    request: BiometricRequest


class FakeBiometrics:
    """A centre that recognises whoever is sent to it. `approve` plays the person and gives the code he returns with."""

    name = "fake"

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.results: dict[str, tuple[BiometricAnswer, str]] = {}
        self.silent = False

    def begin(self, request: BiometricRequest) -> str:
        """As the gateway says."""
        if self.silent:
            raise Unanswered("silent")
        request_uri = f"urn:fake:{secrets.token_urlsafe(8)}"
        self.visits[request_uri] = Visit(request)
        return "http://127.0.0.1/authorize?" + urlencode({"request_uri": request_uri})

    def approve(self, request_uri: str, now: datetime, **changes: object) -> str:
        """The person looks into the camera; `changes` are fields of the answer that shall differ."""
        request = self.visits.pop(request_uri).request
        answer = BiometricAnswer(
            transaction_id=secrets.token_hex(8),
            nonce=request.nonce,
            iin=request.iin,
            success=True,
            error_code="",
            liveness_ppm=998_000,
            similarity_ppm=964_000,
            phone_confirmed=bool(request.phone),
            completed_at=now,
            photo=b"",
            original=b"{}",
        )
        answer = replace(answer, **changes)  # type: ignore[arg-type]  # the caller names fields of the answer
        told = {"transactionId": answer.transaction_id, "status": "success" if answer.success else "fail"}
        code = secrets.token_urlsafe(8)
        self.results[code] = (replace(answer, original=json.dumps(told).encode()), request.redirect_uri)
        return code

    def result(self, code: str, *, redirect_uri: str, now: datetime) -> BiometricAnswer:
        """As the gateway says."""
        if self.silent:
            raise Unanswered("silent")
        answer, wanted = self.results.pop(code, (None, ""))
        if answer is None or wanted != redirect_uri:
            raise Refusal("invalid_grant")
        return answer


class FakeFaces:
    """Own devices that believe what a frame says of itself: `frame` writes it, no picture is looked at."""

    embedder = "fake"

    def warm(self) -> None:
        """As the gateway says."""

    def look(self, jpeg: bytes) -> tuple[Look, Any]:
        """As the gateway says."""
        try:
            told = json.loads(jpeg)
            return Look(**told["look"] | {"plane": tuple(told["look"]["plane"])}), tuple(told["face"])
        except (ValueError, KeyError, TypeError) as error:
            raise FrameUnreadable from error

    def face(self, seen: Any) -> tuple[float, ...]:
        """As the gateway says."""
        found: tuple[float, ...] = seen
        return found

    def face_of_picture(self, picture: bytes) -> tuple[float, ...] | None:
        """As the gateway says."""
        look, face = self.look(picture)
        return face if look.faces else None


def frame(look: Look, face: Sequence[float]) -> bytes:
    """A frame for `FakeFaces`."""
    return json.dumps({"look": asdict(look), "face": list(face)}).encode()


class FakeRegistry:
    """A state base that knows the persons put into it. `failure` stands for all questions."""

    def __init__(self, *records: PersonRecord) -> None:
        self.records = {record.facts.iin: record for record in records}
        self.failure: Exception | None = None
        self.asked: list[str] = []

    def person(self, iin: str, *, key: str, now: datetime) -> PersonRecord | None:
        """As the gateway says."""
        self.asked.append(key)
        if self.failure is not None:
            raise self.failure
        return self.records.get(iin)


class FakeSecondJudge:
    """Says of every signature what it is told to; silent by default."""

    def __init__(self, told: Opinion | None = None) -> None:
        self.told = told

    def opinion(self, cms: bytes, content: bytes) -> Opinion | None:
        """As the gateway says."""
        return self.told


class FakeAnchors:
    """These certificates, for signing and for stamping."""

    def __init__(self, *certificates: Certificate) -> None:
        self.certificates = certificates

    def signing(self) -> tuple[Certificate, ...]:
        """As the gateway says."""
        return self.certificates

    def stamping(self) -> tuple[Certificate, ...]:
        """As the gateway says."""
        return self.certificates


class FakePhones:
    """Whose numbers are whose, as put in by IIN."""

    def __init__(self, **phones: str) -> None:
        self.phones = {iin.removeprefix("iin"): phone for iin, phone in phones.items()}

    def owner(self, iin: str, phone: str, *, key: str, now: datetime) -> PhoneOwner:
        """As the gateway says."""
        return PhoneOwner.OWN if self.phones.get(iin) == phone else PhoneOwner.NOT_OWN


class FakeBusinesses:
    """The businesses put in."""

    def __init__(self, *records: BusinessRecord) -> None:
        self.records = {record.number: record for record in records}

    def subject(self, number: str, *, key: str, now: datetime) -> BusinessRecord | None:
        """As the gateway says."""
        return self.records.get(number)
