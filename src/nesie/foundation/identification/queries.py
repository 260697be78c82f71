"""What others may know of identification, and the talking to outside systems that goes before a use case."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.rules import DocumentAltered, DocumentNotFound, RowFinding
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import (
    BiometricResult,
    BiometricSession,
    Proof,
    ProofEvidence,
    ProofUse,
    Signature,
    SignatureChallenge,
)
from nesie.foundation.identification.rules import (
    BANK_CODES,
    BiometricAnswer,
    BiometricRequest,
    BiometricSessionId,
    BrokenSignature,
    ChallengeId,
    ChallengeView,
    EvidencePart,
    NumberProblem,
    ProofKind,
    ProofUnfit,
    ProofView,
    SessionView,
    check_subject,
    eds,
)
from nesie.foundation.identification.rules import iban_problem as structural_iban_problem
from nesie.foundation.vault.rules import SealBroken
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, ProofId
from nesie.kernel.refused import NotFound


def challenge(actor: Actor, challenge_id: UUID) -> ChallengeView:
    """What is to be signed; NotFound when there is none or it is another's."""
    row = SignatureChallenge.objects.filter(pk=challenge_id).select_related("answer").first()
    if row is None:
        raise NotFound
    check_subject(actor, row.subject_id)
    return ChallengeView(
        id=ChallengeId(row.pk),
        subject_id=row.subject_id,
        operation=row.operation,
        document_id=DocumentId(row.document_id),
        document_sha256=row.document_sha256,
        iin=row.iin,
        holder=eds.Holder(row.holder),
        bin=row.bin,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        answered=hasattr(row, "answer"),
    )


def biometric_session(actor: Actor, session_id: UUID) -> SessionView:
    """A session; NotFound when there is none or it is another's."""
    row = BiometricSession.objects.filter(pk=session_id).select_related("result").first()
    if row is None:
        raise NotFound
    check_subject(actor, row.subject_id)
    return SessionView(
        id=BiometricSessionId(row.pk),
        subject_id=row.subject_id,
        operation=row.operation,
        document_sha256=row.document_sha256,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        answered=hasattr(row, "result"),
    )


def proof(proof_id: UUID) -> ProofView:
    """A proof with the documents behind it; ProofUnfit when there is none."""
    row = Proof.objects.filter(pk=proof_id).select_related("use").first()
    if row is None:
        raise ProofUnfit
    return _view(row)


def proofs_of(subject_id: UUID) -> list[ProofView]:
    """All proofs of a subject, oldest first."""
    return [_view(row) for row in Proof.objects.filter(subject_id=subject_id).select_related("use").order_by("made_at")]


def evidence_of(proof_id: UUID) -> dict[EvidencePart, DocumentId]:
    """The documents behind a proof, by what each is."""
    row = Proof.objects.filter(pk=proof_id).first()
    return {} if row is None else {EvidencePart(part): DocumentId(document) for part, document in _evidence(row)}


def verify_again(proof_id: UUID) -> eds.Verdict:
    """The signature behind an EDS proof judged anew from what was kept, as of when it was received: no network.

    ProofUnfit for a proof that is no signature; the documents' own errors when one of them was altered.
    """
    row = Proof.objects.filter(pk=proof_id, kind=ProofKind.EDS).select_related("signature__challenge").first()
    if row is None or row.signature is None:
        raise ProofUnfit
    asked, kept = row.signature.challenge, evidence_of(proof_id)
    evidence = eds.Evidence(
        ocsp=_kept(kept, EvidencePart.OCSP),
        crls=tuple(crl for crl in [_kept(kept, EvidencePart.CRL)] if crl),
        stamp=_kept(kept, EvidencePart.STAMP),
    )
    return eds.verify(
        documents.content(kept[EvidencePart.CMS]),
        documents.content(asked.document_id),
        at=row.signature.recorded_at,
        anchors=Wiring.anchors.signing(),
        stamp_anchors=Wiring.anchors.stamping(),
        expected=eds.Expected(
            iin=asked.iin, bin=asked.bin, holder=eds.Holder(asked.holder), not_before=asked.opened_at
        ),
        evidence=evidence,
    )


