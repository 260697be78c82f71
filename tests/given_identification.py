"""Identities in tests: a test authority in memory, a person's signature and face, proofs through the real use cases."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from nesie.foundation.documents import queries as documents
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.adapters.fake import FakeAnchors, FakeBiometrics, FakeRegistry
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.rules import PersonFacts, PersonRecord, SignatureOutcome, eds
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId
from nesie.simulators.people import PEOPLE, Person
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import (
    HEAD_SIGNING,
    SIGNATORY_SIGNING,
    SIGNING,
    Authority,
    Holder,
    Pair,
    Profile,
)
from nesie.simulators.pki.keys import Algorithm, Key, RsaKey, fresh, new_key

BACK = "http://127.0.0.1:8000/identification/back"


@lru_cache(maxsize=16)
def key(name: str) -> RsaKey:
    """A key by name, made once in a run: making one is slow."""
    return new_key()


@lru_cache(maxsize=16)
def key_of(name: str, algorithm: Algorithm) -> Key:
    """A key of either kind by name."""
    return key(name) if algorithm is Algorithm.RSA else fresh(algorithm)


class TestAuthority:
    """A certification authority in memory that serves the gateways of revocation and time stamps at its own `now`."""

    __test__ = False

    def __init__(self, now: datetime, algorithm: Algorithm = Algorithm.RSA) -> None:
        self.now, self.algorithm = now, algorithm
        self.since, self.until = now - timedelta(days=30), now + timedelta(days=3 * 365)
        self.authority = Authority.make(
            "ДЕМО ОРТАЛЫҚ", valid_from=self.since, key=self._key("authority"), path_length=1
        )
        self.responder = self._service("OCSP", ExtendedKeyUsageOID.OCSP_SIGNING)
        self.stamper = self._service("TSA", ExtendedKeyUsageOID.TIME_STAMPING)
        self.standings: dict[int, Entry] = {}
        self.silent = False
        self._leaves: dict[str, Pair] = {}

    @property
    def anchor(self) -> eds.Certificate:
        """What the lender pins."""
        return eds.parse_certificate(self.authority.certificate.public_bytes(Encoding.DER))

    def leaf(self, holder: Holder, profile: Profile = SIGNING) -> Pair:
        """A certificate in good standing."""
        name = f"{holder.iin} {holder.bin} {profile}"
        if name not in self._leaves:
            pair = self.authority.issue(
                holder, valid_from=self.since, valid_until=self.until, profile=profile, key=self._key("leaf")
            )
            self.standings[pair.certificate.serial_number] = Entry(Standing.GOOD, self.since)
            self._leaves[name] = pair
        return self._leaves[name]

    def sign(self, content: bytes, pair: Pair, *, attached: bool = False, stamped: bool = True) -> bytes:
        """A signature made now."""
        stamp: Callable[[bytes], bytes] | None = self.token if stamped else None
        return signing.sign(content, pair, signing_time=self.now, attached=attached, stamp=stamp)

    def token(self, signature: bytes) -> bytes:
        """A time-stamp token made now."""
        return answers.stamp_token(hashlib.sha256(signature).digest(), stamper=self.stamper, now=self.now)

    def _key(self, name: str) -> Key:
        return key_of(name, self.algorithm)

    def ocsp(self, certificate: bytes, issuer: bytes, nonce: bytes) -> bytes | None:
        """As the gateway says."""
        if self.silent:
            return None
        asked = eds.ocsp.question(eds.parse_certificate(certificate), eds.parse_certificate(issuer), nonce)
        return answers.ocsp_answer(
            asked, authority=self.authority, responder=self.responder, standings=self.standings, now=self.now
        )

    def crl(self, issuer: bytes) -> bytes | None:
        """As the gateway says."""
        if self.silent:
            return None
        listed = [(serial, entry) for serial, entry in self.standings.items() if entry.standing is not Standing.GOOD]
        return answers.revocation_list(self.authority, listed, number=1, now=self.now)

    def stamp(self, signature: bytes, nonce: int) -> bytes | None:
        """As the gateway says."""
        return None if self.silent else self.token(signature)

    def _service(self, name: str, purpose: x509.ObjectIdentifier) -> Pair:
        return self.authority.issue_service(
            name,
            purpose,
            valid_from=self.since,
            valid_until=self.until,
            key=self._key(name),
        )


def record_of(person: Person) -> PersonRecord:
    """What the state says of a demo person."""
    facts = PersonFacts(
        iin=person.iin,
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        birth_on=person.birth_on,
        document_number=person.document_number,
        document_valid_until=person.document_valid_until,
    )
    return PersonRecord(facts, True, person.document_kind, b"\xff\xd8portrait\xff\xd9", b"<told/>")


def holder_of(person: Person) -> Holder:
    """A demo person as his certificate names him."""
    return Holder(person.surname, person.given_name, person.patronymic, person.iin)


_PROFILES = {eds.Holder.HEAD: HEAD_SIGNING, eds.Holder.SIGNATORY: SIGNATORY_SIGNING}


@dataclass(frozen=True)
class Acting:
    """In what capacity somebody signs, and for which organisation."""

    holder: eds.Holder = eds.Holder.INDIVIDUAL
    bin: str = ""
    name: str = ""


def acting_holder(person: Person, acting: Acting) -> Holder:
    """A demo person as the certificate of an organisation names him."""
    return Holder(person.surname, person.given_name, person.patronymic, person.iin, acting.name, acting.bin)


@dataclass
class Identities:
    """The outside world of identification in memory, wired in. Move `at(now)` before acting at another moment."""

    authority: TestAuthority
    biometrics: FakeBiometrics = field(default_factory=FakeBiometrics)
    registry: FakeRegistry = field(default_factory=lambda: FakeRegistry(*(record_of(person) for person in PEOPLE)))

    def at(self, now: datetime) -> Identities:
        """The world's clock."""
        self.authority.now = now
        return self

    def eds_proof(
        self, actor: Actor, now: datetime, *, subject_id: UUID, operation: str, document_id: UUID, person: Person,
        acting: Acting | None = None,
    ) -> ProofId:  # fmt: skip
        """The person signs the document in NCALayer; AssertionError when the signature is not accepted."""
        outcome = self.signature(
            actor, now, subject_id=subject_id, operation=operation, document_id=document_id, person=person,
            acting=acting, with_key_of=acting,
        )  # fmt: skip
        assert outcome.accepted, outcome
        assert outcome.proof_id is not None
        return outcome.proof_id

    def signature(
        self, actor: Actor, now: datetime, *, subject_id: UUID, operation: str, document_id: UUID, person: Person,
        acting: Acting | None, with_key_of: Acting | None,
    ) -> SignatureOutcome:  # fmt: skip
        """The document put before the person who acts so, signed with the key of that capacity (None: his own)."""
        self.at(now)
        asked = acting or Acting()
        challenge_id = actions.request_signature(
            actor, now, subject_id=subject_id, operation=operation, document_id=document_id, iin=person.iin,
            holder=asked.holder, bin=asked.bin,
        )  # fmt: skip
        pair = self.authority.leaf(holder_of(person))
        if with_key_of is not None:
            pair = self.authority.leaf(acting_holder(person, with_key_of), _PROFILES[with_key_of.holder])
        cms = self.authority.sign(documents.content(document_id), pair)
        evidence = queries.gather_evidence(cms, now)
        return actions.record_signature(actor, now, challenge_id=challenge_id, cms=cms, evidence=evidence)

    def biometric_proof(
        self, actor: Actor, now: datetime, *, subject_id: UUID, operation: str, document_sha256: str, person: Person
    ) -> ProofId:
        """The person looks into the camera; AssertionError when he is not recognised."""
        start = actions.start_biometric(
            actor, now, subject_id=subject_id, operation=operation, document_sha256=document_sha256,
            iin=person.iin, phone=person.phone, redirect_uri=BACK,
        )  # fmt: skip
        address = queries.begin_biometric(start.request)
        code = self.biometrics.approve(parse_qs(urlsplit(address).query)["request_uri"][0], now)
        answer = queries.biometric_answer(code, redirect_uri=BACK, now=now)
        outcome = actions.record_biometric(
            actor, now, session_id=start.session_id, state=start.request.state, answer=answer
        )
        assert outcome.passed, outcome
        assert outcome.proof_id is not None
        return outcome.proof_id


def identities(now: datetime, algorithm: Algorithm = Algorithm.RSA) -> Identities:
    """Wire the in-memory world in for this process."""
    world = Identities(TestAuthority(now, algorithm))
    Wiring.anchors = FakeAnchors(world.authority.anchor)
    Wiring.revocation = Wiring.timestamps = world.authority
    Wiring.biometrics, Wiring.registry = world.biometrics, world.registry
    return world
