"""Intend, carry, record on a real database, with an outside system in memory that misbehaves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from nesie.entrypoints.jobs.exchange import deliver, deliver_due
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions, queries, rules
from nesie.foundation.exchange.adapters.fake import FakeCarrier
from nesie.foundation.exchange.adapters.switchboard import Switchboard
from nesie.foundation.exchange.models import Attempt, Message, Receipt
from nesie.foundation.exchange.rules import Answer, AnswerStatus, Destination, NoAnswer, NotCarried, Outcome, Status
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import MessageId

STAFF = Actor(UUID(int=7), frozenset({Role.OPERATOR}), Channel.WEB)
CHIEF = Actor(UUID(int=8), frozenset({Role.ADMINISTRATOR}), Channel.WEB)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    """Rolled back after the test; where several sessions meet, a database of its own."""
    if "fresh_db" not in request.fixturenames:
        request.getfixturevalue("db")


class Hands:
    """A clock that is moved by hand; business and machine time are one here."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock(now):
    return Hands(now)


@pytest.fixture
def go(clock) -> Callable[..., Answer | None]:
    return lambda message_id, carrier: deliver(message_id, carrier, clock, clock)


def bank(now: datetime, key: str = "pay-1", **payload: object) -> MessageId:
    with transaction.atomic():
        return actions.intend(
            uuid4(), destination=Destination.BANK, kind="test.pay", key=key, payload=payload or {"sum": 5}, now=now
        )


def sms(now: datetime, key: str = "sms-1") -> MessageId:
    with transaction.atomic():
        return actions.intend(
            uuid4(), destination=Destination.SMS, kind="test.sms", key=key, payload={"text": "word"}, now=now
        )


def test_a_message_is_carried_with_its_key_number_and_payload_and_its_answer_is_kept(now, go):
    carrier = FakeCarrier(lambda kind, payload: Answer(AnswerStatus.ANSWERED, {"reference": "r-9"}))
    message_id = bank(now)
    assert queries.answer(message_id) == Answer(AnswerStatus.PENDING, {})
    assert go(message_id, carrier) == Answer(AnswerStatus.ANSWERED, {"reference": "r-9"})
    assert carrier.carried == [("test.pay", "pay-1", 1, {"sum": 5})]
    assert [m.key for m in queries.answered("test.pay")] == ["pay-1"]
    with transaction.atomic():
        assert actions.consume(message_id)
        assert not actions.consume(message_id)
    assert queries.answered("test.pay") == []


def test_intending_again_is_the_same_message_and_another_payload_is_a_bug(now):
    owner = uuid4()
    kinds = {"destination": Destination.BANK, "kind": "test.pay", "key": "k", "now": now}
    with transaction.atomic():
        first = actions.intend(owner, payload={"a": 1}, **kinds)
        assert actions.intend(owner, payload={"a": 1}, **kinds) == first
        with pytest.raises(rules.MessageDiffers):
            actions.intend(owner, payload={"a": 2}, **kinds)
    assert Message.objects.count() == 1


def test_a_rolled_back_fact_tells_nobody(now, clock):
    with transaction.atomic():
        bank(now)
        transaction.set_rollback(True)
    assert deliver_due(FakeCarrier(), clock, clock) == 0


def test_payload_and_answer_are_sealed_in_the_database(now, go, owner_sql):
    message_id = bank(now, iban="KZ86125KZT5004100100")
    go(message_id, FakeCarrier(lambda kind, payload: Answer(AnswerStatus.ANSWERED, {"name": "Сәрсенова"})))
    for table in ("exchange_message", "exchange_receipt"):
        text = str(owner_sql(f"SELECT t::text, encode(t::text::bytea, 'hex') FROM {table} t"))
        assert "KZ86125" not in text
        assert "Сәрсенова".encode().hex() not in text
        assert b"KZ86125".hex() not in text


