"""Contracts (clauses 7.3, 8.1-1, 9, 9-1), and where the money is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.routes.identification import check_return, visit_to
from nesie.entrypoints.api.schemas import contracts as schemas
from nesie.entrypoints.api.schemas import identification as identified
from nesie.entrypoints.api.schemas.contracts import ToSign
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification import queries as proofs
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ContractView, CoolingOff, NotYetConsentable
from nesie.journey.payments import queries as payments
from nesie.kernel.ids import ApplicationId, ContractId, ProofId
from nesie.kernel.refused import NotFound

router = Router(tags=["Contracts"])
ONE = "/contracts/{contract_id}"


@router.post("/applications/{application_id}/contract", response={201: schemas.Drafted})
def draft_contract(request: Call, application_id: UUID) -> Any:
    """Draw the contract up from the chosen offer; on a later day it is drawn up anew under the same number."""
    made = actions.draft_contract(request.actor, request.now, application_id=ApplicationId(application_id))
    return Status(201, made)


@router.get("/applications/{application_id}/contract", response=schemas.Contract)
def contract_of_application(request: Call, application_id: UUID) -> Any:
    """The contract drawn up for an application."""
    found = queries.contract_of_application(request.actor, ApplicationId(application_id), request.now)
    if found is None:
        raise NotFound
    return _shown(found)


@router.get("/contracts", response=list[schemas.Contract])
def contracts_of(request: Call) -> Any:
    """The client's contracts, newest first."""
    return [_shown(one) for one in queries.contracts_of(request.actor, own_client(request), request.now)]


@router.get(ONE, response=schemas.Contract)
def contract(request: Call, contract_id: UUID) -> Any:
    """A contract before and after its signing."""
    return _shown(queries.contract(request.actor, ContractId(contract_id), request.now))


@router.post(f"{ONE}/consent-code", response={204: None})
def request_consent_code(request: Call, contract_id: UUID, payload: schemas.WantedCode) -> Any:
    """A code to the client's own phone, for this consent only."""
    actions.request_consent_code(
        request.actor,
        request.now,
        contract_id=ContractId(contract_id),
        kind=payload.kind,
        change_id=payload.change_id,
    )
    return Status(204, None)


@router.post(f"{ONE}/consent-to-conclude", response=schemas.ConsentOutcome)
def consent_to_conclude(request: Call, contract_id: UUID, payload: schemas.GivenConsent) -> Any:
    """Consent to conclude the contract: before the signing, a document of its own."""
    return actions.consent_to_conclude(
        request.actor, request.now, contract_id=ContractId(contract_id), **_confirmed(payload)
    )


@router.post(f"{ONE}/signature", response={201: identified.Challenge})
def request_signature(request: Call, contract_id: UUID, payload: schemas.WantedSignature) -> Any:
    """Put the contract, or a consent's document, before the client to sign with the key."""
    view = queries.contract(request.actor, ContractId(contract_id), request.now)
    own = clients.active_client(request.actor, own_client(request))
    challenge_id = identification.request_signature(
        request.actor,
        request.now,
        subject_id=own.id,
        operation=payload.operation.value,
        document_id=_document(view, payload.operation),
        iin=own.iin,
        holder=own.holder,
        bin=own.bin,
    )
    return Status(201, proofs.challenge(request.actor, challenge_id))


@router.post(f"{ONE}/biometric", response={201: identified.Visit})
def start_biometric(request: Call, contract_id: UUID, payload: identified.ReturnAddress) -> Any:
    """Open the visit to the identification centre, bound to this contract's text."""
    view = queries.contract(request.actor, ContractId(contract_id), request.now)
    own = clients.active_client(request.actor, own_client(request))
    started = identification.start_biometric(
        request.actor,
        request.now,
        subject_id=own.id,
        operation=ToSign.SIGN_CONTRACT.value,
        document_sha256=view.sign_sha256,
        iin=own.iin,
        phone=own.phone,
        redirect_uri=check_return(payload.return_address),
    )
    return Status(201, visit_to(started))


