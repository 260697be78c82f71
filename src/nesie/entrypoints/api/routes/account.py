"""The client's own: data, accounts, texts read, letters, notices, documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Form, Router, Status, UploadedFile

from nesie.entrypoints import uploads
from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.schemas import account as schemas
from nesie.entrypoints.api.schemas.words import Made, PaperLanguage
from nesie.foundation.access.queries import own_id
from nesie.foundation.documents import actions as document_actions
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.rules import Language
from nesie.foundation.lender import queries as lender
from nesie.foundation.notices import actions as notice_actions
from nesie.foundation.notices import queries as notices
from nesie.journey.clients import actions, queries
from nesie.kernel.actor import Role
from nesie.kernel.ids import DocumentId, LetterId, NoticeId
from nesie.kernel.refused import NotFound

router = Router(tags=["Personal account"])


@router.get("/client", response=schemas.Client)
def client(request: Call) -> Any:
    """The client as the lender knows them."""
    return queries.client(request.actor, own_client(request))


@router.get("/accounts", response=list[schemas.Account])
def accounts(request: Call) -> Any:
    """The client's bank accounts, newest first."""
    return queries.accounts(request.actor, own_client(request))


@router.post("/accounts", response={201: Made})
def add_account(request: Call, payload: schemas.NewAccount) -> Any:
    """Name a bank account of one's own (clause 8.7). Whose it is, the bank tells before any payment."""
    return Status(201, {"id": actions.add_account(request.actor, request.now, iban=payload.iban)})


@router.get("/accounts/{account_id}", response=schemas.Account)
def account(request: Call, account_id: UUID) -> Any:
    """One bank account."""
    return queries.account(request.actor, account_id)


@router.get("/acknowledgements", response=list[schemas.Acknowledgement])
def acknowledgements(request: Call) -> Any:
    """Which texts the client has read."""
    return queries.acknowledgements(request.actor, own_client(request))


@router.post("/acknowledgements", response={204: None})
def acknowledge(request: Call, payload: schemas.Acknowledge) -> Any:
    """Say that a text in force has been read (clauses 8.2, 8.5)."""
    actions.acknowledge(request.actor, request.now, matter=payload.matter, text_id=payload.text_id)
    return Status(204, None)


@router.get("/letters", response=list[schemas.Letter])
def letters(request: Call) -> Any:
    """Letters in both directions, newest first (clause 7.7)."""
    return queries.letters(request.actor, own_client(request))


@router.post("/letters", response={201: Made})
def send_letter(
    request: Call, payload: Form[schemas.NewLetter], attachments: File[list[UploadedFile] | None] = None
) -> Any:
    """Write to the lender, with up to five files: PDF, JPEG, PNG or plain text."""
    letter_id = actions.send_letter(
        request.actor,
        request.now,
        subject=payload.subject,
        text=payload.text,
        attachments=uploads.attachments(attachments or []),
        reply_to=LetterId(payload.reply_to) if payload.reply_to else None,
    )
    return Status(201, {"id": letter_id})


@router.post("/letters/{letter_id}/reading", response=schemas.Letter)
def read_letter(request: Call, letter_id: UUID) -> Any:
    """Open a letter; its first reading is written down."""
    return actions.read_letter(request.actor, request.now, letter_id=LetterId(letter_id))


@router.get("/notices", response=list[schemas.Notice])
def inbox(request: Call) -> Any:
    """What the lender told the client, newest first."""
    return notices.inbox(own_id(request.actor))


@router.post("/notices/{notice_id}/reading", response=schemas.Read)
def mark_read(request: Call, notice_id: UUID) -> Any:
    """Note that a notice was read."""
    return {"read_at": notice_actions.mark_read(request.actor, request.now, notice_id=NoticeId(notice_id))}


@router.get("/documents", response=list[schemas.StoredDocument])
def of_owner(request: Call) -> Any:
    """Every document of the person, oldest first."""
    return documents.of_owner(own_id(request.actor))


@router.get("/documents/{document_id}", response=schemas.StoredDocument)
def described_for(request: Call, document_id: UUID) -> Any:
    """A document without its content."""
    return documents.described_for(request.actor, document_id)


_BYTES = {
    "responses": {
        200: {
            "description": "The original bytes",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("/documents/{document_id}/content", response={200: None}, openapi_extra=_BYTES)
def open_document(request: Call, document_id: UUID) -> Any:
    """The document in its original bytes (clause 7.3); that it was read is written down."""
    opened = document_actions.open_document(request.actor, request.now, document_id=DocumentId(document_id))
    response = HttpResponse(opened.content, content_type=opened.view.media_type)
    name = opened.view.file_name
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@router.post("/documents/{document_id}/delivery", response={201: schemas.Confirmation})
def confirm_delivery(request: Call, document_id: UUID, payload: schemas.ConfirmationLanguage) -> Any:
    """A confirmation that the document was sent and received, signed by the lender (clause 12)."""
    view = documents.described_for(request.actor, document_id)
    language: Language = "kk" if payload.language is PaperLanguage.KK else "ru"
    made = document_actions.confirm_delivery(
        request.actor,
        request.now,
        document_id=DocumentId(document_id),
        title=TITLES.get(view.kind, _OTHER)[language],
        lender=lender.letterhead(language),
        language=language,
        holder=_holder(request),
    )
    return Status(201, made)


def _holder(request: Call) -> str:
    if not request.actor.has(Role.CLIENT):
        raise NotFound
    return queries.client(request.actor, own_client(request)).party_name


# Words of a document, in the languages in which documents bind.
_OTHER = {"kk": "Құжат", "ru": "Документ"}
TITLES = {
    "contract": {"kk": "Микрокредит беру туралы шарт", "ru": "Договор о предоставлении микрокредита"},
    "consent_to_conclude": {"kk": "Шарт жасасуға келісім", "ru": "Согласие на заключение договора"},
    "consent_to_receive": {"kk": "Микрокредитті алуға келісім", "ru": "Согласие на получение микрокредита"},
    "registration_statement": {"kk": "Тіркелу туралы өтініш", "ru": "Заявление о регистрации"},
    "payment_schedule": {"kk": "Нақтыланған өтеу графигі", "ru": "Уточнённый график погашения"},
    "contract_change": {"kk": "Микрокредит шартын өзгерту", "ru": "Изменение договора о микрокредите"},
    "details_change": {"kk": "Клиент деректерін өзгерту туралы өтініш", "ru": "Заявление об изменении данных клиента"},
    "loan_notice": {"kk": "Микрокредит туралы хабарлама", "ru": "Уведомление по микрокредиту"},
    "arrears_notice": {"kk": "Мерзімі өткен берешек туралы хабарлама", "ru": "Уведомление о просрочке"},
    "settlement_application": {
        "kk": "Шарт талаптарын өзгерту туралы өтініш",
        "ru": "Заявление об изменении условий договора",
    },
    "settlement_refusal": {"kk": "Шарт талаптарын өзгертуден бас тарту", "ru": "Отказ в изменении условий договора"},
    "loan_statement": {"kk": "Микрокредит бойынша үзінді көшірме", "ru": "Выписка по микрокредиту"},
    "closing_statement": {"kk": "Микрокредиттің өтелгені туралы анықтама", "ru": "Справка о погашении микрокредита"},
    "letter": {"kk": "Хат", "ru": "Письмо"},
    "letter_attachment": {"kk": "Хатқа қосымша", "ru": "Приложение к письму"},
}
