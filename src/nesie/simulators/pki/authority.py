"""A certification authority in the profile of Kazakhstan's National CA: RSA or GOST keys, our own names, no real trust.

Certificates are put together by hand: the library at hand signs with no key of the state standard.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from nesie.simulators.pki.der import bits, boolean, integer, octets, oid, sequence, tagged, utc_time
from nesie.simulators.pki.keys import Algorithm, GostKey, Key, RsaKey, fresh, new_gost_key, new_key

__all__ = [
    "AUTHENTICATION",
    "EMPLOYEE_SIGNING",
    "HEAD_AUTHENTICATION",
    "HEAD_SIGNING",
    "SIGNATORY_SIGNING",
    "SIGNING",
    "Authority",
    "GostKey",
    "Holder",
    "Key",
    "Pair",
    "Profile",
    "RsaKey",
    "new_gost_key",
    "new_key",
]

SIGN = "1.3.6.1.5.5.7.3.4"
AUTHENTICATE = "1.3.6.1.5.5.7.3.2"
INDIVIDUAL = "1.2.398.3.3.4.1.1"
ORGANISATION = "1.2.398.3.3.4.1.2"
HEAD = "1.2.398.3.3.4.1.2.1"
SIGNATORY = "1.2.398.3.3.4.1.2.2"
EMPLOYEE = "1.2.398.3.3.4.1.2.5"
POLICY = "1.2.398.3.3.2"  # one for all kinds since 2022
_PRIVATE_EXTENSION = x509.UnrecognizedExtension(  # stands in the authority's leaves; its meaning is not published
    x509.ObjectIdentifier("1.2.398.3.3.5"), bytes.fromhex("300a0608 2a830e0303050101".replace(" ", ""))
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names. `bin` and `organisation` only where he acts for one."""

    surname: str
    given_name: str
    patronymic: str
    iin: str
    organisation: str = ""
    bin: str = ""

    def name(self) -> x509.Name:
        """The subject as the National CA writes it: CN surname and given name in capitals, GN the patronymic."""
        parts = [
            (NameOID.COMMON_NAME, f"{self.surname} {self.given_name}".upper()),
            (NameOID.SURNAME, self.surname.upper()),
            (NameOID.SERIAL_NUMBER, f"IIN{self.iin}"),
            (NameOID.COUNTRY_NAME, "KZ"),
        ]
        if self.patronymic:
            parts.append((NameOID.GIVEN_NAME, self.patronymic.upper()))
        if self.bin:
            parts += [
                (NameOID.ORGANIZATION_NAME, self.organisation),
                (NameOID.ORGANIZATIONAL_UNIT_NAME, f"BIN{self.bin}"),
            ]
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


@dataclass(frozen=True, slots=True)
class Profile:
    """What a leaf may be used for. The default is an individual's signing certificate."""

    purposes: tuple[str, ...] = (SIGN, INDIVIDUAL)
    policies: tuple[str, ...] = (POLICY,)
    non_repudiation: bool = True
    key_encipherment: bool = False
    key_agreement: bool = False
    authority: bool = False
    usage_certificates: bool = False
    critical_unknown: bool = False
    key_usage: bool = True


