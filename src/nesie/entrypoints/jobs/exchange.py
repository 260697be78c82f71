"""Carries messages to the outside world: claim (committed), carry (no transaction), record (committed).

Killed between any two of these, the next sender finds the row as it was left and goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from threading import Event
from typing import cast

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from nesie.entrypoints.clock import business_now, machine_now
from nesie.foundation.exchange import actions, queries, rules
from nesie.foundation.exchange.gateways import Carrier
from nesie.foundation.exchange.rules import Answer, Claimed, Errand, NoAnswer, NotCarried
from nesie.kernel.actor import worker
from nesie.kernel.ids import MessageId

Clock = Callable[[], datetime]

_log = structlog.get_logger("nesie.exchange")


def configured_carrier() -> Carrier:
    """The carrier that the installation's settings name (NESIE_CARRIER); built once."""
    return _carrier(settings.NESIE_CARRIER)


@cache
def _carrier(path: str) -> Carrier:
    return cast(Carrier, import_string(path)())


def deliver(
    message_id: MessageId, carrier: Carrier, clock: Clock = business_now, machine: Clock = machine_now
) -> Answer | None:
    """Carry one message now, if it is due and no other sender has it; then its answer as it stands (or None).

    For pages that wait for an answer, and for the worker. Never call it inside a transaction.
    """
    claimed = actions.claim_message(worker(), clock(), message_id=message_id, at=machine())
    if claimed is not None:
        _carry_and_record(claimed, carrier, clock, machine)
    return queries.answer(message_id)


def deliver_due(carrier: Carrier, clock: Clock = business_now, machine: Clock = machine_now, limit: int = 100) -> int:
    """Carry up to `limit` due messages, oldest first; how many were carried."""
    carried = 0
    for message_id in queries.due(clock(), machine(), limit):
        claimed = actions.claim_message(worker(), clock(), message_id=message_id, at=machine())
        if claimed is not None:
            _carry_and_record(claimed, carrier, clock, machine)
            carried += 1
    return carried


def keep_delivering(
    carrier: Carrier, stop: Event, clock: Clock = business_now, machine: Clock = machine_now, pause: float = 0.5
) -> None:
    """The worker's loop: until `stop` is set, carry what is due and rest `pause` seconds when nothing is."""
    while not stop.is_set():
        if deliver_due(carrier, clock, machine) == 0:
            stop.wait(pause)


def _carry_and_record(claimed: Claimed, carrier: Carrier, clock: Clock, machine: Clock) -> None:
    message_id, attempt = claimed.message_id, claimed.attempt
    try:
        answer = _carry(claimed, carrier, clock())
        body = json.dumps(dict(answer.body)).encode()
    except NotCarried:
        status = actions.record_not_carried(worker(), clock(), message_id=message_id, attempt=attempt, at=machine())
    except NoAnswer:
        status = actions.record_unknown(worker(), clock(), message_id=message_id, attempt=attempt, at=machine())
    except Exception as mistake:
        # A bug in an adapter must not stop the other messages; its words may hold personal data, its name may not.
        _log.error("carrier_failed", message_id=str(message_id), error=type(mistake).__name__)
        status = actions.record_unknown(worker(), clock(), message_id=message_id, attempt=attempt, at=machine())
    else:
        status = actions.record_answer(
            worker(),
            clock(),
            message_id=message_id,
            attempt=attempt,
            status=answer.status,
            body=body,
            at=machine(),
        )
    if status in rules.TROUBLED:
        _log.warning("message_waits_for_a_person", message_id=str(message_id), status=status.value)


def _carry(claimed: Claimed, carrier: Carrier, now: datetime) -> Answer:
    parcel = queries.parcel(claimed.message_id)
    if claimed.errand is Errand.ASK_FIRST:
        known = carrier.ask(parcel.kind, parcel.key)
        if known is not None:
            return known
    return carrier.carry(parcel.kind, parcel.key, claimed.sequence, parcel.payload, now)
