"""States of a contract and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from nesie.kernel.refused import Refused, noop


class ContractStatus(StrEnum):
    """Where a contract stands. Arrears and what is owed are the loan's facts, not the contract's."""

    DRAFTED = "drafted"  # the text is shown to the client
    SIGNED = "signed"  # concluded; the money waits for the 24 hours, the consent and the checks
    PAYING = "paying"  # the payment order is on its way to the bank: nobody may cancel now
    DISBURSED = "disbursed"  # the money is at the client's
    CANCELLED = "cancelled"  # the client (or the lender, before signing) gave it up before any money


MOVES: Mapping[ContractStatus | None, frozenset[ContractStatus]] = {
    None: frozenset({ContractStatus.DRAFTED}),
    # A text is dated; drawn up anew on a later day it stays a draft of the same contract.
    ContractStatus.DRAFTED: frozenset({ContractStatus.DRAFTED, ContractStatus.SIGNED, ContractStatus.CANCELLED}),
    ContractStatus.SIGNED: frozenset({ContractStatus.PAYING, ContractStatus.CANCELLED}),
    # A refused payment order gives the contract back, so that it may be paid again or cancelled.
    ContractStatus.PAYING: frozenset({ContractStatus.SIGNED, ContractStatus.DISBURSED}),
    ContractStatus.DISBURSED: frozenset(),
    ContractStatus.CANCELLED: frozenset(),
}


class MoveRefused(Refused):
    """The contract is not in a state that allows this."""

    message = noop("The contract is {current}: this step is not possible now.")


def check_move(current: ContractStatus | None, to: ContractStatus) -> None:
    """Raises MoveRefused unless a contract may go from `current` (None: it does not exist yet) to `to`."""
    if to not in MOVES[current]:
        raise MoveRefused(current=current.value if current else "", to=to.value)
