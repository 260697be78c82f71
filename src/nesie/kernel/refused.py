"""A refusal: the business says no, in words a person can act on."""

from __future__ import annotations

from typing import Any, ClassVar


class Refused(Exception):
    """Base of every business refusal.

    Subclasses live in the `rules.py` of their context and set `message`, an English sentence that is also
    the translation key, with `{name}` places filled from keyword arguments. `field` names the input to mend.
    Parameters must hold nothing confidential: they are shown and kept in the audit trail.
    """

    message: ClassVar[str] = "This is not possible."
    status: ClassVar[int] = 409  # HTTP status of the problem answer

    def __init__(self, *, field: str = "", **params: Any) -> None:
        self.field = field
        self.params = params
        super().__init__(self.code)

    @property
    def code(self) -> str:
        """The stable name of the refusal: its class name."""
        return type(self).__name__

    def __str__(self) -> str:
        return self.message.format(**self.params)


class NotFound(Refused):
    """The object does not exist, or is not this actor's to see: the two are never told apart."""

    message = "Nothing was found."
    status = 404


def noop(message: str) -> str:
    """Marks a message for the translation catalogue and returns it as it is."""
    return message
