"""X.509 certificates in the Kazakhstan profile, read leniently where issuers err and strictly where attackers try."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from nesie.foundation.identification.rules.eds import der
from nesie.foundation.identification.rules.eds.algorithms import Reading, family_of_issuer, identifier, key_algorithm
from nesie.foundation.identification.rules.eds.der import DerError, Fields, Node

MAX_CERTIFICATE_BYTES = 64 * 1024

# Purposes (extended key usage).
PURPOSE_SIGN = "1.3.6.1.5.5.7.3.4"
PURPOSE_AUTHENTICATE = "1.3.6.1.5.5.7.3.2"
PURPOSE_OCSP = "1.3.6.1.5.5.7.3.9"
PURPOSE_STAMP = "1.3.6.1.5.5.7.3.8"
HOLDER_INDIVIDUAL = "1.2.398.3.3.4.1.1"
HOLDER_ORGANISATION = "1.2.398.3.3.4.1.2"
HOLDER_HEAD = "1.2.398.3.3.4.1.2.1"
HOLDER_SIGNATORY = "1.2.398.3.3.4.1.2.2"
HOLDER_EMPLOYEE = "1.2.398.3.3.4.1.2.5"
POLICY_ROOT = "1.2.398.3.3.2"  # all kinds since 2022
POLICY_ORGANISATION_SIGN, POLICY_ORGANISATION_SIGN_IN = "1.2.398.3.3.2.1", "1.2.398.3.3.2.2"
POLICY_INDIVIDUAL_SIGN, POLICY_INDIVIDUAL_SIGN_IN = "1.2.398.3.3.2.3", "1.2.398.3.3.2.4"

_BASIC, _USAGE, _PURPOSES, _POLICIES = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.32"
# Extensions whose meaning does not limit what we accept, or which are read here.
_KNOWN = frozenset(
    {_BASIC, _USAGE, _PURPOSES, _POLICIES, "2.5.29.14", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.35",
     "2.5.29.46", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.48.1.5"}
)  # fmt: skip
_SURNAME, _GIVEN, _COMMON, _SERIAL, _UNIT, _ORGANISATION = (
    "2.5.4.4", "2.5.4.42", "2.5.4.3", "2.5.4.5", "2.5.4.11", "2.5.4.10",
)  # fmt: skip


class Usage:
    """Numbers of the key-usage bits."""

    SIGN = 0
    NON_REPUDIATION = 1
    KEY_ENCIPHERMENT = 2
    CERTIFICATES = 5
    CRLS = 6


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says, with its raw pieces. Names and numbers of people never reach a log (no repr)."""

    raw: bytes = field(repr=False)
    signed: bytes = field(repr=False)  # the to-be-signed part, exactly as it came
    signature_oid: str
    signature: bytes = field(repr=False)
    serial: int
    issuer: bytes = field(repr=False)  # name as DER
    subject: bytes = field(repr=False)
    subject_fields: tuple[tuple[str, str], ...] = field(repr=False)
    valid_from: datetime
    valid_until: datetime
    key_info: bytes = field(repr=False)
    key_oid: str
    key_bits: bytes = field(repr=False)  # contents of the key's BIT STRING, as an OCSP CertID hashes them
    usages: frozenset[int] | None
    purposes: frozenset[str] | None
    purposes_critical: bool
    policies: frozenset[str]
    is_authority: bool
    path_length: int | None
    unknown_critical: bool

    def subject_values(self, kind: str) -> list[str]:
        """All values of one kind in the subject's name."""
        return [value for name, value in self.subject_fields if name == kind]

    @property
    def iin(self) -> str | None:
        """The holder's IIN: the one serialNumber `IIN` + 12 digits; None when absent, doubled or broken."""
        return _prefixed(self.subject_values(_SERIAL), "IIN")

    @property
    def bin(self) -> str | None:
        """The organisation's BIN: the one OU `BIN` + 12 digits; None when absent, doubled or broken."""
        return _prefixed([value for value in self.subject_values(_UNIT) if value.startswith("BIN")], "BIN")

    @property
    def common_name(self) -> str:
        """CN, as a page shows it."""
        return " ".join(self.subject_values(_COMMON))

    @property
    def surname(self) -> str:
        """SN."""
        return " ".join(self.subject_values(_SURNAME))

    @property
    def organisation(self) -> str:
        """O."""
        return " ".join(self.subject_values(_ORGANISATION))

    @property
    def patronymic(self) -> str:
        """GN, where Kazakhstan's authority writes the patronymic."""
        return " ".join(self.subject_values(_GIVEN))

    def valid_on(self, at: datetime) -> bool:
        """True while the certificate's own term runs."""
        return self.valid_from <= at <= self.valid_until

    def signed_by(self, issuer: Certificate, reading: Reading = Reading.TODAY) -> bool:
        """True when the issuer's key made this signature. AlgorithmRefused for an algorithm not allowed."""
        names = self.signature_oid, issuer.key_oid, reading
        return _signed_by(names, issuer.key_info, self.signature, self.signed)


