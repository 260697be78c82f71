"""A client asks for a microcredit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms import rules as terms_rules
from nesie.foundation.terms.rules import BorrowerKind
from nesie.journey.aml.actions import record_due_diligence
from nesie.journey.applications import rules
from nesie.journey.applications.actions._moving import begin
from nesie.journey.applications.gateways import Wiring
from nesie.journey.applications.models import Application
from nesie.journey.applications.rules import (
    ENABLED_METHODS,
    AccountNeeded,
    AlreadyOpen,
    ClientNotServed,
    DisbursementMethod,
    MethodNotEnabled,
    Purpose,
    RulesNotAcknowledged,
    Status,
    person,
)
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientStatus, ClientView, check_authority
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, ClientId, ProductVersionId, new_id
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound

_LANGUAGES = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The application taken."""

    application_id: ApplicationId


@use_case
def submit_application(
    actor: Actor,
    now: datetime,
    *,
    product_version_id: ProductVersionId,
    amount: Money,
    term: int,
    purpose: Purpose,
    disbursement_method: DisbursementMethod,
    account_id: UUID | None,
    language: str,
    politically_exposed: bool,
    acting_for_self: bool,
    limit: Money | None = None,
    refinances: UUID | None = None,
) -> Submitted:
    """Take an application of the acting client (clauses 7.1, 8.6), with the declaration that clause 8.1 asks.

    `term` is in the unit of the product. `limit`: how much may be owed at once under a credit-line agreement, whose
    first loan the amount is. `refinances`: the contract whose loan the money repays. Refuses: ClientNotServed,
    AuthorityEnded (the signatory's of a legal entity), RulesNotAcknowledged (8.2, 8.5), MethodNotEnabled,
    AccountNeeded, a product for other borrowers, PurposeUnfit, an amount, limit or term outside the product,
    NotRefinanced, AlreadyOpen; NotFound for a foreign account or a product that is not sold.
    """
    client = _served(actor, now)
    client_id = client.id
    _check_read(client_id)
    _check_payout(actor, client_id, disbursement_method, account_id)
    _check_product(client, product_version_id, purpose, amount, limit, term, now)
    _check_refinancing(client_id, disbursement_method, refinances, amount, now)
    record_due_diligence(
        actor,
        now,
        client_id=client_id,
        politically_exposed=politically_exposed,
        beneficial_owner_self=acting_for_self,
        purpose=purpose,
    )
    row = Application(
        id=new_id(),
        client_id=client_id,
        product_version_id=product_version_id,
        amount_tiyn=amount.tiyn,
        term=term,
        purpose=purpose,
        disbursement_method=disbursement_method,
        account_id=account_id,
        limit_tiyn=limit.tiyn if limit is not None else None,
        refinances_id=refinances,
        language=language if language in _LANGUAGES else "ru",
        channel=actor.channel,
        status=Status.SUBMITTED,
        submitted_at=now,
        status_at=now,
    )
    _insert(row)
    begin(row, actor, now)
    return Submitted(ApplicationId(row.id))


def _served(actor: Actor, now: datetime) -> ClientView:
    client = clients.client(actor, ClientId(person(actor)))
    if client.status is not ClientStatus.ACTIVE or client.document_valid_until < business_day(now):
        raise ClientNotServed
    check_authority(client, business_day(now))
    clients.check_operations(client.id)
    return client


def _check_read(client_id: ClientId) -> None:
    """Each text in either language of its newest version."""
    for kind in RulesKind:
        texts = {lender.rules_document(kind, language).sha256 for language in _LANGUAGES}
        if not any(clients.has_acknowledged(client_id, [text]) for text in texts):
            raise RulesNotAcknowledged


def _check_payout(actor: Actor, client_id: ClientId, method: DisbursementMethod, account_id: UUID | None) -> None:
    if method not in ENABLED_METHODS:
        raise MethodNotEnabled(field="disbursement_method")
    if account_id is None:
        raise AccountNeeded(field="account_id")
    if clients.account(actor, account_id).client_id != client_id:
        raise NotFound


def _check_refinancing(
    client_id: ClientId, method: DisbursementMethod, refinances: UUID | None, amount: Money, now: datetime
) -> None:
    if (method is DisbursementMethod.REFINANCING) is not (refinances is not None):
        raise rules.NotRefinanced(field="disbursement_method")
    if refinances is None:
        return
    loans = Wiring.refinanced_loans
    most = loans.refinanced(client_id, refinances, now) if loans is not None else None
    if most is None:
        raise rules.NotRefinanced(field="disbursement_method")
    if amount > most:
        raise rules.MoreThanRefinanced(field="amount", most=most)


def _check_product(
    client: ClientView,
    version_id: ProductVersionId,
    purpose: Purpose,
    amount: Money,
    limit: Money | None,
    term: int,
    now: datetime,
) -> None:
    on_sale = {version.id: version for version in terms.open_products(business_day(now))}
    if version_id not in on_sale:
        raise NotFound
    version = on_sale[version_id]
    terms_rules.check_borrower(version, BorrowerKind(client.capacity))
    rules.check_purpose(purpose, business=version.draft.business)
    terms_rules.check_limit(version, amount=amount, limit=limit)
    for method in rules.methods_offered(version):
        terms_rules.terms_for(version, amount=amount, term=term, method=method)


def _insert(row: Application) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "application_one_open" in str(error):
            raise AlreadyOpen from error
        raise
