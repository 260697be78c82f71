"""Changes of a contract agreed with the client, and the lender's improvements (Rules, 9; Law, art. 3 p. 6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.routes.identification import check_return, visit_to
from nesie.entrypoints.api.schemas import changes as schemas
from nesie.entrypoints.api.schemas import identification as identified
from nesie.entrypoints.api.schemas.contracts import ConsentDrafted, ConsentOutcome, GivenConsent
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification import queries as proofs
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ChangeView, Conditions
from nesie.kernel.ids import ContractId, ProofId

router = Router(tags=["Changes"])
ONE = "/changes/{change_id}"
OPERATION = "sign_change"


@router.get("/contracts/{contract_id}/changes", response=list[schemas.ContractChange])
def changes_of(request: Call, contract_id: UUID) -> Any:
    """The changes of a contract, newest first."""
    return [_shown(one) for one in queries.changes_of(request.actor, ContractId(contract_id))]


@router.get(ONE, response=schemas.ContractChange)
def change(request: Call, change_id: UUID) -> Any:
    """A change with both schedules and what each costs."""
    return _shown(queries.change(request.actor, change_id, request.now))


@router.post(f"{ONE}/signature", response={201: identified.Challenge})
def request_change_signature(request: Call, change_id: UUID) -> Any:
    """Put the change's document before the client to sign with the key."""
    view = queries.change(request.actor, change_id)
    own = clients.active_client(request.actor, own_client(request))
    challenge_id = identification.request_signature(
        request.actor,
        request.now,
        subject_id=own.id,
        operation=OPERATION,
        document_id=view.sign_document_id,
        iin=own.iin,
        holder=own.holder,
        bin=own.bin,
    )
    return Status(201, proofs.challenge(request.actor, challenge_id))


@router.post(f"{ONE}/biometric", response={201: identified.Visit})
def start_change_biometric(request: Call, change_id: UUID, payload: identified.ReturnAddress) -> Any:
    """Open the visit to the identification centre, bound to this change's document."""
    view = queries.change(request.actor, change_id)
    own = clients.active_client(request.actor, own_client(request))
    started = identification.start_biometric(
        request.actor,
        request.now,
        subject_id=own.id,
        operation=OPERATION,
        document_sha256=view.sign_sha256,
        iin=own.iin,
        phone=own.phone,
        redirect_uri=check_return(payload.return_address),
    )
    return Status(201, visit_to(started))


@router.post(f"{ONE}/signing", response=schemas.ChangeSigned)
def sign_change(request: Call, change_id: UUID, payload: schemas.ChangeSigning) -> Any:
    """Agree to the change with both proofs, bound to this very document."""
    return actions.sign_change(
        request.actor,
        request.now,
        change_id=change_id,
        biometric_proof_id=ProofId(payload.biometric_proof_id),
        eds_proof_id=ProofId(payload.eds_proof_id) if payload.eds_proof_id else None,
        document_sha256=payload.document_sha256,
    )


@router.post(f"{ONE}/consent-to-receive/text", response={201: ConsentDrafted})
def draft_consent_to_money(request: Call, change_id: UUID) -> Any:
    """The document of the consent to receive the money of a change: made only after its 24 hours (paragraph 9-1)."""
    contract_id = queries.change(request.actor, change_id).contract_id
    made = actions.draft_consent_to_receive(request.actor, request.now, contract_id=contract_id, change_id=change_id)
    return Status(201, made)


@router.post(f"{ONE}/consent-to-receive", response=ConsentOutcome)
def consent_to_money(request: Call, change_id: UUID, payload: GivenConsent) -> Any:
    """Consent to receive the money of a change, after its 24 hours."""
    contract_id = queries.change(request.actor, change_id).contract_id
    return actions.consent_to_receive(
        request.actor,
        request.now,
        contract_id=contract_id,
        change_id=change_id,
        code=payload.code or "",
        eds_proof_id=ProofId(payload.eds_proof_id) if payload.eds_proof_id else None,
    )


@router.post(f"{ONE}/refusal", response={204: None})
def decline_change(request: Call, change_id: UUID) -> Any:
    """Refuse the change, or give its money up before it is sent: the contract stays as it was."""
    actions.decline_change(request.actor, request.now, change_id=change_id)
    return Status(204, None)


def _shown(view: ChangeView) -> dict[str, Any]:
    facts = {name: getattr(view, name) for name in ChangeView.__slots__}
    return facts | {
        "effective_on": view.effective_on,
        "debt": view.proposal.standing,
        "forgiven": view.proposal.forgiven,
        "payout": view.payout,
        "money_not_before": view.cooling.over_at if view.cooling else None,
        "consent_needed": view.cooling is not None and view.cooling.consent_needed,
        "consent_given_at": view.to_receive.given_at if view.to_receive else None,
        "before": _conditions(view.proposal.before, view.gesv_before),
        "after": _conditions(view.proposal.after, view.gesv_after),
    }


def _conditions(side: Conditions, gesv: Any) -> dict[str, Any]:
    return {
        "annual_rate_percent": side.annual_rate,
        "gesv_percent": gesv,
        "method": side.method,
        "penalty_day_rate_percent": side.penalty_day_rate,
        "penalty_later_day_rate_percent": side.penalty_later_day_rate,
        "plan": side.plan,
        "claims": side.claims,
        "total": side.total,
        "overpayment": side.overpayment,
    }
