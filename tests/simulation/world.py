"""The outside world of a run: everybody in it, the lender's partners in memory, and the lines between, which fail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from nesie.foundation.audit.adapters.fake import MemoryAnchor, MemorySealKey
from nesie.foundation.exchange.adapters.switchboard import Switchboard
from nesie.foundation.exchange.gateways import Carrier
from nesie.foundation.identification.adapters.carrier import PersonCarrier
from nesie.foundation.identification.adapters.fake import FakeBiometrics, FakeRegistry
from nesie.foundation.identification.rules.persons import PERSON_KIND, PersonFacts, PersonRecord
from nesie.foundation.lender.queries import organisation
from nesie.foundation.notices.adapters.carrier import KINDS as NOTICE_KINDS
from nesie.foundation.notices.adapters.carrier import NoticeCarrier
from nesie.foundation.notices.adapters.fake import FakeEmail, FakePost, FakeSms
from nesie.journey.aml.adapters.carrier import ListCarrier
from nesie.journey.aml.adapters.fake import FakeLists
from nesie.journey.aml.rules import LIST_MESSAGE, ListedPerson
from nesie.journey.creditworthiness.adapters.carrier import CreditCarrier
from nesie.journey.creditworthiness.adapters.fake import FakeBureau
from nesie.journey.creditworthiness.rules import (
    BureauReport,
    Commitment,
    Creditor,
    InquiryKind,
    MonthIncome,
    message_kind,
)
from nesie.journey.payments.adapters.carrier import KINDS as PAYMENT_KINDS
from nesie.journey.payments.adapters.carrier import BankCarrier
from nesie.journey.payments.adapters.fake import FakeAccount, FakeBank
from nesie.journey.payments.gateways import BankBusy, BankSilent, IncomingPayment
from nesie.kernel.ids import ContractId, ReceiptId
from nesie.kernel.money import Money
from tests.given_identification import TestAuthority
from tests.simulation.clock import Clock
from tests.simulation.dice import Dice
from tests.simulation.faults import Fault, Faults, Unreliable
from tests.simulation.people import Invented, iban, iin, person
from tests.simulation.plans import Flaw, Plan

if TYPE_CHECKING:
    from tests.simulation.office import Office

CAPITAL = Money.tenge(500_000_000)
STRANGER = 7_000_000  # the account of somebody who is nobody's client
_RELATIVES = 5_000_000
_SILENCE = 4  # days for which the bank is silent when it is
_ELSEWHERE = date(1950, 1, 1)  # before anybody of ours was born
_CODE = re.compile(r"(?<![\d-])\d{6}(?![\d-])")  # and not the number of a contract


class World:
    """Everybody and everything outside the lender's house; and whom people speak to in it."""

    office: Office  # comes to work when the house is there

    def __init__(self, dice: Dice, clock: Clock, plans: Sequence[Plan], faults: Faults, first: int = 0) -> None:
        self.clock, self.faults, clients = clock, faults, len(plans)
        numbers = range(first, first + clients)
        self.people: tuple[Invented, ...] = tuple(person(number, dice.of("person", number)) for number in numbers)
        self.plans = tuple(plans)
        self.post = FakePost()
        self.bureau, self.lists, self.biometrics = FakeBureau(), FakeLists(), FakeBiometrics()
        self.registry = FakeRegistry(*(self._record(index) for index in range(clients)))
        self.authority = TestAuthority(clock.now)
        self.bank = self._bank()
        self.seal_key, self.anchor = MemorySealKey(), MemoryAnchor()
        self.statement = Statement(self.bank, clock, faults, dice)
        self._about = self._addresses()
        self.lines = Unreliable(self._switchboard(), faults, self.bank, self._person_of)
        self.bounced: dict[ReceiptId, Money] = {}  # what the bank took back
        self.meant: dict[str, ContractId] = {}  # what a payer had in mind, by the words of the payment
        self.listed_at: dict[str, datetime] = {}
        self.barred_at: dict[str, datetime] = {}
        for index in range(clients):
            self._let_bureau_know(index)

    def dawn(self, number: int) -> None:
        """What changes in the world on a day of the run: who is listed, who bars himself, what the bank decides."""
        for index, one in enumerate(self.plans):
            if one.flaw_since == number and one.flaw in (Flaw.LISTED, Flaw.NAMESAKE):
                self._list(index)
            if one.flaw_since == number and one.flaw is Flaw.BARRED:
                self.bureau.refused[self.people[index].iin] = self.clock.today
                self.barred_at[self.people[index].iin] = self.clock.now
        self.bank.moment = self.clock.now
        self.bank.release()

    def codes(self, phone: str) -> list[str]:
        """One-time codes that reached a phone, oldest first."""
        found = (_CODE.search(text) for number, text in self.post.sms if number == phone)
        return [code.group() for code in found if code]

    def pay(
        self, index: int, amount: Money, purpose: str, contract_id: ContractId, *, by_stranger: bool = False
    ) -> None:
        """Somebody goes to the bank and pays the lender for a contract, which the words may or may not name."""
        self.meant[purpose] = contract_id
        self.bank.moment = self.clock.now
        payer = iban(STRANGER) if by_stranger else self.people[index].iban
        self.bank.repay(from_iban=payer, amount=amount, purpose=purpose)

    def bounce(self, receipt_id: ReceiptId, amount: Money, index: int) -> None:
        """The bank takes back a payment of somebody."""
        self.bank.accounts[self.bank.own].balance -= amount
        self.bank.accounts[self.people[index].iban].balance += amount
        self.bounced[receipt_id] = amount

    def account_of(self, index: int) -> str:
        """The account that somebody names to the lender: his own, or his relative's."""
        foreign = self.plans[index].flaw is Flaw.FOREIGN_ACCOUNT
        return iban(_RELATIVES + index) if foreign else self.people[index].iban

    def _record(self, index: int) -> PersonRecord:
        who, flaw = self.people[index], self.plans[index].flaw
        facts = PersonFacts(
            iin=who.iin,
            surname=who.surname + ("ов" if flaw is Flaw.MISMATCH else ""),
            given_name=who.given_name,
            patronymic=who.patronymic,
            birth_on=who.birth_on,
            document_number=who.document_number,
            document_valid_until=who.document_valid_until,
        )
        return PersonRecord(facts, True, who.document_kind, who.portrait(), b"<told/>")

    def _let_bureau_know(self, index: int) -> None:
        flaw, income = self.plans[index].flaw, Money(self.people[index].monthly_income_tiyn)

        def told(report: BureauReport) -> BureauReport:
            months = tuple(MonthIncome(each.month_on, income) for each in report.income or ())
            debts = {
                Flaw.ARREARS: (Commitment(Creditor.MICROFINANCE, Money.tenge(90_000), Money.tenge(10_000), 40),),
                Flaw.POOR: (Commitment(Creditor.BANK, Money.tenge(900_000), Money(income.tiyn * 6 // 10)),),
            }
            history = flaw is not Flaw.NO_HISTORY
            return replace(report, income=months, commitments=debts.get(flaw, ()), has_history=history)

        self.bureau.reports[self.people[index].iin] = told

    def _list(self, index: int) -> None:
        who = self.people[index]
        namesake = self.plans[index].flaw is Flaw.NAMESAKE
        number = str(len(self.lists.persons) + 2)
        iin = "" if namesake else who.iin
        patronymic = "" if namesake else who.patronymic
        self.lists.persons += (ListedPerson(number, who.surname, who.given_name, patronymic, who.birth_on, iin),)
        if not namesake:
            self.listed_at[who.iin] = self.clock.now

    def _bank(self) -> FakeBank:
        own = organisation()
        accounts = {own.repayment.iban: FakeAccount(own.bin, own.name.ru, CAPITAL)}
        for index, who in enumerate(self.people):
            accounts[who.iban] = FakeAccount(who.iin, who.full_name, Money.tenge(1_000_000))
            accounts[iban(_RELATIVES + index)] = FakeAccount(iin(_ELSEWHERE, 998), "Туысы", Money.tenge(1_000_000))
        accounts[iban(STRANGER)] = FakeAccount(iin(_ELSEWHERE, 999), "Бөтен кісі", Money.tenge(1_000_000))
        return FakeBank(own.repayment.iban, accounts)

    def _switchboard(self) -> Switchboard:
        notices, bank = NoticeCarrier(FakeSms(self.post), FakeEmail(self.post)), BankCarrier(self.bank)
        credit = CreditCarrier(self.bureau, self.bureau)
        routes: dict[str, Carrier] = {kind: notices for kind in NOTICE_KINDS}
        routes |= {message_kind(kind): credit for kind in InquiryKind} | {kind: bank for kind in PAYMENT_KINDS}
        routes |= {PERSON_KIND: PersonCarrier(self.registry), LIST_MESSAGE: ListCarrier(self.lists)}
        return Switchboard(routes)

    def _addresses(self) -> dict[str, str]:
        keys = ((one.key, address) for one in self.people for address in (one.iin, one.phone, one.email))
        return {address: key for key, address in keys}

    def _person_of(self, kind: str, payload: Mapping[str, Any]) -> str:
        named = (str(payload[field]) for field in ("iin", "phone", "to", "payee_iin") if field in payload)
        return next((self._about[address] for address in named if address in self._about), "")


class Statement:
    """The bank's statement over a bad line: silent (for days at times), told again from before, of today tomorrow."""

    def __init__(self, bank: FakeBank, clock: Clock, faults: Faults, dice: Dice) -> None:
        self._bank, self._clock, self._faults, self._dice = bank, clock, faults, dice
        self.told_days_late = 0

    def incoming(self, since: str) -> Sequence[IncomingPayment]:
        """As the bank's own."""
        if self._faults.share and self._dice.of("silence", self._clock.today.toordinal() // _SILENCE).random() < 0.08:
            raise BankSilent("days of it")
        fault = self._faults.next("payments.statement", "")
        if fault is Fault.REFUSE:
            raise BankBusy("503")
        if fault in (Fault.TIME_OUT, Fault.DROP):
            raise BankSilent("lost")
        start = max(int(since or "0") - (3 if fault is Fault.TWICE else 0), 0)
        told = self._bank.incoming(str(start) if start else "")
        if fault is Fault.LATE:
            told = [one for one in told if one.booked_at <= self._clock.now - timedelta(days=1)]
        self.told_days_late += sum((self._clock.today - one.booked_on).days > 1 for one in told)
        return told
