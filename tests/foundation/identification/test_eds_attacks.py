"""Attacks on the verifier, each refused for its own reason, and mutations of every piece: never an exception."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import ocsp
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.eds import Evidence, Expected, Failure, Limits
from nesie.foundation.identification.rules.eds.algorithms import AlgorithmRefused
from nesie.foundation.identification.rules.eds.der import DerError
from nesie.foundation.identification.rules.eds.verdict import MESSAGES, Failed
from nesie.foundation.identification.rules.eds.verify import _Examination
from nesie.simulators.people import ORGANISATION, by_key
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import (
    AUTHENTICATION,
    HEAD_SIGNING,
    INDIVIDUAL,
    SIGN,
    Authority,
    Holder,
    Pair,
    Profile,
    new_key,
)
from nesie.simulators.pki.der import NULL, element, octets, oid, sequence, tagged
from tests.given_identification import TestAuthority, holder_of, key

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TEXT = "Микрокредит шарты".encode()
WHO, OTHER = holder_of(by_key("aigerim")), holder_of(by_key("daniyar"))
NONCE = b"01234567"
WORLD = TestAuthority(NOW)
LEAF = WORLD.leaf(WHO)
DAY = timedelta(days=1)
EXPECTED, LIMITS, PLAIN = Expected(iin=WHO.iin, not_before=NOW), Limits(), Profile()


@dataclass
class Case:
    """What is put before the verifier; an attack changes a part of it."""

    cms: bytes
    evidence: Evidence
    content: bytes = TEXT
    at: datetime = NOW
    anchors: tuple[eds.Certificate, ...] = (WORLD.anchor,)
    expected: Expected = EXPECTED
    limits: Limits = LIMITS

    def verdict(self) -> eds.Verdict:
        return eds.verify(
            self.cms, self.content, at=self.at, anchors=self.anchors, expected=self.expected, evidence=self.evidence,
            limits=self.limits,
        )  # fmt: skip


def der(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(Encoding.DER)


def ocsp_for(pair: Pair, world: TestAuthority = WORLD, now: datetime = NOW, **changes: Any) -> bytes:
    asked = eds.ocsp.question(eds.parse_certificate(der(pair)), world.anchor, changes.pop("nonce", NONCE))
    told: dict[str, Any] = {"authority": world.authority, "responder": world.responder, "standings": world.standings}
    return answers.ocsp_answer(asked, now=now, **(told | changes))


def case(pair: Pair = LEAF, *, attached: bool = False, **changes: Any) -> Case:
    """A signature that holds, unless the pair does not."""
    made = Case(WORLD.sign(TEXT, pair, attached=attached), Evidence(ocsp_for(pair), NONCE))
    return replace(made, **changes)


def leaf(profile: Profile, holder: Holder = WHO, **terms: Any) -> Pair:
    return issue(WORLD.authority, holder, profile=profile, **terms)


def issue(authority: Authority, holder: Holder = WHO, **changes: Any) -> Pair:
    told: dict[str, Any] = {"valid_from": NOW - DAY, "valid_until": NOW + DAY, "key": key("leaf")}
    pair = authority.issue(holder, **(told | changes))
    WORLD.standings[pair.certificate.serial_number] = Entry(Standing.GOOD, NOW - DAY)
    return pair


@dataclass
class Parts:
    """What a message is put together from."""

    signers: list[signing.Signer]
    certificates: list[bytes]
    content: bytes | None


def message(change: Callable[[Parts], None], *, attached: bool = False, pair: Pair = LEAF) -> bytes:
    """A good signature, put together after a change of its parts."""
    info = signing.signer_of(TEXT, pair, NOW)
    info.stamp(WORLD.token(info.signature))
    parts = Parts([info], [signing.certificate_of(pair)], TEXT if attached else None)
    change(parts)
    return signing.signed_data(parts.signers, parts.certificates, parts.content)


def resigned(change: Callable[[signing.Signer], None], *, again: bool = True) -> bytes:
    """A signature whose signer information was changed and, unless told otherwise, signed again."""
    info = signing.signer_of(TEXT, LEAF, NOW)
    change(info)
    if again:
        info.sign(LEAF)
    info.stamp(WORLD.token(info.signature))
    return signing.signed_data([info], [signing.certificate_of(LEAF)], None)


def attributes(*wanted: bytes) -> Callable[[signing.Signer], None]:
    def change(info: signing.Signer) -> None:
        info.attributes = list(wanted)

    return change


DIGEST = octets(hashlib.sha256(TEXT).digest())
TYPE = signing.attribute(signing.CONTENT_TYPE, oid(signing.DATA))
STAMP_TYPE = signing.attribute(signing.CONTENT_TYPE, oid(signing.STAMP_INFO))
GOOD_DIGEST = signing.attribute(signing.MESSAGE_DIGEST, DIGEST)
TWO_DIGESTS = signing.attribute(signing.MESSAGE_DIGEST, DIGEST, octets(b"x" * 32))


def two_signers(parts: Parts) -> None:
    parts.signers *= 2


def no_signers(parts: Parts) -> None:
    parts.signers = []


def no_certificates(parts: Parts) -> None:
    parts.certificates = []


def doubled_certificate(parts: Parts) -> None:
    parts.certificates *= 2


def other_certificate(parts: Parts) -> None:
    parts.certificates = [signing.certificate_of(WORLD.leaf(OTHER))]


def swapped_content(parts: Parts) -> None:
    parts.content = b"another"


def unsigned_only(info: signing.Signer) -> None:
    info.unsigned += info.attributes
    info.attributes = []


def sha1_digest(info: signing.Signer) -> None:
    info.digest = sequence(oid("1.3.14.3.2.26"), NULL)


def sha1_signature(info: signing.Signer) -> None:
    info.algorithm = sequence(oid("1.2.840.113549.1.1.5"), NULL)


def by_key_identifier(info: signing.Signer) -> None:
    info.version, info.sid = 3, element(0x80, b"key")


def flipped_signature(info: signing.Signer) -> None:
    info.signature = info.signature[:-1] + bytes([info.signature[-1] ^ 1])


def with_token(token: bytes) -> bytes:
    """A good signature whose time stamp is this token."""
    info = signing.signer_of(TEXT, LEAF, NOW)
    info.stamp(token)
    return signing.signed_data([info], [signing.certificate_of(LEAF)], None)


def token(signature: bytes | None = None, now: datetime = NOW, stamper: Pair | None = None) -> bytes:
    value = signature if signature is not None else signing.signer_of(TEXT, LEAF, NOW).signature
    return answers.stamp_token(hashlib.sha256(value).digest(), stamper=stamper or WORLD.stamper, now=now)


def broken_token() -> bytes:
    made = token()
    return made[:-1] + bytes([made[-1] ^ 1])  # the signature stands last


FAKE = Authority.make(
    "ДЕМО ОРТАЛЫҚ", valid_from=WORLD.since, key=key("fake"), path_length=None
)  # the same name, another key
STRANGE = Authority.make("БӨТЕН ОРТАЛЫҚ", valid_from=WORLD.since, key=key("fake"), path_length=None)
NO_AUTHORITY = Authority.make("ДЕМО ОРТАЛЫҚ", valid_from=WORLD.since, key=key("authority"), authority=False)
BELOW = Authority.make("ТӨМЕНГІ", valid_from=WORLD.since, issuer=WORLD.authority, key=key("below"), path_length=0)
GOOD_TSA = ExtendedKeyUsageOID.TIME_STAMPING


def pinned(authority: Authority) -> tuple[eds.Certificate, ...]:
    return (eds.parse_certificate(authority.certificate.public_bytes(Encoding.DER)),)


def service(authority: Authority, purpose: Any, **terms: Any) -> Pair:
    told: dict[str, Any] = {"valid_from": NOW - DAY, "valid_until": NOW + DAY, "key": key("service")}
    return authority.issue_service("SERVICE", purpose, **(told | terms))


def evidence(answer: bytes | None, nonce: bytes | None = NONCE, **more: Any) -> Evidence:
    return Evidence(answer, nonce, **more)


def forged(answer: bytes) -> bytes:
    """The same answer with one bit of its signature turned."""
    value = ocsp.OCSPResponse.load(answer)["response_bytes"]["response"].parsed["signature"].native
    return answer.replace(value, value[:-1] + bytes([value[-1] ^ 1]))


def standing(value: Standing, since: datetime = NOW - DAY) -> dict[int, Entry]:
    return {LEAF.certificate.serial_number: Entry(value, since)}


def crl(now: datetime = NOW, authority: Authority = WORLD.authority, value: Standing | None = None) -> bytes:
    listed = list(standing(value).items()) if value else []
    return answers.revocation_list(authority, listed, number=1, now=now)


def only_crl(data: bytes) -> Case:
    return case(evidence=evidence(None, crls=(data,)))


def with_case(pair: Pair, **changes: Any) -> Case:
    return case(pair, **changes)


ATTACKS: dict[str, tuple[Callable[[], Case], Failure]] = {
    "empty": (lambda: case(cms=b""), Failure.NOT_DER),
    "words instead of a signature": (lambda: case(cms="қолтаңба".encode()), Failure.NOT_DER),
    "too large": (lambda: case(limits=Limits(max_bytes=1000)), Failure.TOO_LARGE),
    "too large in base64": (lambda: case(cms=b"A" * 4000, limits=Limits(max_bytes=1000)), Failure.TOO_LARGE),
    "bytes after the end": (lambda: case(cms=case().cms + b"\x00"), Failure.NOT_DER),
    "indefinite length": (lambda: case(cms=b"\x30\x80" + case().cms[4:] + b"\x00\x00"), Failure.NOT_DER),
    "huge length": (lambda: case(cms=b"\x30\x84\xff\xff\xff\xff" + case().cms[4:]), Failure.NOT_DER),
    "longer form of a length": (
        lambda: case(cms=b"\x30\x83\x00" + case().cms[2:4] + case().cms[4:]), Failure.NOT_DER),
    "a bomb of nesting": (lambda: case(cms=nested(200)), Failure.NOT_DER),
    "a bomb of elements": (lambda: case(cms=many(60_000)), Failure.NOT_DER),
    "a certificate instead of a signature": (lambda: case(cms=der(LEAF)), Failure.NOT_DER),
    "another kind of message": (lambda: case(cms=data_only()), Failure.NOT_SIGNED_DATA),
    "a time stamp passed as a signature": (lambda: case(cms=token()), Failure.CONTENT_TYPE),
    "no signer": (lambda: case(cms=message(no_signers)), Failure.NO_SIGNER),
    "two signers": (lambda: case(cms=message(two_signers)), Failure.MANY_SIGNERS),
    "signer named by key": (lambda: case(cms=resigned(by_key_identifier)), Failure.SIGNER_NAMING),
    "no certificate": (lambda: case(cms=message(no_certificates)), Failure.CERTIFICATE_MISSING),
    "another certificate embedded": (lambda: case(cms=message(other_certificate)), Failure.CERTIFICATE_MISSING),
    "certificate twice": (lambda: case(cms=message(doubled_certificate)), Failure.CERTIFICATE_AMBIGUOUS),
    "swapped attached content": (
        lambda: case(cms=message(swapped_content, attached=True)), Failure.CONTENT_DIFFERS),
    "attached to another document": (lambda: case(attached=True, content=b"x"), Failure.CONTENT_DIFFERS),
    "detached from another document": (lambda: case(content=b"x"), Failure.DIGEST_DIFFERS),
    "unsigned attributes only": (
        lambda: case(cms=resigned(unsigned_only, again=False)), Failure.ATTRIBUTES_MISSING),
    "no digest attribute": (lambda: case(cms=resigned(attributes(TYPE))), Failure.ATTRIBUTES_MISSING),
    "no content-type attribute": (lambda: case(cms=resigned(attributes(GOOD_DIGEST))), Failure.ATTRIBUTES_MISSING),
    "digest attribute twice": (
        lambda: case(cms=resigned(attributes(TYPE, GOOD_DIGEST, GOOD_DIGEST))), Failure.ATTRIBUTE_TWICE),
    "two digests in one attribute": (
        lambda: case(cms=resigned(attributes(TYPE, TWO_DIGESTS))), Failure.ATTRIBUTE_TWICE),
    "content-type attribute of a stamp": (
        lambda: case(cms=resigned(attributes(STAMP_TYPE, GOOD_DIGEST))), Failure.CONTENT_TYPE),
    "downgrade of the digest": (lambda: case(cms=resigned(sha1_digest)), Failure.ALGORITHM),
    "downgrade of the signature": (lambda: case(cms=resigned(sha1_signature)), Failure.ALGORITHM),
    "weak key": (lambda: weak_key(), Failure.ALGORITHM),
    "one bit of the signature": (
        lambda: case(cms=resigned(flipped_signature, again=False)), Failure.SIGNATURE_INVALID),
    "attributes changed after signing": (
        lambda: case(cms=resigned(attributes(TYPE, GOOD_DIGEST), again=False)), Failure.SIGNATURE_INVALID),
    "another's certificate over his own key": (lambda: stolen_name(), Failure.SIGNATURE_INVALID),
    "unknown authority": (lambda: with_case(issue(STRANGE)), Failure.ISSUER_UNKNOWN),
    "unknown authority sent along": (lambda: sent_along(STRANGE), Failure.ISSUER_UNKNOWN),
    "nothing pinned": (lambda: case(anchors=()), Failure.ISSUER_UNKNOWN),
    "fake authority of the same name": (lambda: with_case(issue(FAKE)), Failure.ISSUER_SIGNATURE),
    "fake authority of the same name sent along": (lambda: sent_along(FAKE), Failure.ISSUER_UNKNOWN),
    "leaf that signs leaves": (lambda: leaf_as_authority(), Failure.ISSUER_UNKNOWN),
    "leaf with the right to sign leaves": (
        lambda: leaf_as_authority(Profile(authority=True)), Failure.ISSUER_NOT_AUTHORITY),
    "anchor that is no authority": (
        lambda: case(anchors=pinned(NO_AUTHORITY)), Failure.ISSUER_NOT_AUTHORITY),
    "chain longer than the authority allows": (lambda: too_long(), Failure.ISSUER_NOT_AUTHORITY),
    "authority expired": (lambda: aged(timedelta(days=365 * 30)), Failure.ISSUER_EXPIRED),
    "certificate not yet valid": (
        lambda: with_case(leaf(Profile(), valid_from=NOW + timedelta(hours=1))), Failure.NOT_YET_VALID),
    "certificate expired": (
        lambda: with_case(leaf(Profile(), valid_until=NOW - timedelta(seconds=1))), Failure.EXPIRED),
    "unknown critical extension": (lambda: with_case(leaf(Profile(critical_unknown=True))), Failure.CRITICAL_EXTENSION),
    "authentication key": (lambda: with_case(leaf(AUTHENTICATION)), Failure.KEY_USAGE),
    "no key usage at all": (lambda: with_case(leaf(Profile(key_usage=False))), Failure.KEY_USAGE),
    "authority's own certificate as a signer's": (lambda: with_case(leaf(Profile(authority=True))), Failure.KEY_USAGE),
    "purpose of authentication beside signing": (
        lambda: with_case(leaf(Profile(purposes=(SIGN, "1.3.6.1.5.5.7.3.2", INDIVIDUAL)))), Failure.PURPOSE),
    "no purpose": (lambda: with_case(leaf(Profile(purposes=()))), Failure.PURPOSE),
    "purpose of something else": (
        lambda: with_case(leaf(Profile(purposes=("1.3.6.1.5.5.7.3.1", INDIVIDUAL)))), Failure.PURPOSE),
    "organisation's certificate": (lambda: with_case(head()), Failure.HOLDER),
    "no holder purpose": (lambda: with_case(leaf(Profile(purposes=(SIGN,)))), Failure.HOLDER),
    "individual who is also an organisation": (
        lambda: with_case(leaf(Profile(purposes=(SIGN, INDIVIDUAL, "1.2.398.3.3.4.1.2")))), Failure.HOLDER),
    "policy of sign-in": (lambda: with_case(leaf(Profile(policies=("1.2.398.3.3.2.4",)))), Failure.POLICY),
    "no policy": (lambda: with_case(leaf(Profile(policies=()))), Failure.POLICY),
    "no IIN": (lambda: with_case(leaf(Profile(), replace(WHO, iin="12345"))), Failure.IIN_MISSING),
    "another person's certificate": (lambda: with_case(WORLD.leaf(OTHER)), Failure.IIN_DIFFERS),
    "nobody says whether it is in force": (lambda: case(evidence=evidence(None)), Failure.STATUS_UNKNOWN),
    "responder out of service": (
        lambda: case(evidence=evidence(answers.ocsp_refusal())), Failure.STATUS_UNKNOWN),
    "OCSP rubbish": (lambda: case(evidence=evidence(b"\x30\x03\x0a\x01")), Failure.OCSP_BROKEN),
    "OCSP without a nonce of ours": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, nonce=b"another!"))), Failure.OCSP_NONCE),
    "forged OCSP": (lambda: case(evidence=evidence(forged(ocsp_for(LEAF)))), Failure.OCSP_SIGNATURE),
    "OCSP by one not entitled": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, responder=service(WORLD.authority, None)))),
        Failure.OCSP_RESPONDER),
    "OCSP by the signer himself": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, responder=LEAF))), Failure.OCSP_RESPONDER),
    "OCSP by another authority's responder": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, responder=service(FAKE, ExtendedKeyUsageOID.OCSP_SIGNING)))),
        Failure.OCSP_RESPONDER),
    "OCSP by an expired responder": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, responder=service(
            WORLD.authority, ExtendedKeyUsageOID.OCSP_SIGNING, valid_until=NOW - timedelta(hours=1))))),
        Failure.OCSP_RESPONDER),
    "OCSP about another certificate": (
        lambda: case(evidence=evidence(ocsp_for(WORLD.leaf(OTHER)))), Failure.OCSP_OTHER_CERTIFICATE),
    "stale OCSP": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, now=NOW - timedelta(minutes=11)))), Failure.OCSP_STALE),
    "OCSP from the future": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, now=NOW + timedelta(minutes=6)))), Failure.OCSP_STALE),
    "revoked by OCSP": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, standings=standing(Standing.REVOKED)))), Failure.REVOKED),
    "on hold by OCSP": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, standings=standing(Standing.HOLD)))), Failure.ON_HOLD),
    "never issued": (lambda: case(evidence=evidence(ocsp_for(LEAF, standings={}))), Failure.NOT_ISSUED),
    "revoked by OCSP though the list is clean": (
        lambda: case(evidence=evidence(ocsp_for(LEAF, standings=standing(Standing.REVOKED)), crls=(crl(),))),
        Failure.REVOKED),
    "forged OCSP though the list is clean": (
        lambda: case(evidence=evidence(forged(ocsp_for(LEAF)), crls=(crl(),))), Failure.OCSP_SIGNATURE),
    "revoked by the list": (lambda: only_crl(crl(value=Standing.REVOKED)), Failure.REVOKED),
    "on hold by the list": (lambda: only_crl(crl(value=Standing.HOLD)), Failure.ON_HOLD),
    "list of another authority": (lambda: only_crl(crl(authority=STRANGE)), Failure.CRL_SIGNATURE),
    "list of a fake authority": (lambda: only_crl(crl(authority=FAKE)), Failure.CRL_SIGNATURE),
    "stale list": (lambda: only_crl(crl(NOW - 2 * DAY)), Failure.CRL_STALE),
    "list from the future": (lambda: only_crl(crl(NOW + DAY)), Failure.CRL_STALE),
    "list rubbish": (lambda: only_crl(b"\x30\x02\x05\x00"), Failure.CRL_BROKEN),
    "no time stamp": (
        lambda: case(cms=signing.sign(TEXT, LEAF, signing_time=NOW, attached=False)), Failure.STAMP_MISSING),
    "time stamp of another signature": (lambda: case(cms=with_token(token(b"another"))), Failure.STAMP_IMPRINT),
    "time stamp by one not entitled": (
        lambda: case(cms=with_token(token(stamper=service(WORLD.authority, ExtendedKeyUsageOID.OCSP_SIGNING)))),
        Failure.STAMP_AUTHORITY),
    "time stamp of a fake authority": (
        lambda: case(cms=with_token(token(stamper=service(FAKE, GOOD_TSA)))), Failure.STAMP_AUTHORITY),
    "time stamp by an expired authority": (
        lambda: case(cms=with_token(token(stamper=service(
            WORLD.authority, GOOD_TSA, valid_until=NOW - timedelta(hours=1))))), Failure.STAMP_AUTHORITY),
    "forged time stamp": (lambda: case(cms=with_token(broken_token())), Failure.STAMP_SIGNATURE),
    "time stamp that is a signature": (
        lambda: case(cms=with_token(WORLD.sign(TEXT, LEAF, stamped=False))), Failure.STAMP_BROKEN),
    "time stamp from before": (
        lambda: case(cms=with_token(token(now=NOW - timedelta(minutes=6)))), Failure.STAMP_TIME),
    "second judge silent": (lambda: case(limits=Limits(needs_opinion=True)), Failure.OPINION_MISSING),
    "second judge says no": (lambda: second(eds.Opinion(False, f"{LEAF.certificate.serial_number:x}")),
                             Failure.OPINION_DIFFERS),
    "second judge speaks of another": (lambda: second(eds.Opinion(True, "abcd")), Failure.OPINION_DIFFERS),
    "time stamp from the future": (
        lambda: case(cms=with_token(token(now=NOW + timedelta(minutes=6)))), Failure.STAMP_TIME),
}  # fmt: skip


def second(opinion: eds.Opinion) -> Case:
    """A good signature beside what another verifier says of it."""
    told = replace(case().evidence, opinion=opinion)
    return case(limits=Limits(needs_opinion=True), evidence=told)


def nested(depth: int) -> bytes:
    made = NULL
    for _ in range(depth):
        made = sequence(made)
    return made


def many(count: int) -> bytes:
    return sequence(NULL * count)


def data_only() -> bytes:
    return sequence(oid(signing.DATA), tagged(0, octets(TEXT)))


def weak_key() -> Case:
    return case(issue(WORLD.authority, key=new_key(1024)))


def stolen_name() -> Case:
    """The victim's certificate embedded, the thief's key used."""
    return case(cms=WORLD.sign(TEXT, Pair(LEAF.certificate, key("thief"))))


def sent_along(authority: Authority) -> Case:
    """A leaf of somebody's own authority, whose certificate comes in the message."""
    below = Authority.make("АРАЛЫҚ", valid_from=WORLD.since, issuer=authority, key=key("below"), path_length=None)
    return with_chain(issue(below), below, authority)


