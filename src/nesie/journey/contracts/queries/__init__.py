"""Reads of contracts; each asks first whether the contract is this actor's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.rules import RowFinding
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.rules import Schedule, Terms
from nesie.journey.contracts import rules
from nesie.journey.contracts.gateways import Papers, Wiring
from nesie.journey.contracts.models import (
    ChangeSignature,
    ChangeTransition,
    Consent,
    ConsentGiven,
    Contract,
    ContractChange,
    ContractSignature,
    ContractText,
    CoolingOffExemption,
)
from nesie.journey.contracts.queries.cooling import (
    each_ready_to_disburse,
    exemption_of,
    grants_of_clients,
    limits,
    ready_to_disburse,
    standing,
    to_announce_cooling_off_over,
    undisbursed,
)
from nesie.journey.contracts.queries.granted import any_change_at, issued
from nesie.journey.contracts.queries.payouts import (
    change_consent,
    change_consent_at,
    change_cooling,
    changes_ready_to_pay,
    changes_to_announce_cooling_off_over,
    credit_line,
    payout_day,
    would_wait,
)
from nesie.journey.contracts.rules import (
    ChangeStatus,
    ConsentKind,
    ConsentMeans,
    ContractStatus,
    CoolingOff,
    Grant,
)
from nesie.journey.creditworthiness import queries as credit
from nesie.journey.creditworthiness.rules import Stage
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, DocumentId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound

__all__ = [
    "change_consent",
    "change_consent_at",
    "change_cooling",
    "changes_ready_to_pay",
    "changes_to_announce_cooling_off_over",
    "credit_line",
    "each_ready_to_disburse",
    "issued",
    "limits",
    "payout_day",
    "ready_to_disburse",
    "to_announce_cooling_off_over",
    "would_wait",
]

_CHUNK = 100


def papers() -> Papers:
    """Who lays papers out, as `config` wired it."""
    return Wiring.papers


def contract(actor: Actor, contract_id: ContractId, now: datetime) -> rules.ContractView:
    """A contract with everything about it; NotFound when it is not this actor's to see."""
    return _view(_row(actor, contract_id), now)


def contract_of_application(actor: Actor, application_id: ApplicationId, now: datetime) -> rules.ContractView | None:
    """The contract drawn up for an application, or None; NotFound when it is not this actor's to see."""
    row = _rows().filter(application_id=application_id).first()
    if row is None:
        return None
    _check_scope(actor, row)
    return _view(row, now)


def contracts_of(actor: Actor, client_id: ClientId, now: datetime) -> tuple[rules.ContractView, ...]:
    """A client's contracts, newest first; NotFound for another client."""
    if not _may_see(actor, client_id):
        raise NotFound
    return tuple(_view(row, now) for row in _rows().filter(client_id=client_id).order_by("-drawn_up_at"))


def contract_terms(contract_id: ContractId) -> rules.ContractTerms:
    """What a later stage goes by; NotFound. The later stage has asked whose it is already."""
    row = Contract.objects.filter(pk=contract_id).first()
    if row is None:
        raise NotFound
    return terms_of(row)


def disbursed_by_numbers(numbers: Iterable[str]) -> tuple[rules.ContractTerms, ...]:
    """The paid-out contracts among these numbers: what a payment's purpose may name."""
    rows = standing(ContractStatus.DISBURSED).filter(number__in=tuple(numbers))
    return tuple(terms_of(row) for row in rows)


def disbursed_of_client(client_id: ClientId) -> tuple[rules.ContractTerms, ...]:
    """The client's paid-out contracts, oldest first."""
    rows = standing(ContractStatus.DISBURSED).filter(client_id=client_id).order_by("drawn_up_at")
    return tuple(terms_of(row) for row in rows)


def document_of(actor: Actor, contract_id: ContractId, document_id: UUID) -> DocumentId:
    """The id, when it is one of this contract's papers and the contract is this actor's; NotFound otherwise."""
    row = _row(actor, contract_id)
    texts = row.texts.values_list("document_kk_id", "document_ru_id")
    papers_of_it = {document for pair in texts for document in pair} | set(
        row.consents.values_list("document_id", flat=True)
    )
    changed = row.changes.values_list("document_kk_id", "document_ru_id")
    papers_of_it |= {document for pair in changed for document in pair}
    if document_id not in papers_of_it:
        raise NotFound
    return DocumentId(document_id)


def altered_rows() -> list[RowFinding]:
    """Rows of texts, signatures, consents and changes that are not what was written (clause 11-doc)."""
    return documents.altered_rows(
        ContractText,
        ContractSignature,
        Consent,
        ConsentGiven,
        CoolingOffExemption,
        ContractChange,
        ChangeSignature,
    )


