"""The statement: every day, payment and change with its rule, balances that add up, a paper and a sheet.

Daniyar pays his first instalment eleven days late, and so with a penalty; then less than is due. An accountant takes
the sheet and the paper and must come to our figures by adding the rows up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader

from nesie.foundation.documents import queries as documents
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.actions.recording import record
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound
from tests import given_contracts, given_loans
from tests.journey.loans.books import OPENED_ON, at, close_days, open_, receive, rolled_back

DAY = timedelta(days=1)
FIRST = date(2026, 12, 1)
NORMS = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 90, Decimal("0.1"), 90)


def accrued(day: int, tiyn: int, base: int = 100) -> rules.StatementLine:
    on = FIRST + day * DAY
    return rules.StatementLine(
        on, on, rules.LineKind.INTEREST, rules.LineGround.INTEREST, interest=Money(tiyn), base=Money(base)
    )


def paid(day: int, tiyn: int) -> rules.StatementLine:
    part = rules.Paid(rules.Component.CURRENT_INTEREST, 1, Money(tiyn))
    on = FIRST + day * DAY
    return rules.StatementLine(
        on,
        on,
        rules.LineKind.RECEIVED,
        rules.LineGround.ORDER,
        amount=Money(tiyn),
        interest=-Money(tiyn),
        parts=(part,),
    )


class TestFolded:
    def test_days_become_periods_and_payments_stay(self) -> None:
        lines = rules.in_order([paid(2, 3), accrued(1, 5), accrued(2, 6), accrued(3, 7), accrued(4, 8)])
        shown = rules.folded(lines)
        assert [((row.since - FIRST).days, (row.on - FIRST).days, row.interest.tiyn) for row in shown] == [
            (1, 2, 11),
            (2, 2, -3),
            (3, 4, 15),
        ]
        assert [row.debt.tiyn for row in shown] == [11, 8, 23]

    def test_another_base_or_a_gap_starts_another_period(self) -> None:
        shown = rules.folded(rules.in_order([accrued(1, 5), accrued(2, 5, base=90), accrued(4, 5, base=90)]))
        assert [row.days for row in shown] == [1, 1, 1]


class TestSheet:
    def test_nothing_in_it_starts_a_formula(self) -> None:
        """The kind of an event nobody named is shown as it is; whatever it holds is text and no formula."""
        for evil in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"):
            line = rules.StatementLine(
                FIRST, FIRST, rules.LineKind.CHANGED, rules.LineGround.CHANGE, event=evil, amount=Money(100)
            )
            words = rules.statement_words("ru", NORMS)
            words["kinds"]["changed"] = evil
            made = rules.statement_sheet(rules.in_order([line]), words=words).decode("utf-8-sig")
            row = next(csv.reader(io.StringIO(made.split("\r\n", 1)[1], newline=""), delimiter=";"))
            assert row[2].startswith("'"), row

    @pytest.mark.parametrize(("language", "head"), [("kk", "Күні"), ("ru", "Дата"), ("en", "Day")])
    def test_its_head_and_rules_are_in_the_language(self, language: str, head: str) -> None:
        made = rules.statement_sheet(rules.in_order([accrued(1, 5)]), words=rules.statement_words(language, NORMS))
        assert made.startswith(b"\xef\xbb\xbf")
        assert made.decode("utf-8-sig").split(";")[0] == head

    def test_every_word_exists_in_every_language_with_the_loans_own_norms(self) -> None:
        tables = [rules.statement_words(language, NORMS) for language in ("kk", "ru", "en")]
        for table in tables:
            assert set(table["kinds"]) == {kind.value for kind in rules.LineKind}
            assert set(table["rules"]) == set(table["sources"]) == {ground.value for ground in rules.LineGround}
            assert set(table["components"]) == {component.value for component in rules.Component}
        assert "0,5 %" in tables[1]["rules"]["penalty"]
        assert "0.03 %" in tables[2]["rules"]["penalty"]


def happen(facts: rules.LoanFacts, event: rules.AnyEvent, heard_on: date) -> None:
    close_days(heard_on)
    record(facts.loan_id, event, at(heard_on))


def lines_of(facts: rules.LoanFacts, kind: rules.LineKind) -> dict[date, rules.StatementLine]:
    """The day's own lines of a kind; those of days counted anew left out."""
    found = queries.statement(worker(), facts.loan_id)
    return {line.on: line for line in found if line.kind is kind and line.recorded_on is None}


