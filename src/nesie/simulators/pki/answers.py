"""What the authority's responders say: OCSP answers, revocation lists, time stamps. At the moment they are told."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from asn1crypto import algos, core, crl, ocsp, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from nesie.simulators.pki import der, signing
from nesie.simulators.pki.authority import Authority, Pair
from nesie.simulators.pki.keys import Algorithm

_BASIC_OCSP = "1.3.6.1.5.5.7.48.1.1"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
STAMP_POLICIES = {Algorithm.RSA: "1.2.398.3.3.2.6.2", Algorithm.GOST: "1.2.398.3.3.2.6.4"}
SHA_256, STREEBOG = "2.16.840.1.101.3.4.2.1", "1.2.398.3.10.1.3.3"
_IMPRINTS = {SHA_256: 32, STREEBOG: 64}


class Standing(StrEnum):
    """How a certificate stands with its authority."""

    GOOD = "good"
    REVOKED = "revoked"
    HOLD = "hold"
    UNKNOWN = "unknown"  # never issued: answered as the National CA does (RFC 6960, 4.4.8)


@dataclass(frozen=True, slots=True)
class Entry:
    """The standing of one certificate, since when."""

    standing: Standing
    since: datetime


def ocsp_answer(
    request: bytes, *, authority: Authority, responder: Pair, standings: Mapping[int, Entry], now: datetime
) -> bytes:
    """An answer to an OCSP request: every certificate asked about, the nonce repeated. ValueError for no request."""
    asked = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]
    answers = [_single(one["req_cert"], standings, authority, now) for one in asked["request_list"]]
    extensions = [
        ocsp.ResponseDataExtension({"extn_id": "extended_revoke", "critical": False, "extn_value": core.Null()})
    ]
    extensions.extend(
        ocsp.ResponseDataExtension({"extn_id": "nonce", "critical": False, "extn_value": given["extn_value"].parsed})
        for given in asked["request_extensions"] or ()
        if given["extn_id"].native == "nonce"
    )
    return signed_ocsp(answers, extensions, responder=responder, now=now)


def asked_of(request: bytes, authority: Authority) -> bool:
    """True when the question names a certificate of this authority. ValueError for no request."""
    asked = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]["request_list"][0]["req_cert"]
    own = certificate_id(authority.certificate, authority)
    return bool(asked["issuer_key_hash"].native == own["issuer_key_hash"].native)


def signed_ocsp(
    answers: list[ocsp.SingleResponse],
    extensions: list[ocsp.ResponseDataExtension],
    *,
    responder: Pair,
    now: datetime,
) -> bytes:
    """A successful basic response signed by the responder, his certificate with it."""
    certificate = asn1_x509.Certificate.load(signing.certificate_of(responder))
    data = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId(name="by_name", value=certificate.subject),
            "produced_at": now.replace(microsecond=0),
            "responses": answers,
            "response_extensions": extensions,
        }
    )
    told = bytes(data.dump())
    offered = der.tagged(0, der.sequence(signing.certificate_of(responder)))
    basic = der.sequence(told, responder.key.signature_algorithm, der.bits(responder.key.sign(told)), offered)
    body = der.sequence(der.oid(_BASIC_OCSP), der.octets(basic))
    return der.sequence(der.element(0x0A, b"\x00"), der.tagged(0, body))


def ocsp_refusal(status: str = "try_later") -> bytes:
    """An answer that is none."""
    return bytes(ocsp.OCSPResponse({"response_status": status}).dump())


def certificate_id(certificate: x509.Certificate, authority: Authority) -> ocsp.CertId:
    """A certificate's name in OCSP, by SHA-256."""
    issuer = asn1_x509.Certificate.load(authority.certificate.public_bytes(serialization.Encoding.DER))
    return ocsp.CertId(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "issuer_name_hash": hashlib.sha256(issuer.subject.dump()).digest(),
            "issuer_key_hash": hashlib.sha256(key_bits(authority.pair)).digest(),
            "serial_number": certificate.serial_number,
        }
    )


def key_bits(pair: Pair) -> bytes:
    """What stands in the BIT STRING of a public key."""
    return _bits(core.Sequence.load(pair.key.info))


def key_bits_of(certificate: bytes) -> bytes:
    """The same of a certificate (DER), whatever its algorithm."""
    return _bits(core.Sequence.load(core.Sequence.load(certificate)[0].dump())[6])


def _bits(info: core.Sequence) -> bytes:
    return bytes(core.BitString.load(info[1].dump()).contents[1:])


def single_answer(named: ocsp.CertId, entry: Entry, now: datetime) -> ocsp.SingleResponse:
    """What is said of one certificate."""
    return ocsp.SingleResponse(
        {"cert_id": named, "cert_status": _status(entry), "this_update": now.replace(microsecond=0)}
    )


def _single(
    named: ocsp.CertId, standings: Mapping[int, Entry], authority: Authority, now: datetime
) -> ocsp.SingleResponse:
    expected = certificate_id(authority.certificate, authority)
    ours = (
        named["issuer_name_hash"].native == expected["issuer_name_hash"].native
        and named["issuer_key_hash"].native == expected["issuer_key_hash"].native
    )
    never = Entry(Standing.UNKNOWN, datetime(1970, 1, 1, tzinfo=UTC))
    entry = standings.get(named["serial_number"].native, never) if ours else never
    return single_answer(named, entry, now)