@router.post(f"{ONE}/signing", response=schemas.Signed)
def sign_contract(request: Call, contract_id: UUID, payload: schemas.Signing) -> Any:
    """Conclude the contract with both proofs, bound to this very text."""
    return actions.sign_contract(
        request.actor,
        request.now,
        contract_id=ContractId(contract_id),
        eds_proof_id=ProofId(payload.eds_proof_id) if payload.eds_proof_id else None,
        biometric_proof_id=ProofId(payload.biometric_proof_id),
        document_sha256=payload.document_sha256,
    )


@router.post(f"{ONE}/consent-to-receive/text", response={201: schemas.ConsentDrafted})
def draft_consent_to_receive(request: Call, contract_id: UUID) -> Any:
    """The document of the consent to receive the money: made only after the 24 hours (paragraph 9-1)."""
    made = actions.draft_consent_to_receive(request.actor, request.now, contract_id=ContractId(contract_id))
    return Status(201, made)


@router.post(f"{ONE}/consent-to-receive", response=schemas.ConsentOutcome)
def consent_to_receive(request: Call, contract_id: UUID, payload: schemas.GivenConsent) -> Any:
    """Consent to receive the money, after the 24 hours."""
    return actions.consent_to_receive(
        request.actor, request.now, contract_id=ContractId(contract_id), **_confirmed(payload)
    )


@router.post(f"{ONE}/cancellation", response={204: None})
def cancel_contract(request: Call, contract_id: UUID) -> Any:
    """Give the contract up before any money: the 24 hours are for this."""
    actions.cancel_contract(request.actor, request.now, contract_id=ContractId(contract_id))
    return Status(204, None)


@router.get(f"{ONE}/account-check", response=schemas.AccountCheck)
def ownership_of(request: Call, contract_id: UUID) -> Any:
    """What the bank said of the account the money is to go to."""
    return {"verdict": payments.ownership_of(request.actor, ContractId(contract_id))}


@router.get(f"{ONE}/disbursements", response=list[schemas.Disbursement])
def disbursements_of(request: Call, contract_id: UUID) -> Any:
    """Payment orders under the contract, and how each stands."""
    return list(payments.disbursements_of(request.actor, ContractId(contract_id)))


@router.get(f"{ONE}/receipts", response=list[schemas.Receipt])
def receipts_of(request: Call, contract_id: UUID) -> Any:
    """Money received for the contract."""
    return list(payments.receipts_of(request.actor, ContractId(contract_id)))


@router.get(f"{ONE}/repayment", response=schemas.Repayment)
def repayment_details(request: Call, contract_id: UUID) -> Any:
    """The ways to repay, with details (clause 7.6), in the reader's language."""
    found = payments.repayment_details(
        request.actor, ContractId(contract_id), request.now, language=request.LANGUAGE_CODE
    )
    facts = {name: getattr(found, name) for name in type(found).__slots__}
    return facts | {"ways": [{"way": way, "is_open": is_open} for way, is_open in found.ways]}


def _confirmed(payload: schemas.GivenConsent) -> dict[str, Any]:
    proof = payload.eds_proof_id
    return {"code": payload.code or "", "eds_proof_id": ProofId(proof) if proof else None}


def _document(view: ContractView, operation: ToSign) -> UUID:
    """What is signed for an act; NotYetConsentable while a consent has no text."""
    if operation is ToSign.SIGN_CONTRACT:
        return view.sign_document_id
    consent = view.to_conclude if operation is ToSign.CONSENT_TO_CONCLUDE else view.to_receive
    if consent is None:
        raise NotYetConsentable
    return consent.document_id


def _shown(view: ContractView) -> dict[str, Any]:
    facts = {name: getattr(view, name) for name in ContractView.__slots__}
    return facts | {
        "principal": view.principal,
        "method": view.terms.method,
        "annual_rate_percent": view.terms.annual_rate,
        "cooling": _cooling(view.cooling),
    }


def _cooling(cooling: CoolingOff | None) -> dict[str, Any] | None:
    if cooling is None:
        return None
    names = ("required", "ground", "over_at", "consent_needed")
    return {name: getattr(cooling, name) for name in names}