def test_refused_and_silent_attempts_come_again_later_with_the_same_key_and_number(now, clock, go):
    carrier = FakeCarrier()
    carrier.faults = [NotCarried(), NoAnswer(), RuntimeError("a bug")]
    message_id = bank(now)
    for wait in (2, 4, 8):
        assert go(message_id, carrier).status is AnswerStatus.PENDING
        assert go(message_id, carrier).status is AnswerStatus.PENDING  # not due yet: nothing is tried
        clock.on(seconds=wait)
    assert go(message_id, carrier).status is AnswerStatus.ANSWERED
    assert len(carrier.carried) == 1
    tries = queries.described(message_id).tries
    assert [t.heard[0][0] for t in tries] == [
        Outcome.NOT_CARRIED,
        Outcome.NO_ANSWER,
        Outcome.NO_ANSWER,
        Outcome.ANSWERED,
    ]
    assert Message.objects.get().sequence == 1


def test_a_silent_destination_that_can_be_asked_is_asked_before_anything_is_sent_again(now, clock, go):
    class Deaf(FakeCarrier):
        carries = 0

        def carry(self, *args):
            self.carries += 1
            super().carry(*args)
            raise NoAnswer

    carrier = Deaf()
    message_id = bank(now)
    go(message_id, carrier)
    clock.on(seconds=2)
    assert go(message_id, carrier).status is AnswerStatus.ANSWERED
    assert carrier.carries == 1


def test_a_pending_payment_is_asked_about_until_it_is_done(now, clock, go):
    class Slow(FakeCarrier):
        state = AnswerStatus.PENDING
        carries = 0

        def carry(self, *args):
            self.carries += 1
            return Answer(AnswerStatus.PENDING)

        def ask(self, kind, key):
            return Answer(self.state)

    carrier = Slow()
    message_id = bank(now)
    for _ in range(3):
        assert go(message_id, carrier).status is AnswerStatus.PENDING
        clock.on(minutes=1)
    carrier.state = AnswerStatus.FAILED
    assert go(message_id, carrier).status is AnswerStatus.FAILED
    assert carrier.carries == 1


def test_a_destination_that_never_answers_is_dead_after_its_attempts_and_a_person_revives_it(now, clock, go):
    carrier = FakeCarrier()
    attempts = rules.TRAITS[Destination.BANK].attempts
    carrier.faults = [NotCarried() for _ in range(attempts)]
    message_id = bank(now)
    for _ in range(attempts + 3):
        go(message_id, carrier)
        clock.on(minutes=16)
    assert queries.answer(message_id).status is AnswerStatus.UNKNOWN
    assert [(m.message_id, m.status) for m in queries.troubled()] == [(message_id, Status.DEAD)]
    with pytest.raises(rules.MessageNotUnknown):
        actions.resend_unknown_message(STAFF, clock(), message_id=message_id)
    assert actions.retry_dead_message(STAFF, clock(), message_id=message_id) is Status.INTENDED
    assert go(message_id, carrier).status is AnswerStatus.ANSWERED
    assert Attempt.objects.count() == attempts + 1


def test_an_sms_without_an_answer_is_unknown_and_only_a_person_sends_it_again(now, clock, go):
    carrier = FakeCarrier()
    carrier.faults = [NoAnswer()]
    message_id = sms(now)
    assert go(message_id, carrier).status is AnswerStatus.UNKNOWN
    for _ in range(5):
        clock.on(hours=5)
        assert deliver_due(carrier, clock, clock) == 0
    assert carrier.carried == []
    for nobody in (worker(), client(uuid4())):
        with pytest.raises(NotPermitted):
            actions.resend_unknown_message(nobody, clock(), message_id=message_id)
    actions.resend_unknown_message(STAFF, clock(), message_id=message_id)
    assert go(message_id, carrier).status is AnswerStatus.ANSWERED
    assert Message.objects.get().attempts == 2
    with pytest.raises(rules.MessageNotUnknown):
        actions.resend_unknown_message(STAFF, clock(), message_id=message_id)


def test_an_sms_that_surely_was_not_taken_is_tried_again_by_itself(now, clock, go):
    carrier = FakeCarrier()
    carrier.faults = [NotCarried()]
    message_id = sms(now)
    go(message_id, carrier)
    clock.on(seconds=2)
    assert go(message_id, carrier).status is AnswerStatus.ANSWERED


