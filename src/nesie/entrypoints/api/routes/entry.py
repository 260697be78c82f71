"""In by electronic signature or passkey, passkeys themselves, and the way back in (clause 6-access)."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext
from ninja import Router, Status

from nesie.entrypoints.api.auth import AnySession
from nesie.entrypoints.api.routes.calls import Call
from nesie.entrypoints.api.routes.identification import check_return, visit_to
from nesie.entrypoints.api.schemas import entry as schemas
from nesie.entrypoints.api.schemas import identification as identified
from nesie.entrypoints.api.schemas.session import Attempted, SignedIn, SignInCode
from nesie.entrypoints.origins import site_of
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import ChallengePurpose, HolderKind, RecoveryStep
from nesie.foundation.access.rules.passkeys import Site
from nesie.foundation.identification.rules import eds
from nesie.journey.clients.rules import mobile
from nesie.kernel.ids import ProofId

router = Router(tags=["Entry"])


def _site(request: Call) -> Site:
    return site_of(request, apps=tuple(sorted(settings.NESIE_APP_ORIGINS)))


@router.post("/session/eds/challenge", response={201: schemas.EntryText})
def ask_eds(request: Call, payload: schemas.WantedText) -> Any:
    """A fresh text for a guest to sign with the key for sign-in. It says what it is, and can be no contract."""
    given = actions.ask_eds(request.actor, request.now, purpose=ChallengePurpose(payload.purpose.value))
    return Status(201, {"challenge_id": given.challenge_id, "text": base64.b64encode(given.text).decode()})


@router.post("/session/eds", response=schemas.EntrySigned)
def sign_in_with_eds(request: Call, payload: schemas.SignedText) -> Any:
    """Sign in by electronic signature. The challenge is used up whatever the outcome."""
    done = actions.sign_in_with_eds(
        request.actor,
        request.now,
        challenge_id=payload.challenge_id,
        cms=payload.cms,
        evidence=_evidence(request, payload, ChallengePurpose.EDS_SIGN_IN),
    )
    return {
        "status": done.status,
        "token": done.session_key or None,
        "recovered": done.recovered,
        "failed_check": done.failed_check,
        "message": gettext(done.message) if done.message else "",
    }


@router.post("/session/passkey/challenge", response={201: schemas.PasskeyAsked})
def begin_passkey_sign_in(request: Call) -> Any:
    """What a guest's device needs to sign in with a passkey, whosever it is."""
    return Status(201, actions.begin_passkey_sign_in(request.actor, request.now, site=_site(request)))


@router.post("/session/passkey", response=SignedIn)
def sign_in_with_passkey(request: Call, payload: schemas.PasskeyAnswer) -> Any:
    """Sign a client in by passkey. The challenge is used up whatever the outcome."""
    done = actions.sign_in_with_passkey(
        request.actor,
        request.now,
        challenge_id=payload.challenge_id,
        credential=payload.credential,
        site=_site(request),
        kind=HolderKind.CLIENT,
    )
    return {"status": done.status, "token": done.session_key or None}


@router.get("/factors", response=schemas.Factors)
def factors(request: Call) -> Any:
    """With what the client can sign in, passkeys among it."""
    return queries.factors(request.actor)


@router.post("/passkeys/challenge", response=schemas.PasskeyAsked)
def begin_passkey(request: Call, payload: schemas.ProvenAnew) -> Any:
    """What the device needs to make a passkey, once the client has proven themselves anew."""
    return actions.begin_passkey(request.actor, request.now, site=_site(request), current=payload.current)


@router.post("/passkeys", response=Attempted)
def add_passkey(request: Call, payload: schemas.PasskeyAnswer) -> Any:
    """Keep the passkey; the client is told by every way."""
    outcome = actions.add_passkey(
        request.actor,
        request.now,
        challenge_id=payload.challenge_id,
        credential=payload.credential,
        site=_site(request),
    )
    return {"outcome": outcome}


@router.post("/passkeys/{passkey_id}/end", response=Attempted)
def remove_passkey(request: Call, passkey_id: UUID, payload: schemas.ProvenAnew) -> Any:
    """Take a passkey off: it opens nothing from now on."""
    outcome = actions.remove_passkey(request.actor, request.now, passkey_id=passkey_id, current=payload.current)
    return {"outcome": outcome}


@router.get("/recovery", response=schemas.RecoveryWaits, auth=AnySession())
def recovery_shown_at(request: Call) -> Any:
    """Whether a recovery of the signed-in client waits, which they may want to stop."""
    return {"effective_at": queries.recovery_shown_at(request.actor)}


@router.post("/recovery/code", response={204: None})
def send_recovery_code(request: Call, payload: SignInCode) -> Any:
    """Send the code with which a recovery begins. The answer is the same for a phone that is nobody's."""
    actions.send_recovery_code(request.actor, request.now, phone=mobile(payload.phone), language=payload.language)
    return Status(204, None)


@router.post("/recovery", response=schemas.RecoveryTold)
def begin_recovery(request: Call, payload: schemas.RecoveryBegun) -> Any:
    """With the code: a token for the visit to the identification centre, and for nothing else."""
    return _told(actions.begin_recovery(request.actor, request.now, phone=mobile(payload.phone), code=payload.code))


@router.post("/recovery/biometric", response={201: identified.Visit})
def begin_recovery_biometric(request: Call, payload: identified.ReturnAddress) -> Any:
    """Open the visit to the national centre; one's own device is not enough, since it may be what was stolen."""
    back = check_return(payload.return_address)
    return Status(201, visit_to(actions.begin_recovery_biometric(request.actor, request.now, redirect_uri=back)))


@router.post("/recovery/coid", response=schemas.RecoveryTold)
def recover_with_coid(request: Call, payload: schemas.ProvenByFace) -> Any:
    """Proven by code and face: it waits its delay, is told of everywhere, and can be stopped. The token ends."""
    return _told(actions.recover_with_coid(request.actor, request.now, proof_id=ProofId(payload.proof_id)))


@router.post("/recovery/eds", response=schemas.RecoveryTold)
def recover_with_eds(request: Call, payload: schemas.SignedText) -> Any:
    """Proven by electronic signature: the same wait. The challenge is used up whatever the outcome."""
    step = actions.recover_with_eds(
        request.actor,
        request.now,
        challenge_id=payload.challenge_id,
        cms=payload.cms,
        evidence=_evidence(request, payload, ChallengePurpose.EDS_RECOVERY),
    )
    return _told(step)


@router.post("/recovery/stop", response={204: None}, auth=AnySession())
def cancel_recovery(request: Call, payload: schemas.StopRecovery) -> Any:
    """Stop it: everything stays as it was."""
    actions.cancel_recovery(request.actor, request.now, secret=payload.secret or "")
    return Status(204, None)


def _evidence(request: Call, payload: schemas.SignedText, purpose: ChallengePurpose) -> eds.Evidence:
    return queries.entry_evidence(
        request.actor, request.now, purpose=purpose, challenge_id=payload.challenge_id, cms=payload.cms
    )


def _told(step: RecoveryStep) -> dict[str, Any]:
    return {
        "outcome": step.outcome,
        "token": step.session_key or None,
        "effective_at": queries.business_time(step.effective_at) if step.effective_at else None,
        "failed_check": step.failed_check,
        "message": gettext(step.message) if step.message else "",
    }