def with_chain(pair: Pair, *above: Authority) -> Case:
    def change(parts: Parts) -> None:
        parts.certificates = [signing.certificate_of(each) for each in (pair, *(authority.pair for authority in above))]

    return case(pair, cms=message(change, pair=pair))


def leaf_as_authority(profile: Profile = PLAIN) -> Case:
    """A person who signs certificates with his own key."""
    person = leaf(profile, OTHER, key=key("thief"))
    own = Authority(person)
    return with_chain(issue(own), own)


def too_long() -> Case:
    """An authority that may not have authorities below it has one."""
    last = Authority.make("ЕҢ ТӨМЕНГІ", valid_from=WORLD.since, issuer=BELOW, key=key("last"), path_length=None)
    return with_chain(issue(last), last, BELOW)


def head() -> Pair:
    acting = replace(WHO, organisation=ORGANISATION.name, bin=ORGANISATION.bin)
    return leaf(HEAD_SIGNING, acting)


def aged(time: timedelta) -> Case:
    at = NOW + time
    return case(limits=Limits(needs_stamp=False), at=at, cms=signing.sign(TEXT, LEAF, signing_time=NOW, attached=False))


class TestAttacks:
    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("name", ATTACKS)
    def test_each_is_refused_for_its_own_reason(self, name: str) -> None:
        attack, failure = ATTACKS[name]
        found = attack().verdict()
        assert (found.ok, found.failed_check) == (False, failure)
        assert found.message

    def test_there_are_no_failures_without_an_attack(self) -> None:
        untried = set(Failure) - {failure for _, failure in ATTACKS.values()}
        assert untried == {Failure.BIN_DIFFERS}  # below

    def test_every_failure_is_told_in_words(self) -> None:
        assert all(eds.Verdict(False, failure, NOW).message for failure in Failure)
        assert set(MESSAGES) <= set(Failure)


