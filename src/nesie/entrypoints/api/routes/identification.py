"""The two proofs, the same for an applicant and for a client: a signature made, a face recognised."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext
from ninja import Router

from nesie.entrypoints.api.routes.calls import Call
from nesie.entrypoints.api.schemas import identification as schemas
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.rules import BiometricStart
from nesie.kernel.refused import Refused, noop

router = Router(tags=["Proofs of identity"])


class ReturnAddressUnknown(Refused):
    """A person is sent back only to an address agreed on beforehand: anybody else could catch the code there."""

    message = noop("The return address is not one of those agreed on with the lender.")
    status = 422


def check_return(address: str) -> str:
    """The address, when it is one of `settings.NESIE_API_RETURNS`; raises ReturnAddressUnknown."""
    if address not in settings.NESIE_API_RETURNS:
        raise ReturnAddressUnknown(field="return_address")
    return address


def visit_to(started: BiometricStart) -> dict[str, Any]:
    """Ask the centre for the page of this visit: network, so outside the use case. Raises Unanswered, Refusal."""
    return {"session_id": started.session_id, "address": queries.begin_biometric(started.request)}


@router.get("/signatures/{challenge_id}", response=schemas.Challenge)
def challenge(request: Call, challenge_id: UUID) -> Any:
    """What is to be signed."""
    return queries.challenge(request.actor, challenge_id)


@router.post("/signatures/{challenge_id}", response=schemas.SignatureJudged)
def record_signature(request: Call, challenge_id: UUID, payload: schemas.GivenSignature) -> Any:
    """Hand the signature in. The challenge is used up whatever the outcome."""
    queries.challenge(request.actor, challenge_id)  # the authorities are asked for its owner only
    outcome = actions.record_signature(
        request.actor,
        request.now,
        challenge_id=challenge_id,
        cms=payload.cms,
        evidence=queries.gather_evidence(
            payload.cms, request.now, content=queries.document_to_sign(request.actor, challenge_id)
        ),
    )
    return {
        "accepted": outcome.accepted,
        "proof_id": outcome.proof_id,
        "failed_check": outcome.failed_check,
        "trouble": outcome.trouble,
        "message": gettext(outcome.message) if outcome.message else "",
    }


@router.get("/biometrics/{session_id}", response=schemas.VisitSession)
def biometric_session(request: Call, session_id: UUID) -> Any:
    """A visit to the centre."""
    return queries.biometric_session(request.actor, session_id)


@router.post("/biometrics/{session_id}", response=schemas.VisitJudged)
def record_biometric(request: Call, session_id: UUID, payload: schemas.CameBack) -> Any:
    """The person has come back: the result is fetched from the centre itself and judged."""
    queries.biometric_session(request.actor, session_id)  # the centre is asked for its owner only
    answer = None
    if payload.code is not None:
        back = check_return(payload.return_address)
        answer = queries.biometric_answer(payload.code, redirect_uri=back, now=request.now)
    outcome = actions.record_biometric(
        request.actor, request.now, session_id=session_id, state=payload.state, answer=answer
    )
    return {
        "passed": outcome.passed,
        "proof_id": outcome.proof_id,
        "failure": outcome.failure,
        "message": gettext(outcome.message) if outcome.message else "",
    }
