"""Builders of changes of a contract: proposals reckoned by the schedule's own arithmetic, answered by the client."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.rules import Schedule, Terms, schedule
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import (
    ChangeClaim,
    ChangeKind,
    ChangeProposal,
    Conditions,
    DraftedChange,
    Forgiven,
    Standing,
)
from nesie.kernel.actor import Actor, Role, worker
from nesie.kernel.ids import ContractId, ProofId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.given_applications import Applicant
from tests.given_contracts import Stand

PENALTY, LATER_PENALTY = Rate.percent("0.5"), Rate.percent("0.03")
OFFICER = Actor(new_id(), frozenset({Role.CREDIT_OFFICER}), worker().channel)
EVENT = {"kind": "restructured", "note": 7}


def proposal(
    contract_id: ContractId,
    effective_on: date,
    *,
    kind: ChangeKind = ChangeKind.RESTRUCTURING,
    standing: Standing | None = None,
    forgiven: Forgiven | None = None,
    claims: tuple[ChangeClaim, ...] | None = None,
    one_sided: bool = False,
    penalty: Rate = PENALTY,
    **terms: Any,
) -> ChangeProposal:
    """A change of what is left of a contract: the debt whole unless `standing`; `terms` replace the contract's own.

    Overdue interest and penalty become claims paid in half a year, unless `claims` says otherwise.
    """
    agreed = queries.contract_terms(contract_id).terms
    gone = forgiven or Forgiven()
    owed = standing or Standing(agreed.principal)
    if claims is None:
        rest = ChangeClaim(
            effective_on + timedelta(days=180), owed.overdue_interest - gone.interest, owed.penalty - gone.penalty
        )
        claims = (rest,) if rest.interest + rest.penalty else ()
    return ChangeProposal(
        contract_id=contract_id,
        kind=kind,
        granted_on=effective_on,
        effective_on=effective_on,
        standing=owed,
        before=_conditions(agreed, owed.principal, effective_on, PENALTY, ()),
        after=_conditions(replace(agreed, **terms), owed.principal - gone.principal, effective_on, penalty, claims),
        event=EVENT,
        forgiven=gone,
        one_sided=one_sided,
    )


def _conditions(
    terms: Terms, principal: Money, effective_on: date, penalty: Rate, claims: tuple[ChangeClaim, ...]
) -> Conditions:
    if principal == ZERO:
        plan = Schedule(effective_on, ())
    else:
        plan = schedule(replace(terms, principal=principal, first_due_on=None), effective_on)
    return Conditions(terms.annual_rate, terms.method, plan, claims, penalty, LATER_PENALTY)


def drafted(now: datetime, contract_id: ContractId, **changes: Any) -> DraftedChange:
    """A longer term (24 months), put before the client for ten days."""
    wish = {"kind": ChangeKind.PROLONGATION, "instalments": 24} | changes
    effective_on = wish.pop("effective_on", business_day(now) + timedelta(days=10))
    made = proposal(contract_id, effective_on, **wish)
    return actions.draft_change(OFFICER, now, proposal=made)


def improvement(now: datetime, contract_id: ContractId, **changes: Any) -> DraftedChange:
    """A lower rate by the lender alone, from 20 days on."""
    wish = {"kind": ChangeKind.RATE_REDUCTION, "annual_rate": Rate.percent(20), "one_sided": True} | changes
    effective_on = wish.pop("effective_on", business_day(now) + timedelta(days=20))
    return actions.draft_change(OFFICER, now, proposal=proposal(contract_id, effective_on, **wish))


def proofs(now: datetime, here: Stand, who: Applicant, made: DraftedChange, **over: Any) -> tuple[ProofId, ProofId]:
    """EDS and biometrics over the change's document; `document_id` and `sha256` for other bytes."""
    eds = here.identities.eds_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_change",
        document_id=over.get("document_id", made.sign_document_id), person=who.person,
    )  # fmt: skip
    biometric = here.identities.biometric_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_change",
        document_sha256=over.get("sha256", made.sign_sha256), person=who.person,
    )  # fmt: skip
    return eds, biometric


def signed(now: datetime, here: Stand, who: Applicant, made: DraftedChange) -> None:
    """The client agrees by both proofs."""
    eds, biometric = proofs(now, here, who, made)
    actions.sign_change(
        who.actor, now, change_id=made.change_id, biometric_proof_id=biometric, eds_proof_id=eds,
        document_sha256=made.sign_sha256,
    )  # fmt: skip