class TestGood:
    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("attached", [True, False])
    @pytest.mark.parametrize("form", ["der", "cms", "pkcs7", "base64", "crlf"])
    def test_every_form_is_accepted(self, form: str, *, attached: bool) -> None:
        made = WORLD.sign(TEXT, LEAF, attached=attached)
        packed = {
            "der": made,
            "cms": signing.armoured(made).encode(),
            "pkcs7": signing.armoured(made).replace("CMS", "PKCS7").encode(),
            "base64": base64.b64encode(made),
            "crlf": signing.armoured(made).replace("\n", "\r\n").encode(),
        }[form]
        found = case(cms=packed).verdict()
        assert (found.ok, found.failed_check) == (True, None)
        assert found.signer is not None
        assert (found.signer.iin, found.stamped_at) == (WHO.iin, NOW)

    def test_the_list_answers_when_the_responder_is_silent_or_out_of_service(self) -> None:
        for answer in (None, answers.ocsp_refusal()):
            found = case(evidence=evidence(answer, crls=(crl(),))).verdict()
            assert (found.ok, found.status_by) == (True, "crl")

    def test_the_head_of_an_organisation_signs_for_it(self) -> None:
        pair = head()
        wanted = Expected(iin=WHO.iin, bin=ORGANISATION.bin, holder=eds.Holder.HEAD)
        assert case(pair, expected=wanted).verdict().ok
        other = case(pair, expected=replace(wanted, bin="221140099902")).verdict()
        assert other.failed_check is Failure.BIN_DIFFERS

    def test_an_authority_between_is_followed_to_the_anchor(self) -> None:
        below = TestAuthority(NOW)
        below.authority = BELOW
        pair = issue(BELOW)
        asked = eds.ocsp.question(eds.parse_certificate(der(pair)), pinned(BELOW)[0], NONCE)
        responder = service(BELOW, ExtendedKeyUsageOID.OCSP_SIGNING)
        answer = answers.ocsp_answer(asked, authority=BELOW, responder=responder, standings=WORLD.standings, now=NOW)
        found = replace(with_chain(pair, BELOW), evidence=evidence(answer)).verdict()
        assert (found.ok, len(found.chain)) == (True, 3)

    def test_it_is_judged_at_the_moment_of_the_stamp(self) -> None:
        pair = leaf(Profile(), valid_until=NOW + timedelta(minutes=1))
        later = NOW + timedelta(minutes=2)
        assert case(pair, at=later).verdict().ok
        unstamped = signing.sign(TEXT, pair, signing_time=NOW, attached=False)
        found = case(pair, at=later, cms=unstamped, limits=Limits(needs_stamp=False)).verdict()
        assert found.failed_check is Failure.EXPIRED


