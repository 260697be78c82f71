"""The fake post and the HTTP adapter over its simulator behave alike, faults included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.foundation.notices.adapters.fake import FakeEmail, FakePost, FakeSms
from nesie.foundation.notices.adapters.http import HttpEmail, HttpSms
from nesie.foundation.notices.gateways import Email, Rejected, Sms
from tests.simulators.launch import PATIENT, launched, patience

PHONE, ADDRESS = "+77770990001", "aigerim@example.kz"


@dataclass
class FakeWorld:
    post: FakePost

    @property
    def sms(self) -> Sms:
        return FakeSms(self.post)

    @property
    def email(self) -> Email:
        return FakeEmail(self.post)

    def order(self, kind: str, times: int = 1) -> None:
        self.post.order(kind, times)

    def texts(self) -> list[str]:
        return [text for phone, text in self.post.sms if phone == PHONE]

    def letters(self) -> list[str]:
        return [subject for _, to, subject, _ in self.post.emails if to == ADDRESS]


@dataclass
class SimulatedWorld:
    url: str
    waits: float = PATIENT

    @property
    def sms(self) -> Sms:
        return HttpSms(self.url, timeout=self.waits)

    @property
    def email(self) -> Email:
        return HttpEmail(self.url, timeout=self.waits)

    def order(self, kind: str, times: int = 1) -> None:
        self.waits = patience(kind)
        httpx.post(f"{self.url}/_stage/fault", json={"kind": kind, "times": times}).raise_for_status()

    def texts(self) -> list[str]:
        found = httpx.get(f"{self.url}/inbox", params={"phone": PHONE}).json()["messages"]
        return [message["text"] for message in reversed(found)]

    def letters(self) -> list[str]:
        found = httpx.get(f"{self.url}/inbox", params={"email": ADDRESS}).json()["messages"]
        return [message["subject"] for message in reversed(found)]


World = FakeWorld | SimulatedWorld


@pytest.fixture(scope="module")
def simulator(tmp_path_factory) -> Iterator[str]:
    with launched("messages", tmp_path_factory.mktemp("messages")) as url:
        yield url


@pytest.fixture(params=["fake", "http"])
def world(request) -> World:
    if request.param == "fake":
        return FakeWorld(FakePost())
    url = request.getfixturevalue("simulator")
    httpx.post(f"{url}/_stage/reset").raise_for_status()
    return SimulatedWorld(url)


def test_every_sms_is_another_one(world):
    references = {world.sms.send(PHONE, "Сәлем"), world.sms.send(PHONE, "Сәлем")}
    assert len(references) == 2
    assert world.texts() == ["Сәлем", "Сәлем"]


def test_a_letter_comes_once_however_often_it_is_sent(world):
    assert world.email.accepted("m-1") is None
    first = world.email.send("m-1", ADDRESS, "Тақырып", "Мәтін")
    assert world.email.send("m-1", ADDRESS, "Тақырып", "Мәтін") == first == world.email.accepted("m-1")
    assert world.letters() == ["Тақырып"]


def test_another_letter_under_a_used_key_is_rejected(world):
    world.email.send("m-1", ADDRESS, "one", "text")
    with pytest.raises(Rejected):
        world.email.send("m-1", ADDRESS, "two", "text")
    assert world.letters() == ["one"]


def test_what_is_no_address_is_rejected(world):
    for number in ("87770990001", "+1", ""):
        with pytest.raises(Rejected):
            world.sms.send(number, "text")
    with pytest.raises(Rejected):
        world.email.send("m-2", "nowhere", "s", "t")


@pytest.mark.parametrize(
    ("fault", "raised", "delivered"),
    [
        ("refuse", NotCarried, 0),
        ("time_out", NoAnswer, 0),
        ("drop_before", NoAnswer, 0),
        ("drop_after", NoAnswer, 1),
        ("answer_late", NoAnswer, 1),
    ],
)
def test_a_fault_is_told_apart_by_what_is_sure(world, fault, raised, delivered):
    world.order(fault)
    with pytest.raises(raised):
        world.sms.send(PHONE, "text")
    assert len(world.texts()) == delivered
    world.order(fault)
    with pytest.raises(raised):
        world.email.send("m-3", ADDRESS, "s", "t")
    assert len(world.letters()) == delivered
    world.waits = PATIENT
    assert (world.email.accepted("m-3") is not None) == bool(delivered)


def test_an_answer_that_comes_twice_is_heard_once(world):
    world.order("answer_twice")
    first = world.sms.send(PHONE, "one")
    second = world.sms.send(PHONE, "two")
    assert first != second
    assert world.texts() == ["one", "two"]


def test_a_gateway_that_is_not_there_surely_took_nothing():
    with pytest.raises(NotCarried):
        HttpSms("http://127.0.0.1:9", timeout=PATIENT).send(PHONE, "text")
    with pytest.raises(NotCarried):
        HttpEmail("http://127.0.0.1:9", timeout=PATIENT).accepted("m")


def test_no_exception_names_the_addressee(simulator):
    httpx.post(f"{simulator}/_stage/fault", json={"kind": "drop"})
    with pytest.raises(NoAnswer) as raised:
        HttpSms(simulator, timeout=PATIENT).send(PHONE, "text")
    assert PHONE not in repr(raised.value)
    assert raised.value.__suppress_context__
