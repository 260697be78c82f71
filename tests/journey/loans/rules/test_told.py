"""What is told of a loan: why a figure is so, by which rule a day was reckoned, the statement and its sheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nesie.foundation.terms.rules import Method, schedule
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Component, Goes, HaltKind, LineGround, LineKind, Paid, Parts, StatementLine, Wish
from nesie.journey.loans.rules.explain import (
    CAPPED,
    CHANGED,
    COLLECTOR,
    FELL_DUE,
    HALTED,
    IN_ORDER,
    INTEREST_OF_NIGHT,
    KEPT,
    NO_PENALTY,
    NOTHING_LATE,
    PAID_EARLY,
    PENALTY_OF_DAY,
    STOPPED,
    SUSPENDED,
)
from nesie.journey.loans.rules.in_force import known
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.rules.thousandth import (
    DAY,
    LAW,
    OPENED_ON,
    TERMS,
    WEEKENDS,
    after,
    days_to,
    facts_of,
    feb,
    mar,
    opened,
    paid,
    t,
    to,
)

PLAN = schedule(TERMS, OPENED_ON)
FACTS = facts_of()


def explained(day: date, *events: rules.AnyEvent, **more: Any) -> rules.Explained:
    return rules.explain(facts_of(**more), PLAN, WEEKENDS, events, day)


class TestWhy:
    @pytest.mark.parametrize(
        ("day", "events", "interest", "penalty"),
        [
            (feb(3), (), (INTEREST_OF_NIGHT, 120, Goes.ACCRUED, ""), (NOTHING_LATE, 0, Goes.ACCRUED)),
            (feb(13), (), (INTEREST_OF_NIGHT, 120, Goes.ACCRUED, ""), (PENALTY_OF_DAY, 156, Goes.ACCRUED)),
            (mar(4), (), (INTEREST_OF_NIGHT, 120, Goes.ACCRUED, ""), (PENALTY_OF_DAY, "165.36", Goes.ACCRUED)),
            (
                mar(5), (), (STOPPED, 120, Goes.MEMO, "Law 56-V, art. 7 p. 3 sub 4, 5"),
                (STOPPED, "321.36", Goes.MEMO),
            ),
            (
                feb(14), (rules.Suspended(ref="s", on=feb(14)),), (SUSPENDED, 120, Goes.HELD, "Rules, 13"),
                (NO_PENALTY, 0, Goes.NOTHING),
            ),
            (
                feb(14), (rules.Halted(ref="h", on=feb(14), halt=HaltKind.CONSCRIPT),),
                (HALTED, 0, Goes.NOTHING, "Law 56-V, art. 7 p. 2 sub 11-2"), (NO_PENALTY, 0, Goes.NOTHING),
            ),
            (
                feb(14), (rules.Halted(ref="h", on=feb(14), halt=HaltKind.COLLECTOR),),
                (COLLECTOR, 120, Goes.MEMO, "Law 56-V, art. 9-2 p. 8"), (NO_PENALTY, 0, Goes.NOTHING),
            ),
        ],
    )  # fmt: skip
    def test_the_rule_of_interest_and_of_penalty(
        self, day: date, events: tuple[rules.AnyEvent, ...], interest: Any, penalty: Any
    ) -> None:
        found = {one.name: one for one in explained(day, *events).figures}
        one, two = found["interest"], found["penalty"]
        assert (one.rule, one.amount, one.goes, one.source) == (interest[0], t(interest[1]), *interest[2:])
        assert (two.rule, two.amount, two.goes) == (penalty[0], t(penalty[1]), penalty[2])
        inputs = one.inputs
        assert inputs["weight_after"] - inputs["weight_before"] == t(120_000).tiyn
        weights = (inputs["weight_before"], inputs["weight_after"])
        rounded = [round(weight * inputs["numerator"] / inputs["denominator"]) for weight in weights]
        assert Money(rounded[1] - rounded[0]) == t(120), "anybody can reckon it again"

    def test_the_penalty_tells_what_it_was_reckoned_from(self) -> None:
        inputs = next(one for one in explained(feb(28)).figures if one.name == "penalty").inputs
        assert (inputs["late_first"], inputs["late_later"], inputs["most"]) == (t(31_200), t(31_200), t(12_000))
        assert inputs["exact_after"] - inputs["exact_before"] == Decimal("16536")
        assert (inputs["year"], inputs["days_past_due"], inputs["switch_days"]) == (0, 16, 15)
        slow = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 400, Decimal("0.01"), None)
        capped = next(one for one in explained(mar(1), delay=slow).figures if one.name == "penalty")
        assert (capped.rule, capped.amount) == (CAPPED, ZERO)
        new_year = date(2027, 2, 2)
        figures = rules.explain(facts_of(delay=slow), PLAN, WEEKENDS, (), new_year).figures
        assert next(one for one in figures if one.name == "penalty").inputs["exact_before"] == 0

    def test_what_falls_due_and_what_money_did(self) -> None:
        day = explained(feb(12), rules.Received(ref="p", on=feb(12), amount=t(32_000)))
        due = next(one for one in day.figures if one.name == "due")
        assert (due.amount, due.rule, due.inputs["number"]) == (t(31_200), FELL_DUE, 1)
        ((_, figures),) = day.moves
        assert [(one.name, one.amount, one.rule) for one in figures] == [
            ("paid", t(30_000), IN_ORDER), ("paid", t(1200), IN_ORDER), ("credit", t(800), KEPT),
        ]  # fmt: skip
        first, second, _ = figures
        assert (first.inputs["place"], first.inputs["money_left"]) == (4, t(32_000))
        assert (second.inputs["place"], second.inputs["money_left"]) == (5, t(2_000))
        assert first.source == "Law 56-V, art. 6 p. 1-1"
        assert not any(one.name == "due" for one in explained(feb(13)).figures)

    def test_an_early_part_and_a_change_tell_theirs(self) -> None:
        early = rules.Received(ref="p", on=feb(6), amount=t(500), wish=Wish.REDUCE_TERM)
        ((_, (figure,)),) = explained(feb(6), early).moves
        assert (figure.rule, figure.amount, figure.source) == (PAID_EARLY, t(500), "Law 56-V, art. 9 p. 1 sub 4")
        gone = rules.Forgiven(ref="f", on=feb(6), parts=Parts(t(100)))
        ((_, (figure,)),) = explained(feb(6), gone).moves
        assert (figure.rule, figure.amount) == (CHANGED, t(100))
        assert figure.inputs == {"principal_receivable": -t(100), "forgiven_debts": t(100)}

    def test_the_first_day_and_one_after_the_end(self) -> None:
        came = rules.Received(ref="p", on=OPENED_ON, amount=t(5))
        first = explained(OPENED_ON, came)
        assert first.figures == ()
        assert len(first.moves) == 1
        lost = rules.WrittenOff(ref="w", on=feb(4))
        assert explained(feb(6), lost) == rules.Explained(feb(6), (), ())
        assert len(explained(feb(5), came, rules.Received(ref="q", on=feb(5), amount=t(6))).moves) == 1


class TestInForce:
    events = (
        rules.RateChanged(ref="r", on=feb(5), rate=Rate.percent(18)),
        rules.PenaltyLowered(ref="p", on=feb(14), first_rate=Rate.percent("0.1"), later_rate=Rate.percent("0.01")),
        rules.Suspended(ref="s", on=feb(8)),
        rules.Resumed(ref="e", on=feb(10)),
        rules.Halted(ref="h", on=feb(18), halt=HaltKind.COLLECTOR),
        rules.Released(ref="x", on=feb(20), of="h"),
        rules.Halted(ref="c", on=feb(21), halt=HaltKind.CONSCRIPT, until=feb(22)),
        rules.Resumed(ref="never", on=feb(21)),
        rules.Reversed(ref="back", on=feb(23), of="never"),
    )

    def test_rates_count_from_the_night_after(self) -> None:
        found = known(FACTS, self.events)
        assert [found.rate(day) for day in (feb(3), feb(5), feb(6))] == [
            FACTS.annual_rate, FACTS.annual_rate, Rate.percent(18),
        ]  # fmt: skip
        assert found.penalty_rates(feb(14), LAW) == (Rate.percent("0.5"), Rate.percent("0.03"))
        assert found.penalty_rates(feb(15), LAW) == (Rate.percent("0.1"), Rate.percent("0.01"))
        back = known(FACTS, [rules.Reinstated(ref="b", on=feb(7), due_on=mar(1))])
        assert back.rate(feb(8)) == Rate.percent(0)
        rows = (rules.PlanRow(mar(1), mar(1), t(120_000)),)
        new = rules.Rescheduled(ref="n", on=feb(7), change=rules.Change.PROLONGED, rows=rows, rate=Rate.percent(9))
        assert known(FACTS, [new]).rate(feb(8)) == Rate.percent(9)
        same = rules.Rescheduled(ref="n", on=feb(7), change=rules.Change.PROLONGED, rows=rows)
        assert known(FACTS, [same]).rates == ((OPENED_ON, FACTS.annual_rate),)

    def test_what_stood_still_and_until_when(self) -> None:
        found = known(FACTS, self.events)
        assert [(halt.ref, halt.since, halt.until) for halt in found.halts] == [
            ("s", feb(8), feb(9)), ("h", feb(18), feb(19)), ("c", feb(21), feb(22)),
        ]  # fmt: skip
        assert [halt.ref for halt in found.on(feb(9))] == ["s"]
        assert found.on(feb(10)) == ()
        early = known(FACTS, [*self.events, rules.Released(ref="y", on=feb(24), of="c")])
        assert early.halts[-1].until == feb(22), "its own earlier end stays"

    @pytest.mark.parametrize(
        ("day", "events", "interest", "penalty"),
        [
            (feb(13), (), (LineGround.INTEREST, "36.5"), (LineGround.PENALTY, "0.5")),
            (feb(27), (), (LineGround.INTEREST, "36.5"), (LineGround.PENALTY, "0.5")),
            (feb(28), (), (LineGround.INTEREST, "36.5"), (LineGround.PENALTY, None)),
            (mar(5), (), (LineGround.STOPPED, "36.5"), (LineGround.STOPPED, None)),
            (feb(14), (rules.Suspended(ref="s", on=feb(14)),), (LineGround.PAUSED, "36.5"), (LineGround.PAUSED, None)),
            (
                feb(14), (rules.Halted(ref="h", on=feb(14), halt=HaltKind.CONSCRIPT),), (LineGround.CONSCRIPT, None),
                (LineGround.CONSCRIPT, None),
            ),
            (
                feb(14), (rules.Halted(ref="h", on=feb(14), halt=HaltKind.COURT),), (LineGround.INTEREST, "36.5"),
                (LineGround.PENALTY, "0.5"),
            ),
            (
                feb(14),
                (
                    rules.Suspended(ref="s", on=feb(14)),
                    rules.Halted(ref="h", on=feb(14), halt=HaltKind.BANKRUPTCY, interest=Goes.NOTHING),
                ),
                (LineGround.BANKRUPTCY, None), (LineGround.PAUSED, None),
            ),
        ],
    )  # fmt: skip
    def test_the_rule_of_a_days_line(self, day: date, events: Any, interest: Any, penalty: Any) -> None:
        accrued = rules.replay(FACTS, PLAN, WEEKENDS, events, day).days[-1]
        found = known(FACTS, events)
        for said, (ground, percent) in (
            (rules.interest_rule(accrued, found, LAW), interest),
            (rules.penalty_rule(accrued, found, LAW), penalty),
        ):
            assert said == (ground, None if percent is None else Rate.percent(percent))

    def test_a_penalty_cut_by_the_limit_of_the_year_says_so(self) -> None:
        norms = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 400, Decimal("0.01"), None)
        days = days_to(mar(1), opened(delay=norms))
        grounds = [rules.penalty_rule(day, known(FACTS, ()), norms)[0] for day in days if day.overdue]
        whole = int(1200 / 156)
        assert grounds[:whole] == [LineGround.PENALTY] * whole
        assert set(grounds[whole:]) == {LineGround.CAPPED}
        later = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 0, Decimal("0.1"), None)
        one = days_to(feb(13), opened(delay=later))[-1]
        assert rules.penalty_rule(one, known(FACTS, ()), later) == (LineGround.PENALTY, Rate.percent("0.03"))


def line(day: date, kind: LineKind, **more: Any) -> StatementLine:
    ground = {LineKind.INTEREST: LineGround.INTEREST, LineKind.PENALTY: LineGround.PENALTY}.get(kind, LineGround.CHANGE)
    return StatementLine(day, day, kind, more.pop("ground", ground), **more)


LINES = rules.in_order(
    [
        line(feb(2), LineKind.OPENED, amount=t(1000), principal=t(1000), ground=LineGround.DISBURSED),
        line(feb(3), LineKind.INTEREST, interest=t(10), base=t(1000), rate=Rate.percent("36.5")),
        line(feb(4), LineKind.PENALTY, penalty=t(1), base=t(200), rate=Rate.percent("0.5"), days_past_due=3),
        line(feb(4), LineKind.INTEREST, interest=t(10), base=t(1000), rate=Rate.percent("36.5"), held=t(2)),
        line(
            feb(4), LineKind.RECEIVED, amount=t(115), principal=-t(100), interest=-t(9), penalty=-t(1), credit=t(5),
            ground=LineGround.ORDER, recorded_on=feb(6),
            parts=(
                Paid(Component.OVERDUE_PRINCIPAL, 1, t(100)), Paid(Component.OVERDUE_INTEREST, 1, t(9)),
                Paid(Component.PENALTY, None, t(1)),
            ),
        ),
        line(feb(5), LineKind.CHANGED, event="forgiven", principal=-t(50), interest=-t(2), penalty=ZERO),
        line(feb(5), LineKind.CHANGED, event="resumed", ends_held=True, interest=t(2), memo_interest=t(4)),
        line(feb(6), LineKind.CREDIT_USED, credit=-t(5), principal=-t(5)),
    ]
)  # fmt: skip


class TestStatement:
    def test_it_runs_in_the_order_of_the_day(self) -> None:
        assert [one.kind for one in LINES if one.on == feb(4)] == [
            LineKind.INTEREST, LineKind.PENALTY, LineKind.RECEIVED,
        ]  # fmt: skip
        assert [one.debt for one in LINES] == [t(n) for n in (1000, 1010, 1020, 1021, 911, 859, 861, 856)]
        assert LINES[6].held == -t(2)
        assert (LINES[-1].after.held, LINES[-1].after.credit, LINES[-1].after.memo_interest) == (ZERO, ZERO, t(4))
        assert [(one.late_entry, one.change) for one in LINES[4:6]] == [(True, -t(110)), (False, -t(52))]
        assert (LINES[3].daily, LINES[3].yearly) == (Rate.percent("0.5"), None)
        assert (LINES[1].daily, LINES[1].yearly, LINES[1].days) == (None, Rate.percent("36.5"), 1)

    def test_its_sums(self) -> None:
        found = rules.totals(LINES)
        assert (found.disbursed, found.received) == (t(1000), t(115))
        assert (found.interest_accrued, found.penalty_accrued) == (t(20), t(1))
        assert (found.principal_paid, found.interest_paid, found.penalty_paid) == (t(105), t(9), t(1))
        assert (found.principal_changed, found.interest_changed, found.penalty_changed) == (-t(50), ZERO, ZERO)
        assert (found.held, found.memo) == (ZERO, t(4))
        assert rules.totals(()).after == rules.Balances()

    def test_days_alike_are_one_line(self) -> None:
        more = [line(feb(day), LineKind.INTEREST, interest=t(10), base=t(1000)) for day in (3, 4, 5)]
        (one,) = rules.folded(rules.in_order(more))
        assert (one.since, one.on, one.interest, one.days, one.debt) == (feb(3), feb(5), t(30), 3, t(30))
        mixed = [*more, line(feb(5), LineKind.PENALTY, penalty=t(1)), line(feb(6), LineKind.PENALTY, penalty=t(1))]
        assert [one.days for one in rules.folded(rules.in_order(mixed))] == [3, 2]
        gap = [more[0], more[2]]
        assert [one.days for one in rules.folded(rules.in_order(gap))] == [1, 1]
        other = [more[0], line(feb(4), LineKind.INTEREST, interest=t(9), base=t(1000), rate=Rate.percent(9))]
        assert len(rules.folded(rules.in_order(other))) == 2
        between = [more[0], line(feb(3), LineKind.RECEIVED, interest=-t(1)), more[1]]
        assert len(rules.folded(rules.in_order(between))) == 3

    def test_the_sheet_row_by_row(self) -> None:
        words = rules.statement_words("en", LAW)
        made = rules.statement_sheet(LINES, words=words).decode("utf-8-sig")
        head, *rows = list(csv.reader(io.StringIO(made, newline=""), delimiter=";"))
        names = list(words["columns"])
        assert head == list(words["columns"].values())
        table = [dict(zip(names, row, strict=True)) for row in rows]
        came, *parts = table[4:8]
        assert (came["on"], came["recorded_on"], came["amount"], came["principal"]) == (
            "04.02.2026", "06.02.2026", "115,00", "",
        )  # fmt: skip
        assert (came["credit"], came["after_credit"], came["after_debt"]) == ("5,00", "5,00", "1021,00")
        assert [(row["number"], row["principal"], row["interest"], row["penalty"], row["amount"]) for row in parts] == [
            ("1", "-100,00", "", "", ""), ("1", "", "-9,00", "", ""), ("", "", "", "-1,00", ""),
        ]  # fmt: skip
        assert [row["after_debt"] for row in parts] == ["921,00", "912,00", "911,00"]
        assert [row["component"] for row in parts] == [
            words["components"][name] for name in ("overdue_principal", "overdue_interest", "penalty")
        ]
        interest, penalty = table[1], table[3]
        assert (interest["base"], interest["rate"], interest["days_past_due"]) == ("1000,00", "36,5", "0")
        assert (penalty["base"], penalty["rate"], penalty["days_past_due"]) == ("200,00", "0,5", "3")
        assert (table[0]["base"], table[0]["days_past_due"], table[0]["amount"]) == ("", "", "1000,00")
        assert table[8]["operation"].startswith(words["kinds"]["changed"] + ": ")
        ending = table[-1]
        assert (ending["operation"], ending["principal"], ending["credit"]) == (words["total"], "845,00", "0,00")
        assert ending["after_debt"] == "856,00"
        assert len(table) == len(LINES) + 3 + 1


class TestPapers:
    def test_an_events_own_facts(self) -> None:
        before = to(feb(24))
        event = rules.WrittenOff(ref="w", on=feb(24), sequence="No. 5", ground="fraud", returned=t(70))
        data = rules.event_data(
            event, before, after(before, event), method=Method.ANNUITY, borrower_name="A", borrower_iin="1",
            made_on=feb(25), with_schedule=True,
        )  # fmt: skip
        assert [(one["code"], one["value"], one["shown"]) for one in data["facts"]] == [
            ("on", feb(24), "day"), ("ground", "fraud", "word"), ("returned", t(70), "money"),
            ("reference", "No. 5", "text"),
        ]  # fmt: skip
        assert data["before"] == {
            "principal": t(120_000), "interest": t(2640), "penalty": t(2028), "debt": t(124_668),
        }  # fmt: skip
        assert data["after"] == dict.fromkeys(data["before"], ZERO)
        assert data["schedule"] is None

    @pytest.mark.parametrize(
        ("event", "codes"),
        [
            (rules.Resumed(ref="a", on=feb(4), with_interest=False), {"with_interest": "no"}),
            (rules.Resumed(ref="a", on=feb(4)), {"with_interest": "yes"}),
            (rules.Forgiven(ref="a", on=feb(4), parts=Parts(t(1), t(2), t(3))), {"amount": t(6)}),
            (rules.RateChanged(ref="a", on=feb(4), rate=Rate.percent("18.50")), {"rate": "18.5"}),
            (rules.RateChanged(ref="a", on=feb(4), rate=Rate.percent(20)), {"rate": "20"}),
            (rules.CreditRefunded(ref="a", on=feb(4), sequence="z", amount=t(3)), {"amount": t(3)}),
            (rules.Transferred(ref="a", on=feb(4), to="B"), {"assignee": "B"}),
        ],
    )
    def test_what_each_tells(self, event: rules.AnyEvent, codes: dict[str, Any]) -> None:
        book = to(feb(4))
        data = rules.event_data(
            event, book, book, method=Method.ANNUITY, borrower_name="A", borrower_iin="1", made_on=feb(4),
            with_schedule=True,
        )  # fmt: skip
        assert {one["code"]: one["value"] for one in data["facts"]} == {"on": feb(4), **codes}
        assert data["schedule"]["total"] == t(120_000 + 3000)
        assert data["schedule"]["rows"][0]["due_on"] == feb(12)

    def test_which_have_a_paper(self) -> None:
        assert not rules.has_paper(paid(opened(), 1))
        assert rules.has_paper(rules.Suspended(ref="s", on=feb(4)))

    def test_the_schedule_ahead(self) -> None:
        found = rules.schedule_ahead(to(feb(24)), Method.CUSTOM, "A", "1")
        assert found is not None
        assert (found["principal"], found["total"], found["overpayment"]) == (t(120_000), t(121_020), t(1020))
        assert (found["rate"], found["term_ru"]) == ("36.5", "до 14.03.2026")
        assert Decimal(found["gesv"]) > Decimal("36")
        book = to(feb(5))
        assert rules.schedule_ahead(after(book, paid(book, 120_360)), Method.CUSTOM, "A", "1") is None
        only_interest = after(book, paid(book, 120_000, wish=Wish.AHEAD))
        assert rules.schedule_ahead(only_interest, Method.CUSTOM, "A", "1") is None
        assert book.accrued_on + DAY == feb(6)