def altered_rows() -> list[RowFinding]:
    """Rows of challenges, sessions, answers, proofs and their use that are not what was written (clause 11-doc)."""
    return documents.altered_rows(
        SignatureChallenge, Signature, BiometricSession, BiometricResult, Proof, ProofEvidence, ProofUse
    )


def broken_signatures() -> list[BrokenSignature]:
    """Every signature behind a proof that no longer holds when judged anew from what was kept: no network.

    Finds an altered byte of the signature, of what it signs, or of an authority's answer, and a missing piece.
    """
    found = []
    for row in (
        Proof.objects.filter(kind=ProofKind.EDS).select_related("signature").order_by("made_at", "id").iterator()
    ):
        try:
            verdict = verify_again(row.pk)
        except (ProofUnfit, DocumentAltered, DocumentNotFound, SealBroken, KeyError):
            found.append(BrokenSignature(ProofId(row.pk), None))
            continue
        if not verdict.ok:
            found.append(BrokenSignature(ProofId(row.pk), verdict.failed_check))
        elif row.signature is None or verdict.signature_digest != bytes(row.signature.signature_digest or b""):
            found.append(BrokenSignature(ProofId(row.pk), None))
    return found


def gather_evidence(cms: bytes, now: datetime, *, stamp: bool = True) -> eds.Evidence:
    """Ask the authorities about a signature just received: status of the certificate, and a time stamp if it has none.

    Talks to the network: called before `record_signature`, outside any transaction. Silence gives less evidence, and
    the verdict then says what is missing. Nobody is asked about a signature that can only be refused. `stamp` False:
    none is needed (a sign-in, judged at once and kept by nobody).
    """
    needs = eds.needs_of(cms, anchors=Wiring.anchors.signing(), at=now)
    if needs is None:
        return eds.Evidence()
    nonce = secrets.token_bytes(eds.ocsp.NONCE_BYTES)
    answer = Wiring.revocation.ocsp(needs.certificate, needs.issuer, nonce)
    crl = None
    if answer is None or not eds.ocsp.answers(answer):
        crl = Wiring.revocation.crl(needs.issuer)
    token = None
    if stamp and not needs.has_stamp:
        token = Wiring.timestamps.stamp(needs.signature, secrets.randbits(63))
    return eds.Evidence(ocsp=answer, ocsp_nonce=nonce, crls=(crl,) if crl else (), stamp=token)


def begin_biometric(request: BiometricRequest) -> str:
    """Where to send the person; gateways.Unanswered when the provider is silent. Talks to the network."""
    return Wiring.biometrics.begin(request)


def biometric_answer(code: str, *, redirect_uri: str, now: datetime) -> BiometricAnswer:
    """What the provider says of a visit. gateways.Refusal for a code not good, Unanswered. Talks to the network."""
    return Wiring.biometrics.result(code, redirect_uri=redirect_uri, now=now)


def iban_problem(iban: str) -> NumberProblem | None:
    """As the rule, with the bank's code checked against the banks there are (and the simulated one in the demo)."""
    return structural_iban_problem(iban, bank_codes=BANK_CODES | set(getattr(settings, "NESIE_DEMO_BANK_CODES", ())))


def _kept(kept: dict[EvidencePart, DocumentId], part: EvidencePart) -> bytes | None:
    return documents.content(kept[part]) if part in kept else None


def _view(row: Proof) -> ProofView:
    return ProofView(
        id=ProofId(row.pk),
        kind=ProofKind(row.kind),
        subject_id=row.subject_id,
        operation=row.operation,
        document_sha256=row.document_sha256,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.use.used_at if hasattr(row, "use") else None,
        evidence=tuple(DocumentId(document) for _, document in _evidence(row)),
    )


def _evidence(row: Proof) -> Iterable[tuple[str, UUID]]:
    behind = Q(signature=row.signature_id) if row.signature_id else Q(biometric=row.biometric_id)
    found = ProofEvidence.objects.filter(behind)
    return found.order_by("part").values_list("part", "document_id")
