"""A sender that can be killed at a chosen point: `python -m tests.foundation.exchange.sender`.

Django is loaded once; each order on stdin is then carried out by a process of its own, which kills itself (SIGKILL, as
a power cut would) where the order says. The points are set from outside, around production code that knows nothing of
them: in the carrier, and in the database statements.

In: a list of orders to run at once, {"stop": point, "" or "anywhere", "now": moment, "database": URL, "seed": number}.
Out: the list of their exit statuses, -9 for the killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import django
import httpx

django.setup()

from django.db import connection  # noqa: E402

from nesie.config import database  # noqa: E402
from nesie.entrypoints.jobs.exchange import deliver_due  # noqa: E402
from nesie.foundation.exchange.adapters.switchboard import Switchboard  # noqa: E402
from nesie.foundation.exchange.gateways import Carrier  # noqa: E402
from nesie.foundation.exchange.rules import Answer, AnswerStatus, NoAnswer, NotCarried  # noqa: E402
from nesie.foundation.notices.adapters.carrier import KINDS, NoticeCarrier  # noqa: E402
from nesie.foundation.notices.adapters.http import HttpEmail, HttpSms  # noqa: E402

# The statement after which, still before the commit, the process dies.
STATEMENTS = {
    "INSERT INTO exchange_counter": "number_given",
    "WITH message AS (\nUPDATE exchange_message": "claim_uncommitted",
    "WITH heard AS (\nINSERT INTO exchange_receipt": "record_uncommitted",
}
LAST = "WITH record AS (\n  INSERT INTO audit_auditrecord"
TIMEOUT = 1.0


def die() -> None:
    """As by kill -9: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)


def things_done() -> int:
    """How much the outside systems have done."""
    post, keyed = os.environ["MESSAGES_URL"], os.environ["KEYED_URL"]
    return len(httpx.get(f"{post}/inbox").json()["messages"]) + len(httpx.get(f"{keyed}/acts").json())


def die_once_acted(before: int) -> None:
    """Die as soon as an outside system has acted, while its answer is still awaited."""
    while things_done() == before:
        time.sleep(0.01)
    die()


class KeyedDestination:
    """Carries to tests/foundation/exchange/destination.py."""

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        try:
            with httpx.Client(timeout=TIMEOUT, trust_env=False) as http:
                answer = http.post(f"{os.environ['KEYED_URL']}/act", json={"key": key, "sequence": sequence})
        except httpx.HTTPError:
            raise NoAnswer from None
        if answer.status_code == 503:
            raise NotCarried
        return Answer(AnswerStatus.ANSWERED, answer.json())

    def ask(self, kind: str, key: str) -> Answer | None:
        raise AssertionError("this destination cannot be asked")


class Mortal:
    """A carrier in whose hands the sender may die."""

    def __init__(self, inner: Carrier, dies: Callable[[str], bool]) -> None:
        self.inner, self.dies = inner, dies

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        if self.dies("before_carry"):
            die()
        if self.dies("during_carry"):
            threading.Thread(target=die_once_acted, args=(things_done(),), daemon=True).start()
            try:
                self.inner.carry(kind, key, sequence, payload, now)
            finally:
                die()  # the answer came first; it is not heard all the same
        answer = self.inner.carry(kind, key, sequence, payload, now)
        if self.dies("after_carry"):
            die()
        return answer

    def ask(self, kind: str, key: str) -> Answer | None:
        answer = self.inner.ask(kind, key)
        if self.dies("after_ask"):
            die()
        return answer


def carrier() -> Carrier:
    post = os.environ["MESSAGES_URL"]
    notices = NoticeCarrier(HttpSms(post, TIMEOUT), HttpEmail(post, TIMEOUT))
    return Switchboard({**dict.fromkeys(KINDS, notices), "test.act": KeyedDestination()})


def dying(order: Mapping[str, Any]) -> Callable[[str], bool]:
    if order["stop"] != "anywhere":
        return lambda point: point == order["stop"]
    dice = random.Random(order["seed"])
    return lambda point: dice.random() < 0.06


def work(order: Mapping[str, Any]) -> None:
    connection.settings_dict.update(database.django_settings(order["database"]))
    dies = dying(order)
    point = ""

    def watch(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal point
        result = execute(statement, params, many, context)
        reached = next((name for start, name in STATEMENTS.items() if statement.startswith(start)), "")
        if statement.startswith(LAST):
            reached = "record_almost_committed" if point == "record_uncommitted" else "claim_almost_committed"
        point = reached or point
        if reached and dies(reached):
            die()
        return result

    def clock() -> datetime:
        return datetime.fromisoformat(order["now"])

    with connection.execute_wrapper(watch):
        deliver_due(Mortal(carrier(), dies), clock, clock)
    if dies("after_record"):
        die()


def main() -> None:
    for line in sys.stdin:
        orders = json.loads(line)
        children = []
        for order in orders:
            child = os.fork()
            if child == 0:
                work(order)
                sys.stdout.flush()
                os._exit(0)
            children.append(child)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(json.dumps(statuses) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