def lock(actor: Actor, contract_id: ContractId) -> Contract:
    """The contract's row, locked until the transaction ends; NotFound when it is not this actor's to act on."""
    row = Contract.objects.select_for_update().filter(pk=contract_id).first()
    if row is None:
        raise NotFound
    _check_scope(actor, row)
    return row


def status_of(row: Contract) -> ContractStatus:
    """Where a locked or just read contract stands."""
    return ContractStatus(row.status)


def newest_text(row: Contract) -> ContractText:
    """The contract as it reads now."""
    return row.texts.order_by("-version")[0]


def newest_consent(row: Contract, kind: ConsentKind) -> Consent | None:
    """The newest document of a consent to the contract itself, given or not; see also `change_consent`."""
    return row.consents.select_related("given").filter(kind=kind, change=None).order_by("-version").first()


def consent_given_at(row: Contract, kind: ConsentKind) -> datetime | None:
    """When the consent's newest text was confirmed; a consent to an older text says nothing of the one now shown."""
    given = getattr(newest_consent(row, kind), "given", None)
    return given.given_at if given else None


def cooling_of(row: Contract, now: datetime) -> CoolingOff:
    """How long the money of a signed contract waits, counting the client's other loans over all channels."""
    granted = grants_of(row.client_id)
    own = next((grant for grant in granted if grant.contract_id == row.pk), None)
    others = [grant for grant in granted if grant.contract_id != row.pk]
    return rules.cooling_off(own or _grant(row), others, limits(signed_on(row)), now)


def grants_of(client_id: UUID, *, besides: UUID | None = None) -> list[Grant]:
    """The client's signed contracts that are not given up, as paragraph 9-1 counts them."""
    return [grant for grant in grants_of_clients([client_id])[client_id] if grant.contract_id != besides]


def terms_of(row: Contract) -> rules.ContractTerms:
    """The view of a row for later stages."""
    text = newest_text(row)
    return rules.ContractTerms(
        contract_id=ContractId(row.pk),
        client_id=ClientId(row.client_id),
        application_id=ApplicationId(row.application_id),
        number=row.number,
        dated_on=text.dated_on,
        terms=Terms.from_json(text.terms),
        account_id=row.account_id,
        disbursement_method=row.disbursement_method,
        consumer=row.consumer,
        secured=row.secured,
        line=credit_line(row),
        refinances=ContractId(row.refinances_id) if row.refinances_id else None,
    )


def _may_see(actor: Actor, client_id: UUID) -> bool:
    own = actor.has(Role.CLIENT) and actor.id == client_id
    return own or actor.reads_clients


def _check_scope(actor: Actor, row: Contract) -> None:
    if not _may_see(actor, row.client_id):
        raise NotFound


def _rows() -> QuerySet[Contract]:
    return Contract.objects.select_related("signature", "exemption")


def _row(actor: Actor, contract_id: ContractId) -> Contract:
    row = _rows().filter(pk=contract_id).first()
    if row is None:
        raise NotFound
    _check_scope(actor, row)
    return row


def signed_on(row: Contract | ContractChange) -> date:
    """The date of a contract, or of a change, which its norms go by: the day it was signed."""
    return business_day(row.signature.signed_at)


def _grant(row: Contract) -> Grant:
    disbursed_at = row.transitions.filter(status=ContractStatus.DISBURSED).values_list("at", flat=True).first()
    return replace(undisbursed(row), disbursed_at=disbursed_at)


def _consent_seen(found: Consent | None) -> rules.ConsentView | None:
    if found is None:
        return None
    given = getattr(found, "given", None)
    return rules.ConsentView(
        consent_id=found.pk,
        kind=ConsentKind(found.kind),
        document_id=DocumentId(found.document_id),
        sha256=found.sha256,
        drafted_at=found.drafted_at,
        given_at=given.given_at if given else None,
        means=ConsentMeans(given.means) if given else None,
    )


def _signature(row: Contract) -> rules.SignatureView | None:
    found = getattr(row, "signature", None)
    if found is None:
        return None
    return rules.SignatureView(
        found.signed_at, found.sha256, found.eds_proof_id, found.biometric_proof_id, found.channel
    )