def test_a_late_answer_settles_an_unknown_sms(now, clock):
    message_id = sms(now)
    claimed = actions.claim_message(worker(), now, at=now, message_id=message_id)
    clock.on(minutes=2)
    assert actions.claim_message(worker(), clock(), at=clock(), message_id=message_id) is None
    assert queries.answer(message_id).status is AnswerStatus.UNKNOWN
    heard = {"message_id": message_id, "attempt": claimed.attempt, "at": clock()}
    actions.record_answer(worker(), clock(), status=AnswerStatus.ANSWERED, body=b"{}", **heard)
    assert queries.answer(message_id).status is AnswerStatus.ANSWERED
    actions.record_unknown(worker(), clock(), **heard)  # heard twice: kept, and nothing changes
    assert queries.answer(message_id).status is AnswerStatus.ANSWERED
    assert Receipt.objects.count() == 3


def test_a_living_sender_keeps_its_message_and_a_lost_one_loses_it_after_the_lease(now, clock):
    message_id = bank(now)
    assert actions.claim_message(worker(), now, at=now, message_id=message_id).attempt == 1
    clock.on(seconds=59)
    assert actions.claim_message(worker(), clock(), at=clock(), message_id=message_id) is None
    clock.on(seconds=1)
    again = actions.claim_message(worker(), clock(), at=clock(), message_id=message_id)
    assert (again.attempt, again.sequence, again.errand) == (2, 1, rules.Errand.ASK_FIRST)


def test_a_message_waits_for_its_business_moment_even_when_machine_time_is_elsewhere(now, clock):
    with transaction.atomic():
        actions.intend(
            None,
            destination=Destination.BANK,
            kind="t",
            key="k",
            payload={},
            now=now,
            not_before=now + timedelta(days=1),
        )
    pushed = Hands(now)
    assert deliver_due(FakeCarrier(), pushed, clock) == 0
    pushed.on(days=1)
    assert deliver_due(FakeCarrier(), pushed, clock) == 1


def test_a_message_whose_time_is_over_fails_unless_it_may_have_been_carried(now, clock, go):
    def code(key: str) -> MessageId:
        ends = now + timedelta(minutes=5)
        with transaction.atomic():
            return actions.intend(
                None, destination=Destination.SMS, kind="t", key=key, payload={}, now=now, not_after=ends
            )

    refused, unheard, in_time = code("refused"), code("unheard"), code("in_time")
    carrier = FakeCarrier()
    carrier.faults = [NotCarried(), NoAnswer()]
    go(refused, carrier)
    go(unheard, carrier)
    clock.on(minutes=5)
    assert go(in_time, carrier).status is AnswerStatus.ANSWERED
    clock.on(seconds=1)
    actions.resend_unknown_message(STAFF, clock(), message_id=unheard)  # a person decided: it goes
    assert go(unheard, carrier).status is AnswerStatus.ANSWERED
    assert go(refused, carrier) == Answer(AnswerStatus.FAILED, {"reason": "too_late"})
    assert deliver_due(carrier, clock, clock) == 0


def test_a_person_gives_up_and_the_intending_room_hears_what_is_sure(now, clock, go):
    silent, refused = sms(now), sms(now, "sms-2")
    carrier = FakeCarrier()
    carrier.faults = [NoAnswer()]
    go(silent, carrier)
    with pytest.raises(rules.MessageNotTroubled):
        actions.abandon_message(CHIEF, now, message_id=refused)
    actions.abandon_message(CHIEF, now, message_id=silent)
    assert queries.answer(silent).status is AnswerStatus.UNKNOWN
    carrier.faults = [NotCarried() for _ in range(8)]
    for _ in range(8):
        go(refused, carrier)
        clock.on(hours=1)
    actions.abandon_message(CHIEF, clock(), message_id=refused)
    assert queries.answer(refused).status is AnswerStatus.FAILED
    assert [m.key for m in queries.answered("test.sms")] == ["sms-2"]


def test_an_unknown_message_or_attempt_is_not_found(now):
    for act in (actions.resend_unknown_message, actions.retry_dead_message):
        with pytest.raises(rules.MessageNotFound):
            act(STAFF, now, message_id=MessageId(uuid4()))
    with pytest.raises(rules.MessageNotFound):
        actions.record_unknown(worker(), now, message_id=bank(now), attempt=4, at=now)
    assert queries.answer(MessageId(uuid4())) is None


