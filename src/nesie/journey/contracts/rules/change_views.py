"""What strangers see of a change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from nesie.journey.contracts.rules.change import ChangeKind, ChangeProposal
from nesie.journey.contracts.rules.change_way import OPEN, ChangeStatus
from nesie.journey.contracts.rules.cooling_off import CoolingOff
from nesie.journey.contracts.rules.signing import SignOutcome
from nesie.journey.contracts.rules.views import ConsentView
from nesie.kernel.ids import ClientId, ContractId, DocumentId
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class DraftedChange:
    """A change put before the client: its documents, what is signed, and the first moment too late to answer."""

    change_id: UUID
    contract_id: ContractId
    document_kk_id: DocumentId
    document_ru_id: DocumentId
    sign_document_id: DocumentId
    sign_sha256: str
    answer_until: datetime


@dataclass(frozen=True, slots=True)
class SignedChange:
    """What became of a try to sign a change; of one that gives money also from when it may go."""

    change_id: UUID
    outcome: SignOutcome
    signed_at: datetime | None = None
    money_not_before: datetime | None = None
    consent_needed: bool = False


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """One move of a change."""

    status: ChangeStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change with everything about it; `gesv_*` in percent as shown, None when nothing remains to be paid."""

    change_id: UUID
    contract_id: ContractId
    client_id: ClientId
    contract_number: str
    number: int
    kind: ChangeKind
    status: ChangeStatus
    one_sided: bool
    proposal: ChangeProposal
    gesv_before: Decimal | None
    gesv_after: Decimal | None
    answer_until: datetime
    eds_needed: bool
    document_kk_id: DocumentId
    document_ru_id: DocumentId
    sign_document_id: DocumentId
    sign_sha256: str
    drafted_at: datetime
    signed_at: datetime | None
    steps: tuple[ChangeStep, ...]
    cooling: CoolingOff | None = None  # of the money it gives, once signed
    to_receive: ConsentView | None = None  # the consent to receive that money

    @property
    def payout(self) -> Money:
        """What is given out on top; nothing for most changes."""
        return self.proposal.payout

    @property
    def effective_on(self) -> date:
        """The day it takes effect."""
        return self.proposal.effective_on

    @property
    def open(self) -> bool:
        """True while it waits for an answer or for its day."""
        return self.status in OPEN

    @property
    def saved(self) -> Money:
        """How much less is paid in all; negative when it costs more."""
        return self.proposal.before.total - self.proposal.after.total


@dataclass(frozen=True, slots=True)
class ChangeToApply:
    """A change that takes effect now: what the stage that serves the loan needs of it."""

    change_id: UUID
    contract_id: ContractId
    client_id: ClientId
    number: int
    kind: ChangeKind
    effective_on: date
    one_sided: bool
    proposal: ChangeProposal = field(hash=False)  # holds a dict; the id tells changes apart
    document_kk_id: DocumentId
    document_ru_id: DocumentId
