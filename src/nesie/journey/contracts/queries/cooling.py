"""How long the money of signed contracts waits (9-1), and which waits no longer: asked in every round of the worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import NormMissing, business_day
from nesie.journey.contracts import rules
from nesie.journey.contracts.models import Contract
from nesie.journey.contracts.queries.granted import granted_changes
from nesie.journey.contracts.rules import ConsentKind, ContractStatus, CoolingOff, Grant, Limits
from nesie.kernel.ids import ClientId, ContractId
from nesie.kernel.money import Money

_PAGE = 100
# Signed and not given up: these are the loans paragraph 9-1 counts.
_GRANTED = frozenset({ContractStatus.SIGNED, ContractStatus.PAYING, ContractStatus.DISBURSED})
_BEFORE_ALL = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
# In plain SQL: the worker asks again and again, mostly to hear that everybody still waits.
_SIGNED = """
SELECT contract.id, contract.client_id, contract.account_id, contract.refinances_id, contract.number,
       contract.principal_tiyn,
       contract.consumer, contract.secured, signature.signed_at, exemption.kind, exemption.evidence_id,
       (SELECT given.given_at FROM contracts_consent AS consent
        LEFT JOIN contracts_consentgiven AS given ON given.consent_id = consent.id
        WHERE consent.contract_id = contract.id AND consent.change_id IS NULL AND consent.kind = %(kind)s
        ORDER BY consent.version DESC LIMIT 1)
FROM contracts_contractsignature AS signature JOIN contracts_contract AS contract ON contract.id = signature.contract_id
LEFT JOIN contracts_coolingoffexemption AS exemption ON exemption.contract_id = contract.id
WHERE contract.status = 'signed'
  AND NOT (%(untold)s AND EXISTS (
        SELECT FROM contracts_coolingoffannounced AS told WHERE told.contract_id = contract.id))
  AND (signature.signed_at, contract.id) > (%(at)s, %(last)s)
ORDER BY signature.signed_at, contract.id LIMIT %(limit)s
"""
_GRANTS = """
SELECT contract.client_id, contract.id, contract.principal_tiyn, contract.consumer, contract.secured,
       signature.signed_at, exemption.kind, exemption.evidence_id,
       (SELECT min(move.at) FROM contracts_contracttransition AS move
        WHERE move.contract_id = contract.id AND move.status = 'disbursed')
FROM contracts_contract AS contract JOIN contracts_contractsignature AS signature ON signature.contract_id = contract.id
LEFT JOIN contracts_coolingoffexemption AS exemption ON exemption.contract_id = contract.id
WHERE contract.client_id = ANY(%s) AND contract.status = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A signed contract whose money is not sent; `consent_at` is of the newest text, None when that is not given."""

    grant: Grant
    client_id: UUID
    account_id: UUID | None
    refinances: UUID | None
    number: str
    consent_at: datetime | None

    @property
    def dated_on(self) -> date:
        return business_day(self.grant.signed_at)


def ready_to_disburse(now: datetime, limit: int = 100) -> tuple[rules.ReadyContract, ...]:
    """Signed contracts whose money may be sent now: the 24 hours over, the consent after them given (9-1)."""
    return tuple(islice(each_ready_to_disburse(now), limit))


def each_ready_to_disburse(now: datetime) -> Iterator[rules.ReadyContract]:
    """The same one by one, oldest signature first, for a stage that passes some of them over."""
    for page in _signed():
        limits_on = _limits_on(page)
        worth = [one for one in page if not rules.lacks_consent(one.grant, limits_on[one.dated_on], one.consent_at)]
        for one, cooling in _cooling_of_each(worth, limits_on, now):
            if rules.money_may_go(cooling, one.consent_at, now):
                yield rules.ReadyContract(
                    ContractId(one.grant.contract_id),
                    ClientId(one.client_id),
                    one.number,
                    one.grant.amount,
                    one.account_id,
                    refinances=ContractId(one.refinances) if one.refinances else None,
                )


def to_announce_cooling_off_over(now: datetime, limit: int = 100) -> tuple[ContractId, ...]:
    """Contracts whose hours are over and whose clients have neither consented nor been told, oldest first."""
    awaited = (
        ContractId(one.grant.contract_id)
        for page in _signed(untold=True)
        for one, cooling in _cooling_of_each(page, _limits_on(page), now)
        if rules.consent_is_awaited(cooling, one.consent_at, now)
    )
    return tuple(islice(awaited, limit))


@norms.read_once()
def limits(dated_on: date) -> Limits | None:
    """The dated parameters of paragraph 9-1 on a contract's date; None while the paragraph was not in force."""
    try:
        norms.edition(dated_on, "9-1")
        hours = norms.integer("cooling_hours", dated_on)
    except NormMissing:
        return None
    # From here on a missing value is a refusal, never "no rule".
    return Limits(
        min_amount=norms.money("cooling_min_mrp", dated_on),
        hours=hours,
        consent_needed=norms.flag("cooling_second_consent", dated_on),
    )