@pytest.mark.usefixtures("db")
class TestRuleOfEachDay:
    """Each day's line carries the rate and the rule it was counted by, whatever was heard of later."""

    def day(self, number: int) -> date:
        return OPENED_ON + number * DAY

    def test_the_rate_is_the_one_in_force_that_night(self) -> None:
        with rolled_back():
            facts = open_().facts
            lower = rules.RateChanged(ref="lower", on=self.day(10), rate=Rate.percent(24))
            happen(facts, lower, self.day(14))
            lowest = rules.RateChanged(ref="lowest", on=self.day(20), rate=Rate.percent(12))
            happen(facts, lowest, self.day(20))
            close_days(self.day(25))
            found = lines_of(facts, rules.LineKind.INTEREST)
            rates = [str(found[self.day(number)].rate) for number in range(1, 26)]
            assert rates == ["36 %"] * 14 + ["24 %"] * 6 + ["12 %"] * 5
            anew = [line for line in queries.statement(worker(), facts.loan_id) if line.event == "rate_changed"]
            put_right = [line.on for line in anew if line.ground is rules.LineGround.RECALCULATED]
            assert put_right == [self.day(number) for number in range(11, 15)], "the nights before it was heard of"
            words = rules.statement_words("ru", facts.delay)
            sheet = rules.statement_sheet(queries.statement(worker(), facts.loan_id), words=words).decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))
            shown = {row["Ставка, %"] for row in rows if row["Операция"] == "Начислено вознаграждение"}
            assert shown == {"36", "24", "12"}

    @pytest.mark.clause("13-suspend-accrual", "13-resume")
    @pytest.mark.parametrize("with_interest", [True, False])
    def test_the_interest_of_a_pause_is_held_apart_and_added_or_let_go(self, with_interest: bool) -> None:
        with rolled_back():
            facts = open_().facts
            happen(facts, rules.Suspended(ref="pause", on=self.day(5)), self.day(8))
            close_days(self.day(12))
            lines = queries.statement(worker(), facts.loan_id)
            held = Money.total(line.held for line in lines)
            assert held == queries.book(facts.loan_id).held == lines[-1].after.held > ZERO
            paused = lines_of(facts, rules.LineKind.INTEREST)
            assert all(paused[self.day(number)].ground is rules.LineGround.PAUSED for number in range(9, 13))
            assert all(paused[self.day(number)].ground is rules.LineGround.INTEREST for number in range(1, 9))
            debt = lines[-1].after.debt
            happen(facts, rules.Resumed(ref="on", on=self.day(13), with_interest=with_interest), self.day(13))
            lines = queries.statement(worker(), facts.loan_id)
            last = next(line for line in lines if line.ends_held)
            assert (last.held, lines[-1].after.held) == (-held, ZERO)
            of_day = [line for line in lines if line.on == self.day(13) and line.kind is rules.LineKind.INTEREST]
            night = Money.total(line.interest for line in of_day)
            assert lines[-1].after.debt == debt + night + (held if with_interest else ZERO)

    def test_what_may_not_be_demanded_is_noted_and_no_debt(self) -> None:
        """Nothing is paid: after ninety days of delay interest and penalty go on beside the debt, until it is paid."""
        with rolled_back():
            facts = open_().facts
            grace = queries.book(facts.loan_id).dues[0].grace_until_on
            stop = grace + 91 * DAY
            close_days(stop + 3 * DAY)
            lines = queries.statement(worker(), facts.loan_id)
            book = queries.book(facts.loan_id)
            after = lines[-1].after
            assert (after.memo_interest, after.memo_penalty) == (book.memo_interest, book.memo_penalty)
            assert after.memo_interest > ZERO
            interest = lines_of(facts, rules.LineKind.INTEREST)
            assert interest[stop - DAY].ground is rules.LineGround.INTEREST
            assert interest[stop].ground is rules.LineGround.STOPPED
            assert (interest[stop].interest, str(interest[stop].rate)) == (ZERO, "36 %")
            penalty = lines_of(facts, rules.LineKind.PENALTY)
            capped = [line for line in penalty.values() if line.ground is rules.LineGround.CAPPED]
            accrued = Money.total(line.penalty for line in penalty.values())
            assert bool(capped) is (accrued == facts.delay.most_penalty_a_year(facts.amount)), "its limit is said"
            receive(facts, after.debt, stop + 3 * DAY)
            ended = queries.statement(worker(), facts.loan_id)[-1].after
            assert ended == rules.Balances()

    def test_a_conscripts_days_name_their_own_rule(self) -> None:
        with rolled_back():
            facts = open_().facts
            call_up = rules.Halted(ref="army", on=self.day(4), halt=rules.HaltKind.CONSCRIPT, until=self.day(6))
            happen(facts, call_up, self.day(4))
            close_days(self.day(8))
            found = lines_of(facts, rules.LineKind.INTEREST)
            grounds = [found[self.day(number)].ground for number in range(3, 9)]
            usual, army = rules.LineGround.INTEREST, rules.LineGround.CONSCRIPT
            # The day it was heard of had been counted as usual: a correction takes it back.
            assert grounds == [usual, usual, army, army, usual, usual]
            assert found[self.day(5)].rate is None


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[given_contracts.Stand]:
    with given_contracts.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def late(here: given_contracts.Stand, now: datetime) -> tuple[given_contracts.Applicant, LoanId, datetime]:
    """Daniyar's loan after a late payment and one that was not enough."""
    daniyar = given_contracts.applicant(now, "daniyar")
    contract_id, at = given_contracts.disbursed(now, here, daniyar)
    loan_id = given_loans.opened(at, contract_id)
    row = queries.position(daniyar.actor, loan_id).rows[0]
    at += (row.grace_until_on - business_day(at)) + 11 * DAY
    given_loans.accrued(at)
    given_loans.repaid(at, loan_id, row.payment + Money(5_000_00))
    at += 40 * DAY
    given_loans.repaid(at, loan_id, Money(10_000_00))
    return daniyar, loan_id, at


