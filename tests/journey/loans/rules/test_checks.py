"""What is refused and what is not, at the very edge of each refusal; and the small words of a loan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nesie.journey.contracts.rules import CreditLine
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Goes, HaltKind, LateLoan, Parts, WriteOffGround
from nesie.journey.loans.rules.norms import NoOrder
from nesie.journey.payments.rules import TakesMoney
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused
from tests.journey.loans.rules.thousandth import DAY, LAW, OPENED_ON, after, feb, mar, opened, paid, t, to

RUNS = to(feb(24))
REPAID = after(to(feb(5)), paid(to(feb(5)), 120_360))
LOST = after(RUNS, rules.WrittenOff(ref="w", on=feb(24)))
RELEASED = after(RUNS, rules.WrittenOff(ref="w", on=feb(24), recourse=False))
ASSIGNED = after(RUNS, rules.Transferred(ref="t", on=feb(24)))
PAUSED = after(to(feb(23)), rules.Suspended(ref="s", on=feb(24)))
FRAUD = rules.WrittenOff(ref="w", on=feb(24), ground="fraud")


def refused(check: Any, *given: Any, **named: Any) -> type[Refused] | None:
    try:
        check(*given, **named)
    except Refused as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    ("check", "given", "refusal"),
    [
        (rules.check_event_day, (feb(24), feb(24)), None),
        (rules.check_event_day, (feb(25), feb(24)), rules.EventInFuture),
        (rules.check_since_opening, (OPENED_ON, OPENED_ON), None),
        (rules.check_since_opening, (OPENED_ON - DAY, OPENED_ON), rules.EventBeforeLoan),
        (rules.check_same_event, (True, FRAUD.to_json(), FRAUD), None),
        (rules.check_same_event, (False, FRAUD.to_json(), FRAUD), rules.EventDiffers),
        (rules.check_same_event, (True, replace(FRAUD, ground="x").to_json(), FRAUD), rules.EventDiffers),
        (rules.check_running, (RUNS,), None),
        (rules.check_running, (REPAID,), rules.LoanEnded),
        (rules.check_running, (LOST,), rules.LoanEnded),
        (rules.check_suspendable, (RUNS,), None),
        (rules.check_suspendable, (PAUSED,), rules.AlreadySuspended),
        (rules.check_suspendable, (REPAID,), rules.LoanEnded),
        (rules.check_resumable, (PAUSED, feb(24)), None),
        (rules.check_resumable, (PAUSED, feb(23)), rules.NotSuspended),
        (rules.check_resumable, (RUNS, feb(24)), rules.NotSuspended),
        (rules.check_resumable, (LOST, feb(24)), rules.LoanEnded),
        (rules.check_halt, (RUNS, HaltKind.COURT, feb(24), feb(24)), None),
        (rules.check_halt, (RUNS, HaltKind.COURT, feb(24), None), None),
        (rules.check_halt, (RUNS, HaltKind.COURT, feb(24), feb(23)), rules.HaltUnfit),
        (rules.check_halt, (RUNS, HaltKind.SUSPENSION, feb(24), None), rules.HaltUnfit),
        (rules.check_halt, (REPAID, HaltKind.COURT, feb(24), None), rules.LoanEnded),
        (rules.check_halt_open, (PAUSED, "s", feb(24)), None),
        (rules.check_halt_open, (PAUSED, "s", feb(23)), rules.NoSuchHalt),
        (rules.check_halt_open, (PAUSED, "x", feb(24)), rules.NoSuchHalt),
        (rules.check_forgivable, (RUNS, Parts(t(120_000), t(2640), t(2028))), None),
        (rules.check_forgivable, (RUNS, Parts(penalty=Money(1))), None),
        (rules.check_forgivable, (RUNS, Parts()), rules.MoreThanOwed),
        (rules.check_forgivable, (RUNS, Parts(t(120_001))), rules.MoreThanOwed),
        (rules.check_forgivable, (RUNS, Parts(interest=t(2641))), rules.MoreThanOwed),
        (rules.check_forgivable, (RUNS, Parts(penalty=t(2029))), rules.MoreThanOwed),
        (rules.check_forgivable, (RUNS, Parts(t(5), Money(-1))), rules.MoreThanOwed),
        (rules.check_forgivable, (LOST, Parts(t(5))), rules.LoanEnded),
        (rules.check_reinstatable, (LOST, feb(25), feb(24)), None),
        (rules.check_reinstatable, (LOST, feb(24), feb(24)), rules.DueInThePast),
        (rules.check_reinstatable, (RELEASED, feb(25), feb(24)), rules.NotWrittenOff),
        (rules.check_reinstatable, (RUNS, feb(25), feb(24)), rules.NotWrittenOff),
        (rules.check_transferable, (RUNS, 11), None),
        (rules.check_transferable, (RUNS, 12), rules.TooEarlyToTransfer),
        (rules.check_transferable, (LOST, 0), rules.LoanEnded),
        (rules.check_given_back, (ZERO,), None),
        (rules.check_given_back, (Money(1),), rules.ExcessGivenBack),
        (rules.check_reversible, (rules.Suspended(ref="s", on=feb(24)),), None),
        (rules.check_reversible, (FRAUD,), rules.NotReversible),
        (rules.check_credit, (after(RUNS, paid(RUNS, 64_928)), t(500)), None),
        (rules.check_credit, (after(RUNS, paid(RUNS, 64_928)), t("500.01")), rules.NoCredit),
        (rules.check_credit, (after(RUNS, paid(RUNS, 64_928)), ZERO), rules.NoCredit),
        (rules.check_day, (feb(24), feb(24)), None),
        (rules.check_day, (feb(25), feb(24)), rules.DayTooFar),
        (rules.check_quote_day, (feb(24), feb(24)), None),
        (rules.check_quote_day, (feb(24) + 366 * DAY, feb(24)), None),
        (rules.check_quote_day, (feb(24) + 367 * DAY, feb(24)), rules.QuoteInThePast),
        (rules.check_quote_day, (feb(23), feb(24)), rules.QuoteInThePast),
        (rules.check_received, (feb(24), feb(24)), None),
        (rules.check_received, (feb(25), feb(24)), rules.ReceivedInFuture),
        (rules.checked_reference, (" a ",), None),
        (rules.checked_reference, ("  ",), rules.ReferenceMissing),
    ],
)
def test_at_the_edge(check: Any, given: tuple[Any, ...], refusal: type[Refused] | None) -> None:
    assert refused(check, *given) is refusal


@pytest.mark.parametrize(
    ("book", "ground", "happened", "refusal"),
    [
        (RUNS, WriteOffGround.DEATH, (), None),
        (RUNS, WriteOffGround.FRAUD, (), None),
        (REPAID, WriteOffGround.FRAUD, (), None),
        (REPAID, WriteOffGround.DEATH, (), rules.NothingToWriteOff),
        (LOST, WriteOffGround.FRAUD, (replace(FRAUD, ground="death"),), None),
        (LOST, WriteOffGround.FRAUD, (FRAUD,), rules.GivenBackAlready),
        (LOST, WriteOffGround.BANKRUPTCY, (), rules.LoanEnded),
        (ASSIGNED, WriteOffGround.FRAUD, (), rules.LoanEnded),
        (ASSIGNED, WriteOffGround.DEATH, (), rules.LoanEnded),
        (REPAID, WriteOffGround.FRAUD, (rules.Received(ref="p", on=feb(5), amount=t(1)),), None),
    ],
)
def test_who_may_still_be_written_off(book: Any, ground: Any, happened: Any, refusal: type[Refused] | None) -> None:
    assert refused(rules.check_write_off, book, ground, happened) is refusal


def test_a_ground_tells_what_it_does() -> None:
    assert [one for one in WriteOffGround if one.returns_payments] == [WriteOffGround.FRAUD]
    assert [one for one in WriteOffGround if not one.keeps_claim] == [WriteOffGround.BANKRUPTCY]


def test_what_a_halt_stops_is_said_where_only_its_act_knows() -> None:
    whole = {"interest": Goes.MEMO, "stops_penalty": False, "stops_delay": False}
    nothing = dict.fromkeys(whole)
    for kind in HaltKind:
        by_act = kind in (HaltKind.COURT, HaltKind.BANKRUPTCY)
        assert refused(rules.check_halt_effect, kind, **whole) is (None if by_act else rules.EffectByLaw)
        assert refused(rules.check_halt_effect, kind, **nothing) is (rules.EffectMissing if by_act else None)
        for name in whole:
            one = {**nothing, name: whole[name]}
            assert refused(rules.check_halt_effect, kind, **one) is (
                rules.EffectMissing if by_act else rules.EffectByLaw
            )


def test_interest_of_a_pause_is_a_duty_since_the_last_of_august_2025() -> None:
    day = date(2025, 8, 31)
    assert refused(rules.check_pause_interest, day, with_interest=False) is rules.InterestOwed
    assert refused(rules.check_pause_interest, day, with_interest=True) is None
    assert refused(rules.check_pause_interest, day - DAY, with_interest=False) is None
    assert refused(rules.check_no_money_came, came=True) is rules.MoneyCameToday
    assert refused(rules.check_no_money_came, came=False) is None


def test_a_receipt_is_moved_and_nothing_else() -> None:
    was = rules.Received(ref="a", on=feb(3), amount=t(5), wish=rules.Wish.AHEAD, sequence="7")
    assert rules.moved_to(was, feb(2), "b") == replace(was, ref="b", on=feb(2))
    with pytest.raises(TypeError):
        rules.moved_to(FRAUD, feb(2), "b")
    assert [rules.move_kind(code) for code in ("loan.receipt_allocated", "loan.written_off")] == [
        "received", "written_off",
    ]  # fmt: skip


def test_who_sees_a_loan() -> None:
    owner = new_id()
    assert rules.may_see(client(owner), owner)
    assert not rules.may_see(client(new_id()), owner)
    assert rules.may_see(worker(), owner)
    assert rules.may_see(Actor(new_id(), frozenset({Role.CREDIT_OFFICER}), Channel.WEB), owner)
    assert not rules.may_see(Actor(owner, frozenset({Role.ADMINISTRATOR}), Channel.WEB), owner)


def test_the_order_of_a_contract_is_that_of_its_day() -> None:
    first = date(2019, 11, 28)
    assert rules.order_for(consumer=True, contract_on=first)[0] is rules.Component.OVERDUE_PRINCIPAL
    assert rules.order_for(consumer=False, contract_on=first)[2] is rules.Component.PENALTY
    with pytest.raises(NoOrder):
        rules.order_for(consumer=True, contract_on=first - DAY)


class TestMoreMoney:
    line = CreditLine(t(200_000), OPENED_ON, OPENED_ON + 60 * DAY, restored=True)

    @pytest.mark.parametrize(
        ("book", "line", "tenge", "found"),
        [
            (to(feb(6)), None, 900_000, TakesMoney.YES),
            (to(feb(6)), line, 80_000, TakesMoney.YES),
            (to(feb(6)), line, 80_001, TakesMoney.NEVER),
            (to(feb(12)), None, 1, TakesMoney.NOT_NOW),
            (after(to(feb(5)), rules.Suspended(ref="s", on=feb(6))), None, 1, TakesMoney.NOT_NOW),
            (REPAID, None, 1, TakesMoney.NEVER),
            (REPAID, line, 200_000, TakesMoney.YES),
            (LOST, line, 1, TakesMoney.NEVER),
        ],
    )
    def test_whether_a_loan_takes_more(self, book: Any, line: Any, tenge: int, found: TakesMoney) -> None:
        assert rules.takes_money(book, line=line, amount=t(tenge), on=book.accrued_on + DAY) is found
        takes = found is not TakesMoney.NEVER or (tenge == 80_001)
        assert (refused(rules.check_takes_money, book, line) is None) is takes

    def test_what_may_be_refinanced(self) -> None:
        book = to(feb(6))
        assert rules.refinanced_most(book, feb(6)) == t(120_000)
        assert rules.takes_refinancing(book, t(120_000)) is TakesMoney.YES
        assert rules.takes_refinancing(book, t("120000.01")) is TakesMoney.NEVER
        assert rules.refinanced_most(REPAID, feb(6)) is None
        assert rules.takes_refinancing(LOST, t(1)) is TakesMoney.NEVER
        assert rules.refinanced_most(to(feb(12)), feb(12)) is None, "interest is due"
        assert rules.takes_refinancing(to(feb(24)), t(1)) is TakesMoney.NOT_NOW
        due = to(feb(12), opened(order=tuple(reversed(rules.Component))))
        only_principal = after(due, paid(due, 1_200))
        assert rules.refinanced_most(only_principal, feb(12)) == t(120_000), "overdue principal may be"
        held = after(to(feb(5)), rules.Halted(ref="h", on=feb(6), halt=HaltKind.COURT, until=feb(7)))
        assert rules.refinanced_most(held, feb(7)) is None
        assert rules.refinanced_most(held, feb(8)) == t(120_000)


def test_what_is_unusual_is_kept_and_read_alike() -> None:
    assert rules.unusual(RUNS) is None
    assert not rules.by_rules(RUNS)
    stories = {
        "rate": after(RUNS, rules.RateChanged(ref="r", on=feb(24), rate=Rate.percent("9.125"))),
        "issued": after(RUNS, rules.TranchePaid(ref="m", on=feb(24), amount=t(7))),
        "halts": PAUSED,
        "recourse": LOST,
        "penalty_rates": after(
            RUNS,
            rules.PenaltyLowered(ref="p", on=feb(24), first_rate=Rate.percent("0.1"), later_rate=Rate.percent("0.02")),
        ),
        "delay_stopped_since": to(feb(26), PAUSED),
        "period_from": after(
            RUNS,
            rules.Rescheduled(
                ref="x", on=feb(24), change=rules.Change.PROLONGED, rows=(rules.PlanRow(mar(9), mar(9), t(120_000)),)
            ),
        ),
    }  # fmt: skip
    for name, book in stories.items():
        kept = rules.unusual(book)
        assert kept is not None, name
        assert name in kept
        for field, value in rules.fields_of(kept).items():
            assert getattr(book, field) == value, field
        assert rules.by_rules(book) is (name not in ("rate", "issued", "recourse")), name
    assert rules.unusual(stories["rate"]) == {"rate": [73, 800]}
    halt = rules.unusual(PAUSED)
    assert halt == {
        "halts": [
            {
                "ref": "s", "kind": "suspension", "since": "2026-02-24", "until": None, "interest": "held",
                "stops_penalty": True, "stops_delay": True,
            }
        ]
    }  # fmt: skip
    assert rules.fields_of(rules.unusual(stories["period_from"]) or {})["grace_over"] is True
    level = opened(level=True)
    assert rules.by_rules(level)


def test_a_portfolio_by_bands() -> None:
    days = (0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366)
    found = rules.portfolio(feb(24), [LateLoan(new_id(), day, t(1 + day), t(2), t(3)) for day in days])
    assert [(band.first, band.last, band.loans) for band in found.bands] == [
        (0, 0, 1), (1, 30, 2), (31, 60, 2), (61, 90, 2), (91, 180, 2), (181, 365, 2), (366, None, 1),
    ]  # fmt: skip
    whole = sum(1 + day for day in days)
    assert (found.total.loans, found.total.principal, found.total.share) == (12, t(whole), 100.0)
    assert (found.bands[1].principal, found.bands[1].interest, found.bands[1].penalty) == (t(33), t(4), t(6))
    assert found.bands[1].share == pytest.approx(100 * 33 / whole)
    assert found.at_risk(30) == pytest.approx(sum(band.share for band in found.bands[2:]))
    assert found.at_risk(31) == pytest.approx(sum(band.share for band in found.bands[3:]))
    assert rules.portfolio(feb(24), []).total.share == 0.0


def test_a_year_of_penalty_is_a_part_of_what_was_issued() -> None:
    assert LAW.most_penalty_a_year(Money(1_999)) == Money(199)


def test_the_delay_a_settlement_is_about() -> None:
    assert rules.delay_of(to(feb(12))) is None
    assert rules.delay_of(LOST) is None
    assert rules.delay_of(RUNS) == rules.Delay(feb(13), 12, t(60_000), t(2400), t(2028))
    assert rules.is_halted(PAUSED, feb(24))
    assert not rules.is_halted(PAUSED, feb(23))
    collector = after(to(feb(23)), rules.Halted(ref="h", on=feb(24), halt=HaltKind.COLLECTOR))
    assert not rules.is_halted(collector, feb(24)), "delay goes on"
    assert rules.checked_words(" please ") == "please"
    assert refused(rules.checked_words, " \n") is rules.WordsMissing
    assert refused(rules.checked_reason, None) is rules.ReasonMissing


@pytest.mark.parametrize(
    ("language", "first", "later"), [("kk", "0,5", "0,03"), ("ru", "0,5", "0,03"), ("en", "0.5", "0.03")]
)
def test_the_words_carry_the_loans_own_norms(language: str, first: str, later: str) -> None:
    said = rules.statement_words(language, LAW)["rules"]
    assert first in said["penalty"]
    assert later in said["penalty"]
    assert "15" in said["penalty"]
    assert "10" in said["capped"]
    assert "20" in said["stopped"]
    assert rules.statement_words("xx", LAW) == rules.statement_words("kk", LAW)
