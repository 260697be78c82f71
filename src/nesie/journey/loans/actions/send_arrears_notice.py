"""Tell the client that a payment is late, and what can be done (Law 56-V, art. 9-2 p. 1)."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day, day_start, deadline
from nesie.journey.clients import queries as clients
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions._settling import keep_papers, tell
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.models import ArrearsNotice
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, LoanId, new_id

TEMPLATE = "loans/arrears_notice"


@use_case
def send_arrears_notice(actor: Actor, now: datetime, *, loan_id: LoanId) -> DocumentId:
    """The sum on the day of the notice, the right to apply and until when, and the consequences; kept in kk and ru.

    Once for a delay. Returns the document in the client's language. Raises NoArrears (also while delay stands still),
    NoticeAlreadySent, NotFound.
    """
    queries.visible(actor, loan_id)
    today = business_day(now)
    book = brought_to(loan_id, today, now)
    last = queries.newest_notice(loan_id)
    halted = rules.is_halted(book, today)
    delay = rules.check_notice(rules.delay_of(book), last.sent_at if last else None, halted=halted)
    terms = queries.settlement_norms(book.facts.contract_on)
    until = deadline(day_start(delay.began_on), terms.apply, norms.calendar())
    client = clients.client(actor, book.facts.client_id)
    papers = keep_papers(
        client,
        kind="arrears_notice",
        template=TEMPLATE,
        data=rules.arrears_notice_data(
            book,
            delay,
            terms,
            borrower=client.party_name,
            iin=client.party_number,
            on=today,
            apply_until_on=until.last_on,
        ),
        file_name=f"arrears-{book.facts.number}-{delay.began_on.isoformat()}",
        now=now,
    )
    notice = ArrearsNotice.objects.create(
        id=new_id(),
        loan_id=loan_id,
        began_on=delay.began_on,
        sent_at=now,
        principal_tiyn=delay.principal.tiyn,
        interest_tiyn=delay.interest.tiyn,
        penalty_tiyn=delay.penalty.tiyn,
        document_kk_id=papers["kk"],
        document_ru_id=papers["ru"],
    )
    witness(notice)
    tell(client, "arrears_notice", now, number=book.facts.number, amount=delay.total, due_on=until.last_on)
    return papers["kk" if client.language.startswith("kk") else "ru"]
