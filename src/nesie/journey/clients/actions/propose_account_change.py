"""Begin the change of a client's bank account."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._details import draft, lock_served
from nesie.journey.clients.rules import AccountTaken, DetailKind, DetailsDrafted, SameDetails
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


@use_case
def propose_account_change(actor: Actor, now: datetime, *, iban: str) -> DetailsDrafted:
    """Lay the change before the client (clause 6, change of bank account details; clause 8.7).

    Raises `IbanUnfit`, `SameDetails`, `AccountTaken`, `ClientNotActive`.
    """
    client = lock_served(actor)
    number = rules.checked_iban(iban, queries.bank_codes())
    known = [account.iban for account in queries.accounts(actor, ClientId(client.id))]
    if number in known:
        raise SameDetails(field="iban")
    if vault.find_owner(IndexedField.IBAN, number) not in (None, client.id):
        raise AccountTaken(field="iban")
    return draft(actor, now, DetailKind.ACCOUNT, number, before=known[0] if known else "")
