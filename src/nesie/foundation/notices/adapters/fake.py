"""Phones and mailboxes in memory, with the faults of the real ones on order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.foundation.notices.gateways import Rejected

_PHONE = re.compile(r"\+7\d{10}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BEFORE = frozenset({"time_out", "drop_before"})
_AFTER = frozenset({"answer_late", "drop_after", "drop"})


@dataclass
class FakePost:
    """What both fakes share: what was delivered, oldest first, and the faults waiting."""

    sms: list[tuple[str, str]] = field(default_factory=list)
    emails: list[tuple[str, str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def order(self, kind: str, times: int = 1) -> None:
        """The next messages go wrong in this way (the words of the simulators' stage)."""
        self.faults += [kind] * times

    def do(self, act: Callable[[], str]) -> str:
        """Act as the next ordered fault says."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refuse":
            raise NotCarried
        if fault in _BEFORE:
            raise NoAnswer
        reference = act()
        if fault in _AFTER:
            raise NoAnswer
        return reference


class FakeSms:
    """An SMS gateway over a FakePost."""

    def __init__(self, post: FakePost) -> None:
        self.post = post

    def send(self, phone: str, text: str) -> str:
        """As the gateway's Protocol."""
        return self.post.do(lambda: self._take(phone, text))

    def _take(self, phone: str, text: str) -> str:
        if not _PHONE.fullmatch(phone) or not text:
            raise Rejected("http_422")
        self.post.sms.append((phone, text))
        return str(len(self.post.sms))


class FakeEmail:
    """A mail gateway over a FakePost."""

    def __init__(self, post: FakePost) -> None:
        self.post = post

    def send(self, message_id: str, to: str, subject: str, text: str) -> str:
        """As the gateway's Protocol."""
        return self.post.do(lambda: self._take(message_id, to, subject, text))

    def accepted(self, message_id: str) -> str | None:
        """As the gateway's Protocol."""
        return message_id if self._known(message_id) else None

    def _known(self, message_id: str) -> tuple[str, str, str, str] | None:
        return next((letter for letter in self.post.emails if letter[0] == message_id), None)

    def _take(self, message_id: str, to: str, subject: str, text: str) -> str:
        if not _EMAIL.fullmatch(to):
            raise Rejected("http_422")
        letter = (message_id, to, subject, text)
        known = self._known(message_id)
        if known is None:
            self.post.emails.append(letter)
        elif known != letter:
            raise Rejected("http_409")
        return message_id
