"""Send the client a one-time code that confirms a consent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import actions as access
from nesie.foundation.access.rules import CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.rules import ConsentKind
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId

CODE_PURPOSE = {
    ConsentKind.CONCLUDE: CodePurpose.CONSENT_TO_CONCLUDE,
    ConsentKind.RECEIVE: CodePurpose.CONSENT_TO_RECEIVE,
}


@use_case
def request_consent_code(
    actor: Actor, now: datetime, *, contract_id: ContractId, kind: ConsentKind, change_id: UUID | None = None
) -> None:
    """A code to the client's own phone, for this consent only; an earlier one is worthless from now on.

    Raises NotYetConsentable while there is no text to consent to, TooManyCodes, NotFound.
    """
    row = queries.lock(actor, contract_id)
    change = queries.change_of(row, change_id) if change_id is not None else None
    if (queries.newest_consent(row, kind) if change is None else queries.change_consent(change)) is None:
        raise rules.NotYetConsentable
    client = clients.active_client(actor, ClientId(row.client_id))
    access.issue_code(
        actor,
        now,
        purpose=CODE_PURPOSE[kind],
        subject_id=client.id,
        phone=client.phone,
        language=client.language,
    )