@lru_cache(maxsize=256)
def _signed_by(names: tuple[str, str, Reading], key_info: bytes, signature: bytes, signed: bytes) -> bool:
    """A pure answer about the same few certificates (authorities, responders) again and again: remembered."""
    return family_of_issuer(*names).valid(key_info, signature, signed)


def parse_certificate(data: bytes) -> Certificate:
    """A certificate from DER; DerError when it is not one."""
    whole = Fields(der.read(data, max_bytes=MAX_CERTIFICATE_BYTES))
    signed, outer, signature = whole.take(der.SEQUENCE), whole.take(der.SEQUENCE), whole.take()
    whole.end()
    fields = Fields(signed)
    version = fields.maybe(0xA0)
    if version is None or [der.whole_number(node) for node in version.children()] != [2]:
        raise DerError("not a certificate of version 3")
    serial = der.whole_number(fields.take(der.INTEGER))
    inner = fields.take(der.SEQUENCE)
    if inner.raw != outer.raw:
        raise DerError("the two names of the signature algorithm differ")
    issuer, validity, subject = fields.take(der.SEQUENCE), Fields(fields.take()), fields.take(der.SEQUENCE)
    valid_from, valid_until = der.moment(validity.take()), der.moment(validity.take())
    validity.end()
    key_info = fields.take(der.SEQUENCE)
    fields.maybe(0x81), fields.maybe(0x82)
    extensions = _extensions(fields.maybe(0xA3))
    fields.end()
    key = Fields(key_info)
    key.take()
    usages = extensions.get(_USAGE)
    purposes = extensions.get(_PURPOSES)
    authority, path_length = _basic(extensions.get(_BASIC))
    return Certificate(
        raw=data,
        signed=signed.raw,
        signature_oid=identifier(outer),
        signature=der.bits(signature),
        serial=serial,
        issuer=issuer.raw,
        subject=subject.raw,
        subject_fields=name_fields(subject),
        valid_from=valid_from,
        valid_until=valid_until,
        key_info=key_info.raw,
        key_oid=key_algorithm(key_info.raw),
        key_bits=der.bits(key.take()),
        usages=der.named_bits(der.inner(usages[1])) if usages else None,
        purposes=_oids(purposes[1]) if purposes else None,
        purposes_critical=bool(purposes and purposes[0]),
        policies=_policies(extensions.get(_POLICIES)),
        is_authority=authority,
        path_length=path_length,
        unknown_critical=any(critical and kind not in _KNOWN for kind, (critical, _) in extensions.items()),
    )


def name_fields(name: Node) -> tuple[tuple[str, str], ...]:
    """The attributes of a distinguished name, in order."""
    found = []
    for part in name.expect(der.SEQUENCE).children():
        for attribute in part.expect(der.SET).children():
            fields = Fields(attribute)
            found.append((der.oid(fields.take()), der.text(fields.take())))
            fields.end()
    return tuple(found)


def _extensions(node: Node | None) -> dict[str, tuple[bool, bytes]]:
    found: dict[str, tuple[bool, bytes]] = {}
    if node is None:
        return found
    listed = Fields(node, 0xA3)
    for extension in listed.take(der.SEQUENCE).children():
        fields = Fields(extension)
        kind = der.oid(fields.take())
        flag = fields.maybe(der.BOOLEAN)
        value = fields.take(der.OCTET_STRING)
        fields.end()
        if kind in found:
            raise DerError("an extension given twice")
        found[kind] = (flag is not None and der.boolean(flag), value.body)
    return found


def _basic(extension: tuple[bool, bytes] | None) -> tuple[bool, int | None]:
    if extension is None:
        return False, None
    fields = Fields(der.inner(extension[1]))
    flag, length = fields.maybe(der.BOOLEAN), fields.maybe(der.INTEGER)
    fields.end()
    return flag is not None and der.boolean(flag), der.whole_number(length) if length else None


def _oids(value: bytes) -> frozenset[str]:
    return frozenset(der.oid(node) for node in der.inner(value).expect(der.SEQUENCE).children())


def _policies(extension: tuple[bool, bytes] | None) -> frozenset[str]:
    if extension is None:
        return frozenset()
    listed = der.inner(extension[1]).expect(der.SEQUENCE).children()
    return frozenset(der.oid(Fields(policy).take()) for policy in listed)


def _prefixed(values: list[str], prefix: str) -> str | None:
    if len(values) != 1 or not values[0].startswith(prefix):
        return None
    number = values[0][len(prefix) :]
    return number if len(number) == 12 and number.isascii() and number.isdigit() else None
