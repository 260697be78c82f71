"""Kill -9 at every step, against an outside world that also drops answers: nothing lost, nothing acted on twice.

The senders are real processes, the gateway is the real simulator, the second destination takes a key but cannot be
asked. After each death the next sender comes when the lease is over, as it would a minute later.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from django.db import transaction

from nesie.foundation.exchange import actions, queries
from nesie.foundation.exchange.models import Attempt, Message
from nesie.foundation.exchange.rules import OPEN, AnswerStatus, Destination, Status
from nesie.kernel.actor import Actor, Channel, Role
from nesie.kernel.ids import MessageId
from tests.simulators.launch import launched, start_module

ROOT = Path(__file__).resolve().parents[3]
STAFF = Actor(UUID(int=7), frozenset({Role.OPERATOR}), Channel.WEB)
PHONE, ADDRESS = "+77770990001", "aigerim@example.kz"

BEFORE_SENDING = ("number_given", "claim_uncommitted", "claim_almost_committed")
AFTER_CLAIM = ("before_carry", "during_carry", "after_carry", "record_uncommitted", "record_almost_committed")
POINTS = (*BEFORE_SENDING, *AFTER_CLAIM, "after_record")


class World:
    """The outside systems and the senders, seen from the test."""

    def __init__(self, post: str, keyed: str, sender: subprocess.Popen[str], url: str, now: datetime) -> None:
        self.post, self.keyed, self.sender = post, keyed, sender
        self.database, self.now = url, now

    def send(self, *stops: str, seed: int = 0) -> list[int]:
        """One sender for each stop, at once; how each ended. Leases and waits of earlier ones are over."""
        self.now += timedelta(seconds=1000)
        order = {"now": self.now.isoformat(), "database": self.database}
        orders = [{**order, "stop": stop, "seed": seed + n} for n, stop in enumerate(stops)]
        assert self.sender.stdin is not None
        assert self.sender.stdout is not None
        self.sender.stdin.write(json.dumps(orders) + "\n")
        self.sender.stdin.flush()
        return json.loads(self.sender.stdout.readline())

    def order(self, kind: str, times: int = 1, seconds: float = 1.5) -> None:
        for url in (self.post, self.keyed):
            fault = {"kind": kind, "times": times, "seconds": seconds}
            httpx.post(f"{url}/_stage/fault", json=fault).raise_for_status()

    def settle(self) -> None:
        """Send until nothing is open, with a quiet outside world."""
        for _ in range(8):
            self.send("")
            if not Message.objects.filter(status__in=sorted(OPEN)).exists():
                return
        raise AssertionError("messages stay open")

    def sms(self) -> Counter[str]:
        found = httpx.get(f"{self.post}/inbox", params={"phone": PHONE}).json()["messages"]
        return Counter(message["text"] for message in found)

    def letters(self) -> Counter[str]:
        found = httpx.get(f"{self.post}/inbox", params={"email": ADDRESS}).json()["messages"]
        return Counter(message["subject"] for message in found)

    def acts(self) -> Counter[str]:
        return Counter(key for key, _ in httpx.get(f"{self.keyed}/acts").json())


@pytest.fixture(scope="module")
def outside(tmp_path_factory) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """The gateway, the keyed destination, and the program that forks senders."""
    state = tmp_path_factory.mktemp("outside")
    program, keyed = start_module("tests.foundation.exchange.destination", "--state", str(state))
    with launched("messages", state) as post:
        env = dict(os.environ, MESSAGES_URL=post, KEYED_URL=keyed, PYTHONPATH=str(ROOT / "src"))
        sender = subprocess.Popen(
            [sys.executable, "-m", "tests.foundation.exchange.sender"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd=ROOT,
        )
        yield post, keyed, sender
        assert sender.stdin is not None
        sender.stdin.close()
        sender.wait(timeout=60)  # it may share its core with others
    program.terminate()
    program.wait(timeout=10)


@pytest.fixture
def world(standing_db, outside, now) -> World:
    """Nothing is intended yet: one database for all, emptied by its owner."""
    post, keyed, sender = outside
    with psycopg.connect(standing_db.owner_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # no trigger refuses
        owner.execute("TRUNCATE exchange_message, exchange_counter, exchange_inbound CASCADE")
    for url in (post, keyed):
        httpx.post(f"{url}/_stage/reset").raise_for_status()
    return World(post, keyed, sender, standing_db.url, now)


def intend(destination: Destination, name: str, now: datetime) -> MessageId:
    kind, payload = {
        Destination.SMS: ("notices.sms", {"phone": PHONE, "text": name}),
        Destination.EMAIL: ("notices.email", {"to": ADDRESS, "subject": name, "text": "text"}),
        Destination.BUREAU: ("test.act", {}),
    }[destination]
    with transaction.atomic():
        return actions.intend(uuid4(), destination=destination, kind=kind, key=name, payload=payload, now=now)


def assert_no_gaps() -> None:
    for destination in Destination:
        numbers = Message.objects.filter(destination=destination, sequence__isnull=False)
        found = sorted(numbers.values_list("sequence", flat=True))
        assert found == list(range(1, len(found) + 1))


@pytest.mark.parametrize("fault", ["", "drop_after"])
@pytest.mark.parametrize("point", POINTS)
def test_a_destination_with_a_key_acts_exactly_once(world, now, point, fault):
    """Both kinds: one that can be asked (e-mail), one that only takes the key."""
    letter, act = intend(Destination.EMAIL, "letter", now), intend(Destination.BUREAU, "act", now)
    if point == "during_carry":
        world.order("answer_late")
    elif fault:
        world.order(fault)
    for _ in range(3):  # it dies again on its way back to the same message, and with the other one
        world.send(point)
    world.settle()
    assert world.letters() == {"letter": 1}
    assert world.acts() == {"act": 1}
    for message_id in (letter, act):
        assert queries.answer(message_id).status is AnswerStatus.ANSWERED
    assert_no_gaps()


@pytest.mark.parametrize("point", BEFORE_SENDING)
def test_an_sms_whose_claim_was_never_committed_is_sent_once(world, now, point):
    message_id = intend(Destination.SMS, "hello", now)
    assert world.send(point) == [-9]
    assert not Attempt.objects.exists()
    world.settle()
    assert world.sms() == {"hello": 1}
    assert queries.answer(message_id).status is AnswerStatus.ANSWERED
    assert_no_gaps()


@pytest.mark.parametrize("point", AFTER_CLAIM)
def test_an_sms_in_the_hands_of_a_killed_sender_is_unknown_and_only_a_person_sends_it_again(world, now, point):
    message_id = intend(Destination.SMS, "hello", now)
    if point == "during_carry":
        world.order("answer_late")
    assert world.send(point) == [-9]
    there = world.sms()
    assert there == ({} if point == "before_carry" else {"hello": 1})
    for _ in range(3):
        world.send("", "")
    assert world.sms() == there
    assert queries.answer(message_id).status is AnswerStatus.UNKNOWN
    assert [m.message_id for m in queries.troubled()] == [message_id]
    assert Attempt.objects.count() == 1
    actions.resend_unknown_message(STAFF, now, message_id=message_id)
    world.settle()
    assert world.sms() == there + Counter({"hello": 1})
    assert queries.answer(message_id).status is AnswerStatus.ANSWERED
    assert_no_gaps()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "time_out", "answer_late"])
def test_an_sms_without_an_answer_is_never_sent_again_by_itself(world, now, fault):
    message_id = intend(Destination.SMS, "hello", now)
    world.order(fault)
    assert world.send("") == [0]
    there = world.sms()
    for _ in range(3):
        world.send("")
    assert world.sms() == there
    assert queries.answer(message_id).status is AnswerStatus.UNKNOWN


def test_an_sms_refused_by_a_busy_gateway_is_sent_when_it_is_free(world, now):
    message_id = intend(Destination.SMS, "hello", now)
    world.order("refuse", times=2)
    world.settle()
    assert world.sms() == {"hello": 1}
    assert queries.answer(message_id).status is AnswerStatus.ANSWERED
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize("seed", [1, 2026])
def test_a_storm_of_deaths_and_faults(world, now, seed):
    """Three senders at once, each dying where the dice say, over 24 messages and every fault there is."""
    dice = random.Random(seed)
    kinds = (Destination.SMS, Destination.EMAIL, Destination.BUREAU)
    ids = {f"{kind}-{n}": intend(kind, f"{kind}-{n}", now) for kind in kinds for n in range(8)}
    deaths = 0
    for round_ in range(12):
        world.order(dice.choice(["refuse", "drop_before", "drop_after", "answer_twice", "time_out"]), seconds=1)
        deaths += world.send("anywhere", "anywhere", "anywhere", seed=seed * 1000 + round_ * 10).count(-9)
    world.settle()
    assert deaths > 5, f"seed {seed}: too quiet to prove anything"
    assert world.letters() == Counter(name for name in ids if name.startswith("email"))
    assert world.acts() == Counter(name for name in ids if name.startswith("bureau"))
    heard = world.sms()
    assert max(heard.values()) == 1, f"seed {seed}"
    for name, message_id in ids.items():
        status = Message.objects.get(pk=message_id).status
        if name.startswith("sms"):
            assert status == Status.UNKNOWN or (status == Status.ANSWERED and heard[name] == 1), f"seed {seed}: {name}"
        else:
            assert status == Status.ANSWERED, f"seed {seed}: {name}"
    assert_no_gaps()