def test_what_nobody_carries_waits_and_stops_nothing(now, clock):
    orphan, sound = bank(now, "orphan"), bank(now, "sound")
    Message.objects.filter(pk=orphan).update(kind="test.nobody")
    assert deliver_due(Switchboard({"test.pay": FakeCarrier()}), clock, clock) == 2
    assert queries.answer(sound).status is AnswerStatus.ANSWERED
    assert queries.answer(orphan).status is AnswerStatus.PENDING


def test_attempts_and_receipts_cannot_be_rewritten(now, go):
    message_id = bank(now)
    go(message_id, FakeCarrier())
    for table in ("exchange_attempt", "exchange_receipt"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


@pytest.mark.usefixtures("fresh_db")
def test_every_number_is_used_once_and_none_is_missing_under_concurrent_senders(now, clock):
    """Six senders at once over refusals and silence: each destination's numbers are 1..n."""
    ids = [bank(now, f"pay-{n}") for n in range(30)] + [sms(now, f"sms-{n}") for n in range(10)]

    class Moody(FakeCarrier):
        def carry(self, kind, key, sequence, payload, now):
            mood = sum(key.encode()) % 3
            if mood == 0 and (kind, key) not in self._answers:
                super().carry(kind, key, sequence, payload, now)
                raise NoAnswer
            return super().carry(kind, key, sequence, payload, now)

    carrier = Moody()

    def send(_: int) -> None:
        try:
            while deliver_due(carrier, clock, clock, limit=7):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(6)))
        clock.on(seconds=10)
        list(pool.map(send, range(6)))
    for destination, count in ((Destination.BANK, 30), (Destination.SMS, 10)):
        numbers = Message.objects.filter(destination=destination).values_list("sequence", flat=True)
        assert sorted(numbers) == list(range(1, count + 1))
    assert len({(kind, key) for kind, key, *_ in carrier.carried}) == len(carrier.carried) == len(ids)


def test_a_claim_that_is_rolled_back_takes_no_number(now):
    first, second = bank(now, "a"), bank(now, "b")
    with transaction.atomic():
        unwrapped = actions.claim_message.__wrapped__
        assert unwrapped(worker(), now, at=now, message_id=first).sequence == 1
        transaction.set_rollback(True)
    assert actions.claim_message(worker(), now, at=now, message_id=second).sequence == 1
    assert actions.claim_message(worker(), now, at=now, message_id=first).sequence == 2


def test_inbound_messages_are_kept_once(now):
    with transaction.atomic():
        first = actions.receive("bank", "s-1", {"sum": 5}, now)
        again = actions.receive("bank", "s-1", {"sum": 5}, now)
        with pytest.raises(rules.InboundDiffers):
            actions.receive("bank", "s-1", {"sum": 6}, now)
    assert first.is_new
    assert not again.is_new
    assert first.message_id == again.message_id
    assert [m.payload for m in queries.received("bank")] == [{"sum": 5}]
    with transaction.atomic():
        assert actions.consume(first.message_id)
        assert not actions.consume(first.message_id)
    assert queries.received("bank") == []


@pytest.mark.usefixtures("fresh_db")
def test_the_same_inbound_message_twice_at_once_is_one(now):
    def hear(_: int) -> bool:
        try:
            with transaction.atomic():
                return actions.receive("bank", "s-1", {"sum": 5}, now).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(hear, range(8))) == [False] * 7 + [True]


def test_the_network_is_out_of_reach_while_a_message_is_intended(now):
    """A room cannot carry its own message inside its use case: carrying belongs to the sender, after the commit."""
    import socket

    from nesie.foundation.audit.use_case import USE_CASES, NetworkInsideUseCase

    def record_unknown(actor: Actor, now: datetime, *, message_id: MessageId) -> None:
        with socket.socket() as outside:
            outside.connect(("127.0.0.1", 9))

    known = USE_CASES.pop("record_unknown")
    try:
        with pytest.raises(NetworkInsideUseCase):
            use_case(record_unknown)(worker(), now, message_id=MessageId(uuid4()))
    finally:
        USE_CASES["record_unknown"] = known
