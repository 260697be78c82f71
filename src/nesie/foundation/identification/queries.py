"""What others may know of identification, and the talking to outside systems that goes before a use case."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.rules import DocumentAltered, DocumentNotFound, Problem, RowFinding
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import (
    BiometricResult,
    BiometricSession,
    FaceEnrolment,
    LenderDevice,
    LivenessCourse,
    LivenessFrame,
    LivenessSession,
    Proof,
    ProofEvidence,
    ProofUse,
    Signature,
    SignatureChallenge,
)
from nesie.foundation.identification.rules import (
    BANK_CODES,
    CLIENT_PHONE_CODE,
    BiometricAnswer,
    BiometricRequest,
    BiometricSessionId,
    BrokenSignature,
    ChallengeId,
    ChallengeView,
    Device,
    EvidencePart,
    FrameAnswer,
    LenderDeviceView,
    LivenessView,
    NumberProblem,
    OwnDeviceNotFor,
    ProofKind,
    ProofUnfit,
    ProofView,
    Provider,
    SessionView,
    SignatureOutcome,
    Trouble,
    check_subject,
    eds,
    liveness,
    mean_face,
    provider_for,
)
from nesie.foundation.identification.rules import iban_problem as structural_iban_problem
from nesie.foundation.identification.rules.mobile import Launch
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.foundation.vault import queries as vault
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


def provider(subject_id: UUID | None, *, registering: bool, device: Device, now: datetime) -> Provider:
    """Who is to look at this person's face now (clauses 6, 9): by configuration, enrolment, device and the norm."""
    enrolled = subject_id is not None and FaceEnrolment.objects.filter(subject_id=subject_id).exists()
    return provider_for(
        configured=Provider(settings.NESIE_BIOMETRICS),
        registering=registering,
        enrolled=enrolled,
        device=device,
        client_device_serves=norms.flag(CLIENT_PHONE_CODE, business_day(now)),
    )


def lender_device(key: str) -> UUID | None:
    """The device of the lender that holds this key; None for a key of none, or of one withdrawn."""
    digest = hashlib.sha256(key.encode()).digest()
    return (
        LenderDevice.objects.filter(key_digest=digest, withdrawn_at__isnull=True).values_list("pk", flat=True).first()
    )


def lender_devices() -> list[LenderDeviceView]:
    """All devices ever entered, newest first."""
    return [
        LenderDeviceView(row.pk, row.name, row.entered_at, row.withdrawn_at)
        for row in LenderDevice.objects.order_by("-entered_at", "id")
    ]


def own_liveness(actor: Actor, session_id: UUID) -> LivenessSession:
    """The session on an own device behind a biometric session; NotFound when there is none or it is another's."""
    row = LivenessSession.objects.filter(session_id=session_id).first()
    if row is None:
        raise NotFound
    check_subject(actor, row.subject_id)
    return row


def liveness_session(actor: Actor, session_id: UUID) -> LivenessView:
    """A session on an own device as its page opens it. NotFound."""
    row = own_liveness(actor, session_id)
    session = BiometricSession.objects.get(pk=session_id)
    course = LivenessCourse.objects.get(session=row)
    asked = liveness.begin(liveness.read_sequence(row.sequence), ())
    return LivenessView(
        id=BiometricSessionId(session_id),
        subject_id=row.subject_id,
        operation=session.operation,
        opened_at=row.opened_at,
        answer=FrameAnswer(BiometricSessionId(session_id), liveness.Progress.of(asked), 0, step_nonce(row.pk, asked)),
        concluded=course.over,
    )


def step_nonce(liveness_id: UUID, course: liveness.Course) -> str:
    """What the frames after the newest prompt must carry: nothing sent before it can."""
    return vault.keyed_hash(f"liveness {liveness_id}", str(len(course.prompted))).hex()[:32]


def enrolled_face(subject_id: UUID) -> tuple[float, ...]:
    """The face own devices took at registration, by the embedder of today. OwnDeviceNotFor when there is none."""
    row = FaceEnrolment.objects.filter(subject_id=subject_id).order_by("-taken_at").first()
    if row is None:
        raise OwnDeviceNotFor
    if row.embedder == Wiring.faces.embedder:
        return tuple(json.loads(row.face))
    frames = LivenessFrame.objects.filter(session__session__result=row.result_id, number__in=row.frames)
    faces = [face for one in frames if (face := Wiring.faces.face_of_picture(one.jpeg)) is not None]
    if not faces:
        raise OwnDeviceNotFor
    return mean_face(faces)


def frames(session_id: UUID) -> list[tuple[int, bytes]]:
    """The frames of a session in their original bytes (clause 34), by number."""
    rows = LivenessFrame.objects.filter(session__session_id=session_id).order_by("number")
    return [(row.number, bytes(row.jpeg)) for row in rows]


def altered_frames() -> list[RowFinding]:
    """Frames that are not those the record of their finished session names by hash (clause 34), missing ones too."""
    found: list[RowFinding] = []
    table = LivenessFrame._meta.db_table
    for row in ProofEvidence.objects.filter(part=EvidencePart.LIVENESS_RECORD).select_related("biometric"):
        told = json.loads(documents.content(DocumentId(row.document_id)))
        session_id = UUID(told["session"])
        kept = {one.number: one for one in LivenessFrame.objects.filter(session__session_id=session_id)}
        for number, digest, _ in told["kept"]:
            one = kept.pop(number, None)
            if one is None:
                found.append(RowFinding(Problem.MISSING, table, f"{session_id} {number}"))
            elif _hash_of(one) != digest:
                found.append(RowFinding(Problem.CONTENT_ALTERED, table, str(one.pk)))
        found += [RowFinding(Problem.UNRECORDED, table, str(one.pk)) for one in kept.values()]
    return found


