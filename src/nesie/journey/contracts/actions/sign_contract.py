"""Conclude a contract by the client's electronic signature and biometric identification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import actions as notices
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms.rules import Schedule, Terms, check_caps, flows, gesv
from nesie.journey.applications import queries as applications
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientView, check_authority
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._move import move, require
from nesie.journey.contracts.actions._rechecking import check_again
from nesie.journey.contracts.models import Contract, ContractSignature, ContractText, CoolingOffExemption
from nesie.journey.contracts.rules import ConsentKind, ContractStatus, ExemptionKind, SignOutcome
from nesie.journey.creditworthiness.rules import Replaced
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, ProofId
from nesie.kernel.money import Money


@use_case
def sign_contract(
    actor: Actor,
    now: datetime,
    *,
    contract_id: ContractId,
    eds_proof_id: ProofId | None,
    biometric_proof_id: ProofId,
    document_sha256: str,
) -> rules.Signed:
    """Conclude the contract (Rules, paragraph 9): EDS AND biometrics, both bound to this very text and operation.

    An individual entrepreneur's business microcredit needs no EDS; a legal entity's is its signatory's, made with the
    entity's certificate under a paper in force. What the checks made again say is an outcome: while they are under
    way, or when they no longer allow it, nothing is signed and no proof is spent. Raises SecondProofMissing,
    AuthorityEnded, DraftOutOfDate, NotTheDraftShown, ConsentNotGiven, ProofUnfit, ProofSpent, CapExceeded,
    MoveRefused, NotFound, DocumentAltered.
    """
    row = queries.lock(actor, contract_id)
    require(row, ContractStatus.DRAFTED, ContractStatus.SIGNED)
    client = clients.active_client(actor, ClientId(row.client_id))
    check_authority(client, business_day(now))
    proofs = rules.proofs_given(biometric=biometric_proof_id, eds=eds_proof_id)
    rules.check_proofs(rules.needed_proofs(consumer=row.consumer, entrepreneur=row.entrepreneur), frozenset(proofs))
    text = queries.newest_text(row)
    rules.check_draft_may_be_signed(
        dated_on=text.dated_on,
        draft_sha256=text.sha256,
        shown_sha256=document_sha256,
        consented_at=queries.consent_given_at(row, ConsentKind.CONCLUDE),
        now=now,
    )
    queries.verified(queries.sign_document_id(row, text), text.sha256)
    _check_caps_again(actor, row, text, now)
    outcome = check_again(
        actor,
        now,
        client_id=client.id,
        case_id=row.pk,
        amount=Money(row.line_limit_tiyn or row.principal_tiyn),
        plan=Schedule.from_json(text.schedule),
        consumer=row.consumer,
        replaces=Replaced(ContractId(row.refinances_id), Money(row.principal_tiyn)) if row.refinances_id else None,
    )
    if outcome is not SignOutcome.SIGNED:
        return rules.Signed(contract_id, outcome)
    _consume(client, text, proofs, now)
    signature = ContractSignature.objects.create(
        contract=row,
        text=text,
        signed_at=now,
        sha256=text.sha256,
        eds_proof_id=eds_proof_id,
        biometric_proof_id=biometric_proof_id,
        channel=actor.channel,
    )
    documents.witness(signature)
    documents.record_event(
        queries.sign_document_id(row, text),
        Event.SIGNED,
        now=now,
        channel=actor.channel,
        reference=str(eds_proof_id or biometric_proof_id),
    )
    move(actor, row, ContractStatus.SIGNED, now)
    if row.refinances_id is not None:
        _exempt(row, text, client, now)
    cooling = queries.cooling_of(row, now)
    if cooling.required:
        _tell(client, row, cooling.over_at, now)
    return rules.Signed(contract_id, outcome, now, cooling.over_at, cooling.consent_needed)


def _check_caps_again(actor: Actor, row: Contract, text: ContractText, now: datetime) -> None:
    plan = Schedule.from_json(text.schedule)
    chosen = applications.chosen_offer(actor, ApplicationId(row.application_id))
    if chosen is None:
        raise rules.NothingChosen
    product = terms.product_version(chosen.product_version_id)
    limits = terms.caps(product.draft.product_class, business_day(now))
    check_caps(Terms.from_json(text.terms), plan, gesv(flows(plan)), limits)


def _exempt(row: Contract, text: ContractText, client: ClientView, now: datetime) -> None:
    """Money that repays the client's loan here is exempt from part one of 9-1: the contract itself says so."""
    rules.check_exemption(ExemptionKind.OWN_REFINANCING, row.disbursement_method)
    exemption = CoolingOffExemption.objects.create(
        contract=row,
        kind=ExemptionKind.OWN_REFINANCING,
        evidence_id=queries.sign_document_id(row, text),
        recorded_by=client.id,
        recorded_at=now,
    )
    documents.witness(exemption)


def _consume(client: ClientView, text: ContractText, proofs: Mapping[ProofKind, ProofId], now: datetime) -> None:
    for kind, proof_id in proofs.items():
        identification.consume_proof(
            proof_id,
            subject_id=client.id,
            operation="sign_contract",
            document_sha256=text.sha256,
            kind=kind,
            now=now,
            holder=client.holder,
            bin=client.bin,
        )


def _tell(client: ClientView, row: Contract, until: datetime, now: datetime) -> None:
    notices.notify(
        client.id,
        template="contract_signed",
        params={"number": row.number, "until": until},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
