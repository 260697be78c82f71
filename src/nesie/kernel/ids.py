"""Ids: a type for each thing, so that one cannot be passed for another."""

from __future__ import annotations

import secrets
import threading
import time
from typing import NewType
from uuid import UUID

ApplicationId = NewType("ApplicationId", UUID)
ApprovalId = NewType("ApprovalId", UUID)
ClientId = NewType("ClientId", UUID)
ContractId = NewType("ContractId", UUID)
DisbursementId = NewType("DisbursementId", UUID)
DocumentId = NewType("DocumentId", UUID)
EntryId = NewType("EntryId", UUID)
HoldId = NewType("HoldId", UUID)
LetterId = NewType("LetterId", UUID)
LoanId = NewType("LoanId", UUID)
MessageId = NewType("MessageId", UUID)
NoticeId = NewType("NoticeId", UUID)
OfferId = NewType("OfferId", UUID)
OwnerId = NewType("OwnerId", UUID)  # whose personal data: a client, a registration, a staff member
ProductVersionId = NewType("ProductVersionId", UUID)
ProofId = NewType("ProofId", UUID)
ReceiptId = NewType("ReceiptId", UUID)
RegistrationId = NewType("RegistrationId", UUID)
StaffId = NewType("StaffId", UUID)


_TICKS_PER_MILLISECOND = 4096
_turn = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh id (RFC 9562, version 7): machine time and 62 random bits, so it cannot be guessed.

    In one process each is greater than the one before: what is written at one moment is read back in the order in
    which it was written, and a table's index grows at its end. Whoever makes a request makes its id and keeps it
    before sending.
    """
    global _last
    with _turn:
        _last = max(time.time_ns() * _TICKS_PER_MILLISECOND // 1_000_000, _last + 1)
        milliseconds, tick = divmod(_last, _TICKS_PER_MILLISECOND)
    return UUID(int=milliseconds << 80 | 7 << 76 | tick << 64 | 2 << 62 | secrets.randbits(62))
