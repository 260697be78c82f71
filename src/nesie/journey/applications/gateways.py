"""What applications need of later stages, in our words."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from nesie.kernel.ids import ClientId
from nesie.kernel.money import Money


class RefinancedLoans(Protocol):
    """Knows the running loans of this lender; served by a later stage."""

    def refinanced(self, client_id: ClientId, contract_id: UUID, now: datetime) -> Money | None:
        """The most that may be borrowed to repay the loan of a contract; None when it is not to be refinanced.

        It is not when it is another client's, has ended, stands still, or when interest or penalty of it is overdue:
        a new loan may not bear interest on those (Law 56-V, art. 4 p. 7).
        """
        ...


class Wiring:
    """Set once by `config`; nobody to ask: then nothing is refinanced."""

    refinanced_loans: RefinancedLoans | None = None
