"""The lender answers an application about arrears (Law 56-V, art. 9-2 p. 3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day, deadline
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientView
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ChangeStatus, ChangeView
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions._settling import keep_papers, tell
from nesie.journey.loans.models import Loan, SettlementAnswer, SettlementApplication
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, DocumentId, LoanId
from nesie.kernel.refused import NotFound

TEMPLATE = "loans/settlement_refusal"


@use_case
def answer_settlement(
    actor: Actor,
    now: datetime,
    *,
    application_id: UUID,
    answer: rules.Answer,
    hardship_shown: bool,
    change_id: UUID | None = None,
    reason: rules.RefusalReason | None = None,
    explanation: str = "",
) -> None:
    """Agree or make a counter-offer by a change already proposed to the client, or refuse with a reasoned document.

    Where hardship is shown, only a change that halves the payments or puts them off for the months of the Law will do.
    Raises AlreadyAnswered, ChangeNotForThis, ReliefOwed, ReasonMissing, NotFound.
    """
    row = SettlementApplication.objects.filter(pk=application_id).first()
    if row is None or actor.id is None:
        raise NotFound
    loan = queries.visible(actor, LoanId(row.loan_id))
    contracts.lock(actor, ContractId(loan.contract_id))  # two answers at once meet here
    if SettlementAnswer.objects.filter(application=row).exists():
        raise rules.AlreadyAnswered
    offered = None if answer is rules.Answer.REFUSED else _offered(actor, loan, row, change_id)
    terms = queries.settlement_norms(loan.contract_on)
    application = queries.application_of(row)
    proposal = offered.proposal if offered else None
    rules.check_answer(answer, application, hardship_shown=hardship_shown, proposal=proposal, norms=terms)
    client = clients.client(actor, ClientId(loan.client_id))
    papers: dict[str, DocumentId] = {}
    if offered is None:
        papers = _refusal(client, loan, row, rules.checked_reason(reason), explanation, terms, now)
    said = SettlementAnswer.objects.create(
        application=row,
        answer=answer,
        answered_at=now,
        answered_by=actor.id,
        hardship_shown=hardship_shown,
        change_id=offered.change_id if offered else None,
        reason=reason or "",
        document_kk_id=papers.get("kk"),
        document_ru_id=papers.get("ru"),
    )
    witness(said)
    template = "settlement_refused" if offered is None else "settlement_offer"
    tell(client, template, now, number=loan.number)


def _offered(actor: Actor, loan: Loan, row: SettlementApplication, change_id: UUID | None) -> ChangeView:
    if change_id is None:
        raise rules.ChangeNotForThis
    found = contracts.change(actor, change_id)
    open_now = found.status is ChangeStatus.DRAFTED and not found.one_sided
    if found.contract_id != loan.contract_id or not open_now or found.drafted_at < row.received_at:
        raise rules.ChangeNotForThis
    return found


def _refusal(
    client: ClientView,
    loan: Loan,
    row: SettlementApplication,
    reason: rules.RefusalReason,
    explanation: str,
    terms: rules.SettlementNorms,
    now: datetime,
) -> dict[str, DocumentId]:
    until = deadline(now, terms.ombudsman, norms.calendar())
    data = rules.settlement_refusal_data(
        number=loan.number,
        contract_on=loan.contract_on,
        borrower=client.party_name,
        iin=client.party_number,
        application=queries.application_of(row),
        received_on=business_day(row.received_at),
        reason=reason,
        explanation=explanation.strip(),
        on=business_day(now),
        ombudsman_until_on=until.last_on,
    )
    name = f"settlement-refusal-{loan.number}-{business_day(now).isoformat()}"
    return keep_papers(client, kind="settlement_refusal", template=TEMPLATE, data=data, file_name=name, now=now)
