"""Ids: a type for each thing, so that one cannot be passed for another."""

from __future__ import annotations

from typing import NewType
from uuid import UUID, uuid4

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


def new_id() -> UUID:
    """A fresh random id; whoever makes a request makes its id and keeps it before sending."""
    return uuid4()