def _view(row: Contract, now: datetime) -> rules.ContractView:
    text = newest_text(row)
    signature = _signature(row)
    own = row.consents.filter(change__isnull=True)
    consents = {found.kind: found for found in own.select_related("given").order_by("version")}
    return rules.ContractView(
        contract_id=ContractId(row.pk),
        number=row.number,
        client_id=ClientId(row.client_id),
        application_id=ApplicationId(row.application_id),
        status=status_of(row),
        dated_on=text.dated_on,
        language=row.language,
        terms=Terms.from_json(text.terms),
        plan=Schedule.from_json(text.schedule),
        gesv_percent=text.gesv_percent,
        total=Money(text.total_tiyn),
        overpayment=Money(text.overpayment_tiyn),
        document_kk_id=DocumentId(text.document_kk_id),
        document_ru_id=DocumentId(text.document_ru_id),
        sign_document_id=DocumentId(sign_document_id(row, text)),
        sign_sha256=text.sha256,
        eds_needed=ProofKind.EDS in rules.needed_proofs(consumer=row.consumer, entrepreneur=row.entrepreneur),
        signature=signature,
        cooling=cooling_of(row, now) if signature else None,
        to_conclude=_consent_seen(consents.get(ConsentKind.CONCLUDE)),
        to_receive=_consent_seen(consents.get(ConsentKind.RECEIVE)),
        exemption=exemption_of(row),
        line=credit_line(row),
        refinances=ContractId(row.refinances_id) if row.refinances_id else None,
        steps=tuple(rules.Step(ContractStatus(step.status), step.at) for step in row.transitions.order_by("number")),
    )


def sign_document_id(row: Contract, text: ContractText) -> UUID:
    """The document in the contract's language: the one that is signed."""
    found: UUID = text.document_kk_id if row.language == "kk" else text.document_ru_id
    return found


def verified(document_id: UUID, sha256: str) -> None:
    """Raises DocumentAltered unless the stored bytes are still those of this hash (clause 11-doc)."""
    documents.content(document_id)
    if documents.described(document_id).sha256 != sha256:
        raise rules.DocumentAltered(f"document {document_id} is not the text of its contract")


# --- changes agreed with the client -----------------------------------------------------------------------------------


def change(actor: Actor, change_id: UUID, now: datetime | None = None) -> rules.ChangeView:
    """A change with everything about it; NotFound when it is not this actor's to see.

    `now`: to know how long the money of a signed change waits.
    """
    row = _changes().filter(pk=change_id).first()
    if row is None:
        raise NotFound
    _check_scope(actor, row.contract)
    return _change_view(row, now)


def changes_of(actor: Actor, contract_id: ContractId) -> tuple[rules.ChangeView, ...]:
    """The changes of a contract, newest first; NotFound when it is not this actor's to see."""
    row = _row(actor, contract_id)
    return tuple(_change_view(found) for found in _changes().filter(contract=row).order_by("-number"))


def changes_awaiting(actor: Actor, client_id: ClientId, now: datetime) -> tuple[rules.ChangeView, ...]:
    """A client's changes that can be answered now; NotFound for another client."""
    if not _may_see(actor, client_id):
        raise NotFound
    rows = _changes_at(ChangeStatus.DRAFTED, ChangeStatus.ANNOUNCED)
    return tuple(_change_view(row) for row in rows.filter(contract__client_id=client_id, answer_until__gt=now))


def money_awaited(actor: Actor, client_id: ClientId, now: datetime) -> tuple[rules.ChangeView, ...]:
    """A client's signed changes whose money is not at the client's yet; NotFound for another client."""
    if not _may_see(actor, client_id):
        raise NotFound
    rows = _changes_at(ChangeStatus.SIGNED, ChangeStatus.PAYING)
    return tuple(_change_view(row, now) for row in rows.filter(contract__client_id=client_id, payout_tiyn__gt=0))


def open_changes(actor: Actor, limit: int = 100) -> tuple[rules.ChangeView, ...]:
    """Changes that wait for an answer or for their day, the nearest first: the staff's list."""
    if not actor.reads_clients:
        raise NotFound
    return tuple(_change_view(row) for row in _changes_at(*rules.OPEN).order_by("effective_on")[:limit])


def changes_to_apply(now: datetime, limit: int = 100) -> tuple[rules.ChangeToApply, ...]:
    """Changes that take effect now: agreed and their day has come; improvements nobody may refuse any more."""
    if not any_change_at(*_ANSWERED):
        return ()
    return tuple(islice(_to_apply(_changes_at(*_ANSWERED), now), limit))


def change_to_apply(change_id: UUID, now: datetime) -> rules.ChangeToApply | None:
    """The change, if it takes effect now; None otherwise."""
    return next(_to_apply(_changes_at(*_ANSWERED).filter(pk=change_id), now), None)


_ANSWERED = (ChangeStatus.SIGNED, ChangeStatus.ANNOUNCED)


