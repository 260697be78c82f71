"""The stage under every simulator, on a real connection: what each ordered fault does, and what a crash leaves."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.simulators.launch import launched, start

SMS = {"phone": "+77011234567", "text": "a word"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with launched("messages", tmp_path_factory.mktemp("state")) as url, httpx.Client(base_url=url, timeout=2) as client:
        yield client


@pytest.fixture(autouse=True)
def _afresh(gateway):
    gateway.post("/_stage/reset")


def order(client: httpx.Client, kind: str, **more: object) -> None:
    assert client.post("/_stage/fault", json={"kind": kind, **more}).status_code == 200


def count(client: httpx.Client) -> int:
    return len(client.get("/inbox", params={"phone": SMS["phone"]}).json()["messages"])


def test_refuse_does_nothing_and_is_used_up(gateway):
    order(gateway, "refuse", times=2)
    assert [gateway.post("/sms", json=SMS).status_code for _ in range(3)] == [503, 503, 200]
    assert count(gateway) == 1


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1), ("drop", 1)])
def test_drop_cuts_the_connection(gateway, kind, done):
    order(gateway, kind)
    with pytest.raises(httpx.TransportError):
        gateway.post("/sms", json=SMS)
    assert count(gateway) == done


@pytest.mark.parametrize(("kind", "done"), [("time_out", 0), ("answer_late", 1)])
def test_no_answer_while_the_client_waits(gateway, kind, done):
    order(gateway, kind, seconds=20)
    with pytest.raises(httpx.ReadTimeout):
        gateway.post("/sms", json=SMS, timeout=0.3)
    assert count(gateway) == done


def test_a_late_answer_still_comes(gateway):
    order(gateway, "answer_late", seconds=0.4)
    began = time.monotonic()
    assert gateway.post("/sms", json=SMS).status_code == 200
    assert time.monotonic() - began >= 0.4


def test_answer_twice_acts_once(gateway):
    order(gateway, "answer_twice")
    address = httpx.URL(str(gateway.base_url))
    with socket.create_connection((address.host, address.port or 0), timeout=2) as raw:
        body = b'{"phone":"+77011234567","text":"a word"}'
        raw.sendall(b"POST /sms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        heard = b""
        while heard.count(b'{"id":') < 2:
            more = raw.recv(4096)
            assert more, heard
            heard += more
    assert heard.count(b"HTTP/1.1 200") == 2
    assert count(gateway) == 1


def test_a_fault_waits_for_its_path(gateway):
    order(gateway, "refuse", path="/email")
    assert gateway.post("/sms", json=SMS).status_code == 200
    assert gateway.get("/_stage/state").json()["faults"][0]["kind"] == "refuse"


@pytest.mark.parametrize(
    "wrong", [{"kind": "explode"}, {"kind": "drop", "times": 0.5}, {"kind": "drop", "seconds": 999}]
)
def test_a_senseless_order_is_refused(gateway, wrong):
    assert gateway.post("/_stage/fault", json=wrong).status_code == 422


def test_the_clock_is_pushed_and_never_back(gateway):
    assert gateway.post("/_stage/clock", json={"now": "2027-01-05T09:00:00+05:00"}).status_code == 200
    gateway.post("/sms", json=SMS)
    assert gateway.get("/inbox").json()["messages"][0]["at"].startswith("2027-01-05T04:00:0")
    for wrong in ("2027-01-05T03:59:59+00:00", "2028-01-01T00:00:00", "soon"):
        assert gateway.post("/_stage/clock", json={"now": wrong}).status_code == 422


def test_the_page_shows_the_code_and_orders_a_fault_by_a_form(gateway):
    gateway.post("/sms", json={**SMS, "text": "Код 123456 <b>"})
    page = gateway.get("/").text
    assert '<span class="code">123456</span>' in page
    assert "&lt;b&gt;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert gateway.post("/_stage/fault", data={"kind": "refuse", "times": "1"}).status_code == 303
    assert gateway.post("/sms", json=SMS).status_code == 503


def test_another_origin_and_another_host_command_nothing(gateway):
    assert gateway.post("/_stage/reset", headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert gateway.get("/inbox", headers={"host": "elsewhere.example"}).status_code == 400


def test_kill_9_keeps_messages_faults_and_clock(tmp_path: Path):
    program, url = start("messages", tmp_path)
    httpx.post(f"{url}/sms", json=SMS)
    httpx.post(f"{url}/_stage/fault", json={"kind": "refuse", "times": 3})
    httpx.post(f"{url}/_stage/clock", json={"now": "2030-01-01T00:00:00+00:00"})
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    with launched("messages", tmp_path) as again:
        assert httpx.get(f"{again}/inbox").json()["messages"][0]["text"] == "a word"
        state = httpx.get(f"{again}/_stage/state").json()
    assert state["faults"][0]["times"] == 3
    assert state["now"].startswith("2030-01-01")


def test_sigterm_ends_it_fast_even_while_a_client_waits(tmp_path: Path):
    program, url = start("messages", tmp_path)
    httpx.post(f"{url}/_stage/fault", json={"kind": "time_out", "seconds": 60})
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{url}/sms", json=SMS, timeout=0.2)
    began = time.monotonic()
    program.terminate()
    program.wait(timeout=5)
    assert time.monotonic() - began < 3


def test_email_takes_a_key_and_can_be_asked(gateway):
    letter = {"message_id": "m-1", "to": "a@example.kz", "subject": "s", "text": "t"}
    assert gateway.get("/email/m-1").status_code == 404
    assert gateway.post("/email", json=letter).json()["repeated"] is False
    assert gateway.post("/email", json=letter).json()["repeated"] is True
    assert gateway.post("/email", json={**letter, "text": "other"}).status_code == 409
    assert gateway.get("/email/m-1").json()["message_id"] == "m-1"
    assert len(gateway.get("/inbox?email=a@example.kz").json()["messages"]) == 1


@pytest.mark.parametrize("body", [{}, {"phone": "8701", "text": "x"}, {"phone": "+77011234567", "text": ""}, [], None])
def test_a_bad_sms_is_refused(gateway, body):
    assert gateway.post("/sms", json=body).status_code == 422
