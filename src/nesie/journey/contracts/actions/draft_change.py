"""Put a change of a running contract before the client."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.documents.rules import DocumentView, Language
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day, deadline
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms.rules import ProductDraft
from nesie.journey.applications import queries as applications
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._changing import move_change, tell
from nesie.journey.contracts.actions._papers import borrower_of, keep_paper
from nesie.journey.contracts.models import Contract, ContractChange
from nesie.journey.contracts.rules import ChangeStatus, ContractStatus
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness.rules import Stage
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, DocumentId, new_id


@use_case
def draft_change(actor: Actor, now: datetime, *, proposal: rules.ChangeProposal) -> rules.DraftedChange:
    """The document of the change in both languages, with the new schedule, its effective rate and its cost (Rules, 9).

    Called by the stage that serves the loan, inside its own act. An agreed change is signed on its effective day at
    the latest; an improvement by the lender alone takes effect after the days in which the client may refuse it (Law,
    art. 3 p. 6). One that gives money out has its own 24 hours and consent after it is signed (Rules, 9-1). Raises
    ContractNotRunning, OtherChangeOpen, ChangeInThePast, ArrearsFirst, AboveProduct, NoCreditLine, LineNotOpen,
    LineExceeded, RateRaised, PenaltyRaised, DebtCapitalised, DebtDiffers, NotAnImprovement, ChangeUnfit, CapExceeded,
    NotFound.
    """
    row = queries.lock(actor, proposal.contract_id)
    if queries.status_of(row) is not ContractStatus.DISBURSED:
        raise rules.ContractNotRunning
    if queries.open_change(row) is not None:
        raise rules.OtherChangeOpen
    product = _product(actor, row)
    caps = terms.caps(product.product_class, queries.signed_on(row))
    rules.check_change(proposal, queries.terms_of(row).terms, caps)
    rules.check_payout(proposal, most=product.most_amount, line=queries.credit_line(row), issued=queries.issued(row))
    until = _answer_until(row, proposal, now)
    number = row.changes.count() + 1
    papers = _papers(actor, row, proposal, number, business_day(until - timedelta(microseconds=1)), now)
    change = ContractChange.objects.create(
        id=new_id(),
        contract=row,
        number=number,
        kind=proposal.kind,
        one_sided=proposal.one_sided,
        effective_on=proposal.effective_on,
        payout_tiyn=proposal.payout.tiyn or None,
        answer_until=until,
        proposal=proposal.to_json(),
        document_kk_id=papers["kk"].id,
        document_ru_id=papers["ru"].id,
        sha256=papers[rules.paper_language(row.language)].sha256,
        proposed_by=actor.id,
        drafted_at=now,
    )
    witness(change)
    move_change(actor, change, ChangeStatus.ANNOUNCED if proposal.one_sided else ChangeStatus.DRAFTED, now)
    template = "improvement_announced" if proposal.one_sided else "change_proposed"
    tell(actor, row, template, now, until=until)
    spared = not proposal.one_sided and ProofKind.EDS not in queries.change_proofs(row, change)
    if proposal.payout or spared:
        # What the Law asks before money is agreed on, and who is spared the EDS, is asked while the client reads.
        creditworthiness.request_checks(
            actor,
            now,
            client_id=ClientId(row.client_id),
            case_id=change.pk,
            stage=Stage.SIGNING,
            consumer=row.consumer,
            money=bool(proposal.payout),
        )
    return rules.DraftedChange(
        change_id=change.pk,
        contract_id=ContractId(row.pk),
        document_kk_id=DocumentId(papers["kk"].id),
        document_ru_id=DocumentId(papers["ru"].id),
        sign_document_id=DocumentId(queries.change_document_id(row, change)),
        sign_sha256=change.sha256,
        answer_until=until,
    )


def _product(actor: Actor, row: Contract) -> ProductDraft:
    """The version the contract was made under: a change may not bring the loan above its limits, of its own date."""
    chosen = applications.chosen_offer(actor, ApplicationId(row.application_id))
    if chosen is None:
        raise rules.NothingChosen
    return terms.product_version(chosen.product_version_id).draft


def _answer_until(row: Contract, proposal: rules.ChangeProposal, now: datetime) -> datetime:
    refusal = None
    if proposal.one_sided:
        days = norms.term("improvement_refusal", queries.signed_on(row))
        refusal = deadline(now, days, norms.calendar())
    return rules.answer_until(proposal.effective_on, refusal, business_day(now))


def _papers(
    actor: Actor, row: Contract, proposal: rules.ChangeProposal, number: int, answer_last_on: date, now: datetime
) -> dict[str, DocumentView]:
    client = clients.client(actor, ClientId(row.client_id))
    needed = rules.needed_proofs(consumer=row.consumer, entrepreneur=row.entrepreneur)
    signed_in = rules.paper_language(row.language)
    other = rules.paper_language("ru" if signed_in == "kk" else "kk")

    def paper(language: Language, other_sha256: str) -> DocumentView:
        data = rules.change_data(
            proposal,
            contract_number=row.number,
            contract_on=queries.signed_on(row),
            number=number,
            dated_on=business_day(now),
            answer_last_on=answer_last_on,
            cooling=_cooling(row, proposal, now),
            lender=lender.organisation(),
            borrower=borrower_of(client, business=not row.consumer),
            eds_needed=ProofKind.EDS in needed,
            language=language,
            other_sha256=other_sha256,
        )
        return keep_paper(
            client.id,
            kind="contract_change",
            template="contracts/change",
            data=data,
            language=language,
            file_name=f"change-{row.number}-{number}-{language}.pdf",
            channel=actor.channel,
            now=now,
        )

    # The text to be signed names the hash of the other one, so that one signature holds both.
    papers: dict[str, DocumentView] = {other: paper(other, "")}
    papers[signed_in] = paper(signed_in, papers[other].sha256)
    return papers


def _cooling(row: Contract, proposal: rules.ChangeProposal, now: datetime) -> bool:
    """True when the money of the change will have to wait and to be consented to."""
    if not proposal.payout:
        return False
    return queries.would_wait(row, new_id(), proposal.payout, proposal.standing.principal, now).required
