"""The lender's people: they open the house, look at what waits for a person, and close the month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from nesie.foundation.access.actions import approve_request, request_approval
from nesie.foundation.access.rules import Attempt
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange import queries as messages
from nesie.foundation.exchange.rules import Destination, Status
from nesie.foundation.ledger import queries as books
from nesie.foundation.ledger.actions import close_period, contribute_capital
from nesie.foundation.lender.actions import publish_rules
from nesie.foundation.lender.rules import RulesKind
from nesie.foundation.norms.actions import set_parameter
from nesie.foundation.terms.actions.load_demo_products import load_demo_products
from nesie.journey.aml import actions as aml_actions
from nesie.journey.aml import queries as aml
from nesie.journey.applications import actions as applications_actions
from nesie.journey.applications import queries as applications
from nesie.journey.applications.rules import OfficerReason
from nesie.journey.applications.rules import Status as ApplicationStatus
from nesie.journey.contracts import queries as contracts
from nesie.journey.payments import actions as payments_actions
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Actor, Role, worker
from nesie.kernel.refused import Refused
from tests.given_access import PASSWORD, staff_member
from tests.given_applications import CONFIRMED_NORMS
from tests.simulation.clock import Clock
from tests.simulation.world import CAPITAL, World

_ROLES = (Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER, Role.CREDIT_OFFICER, Role.OPERATOR)
_SECOND_LOOK = timedelta(days=3)  # money in suspense is looked into after so long


class Office:
    """Two members of staff, so that there are four eyes."""

    def __init__(self, clock: Clock, world: World) -> None:
        self._clock, self._world, self._done = clock, world, 0
        self._first = staff_member(clock.now, *_ROLES, login="botagoz")
        self._second = staff_member(clock.now, *_ROLES, login="daniyar")

    @property
    def actor(self) -> Actor:
        """Who asks and acts."""
        return self._first.actor(*_ROLES)

    def open(self) -> None:
        """Norms, products, texts and money: the house can begin. Norms of years not yet known are set as the last."""
        today = self._clock.today
        for code, (value, unit) in CONFIRMED_NORMS.items():
            self._with_four_eyes(
                set_parameter, code=code, value=value, unit=unit, valid_from=today, source="simulation"
            )
        for year in (2027, 2028):
            first = date(year, 1, 1)
            self._with_four_eyes(
                set_parameter, code="mrp", value="4325", unit="KZT", valid_from=first, source="simulation"
            )
        load_demo_products(worker(), self._clock.now, valid_from=today)
        for kind in RulesKind:
            for language in ("kk", "ru"):
                publish_rules(
                    worker(), self._clock.now, kind=kind, language=language, title=kind.value, body=f"{kind} {language}"
                )
        contribute_capital(worker(), self._clock.now, amount=CAPITAL, key="simulation")

    def work(self) -> int:
        """A day at the office; how many things were done."""
        before = self._done
        self._look_at_messages()
        self._judge_namesakes()
        self._decide_reviews()
        self._ask_the_bank_anew()
        self._find_owners_of_money()
        self._close_the_month()
        return self._done - before

    def does(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """One act of the first; a refusal ends the run."""
        self._done += 1
        return act(self.actor, self._clock.now, **arguments)

    def tries(self, act: Callable[..., Any], *allowed: type[Refused], **arguments: Any) -> Any:
        """The same where these refusals may come: None then."""
        try:
            return self.does(act, **arguments)
        except allowed:
            return None

    def puts_right(self, act: Callable[..., Any], **arguments: Any) -> None:
        """Something written wrongly, or a payment that bounced: two people agree."""
        self._with_four_eyes(act, **arguments)

    def _look_at_messages(self) -> None:
        """A dead message is tried again; an SMS of unknown fate is given up: the client asks for another code."""
        for one in messages.troubled():
            if one.status is Status.DEAD:
                self.does(exchange.retry_dead_message, message_id=one.message_id)
            elif one.destination is Destination.SMS:
                self.does(exchange.abandon_message, message_id=one.message_id)

    def _judge_namesakes(self) -> None:
        for one in aml.matches_to_judge(self.actor):
            self.does(aml_actions.decide_match, match_id=one.id, same_person=False, explanation="another birth place")

    def _decide_reviews(self) -> None:
        for one in applications.work_queue(self.actor, [ApplicationStatus.REVIEW]):
            self.does(
                applications_actions.decide_review,
                application_id=one.id,
                approve=one.amount.tiyn % 2_000_000 < 1_500_000,  # three of four
                reason=OfficerReason.FACTS_CONFIRMED,
                explanation="looked at",
            )

    def _ask_the_bank_anew(self) -> None:
        """After an order the bank refused, its word on the account is needed anew."""
        for ready in contracts.ready_to_disburse(self._clock.now):
            check = payments.newest_check(ready.contract_id)
            if check is not None and hasattr(check, "disbursement"):
                self.does(payments_actions.request_ownership_check, contract_id=ready.contract_id)

    def _find_owners_of_money(self) -> None:
        """Money in suspense: the payer is rung up and names the contract; a second person agrees."""
        for one in payments.in_suspense(self.actor):
            if self._clock.now - one.booked_at < _SECOND_LOOK:
                continue
            contract_id = self._world.meant.get(one.purpose)
            if contract_id is not None:
                self._with_four_eyes(payments_actions.match_receipt, receipt_id=one.receipt_id, contract_id=contract_id)

    def _close_the_month(self) -> None:
        """On the sixth, or the first working day after it."""
        today, last = self._clock.today, books.last_closed_month()
        month_before = today.replace(day=1) - timedelta(days=1)
        if today.day >= 6 and (last is None or last < month_before):
            self._with_four_eyes(close_period, month=month_before)

    def _with_four_eyes(self, act: Callable[..., Any], /, **arguments: Any) -> None:
        self._clock.advance(31)  # each approval takes a fresh code of the authenticator
        asked = request_approval(
            self.actor, self._clock.now, permission=act.__name__, arguments=arguments, summary="simulation"
        )
        attempt = approve_request(
            self._second.actor(*_ROLES),
            self._clock.now,
            approval_id=asked,
            password=PASSWORD,
            totp=self._second.totp(self._clock.now),
        )
        assert attempt is Attempt.DONE, attempt
        self.does(act, **arguments)
