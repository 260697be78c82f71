"""Name the bank account that the money is to come to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access.queries import own_id
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault.rules import IndexTaken
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions.apply_details_change import keep_account
from nesie.journey.clients.models import Client
from nesie.journey.clients.rules import AccountChangeNeedsProof, AccountTaken
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


@use_case
def add_account(actor: Actor, now: datetime, *, iban: str) -> UUID:
    """The first account, a Kazakhstan IBAN with right control digits and bank code (clause 8.7).

    The same one again is the same account; another one is a change of bank details, which needs both proofs
    (clause 6). Whose account it is, the bank tells before any payment (clause 9). Raises `IbanUnfit`, `AccountTaken`,
    `AccountChangeNeedsProof`, `ClientNotActive`.
    """
    view = queries.active_client(actor, ClientId(own_id(actor)))
    number = rules.checked_iban(iban, queries.bank_codes())
    client = Client.objects.select_for_update().get(id=view.id)
    known = {account.iban: account.id for account in queries.accounts(actor, view.id)}
    if number in known:
        return known[number]
    if known:
        raise AccountChangeNeedsProof(field="iban")
    try:
        return keep_account(client, number, now)
    except IndexTaken:
        raise AccountTaken(field="iban") from None