def mutated(data: bytes, place: float, kind: str, byte: int) -> bytes:
    at = int(place * (len(data) - 1))
    match kind:
        case "flip":
            return data[:at] + bytes([data[at] ^ (byte or 1)]) + data[at + 1 :]
        case "cut":
            return data[:at]
        case "drop":
            return data[:at] + data[at + 1 + byte :]
        case _:
            return data[:at] + bytes([byte]) * 3 + data[at:]


MUTATIONS = (st.floats(0, 1), st.sampled_from(["flip", "flip", "cut", "drop", "insert"]), st.integers(0, 255))
GOOD, GOOD_ATTACHED = case(), case(attached=True)
STAMPLESS = signing.sign(TEXT, LEAF, signing_time=NOW, attached=False)
STAMP = token(STAMPLESS and eds.needs_of(STAMPLESS, anchors=GOOD.anchors, at=NOW).signature)  # type: ignore[union-attr]  # it is good
LIST = crl(value=None)
ONLY_LIST = only_crl(LIST)


def examine(examined: Case) -> eds.Verdict:
    """The verdict, and proof that the checks themselves raised nothing unforeseen."""
    inside = _Examination(
        examined.cms, examined.content, examined.at, examined.anchors, examined.anchors, examined.expected,
        examined.evidence, examined.limits,
    )  # fmt: skip
    try:
        return inside.run()
    except Failed as refusal:
        return inside.refused(refusal.failure)
    except AlgorithmRefused:
        return inside.refused(Failure.ALGORITHM)
    except DerError:
        return inside.refused(Failure.NOT_DER)


