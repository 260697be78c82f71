"""A certification authority in the profile of Kazakhstan's National CA: RSA keys, our own names, no real trust."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

SIGN = "1.3.6.1.5.5.7.3.4"
AUTHENTICATE = "1.3.6.1.5.5.7.3.2"
INDIVIDUAL = "1.2.398.3.3.4.1.1"
ORGANISATION = "1.2.398.3.3.4.1.2"
HEAD = "1.2.398.3.3.4.1.2.1"
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
    authority: bool = False
    usage_certificates: bool = False
    critical_unknown: bool = False
    key_usage: bool = True


SIGNING = Profile()
AUTHENTICATION = Profile(purposes=(AUTHENTICATE, INDIVIDUAL), non_repudiation=False, key_encipherment=True)
HEAD_SIGNING = Profile(purposes=(SIGN, ORGANISATION, HEAD))


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A fresh RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """An issuing authority. `url` is where its responders stand, for the pointers inside the leaves."""

    pair: Pair
    url: str = "http://127.0.0.1:8105"

    @classmethod
    def make(
        cls, common_name: str, *, valid_from: datetime, years: int = 20, issuer: Authority | None = None,
        key: rsa.RSAPrivateKey | None = None, path_length: int | None = 0, authority: bool = True,
    ) -> Authority:  # fmt: skip
        """A new authority, self-signed or under another."""
        key = key or new_key()
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, common_name), x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ")]
        )
        above = issuer.pair if issuer else None
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(above.certificate.subject if above else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid_from)
            .not_valid_after(valid_from + timedelta(days=365 * years))
            .add_extension(x509.BasicConstraints(authority, path_length if authority else None), critical=True)
            .add_extension(_usage(signs=False, certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        return cls(Pair(builder.sign(above.key if above else key, hashes.SHA256()), key))

    @property
    def certificate(self) -> x509.Certificate:
        """Its own certificate."""
        return self.pair.certificate

    def issue(
        self, holder: Holder, *, valid_from: datetime, valid_until: datetime, profile: Profile = SIGNING,
        key: rsa.RSAPrivateKey | None = None, serial: int | None = None,
    ) -> Pair:  # fmt: skip
        """A leaf for a person."""
        key = key or new_key()
        builder = self._leaf(holder.name(), key, valid_from, valid_until, serial)
        if profile.key_usage:
            usage = _usage(
                signs=True,
                non_repudiation=profile.non_repudiation,
                encipherment=profile.key_encipherment,
                certificates=profile.usage_certificates,
            )
            builder = builder.add_extension(usage, critical=True)
        if profile.purposes:
            purposes = [x509.ObjectIdentifier(purpose) for purpose in profile.purposes]
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        if profile.policies:
            policies = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in profile.policies]
            builder = builder.add_extension(x509.CertificatePolicies(policies), critical=False)
        if profile.authority:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_PRIVATE_EXTENSION, critical=profile.critical_unknown)
        builder = self._pointers(builder)
        return Pair(builder.sign(self.pair.key, hashes.SHA256()), key)

    def issue_service(
        self, common_name: str, purpose: x509.ObjectIdentifier | None, *, valid_from: datetime, valid_until: datetime,
        key: rsa.RSAPrivateKey | None = None,
    ) -> Pair:  # fmt: skip
        """A leaf for an OCSP responder or a time-stamping authority (its purpose critical, and the only one)."""
        key = key or new_key()
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, common_name), x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ")]
        )
        builder = self._leaf(name, key, valid_from, valid_until, None)
        builder = builder.add_extension(_usage(signs=True), critical=True)
        if purpose is not None:
            stamps = purpose == ExtendedKeyUsageOID.TIME_STAMPING
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=stamps)
        if purpose == ExtendedKeyUsageOID.OCSP_SIGNING:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        return Pair(builder.sign(self.pair.key, hashes.SHA256()), key)

    def _leaf(
        self, name: x509.Name, key: rsa.RSAPrivateKey, valid_from: datetime, valid_until: datetime, serial: int | None
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(valid_from)
            .not_valid_after(valid_until)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.pair.key.public_key()), critical=False
            )
        )

    def _pointers(self, builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        ocsp, crl = (x509.UniformResourceIdentifier(f"{self.url}/{end}") for end in ("ocsp/", "crl/nca_rsa_demo.crl"))
        return builder.add_extension(
            x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)]),
            critical=False,
        ).add_extension(x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]), critical=False)


def _usage(
    *, signs: bool, non_repudiation: bool = False, encipherment: bool = False, certificates: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=non_repudiation,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
