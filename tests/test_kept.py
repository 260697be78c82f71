"""What a test does to the world in memory is put back, whatever holds it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.kept import unchanged


@dataclass(slots=True)
class Account:
    balance: int


@dataclass
class Bank:
    accounts: dict[str, Account] = field(default_factory=lambda: {"a": Account(1)})
    troubles: deque[str] = field(default_factory=lambda: deque(["late"]))
    asked: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def test_everything_reached_is_as_it_was_and_the_same_object() -> None:
    bank = Bank()
    account = bank.accounts["a"]
    with unchanged((bank,)):
        account.balance = 2
        bank.accounts = {"b": Account(3)}
        bank.troubles.popleft()
        bank.asked.append("x")
        bank.seen.add("y")
        bank.more = 1  # type: ignore[attr-defined]  # somebody's attribute of the moment
    assert bank == Bank()
    assert bank.accounts["a"] is account
    assert not hasattr(bank, "more")
