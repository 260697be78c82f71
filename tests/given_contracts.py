"""Builders of contracts and payouts through real use cases, with the outside world in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from nesie.entrypoints.jobs.exchange import deliver_due
from nesie.entrypoints.jobs.statement import read_statement
from nesie.foundation.exchange.adapters.switchboard import Switchboard
from nesie.foundation.identification.gateways import Wiring as IdentificationWiring
from nesie.foundation.ledger.actions import contribute_capital
from nesie.foundation.lender.queries import organisation
from nesie.foundation.vault.actions import claim_index
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.aml import actions as aml_actions
from nesie.journey.aml import queries as aml
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ConsentKind, ContractView, Drafted, Signed, SignOutcome
from nesie.journey.creditworthiness import actions as credit_actions
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as payment_queries
from nesie.journey.payments.adapters.carrier import KINDS, BankCarrier
from nesie.journey.payments.adapters.fake import FakeAccount, FakeBank
from nesie.journey.payments.gateways import Bank
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ContractId, ProofId
from nesie.kernel.money import Money
from nesie.simulators.people import BUSINESSES, PEOPLE
from tests import given_applications
from tests.given_access import code_sent_to
from tests.given_applications import Applicant, Outside
from tests.given_identification import Identities, identities

DAY = timedelta(hours=24)
CAPITAL = Money.tenge(50_000_000)
_IDENTIFICATION = ("anchors", "revocation", "timestamps", "biometrics", "registry")


@dataclass
class Stand:
    """The outside world of a loan, in memory, and the hands that work the journey's table."""

    outside: Outside
    identities: Identities
    bank: Bank

    def carry(self, now: datetime, machine: datetime | None = None) -> None:
        """Carry what is due to the bureau, the lists and the bank, and record every answer."""
        if isinstance(self.bank, FakeBank):
            self.bank.moment = now
        routes = {kind: BankCarrier(self.bank) for kind in KINDS}
        credit = self.outside.switchboard()
        deliver_due(_Both(credit, Switchboard(routes)), lambda: now, lambda: machine or now)
        for message_id in aml.lists_to_record():
            aml_actions.record_list(worker(), now, message_id=message_id)
        for message_id in creditworthiness.answers_to_record():
            credit_actions.record_inquiry_answer(worker(), now, message_id=message_id)
        for message_id in payment_queries.ownership_answers():
            payments.record_ownership_answer(worker(), now, message_id=message_id)
        for message_id in payment_queries.payment_answers():
            payments.record_disbursement_result(worker(), now, message_id=message_id)
        for message_id in payment_queries.refund_answers():
            payments.record_refund_result(worker(), now, message_id=message_id)

    def pay_out(self, now: datetime) -> None:
        """One round of the journey's rows of payments, a fresh list first."""
        self.outside.fresh_list(now)
        for ready in payment_queries.to_check(now):
            payments.request_ownership_check(worker(), now, contract_id=ready.contract_id)
        self.carry(now)
        for ready in payment_queries.to_request(now):
            payments.request_disbursement(worker(), now, contract_id=ready.contract_id)
        self.carry(now)

    def read_statement(self, now: datetime) -> int:
        """Take everything new of the bank's statement into the books."""
        return read_statement(self.bank, now)


class _Both:
    """Messages of payments to the bank, all others to the rest of the world."""

    def __init__(self, rest: Switchboard, bank: Switchboard) -> None:
        self._rest, self._bank = rest, bank

    def carry(self, kind: str, *rest: Any) -> Any:
        return self._of(kind).carry(kind, *rest)

    def ask(self, kind: str, key: str) -> Any:
        return self._of(kind).ask(kind, key)

    def _of(self, kind: str) -> Switchboard:
        return self._bank if kind in KINDS else self._rest


def bank_of_people(now: datetime) -> FakeBank:
    """A bank that keeps the demo people's accounts and the lender's."""
    own = organisation()
    accounts = {p.iban: FakeAccount(p.iin, p.full_name, Money.tenge(600_000)) for p in PEOPLE}
    accounts |= {firm.iban: FakeAccount(firm.number, firm.name, Money.tenge(600_000)) for firm in BUSINESSES}
    accounts[own.repayment.iban] = FakeAccount(own.bin, own.name.ru, CAPITAL)
    bank = FakeBank(own.repayment.iban, accounts)
    bank.moment = now
    return bank