SIGNING = Profile()
AUTHENTICATION = Profile(purposes=(AUTHENTICATE, INDIVIDUAL), non_repudiation=False, key_encipherment=True)
HEAD_SIGNING = Profile(purposes=(SIGN, ORGANISATION, HEAD))
HEAD_AUTHENTICATION = Profile(purposes=(AUTHENTICATE, ORGANISATION, HEAD), non_repudiation=False, key_encipherment=True)
SIGNATORY_SIGNING = Profile(purposes=(SIGN, ORGANISATION, SIGNATORY))
EMPLOYEE_SIGNING = Profile(purposes=(SIGN, ORGANISATION, EMPLOYEE))


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Key = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """An issuing authority. `url` is where its responders stand, for the pointers inside the leaves."""

    pair: Pair
    url: str = "http://127.0.0.1:8105"

    @classmethod
    def make(
        cls, common_name: str, *, valid_from: datetime, years: int = 20, issuer: Authority | None = None,
        key: Key | None = None, path_length: int | None = 0, authority: bool = True,
        algorithm: Algorithm = Algorithm.RSA,
    ) -> Authority:  # fmt: skip
        """A new authority, self-signed or under another."""
        key = key or fresh(algorithm)
        name = service_name(common_name)
        above = issuer.pair if issuer else None
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(authority, path_length if authority else None), True),
            (_usage(signs=False, certificates=True), True),
            (key_identifier(key), False),
        ]
        issuer_name = above.certificate.subject if above else name
        until = valid_from + timedelta(days=365 * years)
        signer = above.key if above else key
        return cls(Pair(_signed(signer, issuer_name, name, key, (valid_from, until), extensions), key))

    @property
    def certificate(self) -> x509.Certificate:
        """Its own certificate."""
        return self.pair.certificate

    def issue(
        self, holder: Holder, *, valid_from: datetime, valid_until: datetime, profile: Profile = SIGNING,
        key: Key | None = None, serial: int | None = None,
    ) -> Pair:  # fmt: skip
        """A leaf for a person, with a new key of the authority's own kind unless one is given."""
        key = key or fresh(self.pair.key.algorithm)
        extensions = self._identifiers(key)
        if profile.key_usage:
            usage = _usage(
                signs=True,
                non_repudiation=profile.non_repudiation,
                # The state standard's leaves of the authority carry it whatever they are for.
                encipherment=profile.key_encipherment or key.algorithm is Algorithm.GOST,
                agreement=profile.key_agreement,
                certificates=profile.usage_certificates,
            )
            extensions.append((usage, True))
        if profile.purposes:
            purposes = [x509.ObjectIdentifier(purpose) for purpose in profile.purposes]
            extensions.append((x509.ExtendedKeyUsage(purposes), False))
        if profile.policies:
            policies = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in profile.policies]
            extensions.append((x509.CertificatePolicies(policies), False))
        if profile.authority:
            extensions.append((x509.BasicConstraints(ca=True, path_length=None), True))
        extensions.append((_PRIVATE_EXTENSION, profile.critical_unknown))
        extensions.extend(self._pointers())
        return self._leaf(holder.name(), key, (valid_from, valid_until), extensions, serial)

    def issue_service(
        self, common_name: str, purpose: x509.ObjectIdentifier | None, *, valid_from: datetime, valid_until: datetime,
        key: Key | None = None,
    ) -> Pair:  # fmt: skip
        """A leaf for an OCSP responder or a time-stamping authority (its purpose critical, and the only one)."""
        key = key or fresh(self.pair.key.algorithm)
        extensions = [*self._identifiers(key), (_usage(signs=True), True)]
        if purpose is not None:
            stamps = purpose == ExtendedKeyUsageOID.TIME_STAMPING
            extensions.append((x509.ExtendedKeyUsage([purpose]), stamps))
        if purpose == ExtendedKeyUsageOID.OCSP_SIGNING:
            extensions.append((x509.OCSPNoCheck(), False))
        return self._leaf(service_name(common_name), key, (valid_from, valid_until), extensions, None)

    def _leaf(
        self, name: x509.Name, key: Key, term: tuple[datetime, datetime],
        extensions: list[tuple[x509.ExtensionType, bool]], serial: int | None,
    ) -> Pair:  # fmt: skip
        made = _signed(self.pair.key, self.certificate.subject, name, key, term, extensions, serial)
        return Pair(made, key)

    def _identifiers(self, key: Key) -> list[tuple[x509.ExtensionType, bool]]:
        above = x509.AuthorityKeyIdentifier(key_identifier(self.pair.key).digest, None, None)
        return [(key_identifier(key), False), (above, False)]

    def _pointers(self) -> list[tuple[x509.ExtensionType, bool]]:
        name = f"crl/demo_{self.pair.key.algorithm}.crl"
        ocsp, crl = (x509.UniformResourceIdentifier(f"{self.url}/{end}") for end in ("ocsp/", name))
        access = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)])
        return [
            (access, False),
            (x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]), False),
        ]


def service_name(common_name: str) -> x509.Name:
    """The name of an authority or of one of its services."""
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common_name), x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ")]
    )


def key_identifier(key: Key) -> x509.SubjectKeyIdentifier:
    """A name for a key, by its own bytes; nothing is trusted for it."""
    return x509.SubjectKeyIdentifier(hashlib.sha1(key.info, usedforsecurity=False).digest())


def _signed(
    signer: Key, issuer: x509.Name, subject: x509.Name, key: Key, term: tuple[datetime, datetime],
    extensions: list[tuple[x509.ExtensionType, bool]], serial: int | None = None,
) -> x509.Certificate:  # fmt: skip
    told = [
        sequence(oid(kind.oid.dotted_string), boolean(True) if critical else b"", octets(kind.public_bytes()))
        for kind, critical in extensions
    ]
    body = sequence(
        tagged(0, integer(2)),
        integer(serial or x509.random_serial_number()),
        signer.signature_algorithm,
        issuer.public_bytes(),
        sequence(*(utc_time(at) for at in term)),
        subject.public_bytes(),
        key.info,
        tagged(3, sequence(*told)),
    )
    return x509.load_der_x509_certificate(sequence(body, signer.signature_algorithm, bits(signer.sign(body))))


def _usage(
    *, signs: bool, non_repudiation: bool = False, encipherment: bool = False, agreement: bool = False,
    certificates: bool = False,
) -> x509.KeyUsage:  # fmt: skip
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=non_repudiation,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=agreement,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