def _to_apply(changes: QuerySet[ContractChange], now: datetime) -> Iterator[rules.ChangeToApply]:
    today = business_day(now)
    # Those that give money take effect with it: `payments.disbursed_changes`.
    waiting = changes.filter(effective_on__lte=today, payout_tiyn__isnull=True)
    return (
        rules.ChangeToApply(
            change_id=row.pk,
            contract_id=ContractId(row.contract_id),
            client_id=ClientId(row.contract.client_id),
            number=row.number,
            kind=rules.ChangeKind(row.kind),
            effective_on=row.effective_on,
            one_sided=row.one_sided,
            proposal=_proposal(row),
            document_kk_id=DocumentId(row.document_kk_id),
            document_ru_id=DocumentId(row.document_ru_id),
        )
        for row in waiting.order_by("effective_on", "drafted_at").iterator(chunk_size=_CHUNK)
        if rules.in_force_from(change_status(row), row.effective_on, row.answer_until, today=today, now=now)
    )


def changes_to_expire(now: datetime, limit: int = 100) -> tuple[UUID, ...]:
    """Changes nobody signed in time, oldest first."""
    if not any_change_at(ChangeStatus.DRAFTED):
        return ()
    late = _changes_at(ChangeStatus.DRAFTED).filter(answer_until__lte=now).order_by("answer_until")
    return tuple(late.values_list("pk", flat=True)[:limit])


def open_change(row: Contract) -> ContractChange | None:
    """The change of a contract that waits for an answer or for its day."""
    return _changes_at(*rules.OPEN).filter(contract=row).first()


def lock_change(actor: Actor, change_id: UUID) -> tuple[Contract, ContractChange]:
    """A change and its contract, the contract locked; NotFound when it is not this actor's to act on."""
    contract_id = ContractChange.objects.filter(pk=change_id).values_list("contract_id", flat=True).first()
    if contract_id is None:
        raise NotFound
    row = lock(actor, ContractId(contract_id))
    return row, row.changes.get(pk=change_id)


def change_of(row: Contract, change_id: UUID) -> ContractChange:
    """A change of a locked contract; NotFound when it has no such change."""
    found = row.changes.filter(pk=change_id).first()
    if found is None:
        raise NotFound
    return found


def change_status(row: ContractChange) -> ChangeStatus:
    """Where a change stands now."""
    return ChangeStatus(row.transitions.order_by("-number").values_list("status", flat=True)[0])


def change_document_id(contract: Contract, row: ContractChange) -> UUID:
    """The document in the contract's language: the one that is signed."""
    found: UUID = row.document_kk_id if contract.language == "kk" else row.document_ru_id
    return found


def _changes() -> QuerySet[ContractChange]:
    return ContractChange.objects.select_related("contract", "signature")


def _changes_at(*statuses: ChangeStatus) -> QuerySet[ContractChange]:
    newest = ChangeTransition.objects.filter(change=OuterRef("pk")).order_by("-number")
    return _changes().annotate(current=Subquery(newest.values("status")[:1])).filter(current__in=statuses)


def _proposal(row: ContractChange) -> rules.ChangeProposal:
    return rules.ChangeProposal.from_json(ContractId(row.contract_id), row.proposal)


def change_proofs(row: Contract, change: ContractChange) -> frozenset[ProofKind]:
    """What the client agrees with. Of one that gives money out the checks made again say whether it may be signed."""
    standing = None
    if change.payout_tiyn is None and row.entrepreneur:
        standing = credit.business_standing(change.pk, Stage.SIGNING)
    at_work = standing.active if standing else None
    return rules.change_proofs(consumer=row.consumer, entrepreneur=row.entrepreneur, at_work=at_work)


def _change_view(row: ContractChange, now: datetime | None = None) -> rules.ChangeView:
    contract_row, proposal = row.contract, _proposal(row)
    before, after = rules.gesv_before(proposal), rules.change_gesv(proposal)
    signature = getattr(row, "signature", None)
    return rules.ChangeView(
        change_id=row.pk,
        contract_id=ContractId(row.contract_id),
        client_id=ClientId(contract_row.client_id),
        contract_number=contract_row.number,
        number=row.number,
        kind=rules.ChangeKind(row.kind),
        status=change_status(row),
        one_sided=row.one_sided,
        proposal=proposal,
        gesv_before=before.shown_pct if before else None,
        gesv_after=after.shown_pct if after else None,
        answer_until=row.answer_until,
        eds_needed=ProofKind.EDS in change_proofs(contract_row, row),
        document_kk_id=DocumentId(row.document_kk_id),
        document_ru_id=DocumentId(row.document_ru_id),
        sign_document_id=DocumentId(change_document_id(contract_row, row)),
        sign_sha256=row.sha256,
        drafted_at=row.drafted_at,
        signed_at=signature.signed_at if signature else None,
        cooling=change_cooling(row, now) if signature and row.payout_tiyn and now else None,
        to_receive=_consent_seen(change_consent(row)) if row.payout_tiyn else None,
        steps=tuple(
            rules.ChangeStep(ChangeStatus(step.status), step.at) for step in row.transitions.order_by("number")
        ),
    )
