"""Reads of due diligence: how fresh the lists are, who is like whom, what waits for the compliance officer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.identification.rules.organisations import bare_name
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import NormMissing, NormUnconfirmed, business_day
from nesie.foundation.vault import queries as vault
from nesie.journey.aml import rules
from nesie.journey.aml.models import (
    DueDiligence,
    ListEntry,
    ListReceipt,
    ListRequest,
    Match,
    MatchReview,
    Refusal,
    RiskAcceptance,
    Screening,
)
from nesie.journey.aml.rules import (
    Ground,
    ListedPerson,
    ListFreshness,
    ListOrigin,
    ListSource,
    MatchKind,
    RelationPurpose,
    RiskLevel,
    StoredDiligence,
    Subject,
)
from nesie.journey.clients.rules import ClientView
from nesie.kernel.actor import Actor, Role
from nesie.kernel.decision import Decision, NormUsed, Outcome, Reason
from nesie.kernel.ids import ClientId, MessageId
from nesie.kernel.refused import NotFound

_AGE_NORM = "aml_freeze"  # within how many hours of a list's posting its persons are to be found
_LIST = 50
_READERS = (Role.COMPLIANCE_OFFICER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class DiligenceView:
    """A client's due diligence record in force."""

    id: UUID
    client_id: ClientId
    recorded_at: datetime
    identified: bool
    politically_exposed: bool
    beneficial_owner_self: bool
    purpose: RelationPurpose
    risk: RiskLevel
    risk_reasons: tuple[Reason, ...]
    risk_accepted: bool | None


@dataclass(frozen=True, slots=True)
class MatchView:
    """A likeness that waits for the compliance officer; the listed person is opened for reading."""

    id: UUID
    client_id: ClientId
    kind: MatchKind
    found_at: datetime
    listed: ListedPerson = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A refusal on AML grounds."""

    id: UUID
    client_id: ClientId
    subject_id: UUID
    ground: Ground
    reasons: tuple[Reason, ...]
    refused_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListView:
    """A receipt of a list."""

    version_id: UUID
    sha256: str
    document_id: UUID
    persons: int
    organisations: int
    origin: ListOrigin
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """A screening as it was decided."""

    id: UUID
    version_id: UUID | None
    screened_at: datetime
    outcome: Outcome
    decision: Decision


def freshness(now: datetime, source: ListSource = ListSource.AFM_ACTIVE) -> ListFreshness:
    """When the list was last received and how old it may be; an unusable norm gives no age at all."""
    newest = newest_receipt(source)
    received_at = newest.received_at if newest else None
    try:
        norm = norms.parameter(_AGE_NORM, business_day(now))
    except (NormMissing, NormUnconfirmed):
        return ListFreshness(received_at, None, NormUsed(_AGE_NORM, "", None, "unknown"))
    used = NormUsed(_AGE_NORM, str(norm.value), norm.valid_from, norm.certainty.value)
    return ListFreshness(received_at, timedelta(hours=int(str(norm.value))), used)


def newest_receipt(source: ListSource = ListSource.AFM_ACTIVE) -> ListReceipt | None:
    """The receipt whose version is in force."""
    return ListReceipt.objects.filter(source=source).select_related("version").order_by("-received_at", "-id").first()


def subject_of(view: ClientView) -> Subject:
    """Whom to screen, out of a client's data."""
    return Subject(view.iin, view.surname, view.given_name, view.patronymic, view.birth_on)


def entity_of(view: ClientView) -> Subject | None:
    """The legal entity to screen beside its signatory; None for a natural person."""
    return Subject(view.bin, bare_name(view.business_name), "", "", None) if view.is_entity else None


def likenesses(version_id: UUID, subject: Subject) -> list[tuple[ListEntry, MatchKind]]:
    """Entries of a list version that are like the subject, found by keyed hashes and then compared in the open."""
    keys = [name_hash(key) for key in sorted(rules.name_keys(subject))]
    wanted = Q(name_key__in=keys) | Q(iin_key=iin_hash(subject.iin))
    rows = ListEntry.objects.filter(wanted, version_id=version_id).order_by("number", "id")
    found = ((row, rules.match_kind(subject, ListedPerson.from_text(row.content))) for row in rows)
    return [(row, kind) for row, kind in found if kind is not None]


def iin_hash(iin: str) -> bytes:
    """Keyed hash under which an IIN is found among entries."""
    return vault.keyed_hash("aml.iin", iin)


def name_hash(key: str) -> bytes:
    """Keyed hash under which a folded name is found among entries."""
    return vault.keyed_hash("aml.name", key)


def person_hash(person: ListedPerson) -> bytes:
    """Keyed hash that stays with a listed person over list versions."""
    return vault.keyed_hash("aml.person", person.identity_text())


def newest_diligence(client_id: ClientId) -> DueDiligence | None:
    """The record in force."""
    rows = DueDiligence.objects.filter(client_id=client_id).select_related("acceptance")
    return rows.order_by("-recorded_at", "-id").first()


def stored_diligence(client_id: ClientId) -> StoredDiligence | None:
    """The record in force as the rules see it."""
    row = newest_diligence(client_id)
    if row is None:
        return None
    return StoredDiligence(row.identified, row.beneficial_owner_self, RiskLevel(row.risk), _accepted(row))


def due_diligence(actor: Actor, client_id: ClientId) -> DiligenceView:
    """The record in force, for the client and for staff; NotFound when there is none."""
    row = newest_diligence(client_id)
    if row is None or not (actor.reads_clients or actor.id == client_id):
        raise NotFound
    return _diligence_view(row)


