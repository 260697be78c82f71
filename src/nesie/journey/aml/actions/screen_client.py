"""Compare a client with the list in force and decide on AML grounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.aml import queries, rules
from nesie.journey.aml.models import ListEntry, Match, Screening
from nesie.journey.aml.rules import MatchKind, ReviewedMatch
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientView
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ClientId


@dataclass(frozen=True, slots=True)
class Screened:
    """A screening kept; `queries.decision_of` gives every rule's result."""

    screening_id: UUID
    outcome: Outcome


@use_case
def screen_client(actor: Actor, now: datetime, *, client_id: ClientId) -> Screened:
    """Screen and keep what was compared with what (clauses 8.1, 10); run again before signing and before payout.

    No list or a stale one, a likeness nobody has judged, no due diligence record: hold. NotFound.
    """
    client = clients.client(actor, client_id)
    receipt = queries.newest_receipt()
    matches = _matches(client, receipt.version_id, now) if receipt else ()
    decision = rules.decide(now, queries.freshness(now), matches, queries.stored_diligence(client_id))
    row = Screening.objects.create(
        client_id=client_id,
        version_id=receipt.version_id if receipt else None,
        screened_at=now,
        outcome=decision.outcome,
        results=decision.as_data(),
    )
    return Screened(row.id, decision.outcome)


def _matches(client: ClientView, version_id: UUID, now: datetime) -> tuple[ReviewedMatch, ...]:
    subjects = (queries.subject_of(client), queries.entity_of(client))
    found = {
        entry.pk: (entry, kind)
        for subject in subjects
        if subject is not None
        for entry, kind in queries.likenesses(version_id, subject)
    }
    return tuple(_reviewed(client.id, entry, kind, now) for entry, kind in found.values())


def _reviewed(client_id: ClientId, entry: ListEntry, kind: MatchKind, now: datetime) -> ReviewedMatch:
    match, _ = Match.objects.select_related("review").get_or_create(
        client_id=client_id,
        fingerprint=bytes(entry.fingerprint),
        defaults={"entry": entry, "kind": kind, "found_at": now},
    )
    review = getattr(match, "review", None)
    return ReviewedMatch(match.id, kind, None if review is None else review.same_person)
