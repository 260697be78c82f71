"""Examine the answer to a challenge: one signature, once."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import witness
from nesie.foundation.identification import queries
from nesie.foundation.identification.actions.keep_evidence import Piece, keep_evidence
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import Proof, Signature
from nesie.foundation.identification.rules import (
    PROOF_LIFETIME,
    ChallengeView,
    EvidencePart,
    ProofKind,
    SignatureOutcome,
    Trouble,
    eds,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId, new_id

_MAX_REFUSED_BYTES = 1024 * 1024  # of a refused signature no more is kept


@use_case
def record_signature(
    actor: Actor, now: datetime, *, challenge_id: UUID, cms: bytes, evidence: eds.Evidence
) -> SignatureOutcome:
    """Judge a signature against its challenge and, when it holds, make a proof for that operation and document.

    `evidence` comes from `queries.gather_evidence`, asked before. Whatever the outcome, the challenge is used up and
    the pieces are kept; a wrong signature is a returned value, so that its trace stays. NotFound when the challenge is
    another's. Clauses 6 and 9 (EDS), 11 (no re-use), 34 (format received).
    """
    asked = queries.challenge(actor, challenge_id)
    if asked.answered:
        return SignatureOutcome(asked.id, accepted=False, trouble=Trouble.SPENT)
    if now >= asked.expires_at:
        return SignatureOutcome(asked.id, accepted=False, trouble=Trouble.EXPIRED)
    verdict = eds.verify(
        cms,
        documents.content(asked.document_id),
        at=now,
        anchors=Wiring.anchors.signing(),
        stamp_anchors=Wiring.anchors.stamping(),
        expected=eds.Expected(iin=asked.iin, bin=asked.bin, holder=asked.holder, not_before=asked.opened_at),
        evidence=evidence,
        limits=eds.Limits(needs_opinion=Wiring.second is not None),
    )
    replayed = verdict.ok and Signature.objects.filter(signature_digest=verdict.signature_digest).exists()
    accepted = verdict.ok and not replayed
    row = _answer(asked, verdict, now, accepted=accepted)
    if row is None:
        return SignatureOutcome(asked.id, accepted=False, trouble=Trouble.SPENT)
    keep_evidence(asked.subject_id, now, _pieces(cms, evidence, verdict), signature=row)
    if not accepted:
        trouble = Trouble.REPLAYED if replayed else None
        return SignatureOutcome(asked.id, False, None, verdict.failed_check, trouble, verdict)
    return SignatureOutcome(asked.id, True, _proof(asked, row, now), verdict=verdict)


def _answer(asked: ChallengeView, verdict: eds.Verdict, now: datetime, *, accepted: bool) -> Signature | None:
    """The row that uses the challenge up; None when another answer, or the same signature, was quicker."""
    row = Signature(
        id=new_id(),
        challenge_id=asked.id,
        accepted=accepted,
        failed_check="" if accepted else str(verdict.failed_check or Trouble.REPLAYED),
        signature_digest=verdict.signature_digest if accepted else None,
        certificate_serial=verdict.signer.serial[:64] if verdict.signer else "",
        judged_at=verdict.judged_at,
        recorded_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    witness(row)
    return row


def _proof(asked: ChallengeView, row: Signature, now: datetime) -> ProofId:
    proof = Proof.objects.create(
        id=new_id(),
        kind=ProofKind.EDS,
        subject_id=asked.subject_id,
        operation=asked.operation,
        document_sha256=asked.document_sha256,
        signature=row,
        made_at=now,
        expires_at=now + PROOF_LIFETIME,
    )
    witness(proof)
    return ProofId(proof.pk)


def _pieces(cms: bytes, evidence: eds.Evidence, verdict: eds.Verdict) -> list[Piece]:
    pieces = [Piece(EvidencePart.VERDICT, _json(verdict), "application/json", "verdict.json")]
    if verdict.ok or len(cms) <= _MAX_REFUSED_BYTES:
        pieces.append(Piece(EvidencePart.CMS, cms, "application/pkcs7-signature", "signature.p7s"))
    if verdict.chain:
        pieces.append(Piece(EvidencePart.CERTIFICATES, _pem(verdict.chain), "application/x-pem-file", "chain.pem"))
    if evidence.opinion is not None and evidence.opinion.raw:
        pieces.append(Piece(EvidencePart.OPINION, evidence.opinion.raw, "application/json", "opinion.json"))
    if not verdict.ok:
        return pieces
    if evidence.ocsp and verdict.status_by == "ocsp":
        pieces.append(Piece(EvidencePart.OCSP, evidence.ocsp, "application/ocsp-response", "status.ors"))
    if evidence.crls and verdict.status_by == "crl":
        pieces.append(Piece(EvidencePart.CRL, evidence.crls[0], "application/pkix-crl", "status.crl"))
    if evidence.stamp:
        pieces.append(Piece(EvidencePart.STAMP, evidence.stamp, "application/timestamp-reply", "stamp.tst"))
    if verdict.stamp_chain:
        told = _pem(verdict.stamp_chain)
        pieces.append(Piece(EvidencePart.STAMP_CERTIFICATES, told, "application/x-pem-file", "stamp-chain.pem"))
    return pieces


def _json(verdict: eds.Verdict) -> bytes:
    return json.dumps(verdict.as_json(), ensure_ascii=False, sort_keys=True).encode()


def _pem(chain: tuple[bytes, ...]) -> bytes:
    head, foot = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    return b"".join(head + base64.encodebytes(certificate) + foot for certificate in chain)
