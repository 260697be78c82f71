"""Add a bank account the client names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access.queries import own_id
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import iban_bank_code
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField, IndexTaken
from nesie.journey.clients import queries, rules
from nesie.journey.clients.models import ClientAccount
from nesie.journey.clients.rules import AccountTaken
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


@use_case
def add_account(actor: Actor, now: datetime, *, iban: str) -> UUID:
    """A Kazakhstan IBAN with right control digits and bank code (clause 8.7); the same one again is the same account.

    Whose account it is, the bank tells before any payment (clause 9). Raises `IbanUnfit`, `AccountTaken`,
    `ClientNotActive`.
    """
    client = queries.active_client(actor, ClientId(own_id(actor)))
    number = rules.checked_iban(iban, queries.bank_codes())
    known = {account.iban: account.id for account in queries.accounts(actor, client.id)}
    if number in known:
        return known[number]
    try:
        claim_index(client.id, IndexedField.IBAN, number)
    except IndexTaken:
        raise AccountTaken(field="iban") from None
    row = ClientAccount(id=uuid4(), client_id=client.id, iban=number, bank_code=iban_bank_code(number), added_at=now)
    row.save(force_insert=True)
    return row.id
