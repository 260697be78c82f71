"""The registration of an individual, step by step (clause 6); saved as it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import File, Form, Router, Status, UploadedFile

from nesie.entrypoints import uploads
from nesie.entrypoints.api.routes.calls import Call
from nesie.entrypoints.api.routes.identification import check_return, visit_to
from nesie.entrypoints.api.schemas import identification as identified
from nesie.entrypoints.api.schemas import registration as schemas
from nesie.foundation.identification import queries as identification
from nesie.journey.clients import actions, queries
from nesie.kernel.ids import ProofId, RegistrationId

router = Router(tags=["Registration"])
ONE = "/registrations/{registration_id}"


@router.post("/registrations", response={201: schemas.RegistrationStarted})
def start_registration(request: Call, payload: schemas.NewRegistration) -> Any:
    """Begin with the mobile number; a code is sent to it."""
    started = actions.start_registration(
        request.actor, request.now, phone=payload.phone, language=payload.language.value
    )
    return Status(201, started)


@router.post(f"{ONE}/phone", response=schemas.PhoneConfirmed)
def confirm_phone(request: Call, registration_id: UUID, payload: schemas.GivenCode) -> Any:
    """Prove the possession of the number, in the session in which the code was asked for."""
    outcome = actions.confirm_phone(
        request.actor, request.now, registration_id=RegistrationId(registration_id), code=payload.code
    )
    return {
        "outcome": outcome.outcome,
        "registration_id": outcome.registration_id,
        "token": outcome.session_key or None,
    }


@router.get(ONE, response=schemas.Registration)
def registration(request: Call, registration_id: UUID) -> Any:
    """What was entered, and the next step."""
    return queries.registration(request.actor, RegistrationId(registration_id))


@router.put(f"{ONE}/person", response={204: None})
def save_person(request: Call, registration_id: UUID, payload: schemas.PersonData) -> Any:
    """Name, IIN and address; may be mended until the end."""
    actions.save_person(
        request.actor, request.now, registration_id=RegistrationId(registration_id), **payload.model_dump()
    )
    return Status(204, None)


@router.post(f"{ONE}/entity", response={204: None})
def save_entity(
    request: Call, registration_id: UUID, payload: Form[schemas.LegalEntity], scan: File[UploadedFile]
) -> Any:
    """BIN, name and the signatory's paper (PDF, JPEG or PNG), for who registers as a legal entity."""
    actions.save_entity(
        request.actor,
        request.now,
        registration_id=RegistrationId(registration_id),
        scan=uploads.scan(scan),
        **payload.model_dump(),
    )
    return Status(204, None)


@router.put(f"{ONE}/document", response={204: None})
def save_document(request: Call, registration_id: UUID, payload: schemas.IdentityDocument) -> Any:
    """The identity document."""
    actions.save_document(
        request.actor, request.now, registration_id=RegistrationId(registration_id), **payload.model_dump()
    )
    return Status(204, None)


@router.post(f"{ONE}/photo", response={201: schemas.MadeDocument})
def save_photo(request: Call, registration_id: UUID, photo: File[UploadedFile]) -> Any:
    """A frontal portrait on a light background, neutral, mouth closed: JPEG or PNG."""
    document_id = actions.save_photo(
        request.actor, request.now, registration_id=RegistrationId(registration_id), content=uploads.portrait(photo)
    )
    return Status(201, {"document_id": document_id})


@router.put(f"{ONE}/consents", response={204: None})
def accept_consents(request: Call, registration_id: UUID, payload: schemas.GivenConsents) -> Any:
    """Every consent there is."""
    actions.accept_consents(
        request.actor,
        request.now,
        registration_id=RegistrationId(registration_id),
        consents=frozenset(payload.consents),
    )
    return Status(204, None)


@router.post(f"{ONE}/state-check", response={202: schemas.Asked})
def request_state_check(request: Call, registration_id: UUID) -> Any:
    """Have the state's register asked about the applicant."""
    message_id = actions.request_state_check(
        request.actor, request.now, registration_id=RegistrationId(registration_id)
    )
    return Status(202, {"message_id": message_id})


@router.post(f"{ONE}/state-check/answer", response=schemas.StateChecked)
def record_state_check(request: Call, registration_id: UUID) -> Any:
    """Compare with the register's answer; call again while there is none."""
    return actions.record_state_check(request.actor, request.now, registration_id=RegistrationId(registration_id))


@router.post(f"{ONE}/statement", response={201: schemas.MadeDocument})
def prepare_statement(request: Call, registration_id: UUID, payload: schemas.StatementLanguage) -> Any:
    """The statement with everything entered: both proofs are bound to it."""
    document_id = actions.prepare_statement(
        request.actor, request.now, registration_id=RegistrationId(registration_id), language=payload.language.value
    )
    return Status(201, {"document_id": document_id})


@router.post(f"{ONE}/biometric", response={201: identified.Visit})
def begin_biometric_step(request: Call, registration_id: UUID, payload: identified.ReturnAddress) -> Any:
    """Open the visit to the identification centre for this registration."""
    started = actions.begin_biometric_step(
        request.actor,
        request.now,
        registration_id=RegistrationId(registration_id),
        redirect_uri=check_return(payload.return_address),
    )
    return Status(201, visit_to(started))


@router.put(f"{ONE}/biometric", response={204: None})
def record_biometric_step(request: Call, registration_id: UUID, payload: schemas.UsedProof) -> Any:
    """Attach the proof that `record_biometric` made."""
    actions.record_biometric_step(
        request.actor,
        request.now,
        registration_id=RegistrationId(registration_id),
        proof_id=ProofId(payload.proof_id),
    )
    return Status(204, None)


@router.post(f"{ONE}/signature", response={201: identified.Challenge})
def begin_eds_step(request: Call, registration_id: UUID) -> Any:
    """Put the statement before the applicant to sign."""
    challenge_id = actions.begin_eds_step(request.actor, request.now, registration_id=RegistrationId(registration_id))
    return Status(201, identification.challenge(request.actor, challenge_id))


@router.put(f"{ONE}/signature", response={204: None})
def record_eds_step(request: Call, registration_id: UUID, payload: schemas.UsedProof) -> Any:
    """Attach the proof that `record_signature` made."""
    actions.record_eds_step(
        request.actor,
        request.now,
        registration_id=RegistrationId(registration_id),
        proof_id=ProofId(payload.proof_id),
    )
    return Status(204, None)


@router.post(f"{ONE}/completion", response={201: schemas.Completed})
def complete_registration(request: Call, registration_id: UUID) -> Any:
    """The last step: the applicant becomes a client and is signed in."""
    done = actions.complete_registration(request.actor, request.now, registration_id=RegistrationId(registration_id))
    return Status(201, {"client_id": done.client_id, "token": done.session_key})
