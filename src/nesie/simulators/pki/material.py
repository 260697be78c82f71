"""Keys and certificates of the demo: made once, kept as files, shared by the authority and the NCALayer emulator.

`<state>/pki/anchors/*.pem` are the authorities' certificates: what the lender pins. `<state>/pki/keys` holds private
keys (0600): each demo person's certificates of every kind, one key per person.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from nesie.simulators.people import ORGANISATION, PEOPLE, Person, by_key
from nesie.simulators.pki.authority import AUTHENTICATION, HEAD_SIGNING, SIGNING, Authority, Holder, Pair, new_key

AUTHORITY_NAME = "ДЕМО КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA)"
HEAD_KEY = "organisation"  # the file name of the lender's head, who signs for it


class Kind(StrEnum):
    """What a certificate of a demo person is for."""

    SIGN = "sign"
    AUTHENTICATE = "auth"
    EXPIRED = "expired"
    REVOKED = "revoked"  # the authority takes it back at once


class Material:
    """The files. Reading needs no lock: each file is written whole, under another name first."""

    def __init__(self, state_dir: Path) -> None:
        self.folder = state_dir / "pki"

    def ensure(self, now: datetime) -> Material:
        """Make what is missing (seconds the first time); many programs may ask at once."""
        (self.folder / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / "anchors").mkdir(exist_ok=True)
        with self._locked():
            if not (self.folder / "complete").exists():
                self._make(now)
                (self.folder / "complete").write_text(now.isoformat())
        return self

    def authority(self) -> Authority:
        """The issuing authority."""
        return Authority(self.pair("authority"))

    def responder(self) -> Pair:
        """The OCSP responder."""
        return self.pair("ocsp")

    def stamper(self) -> Pair:
        """The time-stamping authority."""
        return self.pair("tsa")

    def person(self, key: str, kind: Kind = Kind.SIGN) -> Pair:
        """A demo person's certificate and key; KeyError for a stranger."""
        if key != HEAD_KEY:
            by_key(key)
        return self.pair(f"{key}-{kind}")

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

    def leaves(self) -> Iterator[tuple[str, Kind, x509.Certificate]]:
        """Every certificate issued to a person, with the person's key name and its kind."""
        for person in PEOPLE:
            for kind in Kind:
                yield person.key, kind, self.pair(f"{person.key}-{kind}").certificate
        yield HEAD_KEY, Kind.SIGN, self.pair(f"{HEAD_KEY}-{Kind.SIGN}").certificate

    def pair(self, name: str) -> Pair:
        """A certificate and its key by file name; FileNotFoundError when there is none."""
        data = (self.folder / "keys" / f"{name}.pem").read_bytes()
        key = serialization.load_pem_private_key(data, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(name)
        return Pair(x509.load_pem_x509_certificate(data), key)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self, now: datetime) -> None:
        now = now.replace(microsecond=0)
        since, until = now - timedelta(days=60), now + timedelta(days=3 * 365)
        root = Authority.make("ДЕМО НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ", valid_from=since, path_length=1)
        authority = Authority.make(AUTHORITY_NAME, valid_from=since, issuer=root)
        self._keep("root", root.pair)
        self._keep("authority", authority.pair)
        responder = ("ДЕМО OCSP", ExtendedKeyUsageOID.OCSP_SIGNING)
        stamper = ("ДЕМО TSA", ExtendedKeyUsageOID.TIME_STAMPING)
        for name, (common_name, purpose) in {"ocsp": responder, "tsa": stamper}.items():
            service = authority.issue_service(common_name, purpose, valid_from=since, valid_until=until)
            self._keep(name, service)
        for person in PEOPLE:
            self._make_person(person, authority, now)
        head = by_key(ORGANISATION.head_key)
        acting = Holder(head.surname, head.given_name, head.patronymic, head.iin, ORGANISATION.name, ORGANISATION.bin)
        self._keep(
            f"{HEAD_KEY}-{Kind.SIGN}",
            authority.issue(acting, valid_from=since, valid_until=until, profile=HEAD_SIGNING),
        )
        anchor = authority.certificate.public_bytes(serialization.Encoding.PEM)
        _write(self.folder / "anchors" / "demo_rsa.pem", anchor, 0o644)

    def _make_person(self, person: Person, authority: Authority, now: datetime) -> None:
        holder, key = holder_of(person), new_key()
        since, until = now - timedelta(days=30), now + timedelta(days=3 * 365)
        terms = {
            Kind.SIGN: (SIGNING, since, until),
            Kind.AUTHENTICATE: (AUTHENTICATION, since, until),
            Kind.EXPIRED: (SIGNING, now - timedelta(days=50), now - timedelta(days=2)),
            Kind.REVOKED: (SIGNING, since, until),
        }
        for kind, (profile, valid_from, valid_until) in terms.items():
            issued = authority.issue(holder, valid_from=valid_from, valid_until=valid_until, profile=profile, key=key)
            self._keep(f"{person.key}-{kind}", issued)

    def _keep(self, name: str, pair: Pair) -> None:
        key = pair.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(
            self.folder / "keys" / f"{name}.pem", key + pair.certificate.public_bytes(serialization.Encoding.PEM), 0o600
        )


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
