"""`@use_case`: permission, transaction, record (clauses 27, 32)."""

from __future__ import annotations

import socket
from datetime import datetime
from uuid import uuid4

import pytest

from nesie.foundation.audit import use_case as room
from nesie.foundation.audit.gateways import Wiring
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.kernel.actor import Actor, Role, guest, worker
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused


class TooMuch(Refused):
    message = "Too much."


class Gate:
    def __init__(self, allowed: dict[str, Role], four_eyes: set[str] | None = None) -> None:
        self.allowed, self.four_eyes = allowed, four_eyes or set()

    def permits(self, actor: Actor, act: str) -> bool:
        return act in self.allowed and actor.has(self.allowed[act])

    def needs_approval(self, act: str) -> bool:
        return act in self.four_eyes

    def use_approval(self, actor: Actor, act: str, digest: bytes, now: datetime) -> None:
        return None


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate({"raise_limit": Role.WORKER, "knock": Role.WORKER, "outer_act": Role.WORKER})
    monkeypatch.setattr(Wiring, "gatekeeper", gate)
    # Acts of these tests must not stay in the register of the product's own.
    monkeypatch.setattr(room, "USE_CASES", dict(room.USE_CASES))
    return gate


def raise_limit_act() -> object:
    @room.use_case
    def raise_limit(actor: Actor, now: datetime, *, limit: Money, note: str, for_whom: object = None) -> Money:
        if limit > Money(100):
            raise TooMuch
        return limit

    return raise_limit


@pytest.mark.clause("32")
def test_what_is_done_is_recorded_without_the_words_said(db: None, gate: Gate, now: datetime) -> None:
    whom = uuid4()
    raise_limit_act()(worker(), now, limit=Money(5), note="Иванов", for_whom=whom)
    record = AuditRecord.objects.get()
    assert (record.act, record.outcome, record.business_at) == ("raise_limit", "done", now)
    assert record.arguments == {"limit": {"tiyn": 5}, "note": "text of 6", "for_whom": str(whom)}
    assert [s.subject_id for s in record.subjects.all()] == [whom]


@pytest.mark.clause("32")
def test_a_refusal_rolls_back_and_is_recorded(db: None, gate: Gate, now: datetime) -> None:
    with pytest.raises(TooMuch):
        raise_limit_act()(worker(), now, limit=Money(500), note="")
    record = AuditRecord.objects.get()
    assert (record.outcome, record.reason) == ("refused", "TooMuch")


@pytest.mark.clause("27")
def test_without_the_permission_nothing_runs(db: None, gate: Gate, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        raise_limit_act()(guest(), now, limit=Money(1), note="")
    assert AuditRecord.objects.get().reason == "NotPermitted"


@pytest.mark.clause("27")
def test_an_act_of_four_eyes_needs_its_approval(db: None, gate: Gate, now: datetime) -> None:
    gate.four_eyes.add("raise_limit")
    with pytest.raises(ApprovalNeeded):
        raise_limit_act()(worker(), now, limit=Money(1), note="")


@pytest.mark.clause("27")
def test_an_act_of_four_eyes_needs_its_approval_inside_another_act_too(db: None, gate: Gate, now: datetime) -> None:
    gate.four_eyes.add("raise_limit")

    @room.use_case
    def outer_act(actor: Actor, now: datetime) -> None:
        raise_limit_act()(actor, now, limit=Money(1), note="")

    with pytest.raises(ApprovalNeeded):
        outer_act(worker(), now)
    assert [record.outcome for record in AuditRecord.objects.all()] == ["refused"]


def test_a_crash_leaves_nothing(db: None, gate: Gate, now: datetime) -> None:
    @room.use_case
    def knock(actor: Actor, now: datetime) -> None:
        AuditRecord.objects.create(
            business_at=now, act="half", outcome="done", roles="", channel="job", case_id=uuid4(), arguments={}
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        knock(worker(), now)
    assert not AuditRecord.objects.exists()


def test_a_nested_act_joins_and_names_its_cause(db: None, gate: Gate, now: datetime) -> None:
    inner = raise_limit_act()

    @room.use_case
    def outer_act(actor: Actor, now: datetime) -> None:
        inner(actor, now, limit=Money(1), note="")

    outer_act(worker(), now)
    nested, outer = AuditRecord.objects.order_by("id")
    assert (nested.act, nested.cause_id) == ("raise_limit", outer.case_id)
    assert nested.transaction == outer.transaction


def test_the_network_is_refused_inside(db: None, gate: Gate, now: datetime) -> None:
    @room.use_case
    def knock(actor: Actor, now: datetime) -> None:
        socket.create_connection(("127.0.0.1", 9), timeout=1)

    with pytest.raises(room.NetworkInsideUseCase):
        knock(worker(), now)


def test_a_naive_moment_is_a_mistake(db: None, gate: Gate, now: datetime) -> None:
    with pytest.raises(ValueError, match="aware"):
        raise_limit_act()(worker(), now.replace(tzinfo=None), limit=Money(1), note="")
