"""The ways out to a person's phone and mailbox, in our words."""

from __future__ import annotations

from typing import Protocol


class Rejected(Exception):
    """The gateway will never take this message: the number or address is not one. `reason` holds no personal data."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Sms(Protocol):
    """An SMS gateway. It takes no key: sending twice is two messages."""

    def send(self, phone: str, text: str) -> str:
        """Hand a message over; the gateway's reference. `phone` is E.164 (+77...).

        Rejected; exchange's NotCarried when it surely was not taken and NoAnswer when nothing was heard.
        """


class Email(Protocol):
    """A mail gateway. The message id is its key: sending twice is one letter."""

    def send(self, message_id: str, to: str, subject: str, text: str) -> str:
        """Hand a letter over; the gateway's reference. Raises as `Sms.send` does."""

    def accepted(self, message_id: str) -> str | None:
        """The reference of a letter that was taken earlier; None when it never came. NotCarried, NoAnswer."""
