"""Signatures as NCALayer makes them: CMS SignedData with one signer, his certificate and signed attributes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from asn1crypto import algos, cms, core, pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from nesie.simulators.pki.authority import Pair

SHA256_RSA = "sha256_rsa"


def certificate_of(pair: Pair) -> asn1_x509.Certificate:
    """The pair's certificate as the CMS library wants it."""
    certificate: asn1_x509.Certificate = asn1_x509.Certificate.load(
        pair.certificate.public_bytes(serialization.Encoding.DER)
    )
    return certificate


def rsa_sign(pair: Pair, signed: bytes) -> bytes:
    """RSA PKCS#1 v1.5 with SHA-256."""
    return pair.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())


def sign(
    content: bytes,
    pair: Pair,
    *,
    signing_time: datetime,
    attached: bool,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """A signature as DER. `stamp` makes a time-stamp token over the signature value (CAdES-T)."""
    signature_info = signer_info(content, pair, signing_time)
    if stamp is not None:
        add_stamp(signature_info, stamp(signature_info["signature"].native))
    return signed_data([signature_info], [certificate_of(pair)], content if attached else None)


def signer_info(
    content: bytes, pair: Pair, signing_time: datetime, content_type: str = "data", more: tuple[object, ...] = ()
) -> cms.SignerInfo:
    """A signer with contentType, signingTime and messageDigest signed, as the National CA's library writes it."""
    certificate = certificate_of(pair)
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": signing_time})]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
            *more,
        ]
    )
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": SHA256_RSA}),
            "signature": rsa_sign(pair, attributes.dump()),
        }
    )


def add_stamp(signature_info: cms.SignerInfo, token: bytes) -> None:
    """Put a time-stamp token among the unsigned attributes."""
    value = cms.ContentInfo.load(token)
    signature_info["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [value]})]
    )


def signed_data(
    signers: list[cms.SignerInfo],
    certificates: list[asn1_x509.Certificate],
    content: bytes | None,
    content_type: str = "data",
) -> bytes:
    """The whole message as DER."""
    stamp = content_type == "tst_info"
    inside: dict[str, object] = {"content_type": content_type}
    if content is not None:
        inside["content"] = core.ParsableOctetString(content) if stamp else core.OctetString(content)
    body = cms.SignedData(
        {
            "version": "v3" if stamp else "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": cms.EncapsulatedContentInfo(inside) if stamp else cms.ContentInfo(inside),
            "certificates": certificates,
            "signer_infos": signers,
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": body}).dump())


def armoured(signature: bytes) -> str:
    """PEM with the label CMS, as NCALayer's `basics` answers."""
    return str(pem.armor("CMS", signature), "ascii")
