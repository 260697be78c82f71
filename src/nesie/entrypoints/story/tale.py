"""The first loan as a tale: each step says what happens, which clause asks for it, and what came of it.

The clauses are ids of docs/clauses.md. The steps go through the same use cases as the pages; nothing is shortened but
the waiting, for which the demo's clock is pushed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nesie.entrypoints.clock import machine_now
from nesie.entrypoints.jobs import demo_clock
from nesie.entrypoints.story.walk import Walk
from nesie.foundation.audit import queries as audit
from nesie.foundation.audit.actions.seal_records import seal_records
from nesie.foundation.documents import queries as documents
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.norms.actions import push_clock
from nesie.foundation.norms.rules import ALMATY, business_day
from nesie.foundation.terms.rules import Method
from nesie.journey.applications import queries as applied
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ConsentTooEarly, Drafted
from nesie.journey.loans import queries as loans
from nesie.journey.loans.rules import PositionView
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Channel, worker
from nesie.kernel.ids import ApplicationId, ContractId, LoanId
from nesie.kernel.money import Money

AMOUNT, TERM = Money.tenge(400_000), 12
_ALMOST = timedelta(minutes=1)  # how long before the end of the 24 hours the consent is tried


class TaleBroken(Exception):
    """Something did not come out as the tale has it; the words say what. They hold no personal data."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what happens, the clauses that ask for it, and the act, which tells what came of it."""

    what: str
    clauses: str
    act: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Steps that belong together."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """What is there at the end: balances of the books, the trail, papers and messages."""

    balances: tuple[tuple[str, str, Money, Money], ...]  # code, name, debit, credit turnover
    difference: Money
    seals: int
    finding: str  # empty: nobody has bent the trail
    papers: dict[str, int]
    texts: int


@dataclass
class Tale:
    """One demo person's first loan, told step by step."""

    walk: Walk
    _known: dict[str, object] = field(default_factory=dict)

    def chapters(self) -> tuple[Chapter, ...]:
        """The whole way, in order."""
        return (
            Chapter("Registration", self._registration()),
            Chapter("Application", self._application()),
            Chapter("Contract", self._contract()),
            Chapter("The 24 hours", self._waiting()),
            Chapter("The loan", self._loan()),
        )

    def ending(self) -> Ending:
        """What all of it left behind."""
        now = self.walk.clock()
        self.seal()
        finding = audit.verify()
        trial = ledger.trial_balance(business_day(now))
        rows = tuple((row.code, row.name, row.debit, row.credit) for row in trial.rows if row.debit or row.credit)
        kept = Counter(paper.kind for paper in documents.of_owner(self.walk.client_id))
        seals = audit.seal_state(machine_now()).seal_number
        texts = len(self.walk.hands.texts())
        return Ending(rows, trial.difference, seals, str(finding or ""), dict(kept), texts)

    def seal(self) -> None:
        """Seal the trail up to here, as the worker does twice a second."""
        while seal_records(machine_now()):
            pass

    # -- the steps ----------------------------------------------------------------------------------------------------

    def _registration(self) -> tuple[Step, ...]:
        walk = self.walk
        return (
            Step("The phone is the person's own", "6-i-phone", self._phone),
            Step("Name, IIN, document, portrait, consents", "6-i-name 6-i-iin 6-i-doc 6-i-photo", self._enter),
            Step("The state's registry is asked", "6-verify-i", self._state),
            Step("Face and signature, under one statement", "6-biometric 6-eds", self._proofs),
            Step("The applicant becomes a client", "6-immutable", lambda: str(walk.complete() and "registered")),
        )

    def _application(self) -> tuple[Step, ...]:
        return (
            Step("The lender's rules, rights and duties are read", "8.2 8.5 8.7", self._texts),
            Step(f"{_tenge(AMOUNT)} for {TERM} months are asked for", "7.1 8.1 8.6", self._apply),
            Step("Lists, bureau, voluntary refusal, debt burden", "8.1 10-law 10-aml", self._screen),
            Step("One of three schedules is chosen", "8.3 8.4", self._choose),
        )

    def _contract(self) -> tuple[Step, ...]:
        return (
            Step("The contract is drawn up, its full cost on the first page", "7.3 8.1-1", self._draft),
            Step("Consent to conclude, signature and face", "9-conclude 11-replay", self._sign),
        )

    def _waiting(self) -> tuple[Step, ...]:
        return (
            Step("A minute before the 24 hours are over", "9-1.1 9-1.2", self._too_early),
            Step("The hours are over, the consent is given", "9-1.2", self._consent),
            Step("The bank is asked whose account it is, and pays", "9-ownership 9-pay-account", self._pay_out),
        )

    def _loan(self) -> tuple[Step, ...]:
        return (
            Step("A month later: interest day by day", "7.5", self._accrue),
            Step("The first instalment comes from the bank", "7.5 7.6", self._instalment),
            Step("Twenty days later everything is paid back early", "7.5", self._payoff),
        )

    # -- what they do -------------------------------------------------------------------------------------------------

    def _phone(self) -> str:
        self.walk.begin()
        return "a code came by SMS and was entered"

    def _enter(self) -> str:
        self.walk.enter()
        return "IIN and document hold, the portrait is frontal, light, neutral, mouth closed"

    def _state(self) -> str:
        checked = self.walk.check_with_state()
        if checked.outcome.value != "matches":
            raise TaleBroken(f"the state check came to {checked.outcome.value}")
        return "name, IIN, document and photo match"

    def _proofs(self) -> str:
        self.walk.prove_registration()
        return "COID recognised the face; NCALayer signed, OCSP says the key is in force"

    def _texts(self) -> str:
        self.walk.read_texts()
        self.walk.name_account()
        return "acknowledged; a bank account is named"

    def _apply(self) -> str:
        self._known["application"] = self.walk.apply(AMOUNT, TERM)
        return "taken, with the due diligence record"

    def _screen(self) -> str:
        self.walk.backroom.work()
        drafts = applied.offers(self.walk.actor, self._application_id)
        if len(drafts) != 3:
            raise TaleBroken("no three offers were made")
        return "nothing against it: approved"

    def _choose(self) -> str:
        drafts = applied.offers(self.walk.actor, self._application_id)
        shown = ", ".join(f"{one.method.value.replace('_', ' ')} {_tenge(one.total)}" for one in drafts)
        taken = self.walk.choose(self._application_id, Method.ANNUITY)
        return f"{shown}; annuity chosen, GESV {taken.gesv_percent} %"

    def _draft(self) -> str:
        made = self._known["made"] = self.walk.draft(self._application_id)
        view = contracts.contract(self.walk.actor, made.contract_id, self.walk.clock())
        size = len(documents.content(made.sign_document_id)) // 1024
        return f"No. {view.number}, PDF/A of {size} KiB in two languages, overpayment {_tenge(view.overpayment)}"

    def _sign(self) -> str:
        made = self._known["made"]
        if not isinstance(made, Drafted):
            raise TaleBroken("no contract was drawn up")
        signed = self.walk.sign(made)
        if signed.money_not_before is None:
            raise TaleBroken(f"the signing came to {signed.outcome.value}")
        self._known["over_at"] = signed.money_not_before
        self.walk.backroom.work()
        return f"both bound to {made.sign_sha256[:12]}…; money not before {_moment(signed.money_not_before)}"

    def _too_early(self) -> str:
        self._push_to(self._over_at - _ALMOST)
        try:
            self.walk.consent_to_receive(self._contract_id)
        except ConsentTooEarly:
            return "the clock was pushed; the consent is refused: too early"
        raise TaleBroken("the consent was taken before the 24 hours")

    def _consent(self) -> str:
        self._push_to(self._over_at + timedelta(seconds=1))
        if not self.walk.consent_to_receive(self._contract_id).given:
            raise TaleBroken("the consent was not taken")
        return "a document of its own, confirmed by a code"

    def _pay_out(self) -> str:
        self.walk.backroom.work()
        (order,) = payments.disbursements_of(self.walk.actor, self._contract_id)
        self._known["loan"] = loans.loan_of_contract(self._contract_id)
        return f"the account is the client's; {_tenge(order.amount)} paid once, bank reference {order.bank_reference}"

    def _accrue(self) -> str:
        due = self._position.next_payment
        if due is None:
            raise TaleBroken("nothing is due")
        self._push_to_day(due.due_on)
        self.walk.backroom.work()
        view = self._position
        return f"{len(loans.accruals(self.walk.actor, view.loan_id))} days accrued: interest {_tenge(view.interest)}"

    def _instalment(self) -> str:
        due = self._position.next_payment
        if due is None:
            raise TaleBroken("nothing is due")
        self._pay(due.total)
        paid = self._position.payments[-1]
        return f"{_tenge(paid.amount)} = interest {_tenge(paid.interest)} + principal {_tenge(paid.principal)}"

    def _payoff(self) -> str:
        self._push_to_day(business_day(self.walk.clock()) + timedelta(days=20))
        self.walk.backroom.work()
        quote = loans.quote_payoff(self.walk.actor, self._position.loan_id, business_day(self.walk.clock()))
        self._pay(quote.total)
        if self._position.debt:
            raise TaleBroken("something is still owed")
        return f"{_tenge(quote.total)}: the debt is zero, the loan closed, its closing statement made"

    # -- small things -------------------------------------------------------------------------------------------------

    @property
    def _application_id(self) -> ApplicationId:
        return self._known["application"]  # type: ignore[return-value]  # put there by the step before

    @property
    def _contract_id(self) -> ContractId:
        return self._known["made"].contract_id  # type: ignore[attr-defined,no-any-return]  # as above

    @property
    def _over_at(self) -> datetime:
        return self._known["over_at"]  # type: ignore[return-value]  # as above

    @property
    def _position(self) -> PositionView:
        loan_id = self._known.get("loan")
        if loan_id is None:
            raise TaleBroken("no loan was opened")
        return loans.position(self.walk.actor, LoanId(loan_id))  # type: ignore[arg-type]  # as above

    def _pay(self, amount: Money) -> None:
        before = len(self._position.payments)
        self.walk.hands.repay(self._position.number, amount)
        self.walk.backroom.work()
        if len(self._position.payments) == before:
            raise TaleBroken("the payment did not reach the loan")

    def _push_to_day(self, day: date) -> None:
        now = self.walk.clock().astimezone(ALMATY)
        self._push_to(now + (day - now.date()))

    def _push_to(self, moment: datetime) -> None:
        """The business clock, here and in every program outside."""
        now = self.walk.clock()
        seconds = int((moment - now).total_seconds()) + 1
        if seconds > 0:
            push_clock(worker(Channel.CLI), now, seconds=seconds)
        clock = demo_clock.configured()
        if clock is None:
            raise TaleBroken("this is no demo")
        clock.tell()


def _tenge(amount: Money) -> str:
    whole, tiyn = divmod(amount.tiyn, 100)
    return f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + (f".{tiyn:02d}" if tiyn else "") + "\N{NO-BREAK SPACE}₸"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ALMATY):%d.%m. %H:%M:%S}"
