"""Move a registration or a client to another status, with its transition row."""

from __future__ import annotations

from datetime import datetime

from nesie.journey.clients.models import Client, ClientTransition, Registration, RegistrationTransition
from nesie.journey.clients.rules import ClientStatus, RegistrationStatus
from nesie.kernel.actor import Actor


def move_registration(
    row: Registration, to: RegistrationStatus, actor: Actor, now: datetime, *, reason: str = ""
) -> None:
    """Write the status and its transition; the caller saves what else it changed by itself."""
    row.status = to
    row.save(update_fields=["status"])
    RegistrationTransition.objects.create(registration=row, to=to, at=now, by_id=actor.id, reason=reason)


def move_client(row: Client, to: ClientStatus, actor: Actor, now: datetime, *, reason: str = "") -> None:
    """The same for a client."""
    row.status = to
    row.save(update_fields=["status"])
    ClientTransition.objects.create(client=row, to=to, at=now, by_id=actor.id, reason=reason)


def void_what_follows(row: Registration) -> None:
    """Entered data changed: the state check, the statement and both proofs were about other data."""
    row.state_message_id = row.business_message_id = None
    row.state_checked_at = row.authority_reviewed_at = None
    row.head_signs = None
    row.state_differences = []
    void_statement(row)


def void_statement(row: Registration) -> None:
    """The statement is to be made anew, and both proofs are bound to the old one."""
    row.statement_document_id = None
    row.biometric_proof_id = None
    row.eds_proof_id = None
