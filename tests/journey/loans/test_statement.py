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
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound
from tests import given_contracts, given_loans

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


@pytest.fixture
def here(db: None, now: datetime) -> Iterator[given_contracts.Stand]:
    with given_contracts.stand(now) as stand:
        yield stand


@pytest.fixture
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