@contextmanager
def stand(now: datetime) -> Iterator[Stand]:
    """A lender open for business with capital, the outside wired in memory while the block lasts."""
    before = {name: getattr(IdentificationWiring, name, None) for name in _IDENTIFICATION}
    with given_applications.outside() as outside:
        try:
            given_applications.open_for_business(now, outside)
            contribute_capital(worker(), now, amount=CAPITAL, key="test")
            yield Stand(outside, identities(now), bank_of_people(now))
        finally:
            for name, value in before.items():
                setattr(IdentificationWiring, name, value)


def applicant(now: datetime, key: str = "aigerim") -> Applicant:
    """One of the demo people, signed in, ready to apply."""
    who = given_applications.applicant(now, key)
    who.actor = replace(who.actor, session="test")
    claim_index(who.client_id, IndexedField.PHONE, who.person.phone)
    return who


def drafted(now: datetime, here: Stand, who: Applicant, **changes: Any) -> Drafted:
    """A contract drawn up from a chosen offer (400,000 tenge: above 75 MRP), its checks answered."""
    wish = {"amount": Money.tenge(400_000)} | changes
    application_id = given_applications.chosen(now, here.outside, who, **wish)
    made = actions.draft_contract(who.actor, now, application_id=application_id)
    here.carry(now)
    return made


def consent(now: datetime, who: Applicant, contract_id: ContractId, kind: ConsentKind) -> None:
    """The client confirms a consent by the code sent to the phone."""
    actions.request_consent_code(who.actor, now, contract_id=contract_id, kind=kind)
    act = actions.consent_to_conclude if kind is ConsentKind.CONCLUDE else actions.consent_to_receive
    outcome = act(who.actor, now, contract_id=contract_id, code=code_sent_to(who.person.phone))
    assert outcome.given, outcome


def both_proofs(now: datetime, here: Stand, who: Applicant, made: Drafted) -> tuple[ProofId, ProofId]:
    """EDS and biometrics over the text to be signed."""
    eds = here.identities.eds_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_contract",
        document_id=made.sign_document_id, person=who.person,
    )  # fmt: skip
    biometric = here.identities.biometric_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_contract",
        document_sha256=made.sign_sha256, person=who.person,
    )  # fmt: skip
    return eds, biometric


def sign(now: datetime, here: Stand, who: Applicant, made: Drafted) -> Signed:
    """The client consents and signs what was drawn up."""
    consent(now, who, made.contract_id, ConsentKind.CONCLUDE)
    eds, biometric = both_proofs(now, here, who, made)
    return actions.sign_contract(
        who.actor, now, contract_id=made.contract_id,
        eds_proof_id=eds, biometric_proof_id=biometric, document_sha256=made.sign_sha256,
    )  # fmt: skip


def signed(now: datetime, here: Stand, who: Applicant, **changes: Any) -> ContractId:
    """A contract concluded."""
    made = drafted(now, here, who, **changes)
    outcome = sign(now, here, who, made)
    assert outcome.outcome is SignOutcome.SIGNED, outcome
    return made.contract_id


def ready(now: datetime, here: Stand, who: Applicant, **changes: Any) -> tuple[ContractId, datetime]:
    """A contract whose money may go, and the moment from which: 24 hours over, the consent given."""
    contract_id = signed(now, here, who, **changes)
    later = now + DAY
    actions.draft_consent_to_receive(who.actor, later, contract_id=contract_id)
    consent(later, who, contract_id, ConsentKind.RECEIVE)
    return contract_id, later


def disbursed(now: datetime, here: Stand, who: Applicant, **changes: Any) -> tuple[ContractId, datetime]:
    """A contract paid out, and when."""
    contract_id, later = ready(now, here, who, **changes)
    here.pay_out(later)
    return contract_id, later


def view(contract_id: ContractId, now: datetime, actor: Actor | None = None) -> ContractView:
    """The contract as it stands."""
    return queries.contract(actor or worker(), contract_id, now)
