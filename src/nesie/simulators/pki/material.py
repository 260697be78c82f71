"""Keys and certificates of the demo: made once, kept as files, shared by the authority and the emulators that sign.

`<state>/pki/anchors/*.pem` are the authorities' certificates, one of the state standard and one of RSA: what the lender
pins. `<state>/pki/keys` holds private keys (0600): each demo person's certificates of every kind from both authorities,
one key per person and authority.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from nesie.simulators.people import BUSINESSES, ORGANISATION, PEOPLE, Person, by_key
from nesie.simulators.pki.authority import (
    AUTHENTICATION,
    EMPLOYEE_SIGNING,
    HEAD_AUTHENTICATION,
    HEAD_SIGNING,
    SIGNATORY_SIGNING,
    SIGNING,
    Authority,
    Holder,
    Pair,
    Profile,
)
from nesie.simulators.pki.keys import Algorithm, fresh, load_key

# Every name of these authorities begins with ДЕМО: by it an installation for real clients refuses to pin them.
AUTHORITY_NAMES = {
    Algorithm.GOST: "ДЕМО КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)",
    Algorithm.RSA: "ДЕМО КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA)",
}
HEAD_KEY = "organisation"  # the file name of the lender's head, who signs for it
SIGNATORY_KEY, EMPLOYEE_KEY = "signatory", "employee"
COMPANY = next(firm for firm in BUSINESSES if firm.form == "legal_entity")
COMPANY_KEY, COMPANY_SIGNATORY_KEY = "company", "company-signatory"


class Kind(StrEnum):
    """What a certificate of a demo person is for."""

    SIGN = "sign"
    AUTHENTICATE = "auth"
    EXPIRED = "expired"
    REVOKED = "revoked"  # the authority takes it back at once
    HELD = "held"  # suspended at once


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate issued: whose, for what, from which authority."""

    key: str
    kind: Kind
    algorithm: Algorithm
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts for a demo organisation, and with what certificates."""

    person: str
    profiles: dict[Kind, Profile]
    organisation: str = ORGANISATION.name
    bin: str = ORGANISATION.bin


def _acting() -> dict[str, Acting]:
    """Those of the lender, and of the legal entity that borrows from it."""
    others = [person.key for person in PEOPLE if person.key != ORGANISATION.head_key]
    head = {Kind.SIGN: HEAD_SIGNING, Kind.AUTHENTICATE: HEAD_AUTHENTICATION}
    return {
        HEAD_KEY: Acting(ORGANISATION.head_key, head),
        SIGNATORY_KEY: Acting(others[0], {Kind.SIGN: SIGNATORY_SIGNING}),
        EMPLOYEE_KEY: Acting(others[1], {Kind.SIGN: EMPLOYEE_SIGNING}),
        COMPANY_KEY: Acting(COMPANY.head.key, head, COMPANY.name, COMPANY.number),
        COMPANY_SIGNATORY_KEY: Acting(COMPANY.head.key, {Kind.SIGN: SIGNATORY_SIGNING}, COMPANY.name, COMPANY.number),
    }


class Material:
    """The files. Reading needs no lock: each file is written whole, under another name first."""

    def __init__(self, state_dir: Path) -> None:
        self.folder = state_dir / "pki"

    def ensure(self, now: datetime) -> Material:
        """Make what is missing (seconds the first time); many programs may ask at once."""
        (self.folder / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / "anchors").mkdir(exist_ok=True)
        with self._locked():
            if not (self.folder / "made").exists():
                self._make(now)
                (self.folder / "made").write_text(now.isoformat())
        return self

    def authority(self, algorithm: Algorithm = Algorithm.GOST) -> Authority:
        """The issuing authority of these keys."""
        return Authority(self.pair(f"authority-{algorithm}"))

    def responder(self, algorithm: Algorithm = Algorithm.GOST) -> Pair:
        """Its OCSP responder."""
        return self.pair(f"ocsp-{algorithm}")

    def stamper(self, algorithm: Algorithm = Algorithm.GOST) -> Pair:
        """Its time-stamping authority."""
        return self.pair(f"tsa-{algorithm}")

    def person(self, key: str, kind: Kind = Kind.SIGN, algorithm: Algorithm = Algorithm.GOST) -> Pair:
        """A demo person's certificate and key, or of one who acts for the organisation; KeyError for a stranger."""
        if key not in _acting():
            by_key(key)
        return self.pair(f"{key}-{kind}-{algorithm}")

    def current(self, key: str) -> Kind:
        """Which certificate the person signs with now: SIGN, unless he was told to use the expired one."""
        return Kind.EXPIRED if (self.folder / "keys" / f"{key}.uses-expired").exists() else Kind.SIGN

    def use(self, key: str, kind: Kind) -> None:
        """Let the person sign with this one from now on."""
        mark = self.folder / "keys" / f"{key}.uses-expired"
        if kind is Kind.EXPIRED:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)

    def leaves(self) -> Iterator[Leaf]:
        """Every certificate issued to a person."""
        held = {person.key: tuple(Kind) for person in PEOPLE}
        held |= {key: tuple(one.profiles) for key, one in _acting().items()}
        for key, kinds in held.items():
            for kind in kinds:
                for algorithm in Algorithm:
                    yield Leaf(key, kind, algorithm, self.person(key, kind, algorithm).certificate)

    def pair(self, name: str) -> Pair:
        """A certificate and its key by file name; FileNotFoundError when there is none."""
        data = (self.folder / "keys" / f"{name}.pem").read_bytes()
        return Pair(x509.load_pem_x509_certificate(data), load_key(data))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self, now: datetime) -> None:
        for algorithm in Algorithm:
            self._make_authority(algorithm, now.replace(microsecond=0))

    def _make_authority(self, algorithm: Algorithm, now: datetime) -> None:
        since, until = now - timedelta(days=60), now + timedelta(days=3 * 365)
        name = f"ДЕМО НЕГІЗГІ ОРТАЛЫҚ ({algorithm.upper()})"
        root = Authority.make(name, valid_from=since, path_length=1, algorithm=algorithm)
        authority = Authority.make(AUTHORITY_NAMES[algorithm], valid_from=since, issuer=root, algorithm=algorithm)
        self._keep(f"root-{algorithm}", root.pair)
        self._keep(f"authority-{algorithm}", authority.pair)
        responder = ("ДЕМО OCSP", ExtendedKeyUsageOID.OCSP_SIGNING)
        stamper = ("ДЕМО TSA", ExtendedKeyUsageOID.TIME_STAMPING)
        for service, (common_name, purpose) in {"ocsp": responder, "tsa": stamper}.items():
            pair = authority.issue_service(common_name, purpose, valid_from=since, valid_until=until)
            self._keep(f"{service}-{algorithm}", pair)
        for person in PEOPLE:
            self._make_person(person, authority, now)
        for key, acting in _acting().items():
            self._make_acting(key, acting, authority, (since, until))
        anchor = authority.certificate.public_bytes(serialization.Encoding.PEM)
        _write(self.folder / "anchors" / f"demo_{algorithm}.pem", anchor, 0o644)

    def _make_acting(self, key: str, acting: Acting, authority: Authority, term: tuple[datetime, datetime]) -> None:
        person = by_key(acting.person)
        holder = Holder(
            person.surname, person.given_name, person.patronymic, person.iin, acting.organisation, acting.bin
        )
        own = fresh(authority.pair.key.algorithm)
        for kind, profile in acting.profiles.items():
            issued = authority.issue(holder, valid_from=term[0], valid_until=term[1], profile=profile, key=own)
            self._keep(f"{key}-{kind}-{own.algorithm}", issued)

    def _make_person(self, person: Person, authority: Authority, now: datetime) -> None:
        holder, key = holder_of(person), fresh(authority.pair.key.algorithm)
        since, until = now - timedelta(days=30), now + timedelta(days=3 * 365)
        terms = {
            Kind.SIGN: (SIGNING, since, until),
            Kind.AUTHENTICATE: (AUTHENTICATION, since, until),
            Kind.EXPIRED: (SIGNING, now - timedelta(days=50), now - timedelta(days=2)),
            Kind.REVOKED: (SIGNING, since, until),
            Kind.HELD: (SIGNING, since, until),
        }
        for kind, (profile, valid_from, valid_until) in terms.items():
            issued = authority.issue(holder, valid_from=valid_from, valid_until=valid_until, profile=profile, key=key)
            self._keep(f"{person.key}-{kind}-{key.algorithm}", issued)

    def _keep(self, name: str, pair: Pair) -> None:
        certificate = pair.certificate.public_bytes(serialization.Encoding.PEM)
        _write(self.folder / "keys" / f"{name}.pem", pair.key.pem() + certificate, 0o600)


def holder_of(person: Person) -> Holder:
    """A demo person as a certificate names him."""
    return Holder(person.surname, person.given_name, person.patronymic, person.iin)


def _write(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all."""
    half = path.with_suffix(".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        os.fsync(file.fileno())
    half.replace(path)