class TestMutations:
    """A changed byte anywhere is never an exception and never a signature over something else."""

    @settings(max_examples=400, deadline=None)
    @given(*MUTATIONS)
    def test_of_the_message(self, place: float, kind: str, byte: int) -> None:
        for good in (GOOD, GOOD_ATTACHED):
            changed = mutated(good.cms, place, kind, byte)
            found = examine(replace(good, cms=changed))
            if changed != good.cms and found.ok:
                self.check_harmless(good.cms, changed)

    def check_harmless(self, good: bytes, changed: bytes) -> None:
        """Only what no signature covers may differ: the message's own wrapping. The signer's part is untouched."""
        before, after = (eds.cms.parse_message(data, max_bytes=10**6) for data in (good, changed))
        assert before.signer.certificate.raw == after.signer.certificate.raw
        assert before.signer.signature == after.signer.signature
        assert before.signer.signed_attributes == after.signer.signed_attributes
        assert before.content == after.content

    @settings(max_examples=300, deadline=None)
    @given(*MUTATIONS)
    def test_of_the_ocsp_answer(self, place: float, kind: str, byte: int) -> None:
        changed = mutated(GOOD.evidence.ocsp or b"", place, kind, byte)
        found = examine(replace(GOOD, evidence=evidence(changed)))
        assert not found.ok or changed == GOOD.evidence.ocsp or same_ocsp(changed)

    @settings(max_examples=200, deadline=None)
    @given(*MUTATIONS)
    def test_of_the_list(self, place: float, kind: str, byte: int) -> None:
        changed = mutated(LIST, place, kind, byte)
        assert not examine(replace(ONLY_LIST, evidence=evidence(None, crls=(changed,)))).ok or changed == LIST

    @settings(max_examples=300, deadline=None)
    @given(*MUTATIONS)
    def test_of_the_time_stamp(self, place: float, kind: str, byte: int) -> None:
        changed = mutated(STAMP, place, kind, byte)
        found = examine(replace(GOOD, cms=STAMPLESS, evidence=replace(GOOD.evidence, stamp=changed)))
        assert not found.ok or found.stamped_at == NOW

    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=300))
    def test_of_nothing_at_all(self, noise: bytes) -> None:
        assert not examine(replace(GOOD, cms=noise)).ok
        assert not examine(replace(GOOD, cms=b"\x30" + noise)).ok
        assert not examine(replace(GOOD, evidence=evidence(noise))).ok
        assert not examine(replace(ONLY_LIST, evidence=evidence(None, crls=(noise,)))).ok
        eds.needs_of(noise, anchors=GOOD.anchors, at=NOW)


def same_ocsp(changed: bytes) -> bool:
    """The signed part and the responder are as they were: only wrapping differs."""
    good, other = (ocsp.OCSPResponse.load(data) for data in (GOOD.evidence.ocsp, changed))
    parts = [one["response_bytes"]["response"].parsed["tbs_response_data"].dump() for one in (good, other)]
    return parts[0] == parts[1]


class TestSpeed:
    def test_a_document_of_five_megabytes_is_verified_at_once(self) -> None:
        import time

        large = b"x" * (5 * 1024 * 1024)
        signed = WORLD.sign(large, LEAF, attached=True)
        begun = time.perf_counter()
        found = case(cms=signed, content=large).verdict()
        assert found.ok
        assert time.perf_counter() - begun < 1