def risks_to_decide(actor: Actor) -> list[DiligenceView]:
    """High-risk records in force that nobody has accepted or refused, oldest first; NotFound for others."""
    _for_compliance(actor)
    rows = DueDiligence.objects.filter(risk=RiskLevel.HIGH, acceptance=None).order_by("recorded_at")
    newest = [row for row in rows[: 4 * _LIST] if newest_diligence(ClientId(row.client_id)) == row]
    return [_diligence_view(row) for row in newest[:_LIST]]


def matches_to_judge(actor: Actor) -> list[MatchView]:
    """Likenesses by name that nobody has judged, oldest first; NotFound for others."""
    _for_compliance(actor)
    rows = Match.objects.filter(review=None).exclude(kind=MatchKind.IIN).select_related("entry").order_by("found_at")
    return [
        MatchView(
            row.id,
            ClientId(row.client_id),
            MatchKind(row.kind),
            row.found_at,
            ListedPerson.from_text(row.entry.content),
        )
        for row in rows[:_LIST]
    ]


def refusals(actor: Actor, *, unseen_only: bool = False) -> list[RefusalView]:
    """Refusals on AML grounds, newest first (clause 10); NotFound for others."""
    _for_compliance(actor)
    rows = Refusal.objects.select_related("seen").order_by("-refused_at", "-id")
    if unseen_only:
        rows = rows.filter(seen=None)
    return [_refusal_view(row) for row in rows[:_LIST]]


def lists(actor: Actor) -> list[ListView]:
    """Receipts of lists, newest first; NotFound for others."""
    _for_compliance(actor)
    rows = ListReceipt.objects.select_related("version").order_by("-received_at", "-id")[:_LIST]
    return [
        ListView(
            row.version_id,
            row.version.sha256,
            row.version.document_id,
            row.version.persons,
            row.version.organisations,
            ListOrigin(row.origin),
            row.received_at,
        )
        for row in rows
    ]


def screenings(actor: Actor, client_id: ClientId) -> list[ScreeningView]:
    """Screenings of a client, newest first; NotFound for others."""
    _for_compliance(actor)
    rows = Screening.objects.filter(client_id=client_id).order_by("-screened_at", "-id")[:_LIST]
    return [
        ScreeningView(row.id, row.version_id, row.screened_at, Outcome(row.outcome), Decision.from_data(row.results))
        for row in rows
    ]


def decision_of(screening_id: UUID) -> Decision:
    """What a screening decided, with every rule's result; NotFound."""
    row = Screening.objects.filter(id=screening_id).first()
    if row is None:
        raise NotFound
    return Decision.from_data(row.results)


def changed_since(client_id: ClientId, moment: datetime) -> bool:
    """True when anything a screening of the client stands on has changed since: worth screening again."""
    return (
        ListReceipt.objects.filter(received_at__gt=moment).exists()
        or DueDiligence.objects.filter(client_id=client_id, recorded_at__gt=moment).exists()
        or RiskAcceptance.objects.filter(client_id=client_id, decided_at__gt=moment).exists()
        or MatchReview.objects.filter(client_id=client_id, decided_at__gt=moment).exists()
    )


def list_is_due(now: datetime, *, every: timedelta = timedelta(hours=6)) -> bool:
    """True when the list should be asked for: the last one is older than `every`, and no request is under way."""
    receipts = ListReceipt.objects.filter(source=ListSource.AFM_ACTIVE)
    received_at = receipts.order_by("-received_at").values_list("received_at", flat=True).first()
    if received_at is not None and now - received_at < every:
        return False
    asked = ListRequest.objects.order_by("-requested_at", "-id").first()
    if asked is None or (received_at is not None and asked.requested_at <= received_at):
        return True
    answer = exchange.answer(MessageId(asked.message_id))
    over = answer is None or answer.status is not AnswerStatus.PENDING
    return over and now - asked.requested_at >= timedelta(minutes=15)


def lists_to_record(limit: int = 20) -> list[MessageId]:
    """Answers to list requests that nobody has recorded."""
    return exchange.answered_ids([rules.LIST_MESSAGE], limit)


def _for_compliance(actor: Actor) -> None:
    if not actor.has(*_READERS):
        raise NotFound


def _accepted(row: DueDiligence) -> bool | None:
    acceptance = getattr(row, "acceptance", None)
    return None if acceptance is None else bool(acceptance.accepted)


def _diligence_view(row: DueDiligence) -> DiligenceView:
    return DiligenceView(
        id=row.id,
        client_id=ClientId(row.client_id),
        recorded_at=row.recorded_at,
        identified=row.identified,
        politically_exposed=row.politically_exposed,
        beneficial_owner_self=row.beneficial_owner_self,
        purpose=RelationPurpose(row.purpose),
        risk=RiskLevel(row.risk),
        risk_reasons=tuple(Reason.from_data(each) for each in row.risk_reasons),
        risk_accepted=_accepted(row),
    )


def _refusal_view(row: Refusal) -> RefusalView:
    seen = getattr(row, "seen", None)
    return RefusalView(
        id=row.id,
        client_id=ClientId(row.client_id),
        subject_id=row.subject_id,
        ground=Ground(row.ground),
        reasons=tuple(Reason.from_data(each) for each in row.reasons),
        refused_at=row.refused_at,
        seen_at=seen.seen_at if seen else None,
    )
