"""Names in three spellings, the agency's file, likeness, risk, and what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.identification.rules.organisations import bare_name
from nesie.journey.aml.rules import (
    Ground,
    ListedPerson,
    ListFreshness,
    ListUnreadable,
    MatchKind,
    RelationPurpose,
    ReviewedMatch,
    RiskLevel,
    StoredDiligence,
    Subject,
    decide,
    fold,
    ground_of,
    match_kind,
    name_key,
    name_keys,
    parse_list,
    risk_of,
)
from nesie.kernel.decision import NormUsed, Outcome

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NORM = NormUsed("aml_freeze", "24", date(2025, 1, 1), "reported")
FRESH = ListFreshness(NOW - timedelta(hours=1), timedelta(hours=24), NORM)
PLAIN = StoredDiligence(True, True, RiskLevel.LOW, None)
KAZAKH = st.text("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя", min_size=1, max_size=12)


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ЖАҚСЫБЕКОВ Тимур", "Тимур Жаксыбеков"),
            ("Жақсыбеков", "Zhaksybekov"),
            ("Әйгерім Сәрсенова", "Aigerim Sarsenova"),
            ("Нұрғали", "Нургали"),
            ("Шоқан", "Shokan"),
            ("Өмірзақ", "Омирзак"),
            ("Ёлкин", "Елкин"),
            ("Һабиб", "Хабиб"),
        ],
    )
    def test_spellings_of_one_name_fold_together(self, one: str, other: str) -> None:
        assert fold(one) == fold(other)

    def test_different_names_stay_apart(self) -> None:
        assert fold("Асхат") != fold("Ашат")
        assert fold("Ахметов") != fold("Ахмедов")

    @given(KAZAKH, KAZAKH)
    def test_order_and_case_do_not_matter(self, surname: str, given_name: str) -> None:
        assert name_key(surname, given_name) == name_key(given_name.upper(), surname.upper())

    @given(st.text(max_size=30))
    def test_folding_twice_changes_nothing_of_ascii_letters(self, text: str) -> None:
        assert all(word.isalpha() for word in fold(text))


XML = """<?xml version="1.0" encoding="UTF-8"?><xml><persons>
<person><num>1</num><lname>ЖАҚСЫБЕКОВ</lname><fname>ТИМУР</fname><mname>ЕРЛАНҰЛЫ</mname>
<birthdate>21.06.1999</birthdate><iin>990621399901</iin><note/><correction/></person>
<person><num>2</num><lname>Иванов</lname><fname>Петр</fname><mname/><birthdate>1980</birthdate><iin/></person>
<person><num>3</num></person>
</persons><organisations><org><num>1</num><org_name>X</org_name></org></organisations>
<organisationscis><org><num>2</num><org_name>Y</org_name></org></organisationscis></xml>"""


class TestFile:
    def test_reads_persons_and_organisations(self) -> None:
        parsed = parse_list(XML.encode())
        assert parsed.organisations == 2
        assert [one.surname for one in parsed.entities] == ["x", "y"]
        first, second = parsed.persons
        assert first == ListedPerson("1", "ЖАҚСЫБЕКОВ", "ТИМУР", "ЕРЛАНҰЛЫ", date(1999, 6, 21), "990621399901", "")
        assert second.birth_on is None
        assert second.iin == ""

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<html><body>error</body></html>",
            b"<xml><persons/></xml>",
            b'<!DOCTYPE x [<!ENTITY a "b">]><xml><persons><person><lname>&a;</lname></person></persons></xml>',
        ],
    )
    def test_what_is_not_a_list_is_refused(self, content: bytes) -> None:
        with pytest.raises(ListUnreadable):
            parse_list(content)

    def test_a_person_comes_back_from_text(self) -> None:
        for person in parse_list(XML.encode()).persons:
            assert ListedPerson.from_text(person.as_text()) == person


TIMUR = Subject("990621399901", "Жақсыбеков", "Тимур", "Ерланұлы", date(1999, 6, 21))


def listed(**changes: object) -> ListedPerson:
    facts: dict[str, object] = {
        "number": "1",
        "surname": "Жаксыбеков",
        "given_name": "Тимур",
        "patronymic": "",
        "birth_on": date(1999, 6, 21),
        "iin": "",
    }
    return ListedPerson(**(facts | changes))  # type: ignore[arg-type]  # plain test data


class TestOrganisations:
    @pytest.mark.parametrize(
        ("written", "same"),
        [
            ("ТОО «Алатау Сауда»", True),
            ("«АЛАТАУ САУДА» ЖШС", True),
            ('Товарищество с ограниченной ответственностью "Алатау-Сауда"', True),
            ("Alatau Sauda LLP", True),
            ("ТОО «Алатау»", False),
            ("ТОО", False),
        ],
    )
    def test_a_name_is_one_whatever_its_form_and_quotes(self, written: str, same: bool) -> None:
        firm = Subject("230340999023", bare_name("ТОО «Алатау Сауда»"), "", "", None)
        found = match_kind(firm, ListedPerson("1", bare_name(written), ""))
        assert (found is MatchKind.NAME_ONLY) is same


class TestLikeness:
    @pytest.mark.parametrize(
        ("person", "kind"),
        [
            (listed(iin="990621399901", surname="Другой"), MatchKind.IIN),
            (listed(), MatchKind.NAME_AND_BIRTH),
            (listed(surname="Жаксыбеков Тимур Ерланулы", given_name=""), MatchKind.NAME_AND_BIRTH),
            (listed(birth_on=None), MatchKind.NAME_ONLY),
            (listed(iin="880101300011"), MatchKind.IIN_DIFFERS),
            (listed(birth_on=date(1970, 1, 1)), None),
            (listed(surname="Жаксылыков"), None),
            (listed(birth_on=None, patronymic="Бекович"), None),
            (listed(birth_on=None, iin="880101300011"), None),
        ],
    )
    def test_kind(self, person: ListedPerson, kind: MatchKind | None) -> None:
        assert match_kind(TIMUR, person) == kind

    def test_a_name_match_is_always_found_by_the_stored_key(self) -> None:
        person = listed(surname="Жаксыбеков Тимур Ерланулы", given_name="")
        assert name_key(person.surname, person.given_name) in name_keys(TIMUR)


class TestDecision:
    def test_clean_client_with_fresh_list_is_approved(self) -> None:
        assert decide(NOW, FRESH, (), PLAIN).outcome is Outcome.APPROVE

    @pytest.mark.clause("8.1")
    def test_granting_is_impossible_without_due_diligence(self) -> None:
        decision = decide(NOW, FRESH, (), None)
        assert decision.outcome is Outcome.HOLD
        assert [reason.code for reason in decision.reasons] == ["due_diligence_missing"]

    def test_no_list_and_a_stale_list_hold(self) -> None:
        absent = ListFreshness(None, timedelta(hours=24), NORM)
        stale = ListFreshness(NOW - timedelta(hours=24, seconds=1), timedelta(hours=24), NORM)
        exact = ListFreshness(NOW - timedelta(hours=24), timedelta(hours=24), NORM)
        no_norm = ListFreshness(NOW, None, NORM)
        assert decide(NOW, absent, (), PLAIN).outcome is Outcome.HOLD
        assert decide(NOW, stale, (), PLAIN).outcome is Outcome.HOLD
        assert decide(NOW, no_norm, (), PLAIN).outcome is Outcome.HOLD
        assert decide(NOW, exact, (), PLAIN).outcome is Outcome.APPROVE

    @pytest.mark.parametrize(
        ("kind", "word", "outcome"),
        [
            (MatchKind.IIN, None, Outcome.DECLINE),
            (MatchKind.IIN, False, Outcome.DECLINE),
            (MatchKind.NAME_AND_BIRTH, None, Outcome.HOLD),
            (MatchKind.NAME_AND_BIRTH, True, Outcome.DECLINE),
            (MatchKind.NAME_AND_BIRTH, False, Outcome.APPROVE),
            (MatchKind.NAME_ONLY, None, Outcome.HOLD),
        ],
    )
    def test_matches(self, kind: MatchKind, word: bool | None, outcome: Outcome) -> None:
        decision = decide(NOW, FRESH, (ReviewedMatch(uuid4(), kind, word),), PLAIN)
        assert decision.outcome is outcome
        assert ground_of(decision) == (Ground.LISTED if outcome is Outcome.DECLINE else None)

    @pytest.mark.clause("8.1")
    def test_politically_exposed_person_waits_for_the_compliance_officer(self) -> None:
        level, factors = risk_of(politically_exposed=True, purpose=RelationPurpose.HOUSEHOLD)
        assert level is RiskLevel.HIGH
        assert "politically_exposed" in {factor.code for factor in factors}
        for word, outcome in ((None, Outcome.HOLD), (True, Outcome.APPROVE), (False, Outcome.DECLINE)):
            record = StoredDiligence(True, True, level, word)
            assert decide(NOW, FRESH, (), record).outcome is outcome

    @pytest.mark.clause("10-aml")
    def test_acting_for_another_is_refused(self) -> None:
        decision = decide(NOW, FRESH, (), StoredDiligence(True, False, RiskLevel.LOW, None))
        assert ground_of(decision) is Ground.DUE_DILIGENCE_IMPOSSIBLE

    @given(
        st.lists(
            st.builds(ReviewedMatch, st.uuids(), st.sampled_from(list(MatchKind)), st.none() | st.booleans()),
            max_size=3,
        ).map(tuple),
        st.none()
        | st.builds(
            StoredDiligence, st.booleans(), st.booleans(), st.sampled_from(list(RiskLevel)), st.none() | st.booleans()
        ),
        st.builds(ReviewedMatch, st.uuids(), st.sampled_from(list(MatchKind)), st.none() | st.booleans()),
    )
    def test_another_match_never_improves(
        self, matches: tuple[ReviewedMatch, ...], record: StoredDiligence | None, more: ReviewedMatch
    ) -> None:
        before = decide(NOW, FRESH, matches, record).outcome.severity
        assert decide(NOW, FRESH, (*matches, more), record).outcome.severity >= before
