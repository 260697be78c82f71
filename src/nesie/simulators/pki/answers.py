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
from cryptography.hazmat.primitives import hashes, serialization

from nesie.simulators.pki import der, signing
from nesie.simulators.pki.authority import Authority, Pair
from nesie.simulators.pki.signing import rsa_sign

_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
STAMP_POLICY = "1.2.398.3.3.2.6.2"  # RSA with SHA-256


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
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": data,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signature": rsa_sign(responder, data.dump()),
            "certs": [certificate],
        }
    )
    body = ocsp.ResponseBytes({"response_type": "basic_ocsp_response", "response": basic})
    return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": body}).dump())


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
            "issuer_key_hash": hashlib.sha256(bytes(issuer.public_key["public_key"])).digest(),
            "serial_number": certificate.serial_number,
        }
    )


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
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for serial, entry in entries:
        hold = entry.standing is Standing.HOLD
        reason = x509.ReasonFlags.certificate_hold if hold else x509.ReasonFlags.superseded
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(entry.since)
            .add_extension(x509.CRLReason(reason), critical=False)
            .build()
        )
    return builder.sign(authority.pair.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def stamp_answer(request: bytes, *, stamper: Pair, now: datetime) -> bytes:
    """A granted time stamp, or a rejection for another digest than SHA-256. ValueError for no request."""
    asked = tsp.TimeStampReq.load(request, strict=True)
    imprint = asked["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        return bytes(tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "rejection"})}).dump())
    nonce = asked["nonce"].native
    token = stamp_token(imprint["hashed_message"].native, stamper=stamper, now=now, nonce=nonce)
    return der.sequence(der.sequence(der.integer(0)), token)


def stamp_token(imprint: bytes, *, stamper: Pair, now: datetime, nonce: int | None = None) -> bytes:
    """A time-stamp token over a SHA-256 imprint."""
    info: dict[str, object] = {
        "version": "v1",
        "policy": STAMP_POLICY,
        "message_imprint": tsp.MessageImprint(
            {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": imprint}
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


def stamp_request(imprint: bytes) -> bytes:
    """What a signer's program asks a time-stamping authority: a SHA-256 imprint, a nonce, the certificate too."""
    named = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": imprint}
    )
    request = tsp.TimeStampReq(
        {"version": "v1", "message_imprint": named, "nonce": secrets.randbits(63), "cert_req": True}
    )
    return bytes(request.dump())


def token_in(answer: bytes) -> bytes | None:
    """The token of a granted time stamp; None when it was not granted. ValueError for no time-stamp response."""
    reply = tsp.TimeStampResp.load(answer, strict=True)
    granted = reply["status"]["status"].native == "granted" and not isinstance(reply["time_stamp_token"], core.Void)
    return bytes(reply["time_stamp_token"].dump()) if granted else None
