"""The client agrees to a change of the contract."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.identification import actions as identification
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import check_authority
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._changing import move_change, require_change, tell
from nesie.journey.contracts.actions._rechecking import check_again
from nesie.journey.contracts.models import ChangeSignature, Contract, ContractChange
from nesie.journey.contracts.rules import ChangeStatus, SignOutcome
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness import queries as credit
from nesie.journey.creditworthiness.rules import Replaced, Stage
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, ProofId

OPERATION = "sign_change"


@use_case
def sign_change(
    actor: Actor,
    now: datetime,
    *,
    change_id: UUID,
    biometric_proof_id: ProofId,
    eds_proof_id: ProofId | None,
    document_sha256: str,
) -> rules.SignedChange:
    """Agree by EDS AND biometrics, both over this very document (Rules, 9).

    An individual entrepreneur's business microcredit needs no EDS as long as the state knows him as one. What the
    checks made again say is an outcome, as at the signing of a contract: while they are under way, or when they do not
    allow to give money out, nothing is signed and no proof is spent; where it does give money out, the signature
    starts the 24 hours (Rules, 9-1).
    Raises SecondProofMissing, AuthorityEnded, NotTheChangeShown, AnswerTooLate, ProofUnfit, ProofSpent,
    ChangeMoveRefused, NotFound, DocumentAltered.
    """
    row, change = queries.lock_change(actor, change_id)
    client = clients.active_client(actor, ClientId(row.client_id))
    check_authority(client, business_day(now))
    require_change(change, ChangeStatus.SIGNED)
    rules.check_answer_in_time(change.answer_until, now)
    rules.check_change_shown(document_sha256, change.sha256)
    document_id = queries.change_document_id(row, change)
    queries.verified(document_id, change.sha256)
    proofs = rules.proofs_given(biometric=biometric_proof_id, eds=eds_proof_id)
    rules.check_proofs(queries.change_proofs(row, change), frozenset(proofs))
    outcome = _check_again(actor, row, change, now, eds=eds_proof_id is not None)
    if outcome is not SignOutcome.SIGNED:
        return rules.SignedChange(change_id, outcome)
    for kind, proof_id in proofs.items():
        identification.consume_proof(
            proof_id,
            subject_id=row.client_id,
            operation=OPERATION,
            document_sha256=change.sha256,
            kind=kind,
            now=now,
            holder=client.holder,
            bin=client.bin,
        )
    signature = ChangeSignature.objects.create(
        change=change,
        signed_at=now,
        sha256=change.sha256,
        eds_proof_id=eds_proof_id,
        biometric_proof_id=biometric_proof_id,
        channel=actor.channel,
    )
    documents.witness(signature)
    documents.record_event(
        document_id, Event.SIGNED, now=now, channel=actor.channel, reference=str(eds_proof_id or biometric_proof_id)
    )
    move_change(actor, change, ChangeStatus.SIGNED, now)
    return _signed(actor, row, change, now)


def _check_again(actor: Actor, row: Contract, change: ContractChange, now: datetime, *, eds: bool) -> SignOutcome:
    if change.payout_tiyn is None:
        return SignOutcome.SIGNED if eds else _spared(actor, row, change, now)
    proposal = rules.ChangeProposal.from_json(ContractId(row.pk), change.proposal)
    return check_again(
        actor,
        now,
        client_id=ClientId(row.client_id),
        case_id=change.pk,
        amount=proposal.standing.principal + proposal.payout,
        plan=proposal.after.plan,
        consumer=row.consumer,
        replaces=Replaced(ContractId(row.pk), proposal.standing.principal),
    )


def _spared(actor: Actor, row: Contract, change: ContractChange, now: datetime) -> SignOutcome:
    """Only a fresh word of the state that he is an entrepreneur still spares him the EDS."""
    standing = credit.business_standing(change.pk, Stage.SIGNING)
    if standing is not None and standing.serves(now):
        return SignOutcome.SIGNED
    if not credit.waiting(change.pk, Stage.SIGNING):
        creditworthiness.request_checks(
            actor,
            now,
            client_id=ClientId(row.client_id),
            case_id=change.pk,
            stage=Stage.SIGNING,
            consumer=row.consumer,
            money=False,
        )
    return SignOutcome.CHECKS_UNDER_WAY


def _signed(actor: Actor, row: Contract, change: ContractChange, now: datetime) -> rules.SignedChange:
    cooling = queries.change_cooling(change, now) if change.payout_tiyn is not None else None
    if cooling is None or not cooling.required:
        tell(actor, row, "change_signed", now, effective_on=change.effective_on)
    else:
        tell(actor, row, "contract_signed", now, until=cooling.over_at)
    if cooling is None:
        return rules.SignedChange(change.pk, SignOutcome.SIGNED, now)
    return rules.SignedChange(change.pk, SignOutcome.SIGNED, now, cooling.over_at, cooling.consent_needed)