class TestStatement:
    def test_it_adds_up_to_the_position(self, late: tuple[given_contracts.Applicant, LoanId, datetime]) -> None:
        daniyar, loan_id, _ = late
        view = queries.position(daniyar.actor, loan_id)
        lines = queries.statement(daniyar.actor, loan_id)
        after = lines[-1].after
        assert (after.principal, after.interest, after.penalty, after.credit) == (
            view.principal, view.interest, view.penalty, view.credit,
        )  # fmt: skip
        assert view.penalty or view.overdue_principal, "the story has a penalty in it"
        days = [line.on for line in lines if line.kind is rules.LineKind.INTEREST]
        assert days == [view.opened_on + n * DAY for n in range(1, (view.as_of - view.opened_on).days + 1)]
        assert rules.folded(lines)[-1].after == after
        sums = rules.totals(lines)
        assert sums.disbursed - sums.principal_paid == view.principal
        assert sums.interest_accrued - sums.interest_paid == view.interest
        assert sums.penalty_accrued - sums.penalty_paid == view.penalty
        penalty = next(line for line in lines if line.kind is rules.LineKind.PENALTY)
        assert penalty.rate == Rate.of("0.005")
        assert penalty.penalty == Money.rounded(penalty.base.tiyn * Rate.of("0.005").ratio)

    def test_the_sheet_adds_up_by_itself(self, late: tuple[given_contracts.Applicant, LoanId, datetime]) -> None:
        daniyar, loan_id, at = late
        made = actions.issue_statement(daniyar.actor, at, loan_id=loan_id, language="ru", form=rules.StatementForm.CSV)
        view = documents.described(made)
        assert (view.kind, view.media_type) == ("loan_statement", "text/csv; charset=utf-8")
        assert view.file_name.endswith("-ru.csv")
        rows = list(csv.DictReader(io.StringIO(documents.content(made).decode("utf-8-sig")), delimiter=";"))

        def tiyn(cell: str) -> int:
            return int(cell.replace(",", "")) if cell else 0

        pairs = (
            ("Основной долг: изменение", "Основной долг: остаток"),
            ("Вознаграждение: изменение", "Вознаграждение: остаток"),
            ("Пеня: изменение", "Пеня: остаток"),
            ("Средства клиента: изменение", "Средства клиента: остаток"),
        )
        for change, balance in pairs:
            standing = 0
            for row in rows[:-1]:
                standing += tiyn(row[change])
                assert standing == tiyn(row[balance]), row
            assert standing == tiyn(rows[-1][balance]) == tiyn(rows[-1][change])
        assert rows[-1]["Операция"] == "Итого"
        assert all(row["Правило"] and row["Источник"] for row in rows[:-1])
        assert daniyar.actor.id.hex not in documents.content(made).decode()

    def test_the_paper_shows_periods_rules_and_totals(
        self, late: tuple[given_contracts.Applicant, LoanId, datetime]
    ) -> None:
        daniyar, loan_id, at = late
        for language, words in (
            ("kk", ("Сомаларды анықтаған қағидалар", "Өсімпұл есептелді", "56-V Заң, 6-бап")),
            ("ru", ("Правила, по которым посчитаны суммы", "Начислена пеня", "Закон № 56-V, ст. 6 п. 3")),
        ):
            made = actions.issue_statement(daniyar.actor, at, loan_id=loan_id, language=language)  # type: ignore[arg-type]
            content = documents.content(made)
            text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
            for word in words:
                assert word in text.replace("\u00a0", " ")

    def test_nobody_elses(self, late: tuple[given_contracts.Applicant, LoanId, datetime]) -> None:
        _, loan_id, at = late
        for form in rules.StatementForm:
            with pytest.raises(NotFound):
                actions.issue_statement(client(new_id()), at, loan_id=loan_id, language="kk", form=form)
        assert actions.issue_statement(worker(), at, loan_id=loan_id, language="kk")