def _hash_of(row: LivenessFrame) -> str:
    try:
        return hashlib.sha256(bytes(row.jpeg)).hexdigest()
    except SealBroken:
        return ""


def proof(proof_id: UUID) -> ProofView:
    """A proof with the documents behind it; ProofUnfit when there is none."""
    row = Proof.objects.filter(pk=proof_id).select_related("use", "signature__challenge").first()
    if row is None:
        raise ProofUnfit
    return _view(row)


def proofs_of(subject_id: UUID) -> list[ProofView]:
    """All proofs of a subject, oldest first."""
    rows = Proof.objects.filter(subject_id=subject_id).select_related("use", "signature__challenge")
    return [_view(row) for row in rows.order_by("made_at")]


def evidence_of(proof_id: UUID) -> dict[EvidencePart, DocumentId]:
    """The documents behind a proof, by what each is."""
    row = Proof.objects.filter(pk=proof_id).first()
    return {} if row is None else {EvidencePart(part): DocumentId(document) for part, document in _evidence(row)}


def verify_again(proof_id: UUID) -> eds.Verdict:
    """The signature behind an EDS proof judged anew from what was kept, as of when it was received: no network.

    Years later the authority may be retired: then the certificate that was pinned when the signature was accepted
    serves, kept beside it with its hash in the audit trail. A standard retired since is still read.

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
        anchors=(*Wiring.anchors.signing(), *_pinned_then(kept, EvidencePart.CERTIFICATES)),
        stamp_anchors=(*Wiring.anchors.stamping(), *_pinned_then(kept, EvidencePart.STAMP_CERTIFICATES)),
        limits=eds.Limits(reading=eds.Reading.ARCHIVE),
        expected=eds.Expected(
            iin=asked.iin, bin=asked.bin, holder=eds.Holder(asked.holder), not_before=asked.opened_at
        ),
        evidence=evidence,
    )


def altered_rows() -> list[RowFinding]:
    """Rows of challenges, sessions, answers, proofs and their use that are not what was written (clause 11-doc)."""
    return documents.altered_rows(
        SignatureChallenge, Signature, BiometricSession, BiometricResult, Proof, ProofEvidence, ProofUse,
        LivenessSession, FaceEnrolment,
    ) + altered_frames()  # fmt: skip


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


def outcome_of(actor: Actor, challenge_id: UUID) -> SignatureOutcome | None:
    """What came of a challenge answered elsewhere (on a phone); None while it is not answered. NotFound as there."""
    asked = challenge(actor, challenge_id)
    row = Signature.objects.filter(challenge_id=challenge_id).select_related("proof").first()
    if row is None:
        return None
    if row.accepted:
        return SignatureOutcome(asked.id, accepted=True, proof_id=ProofId(row.proof.pk))
    if row.failed_check in set(Trouble):
        return SignatureOutcome(asked.id, accepted=False, trouble=Trouble(row.failed_check))
    return SignatureOutcome(asked.id, accepted=False, failed_check=eds.Failure(row.failed_check))


def phone(address: str) -> Launch | None:
    """How the application on the person's phone is called for a document at this address; None: not offered."""
    return Wiring.phone.launch(address)


def document_to_sign(actor: Actor, challenge_id: UUID) -> bytes:
    """The very bytes a challenge asks a signature for. NotFound as `challenge`."""
    return documents.content(challenge(actor, challenge_id).document_id)


def gather_evidence(cms: bytes, now: datetime, *, content: bytes = b"", stamp: bool = True) -> eds.Evidence:
    """Ask the authorities about a signature just received: status of the certificate, and a time stamp if it has none.

    Talks to the network: called before `record_signature`, outside any transaction. Silence gives less evidence, and
    the verdict then says what is missing. Nobody is asked about a signature that can only be refused. `stamp` False:
    none is needed (a sign-in, judged at once and kept by nobody). `content`: the document, for a second judge if any.
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
    opinion = Wiring.second.opinion(cms, content) if Wiring.second is not None else None
    return eds.Evidence(ocsp=answer, ocsp_nonce=nonce, crls=(crl,) if crl else (), stamp=token, opinion=opinion)


def judge_sign_in(cms: bytes, text: bytes, *, at: datetime, evidence: eds.Evidence) -> eds.Verdict:
    """Whether a text was signed with anybody's key for sign-in, just now; the verdict's signer tells whose it is."""
    return eds.verify(
        cms,
        text,
        at=at,
        anchors=Wiring.anchors.signing(),
        stamp_anchors=Wiring.anchors.stamping(),
        expected=eds.Expected(iin=None, use=eds.Use.AUTHENTICATE),
        evidence=evidence,
        limits=eds.Limits(needs_stamp=False),
    )


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


def _pinned_then(kept: dict[EvidencePart, DocumentId], part: EvidencePart) -> tuple[eds.Certificate, ...]:
    """The authority at the end of the chain that was kept."""
    pem = _kept(kept, part)
    return eds.chain_in(pem)[-1:] if pem else ()


def _view(row: Proof) -> ProofView:
    asked = row.signature.challenge if row.signature is not None else None
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
        holder=eds.Holder(asked.holder) if asked is not None else eds.Holder.INDIVIDUAL,
        bin=asked.bin if asked is not None else "",
    )


def _evidence(row: Proof) -> Iterable[tuple[str, UUID]]:
    behind = Q(signature=row.signature_id) if row.signature_id else Q(biometric=row.biometric_id)
    found = ProofEvidence.objects.filter(behind)
    return found.order_by("part").values_list("part", "document_id")