def _status(entry: Entry) -> ocsp.CertStatus:
    if entry.standing is Standing.GOOD:
        return ocsp.CertStatus(name="good", value=core.Null())
    reason = "superseded" if entry.standing is Standing.REVOKED else "certificate_hold"
    revoked = ocsp.RevokedInfo(
        {"revocation_time": entry.since.replace(microsecond=0), "revocation_reason": _reason_of(reason)}
    )
    return ocsp.CertStatus(name="revoked", value=revoked)


def _reason_of(reason: str) -> core.Enumerated:
    return crl.CRLReason(reason)


def revocation_list(
    authority: Authority, entries: Iterable[tuple[int, Entry]], *, number: int, now: datetime, days: int = 1
) -> bytes:
    """A complete list, good for some days."""
    key = authority.pair.key
    listed = [
        der.sequence(der.integer(serial), der.utc_time(entry.since), der.sequence(_entry_reason(entry.standing)))
        for serial, entry in entries
    ]
    body = der.sequence(
        der.integer(1),
        key.signature_algorithm,
        authority.certificate.subject.public_bytes(),
        der.utc_time(now),
        der.utc_time(now + timedelta(days=days)),
        der.sequence(*listed) if listed else b"",
        der.tagged(0, der.sequence(_extension(x509.CRLNumber(number)))),
    )
    return der.sequence(body, key.signature_algorithm, der.bits(key.sign(body)))


def _entry_reason(standing: Standing) -> bytes:
    hold = standing is Standing.HOLD
    return _extension(x509.CRLReason(x509.ReasonFlags.certificate_hold if hold else x509.ReasonFlags.superseded))


def _extension(kind: x509.ExtensionType) -> bytes:
    return der.sequence(der.oid(kind.oid.dotted_string), der.octets(kind.public_bytes()))


def stamp_answer(request: bytes, *, stamper: Pair, now: datetime) -> bytes:
    """A granted time stamp, or a rejection for another digest than SHA-256 and Streebog. ValueError for no request."""
    asked = tsp.TimeStampReq.load(request, strict=True)
    imprint = asked["message_imprint"]
    algorithm, value = imprint["hash_algorithm"]["algorithm"].dotted, imprint["hashed_message"].native
    if _IMPRINTS.get(algorithm) != len(value):
        return bytes(tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "rejection"})}).dump())
    token = stamp_token(value, stamper=stamper, now=now, nonce=asked["nonce"].native, algorithm=algorithm)
    return der.sequence(der.sequence(der.integer(0)), token)


def stamp_token(
    imprint: bytes, *, stamper: Pair, now: datetime, nonce: int | None = None,
    algorithm: str = SHA_256,
) -> bytes:  # fmt: skip
    """A time-stamp token over an imprint, by SHA-256 unless another algorithm is named."""
    info: dict[str, object] = {
        "version": "v1",
        "policy": STAMP_POLICIES[stamper.key.algorithm],
        "message_imprint": tsp.MessageImprint(
            {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": imprint}
        ),
        "serial_number": secrets.randbits(63),
        "gen_time": now.replace(microsecond=0),
    }
    if nonce is not None:
        info["nonce"] = nonce
    content = bytes(tsp.TSTInfo(info).dump())
    certificate = signing.certificate_of(stamper)
    named = der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha256(certificate).digest()))))
    attribute = signing.attribute(_SIGNING_CERTIFICATE_V2, named)
    signer = signing.signer_of(content, stamper, now, signing.STAMP_INFO, (attribute,))
    return signing.signed_data([signer], [certificate], content, signing.STAMP_INFO)


def stamp_wanted(request: bytes) -> Algorithm:
    """Whose stamp a request asks for: by its policy, else by its digest. ValueError for no request."""
    asked = tsp.TimeStampReq.load(request, strict=True)
    for algorithm, policy in STAMP_POLICIES.items():
        if asked["req_policy"].native == policy:
            return algorithm
    by_sha = asked["message_imprint"]["hash_algorithm"]["algorithm"].dotted == SHA_256
    return Algorithm.RSA if by_sha else Algorithm.GOST


def stamp_request(imprint: bytes, algorithm: Algorithm = Algorithm.RSA) -> bytes:
    """What a signer's program asks a time-stamping authority: an imprint, a nonce, the certificate too."""
    digest = STREEBOG if algorithm is Algorithm.GOST else SHA_256
    named = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": digest}), "hashed_message": imprint}
    )
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": named,
            "req_policy": STAMP_POLICIES[algorithm],
            "nonce": secrets.randbits(63),
            "cert_req": True,
        }
    )
    return bytes(request.dump())


def token_in(answer: bytes) -> bytes | None:
    """The token of a granted time stamp; None when it was not granted. ValueError for no time-stamp response."""
    reply = tsp.TimeStampResp.load(answer, strict=True)
    granted = reply["status"]["status"].native == "granted" and not isinstance(reply["time_stamp_token"], core.Void)
    return bytes(reply["time_stamp_token"].dump()) if granted else None