def grants_of_clients(client_ids: Collection[UUID]) -> defaultdict[UUID, list[Grant]]:
    """The signed contracts of clients that are not given up, by client, as paragraph 9-1 counts them."""
    found: defaultdict[UUID, list[Grant]] = defaultdict(list)
    if client_ids:
        with connection.cursor() as cursor:
            cursor.execute(_GRANTS, [list(client_ids), [status.value for status in _GRANTED]])
            for client_id, contract_id, tiyn, consumer, secured, signed_at, kind, evidence_id, at in cursor.fetchall():
                exemption = _exemption(kind, evidence_id)
                found[client_id].append(
                    Grant(contract_id, Money(tiyn), consumer, secured, signed_at, disbursed_at=at, exemption=exemption)
                )
        for client_id, grant in granted_changes(client_ids):
            found[client_id].append(grant)
    return found


def standing(*statuses: ContractStatus) -> QuerySet[Contract]:
    """The contracts that stand at one of these, with signature and exemption."""
    return Contract.objects.filter(status__in=statuses).select_related("signature", "exemption")


def undisbursed(row: Contract) -> Grant:
    """What paragraph 9-1 looks at in a signed contract that is not paid out."""
    return Grant(
        contract_id=row.pk,
        amount=Money(row.principal_tiyn),
        consumer=row.consumer,
        secured=row.secured,
        signed_at=row.signature.signed_at,
        exemption=exemption_of(row),
    )


def exemption_of(row: Contract) -> rules.Exemption | None:
    """The recorded exemption from part one of the paragraph."""
    found = getattr(row, "exemption", None)
    return rules.Exemption(rules.ExemptionKind(found.kind), found.evidence_id) if found else None


def _signed(*, untold: bool = False) -> Iterator[list[_Waiting]]:
    """All that wait, oldest signature first, a hundred at a time; `untold`: whose clients were told nothing yet."""
    at, last = _BEFORE_ALL
    while True:
        with connection.cursor() as cursor:
            kind = ConsentKind.RECEIVE.value
            cursor.execute(_SIGNED, {"kind": kind, "untold": untold, "at": at, "last": last, "limit": _PAGE})
            page = [_waiting(*row) for row in cursor.fetchall()]
        yield page
        if len(page) < _PAGE:
            return
        # The next page begins after the last one seen: those that move on meanwhile shift nothing.
        at, last = page[-1].grant.signed_at, page[-1].grant.contract_id


def _waiting(
    contract_id: UUID,
    client_id: UUID,
    account_id: UUID | None,
    refinances: UUID | None,
    number: str,
    principal_tiyn: int,
    consumer: bool,
    secured: bool,
    signed_at: datetime,
    exempt_as: str | None,
    evidence_id: UUID | None,
    consent_at: datetime | None,
) -> _Waiting:
    exemption = _exemption(exempt_as, evidence_id)
    grant = Grant(contract_id, Money(principal_tiyn), consumer, secured, signed_at, exemption=exemption)
    return _Waiting(grant, client_id, account_id, refinances, number, consent_at)


def _exemption(kind: str | None, evidence_id: UUID | None) -> rules.Exemption | None:
    return rules.Exemption(rules.ExemptionKind(kind), evidence_id) if kind and evidence_id else None


def _limits_on(page: Iterable[_Waiting]) -> dict[date, Limits | None]:
    days = {one.dated_on for one in page}
    if not days:
        return {}
    with norms.read_once():
        return {day: limits(day) for day in days}


def _cooling_of_each(
    page: list[_Waiting], limits_on: dict[date, Limits | None], now: datetime
) -> Iterator[tuple[_Waiting, CoolingOff]]:
    """As `cooling_of`, for many contracts that are not paid out, the clients' other loans in one statement."""
    granted = grants_of_clients({one.client_id for one in page})
    for one in page:
        others = [grant for grant in granted[one.client_id] if grant.contract_id != one.grant.contract_id]
        yield one, rules.cooling_off(one.grant, others, limits_on[one.dated_on], now)
