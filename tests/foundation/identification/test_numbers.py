"""IIN, BIN and IBAN: structure and check digits (clauses 6 and 8.7)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.identification.rules import (
    BANK_CODES,
    NumberProblem,
    Sex,
    bin_problem,
    iban_problem,
    iin_problem,
    parse_iin,
    plain_iban,
)


class TestIin:
    @pytest.mark.clause("6-i-iin")
    @pytest.mark.parametrize(
        ("iin", "problem"),
        [
            ("920315499901", None),
            ("92031549990", NumberProblem.LENGTH),
            ("9203154999011", NumberProblem.LENGTH),
            ("92031549990x", NumberProblem.NOT_DIGITS),
            ("９20315499901", NumberProblem.NOT_DIGITS),
            ("", NumberProblem.NOT_DIGITS),
            ("921315499901", NumberProblem.DATE),
            ("920230499901", NumberProblem.DATE),
            ("920315799901", NumberProblem.CENTURY),
            ("920315499902", NumberProblem.CHECK_DIGIT),
            ("123456789011", NumberProblem.CENTURY),
        ],
    )
    def test_each_fault_is_named(self, iin: str, problem: NumberProblem | None) -> None:
        assert iin_problem(iin) == problem

    def test_tells_birth_date_and_sex(self) -> None:
        facts = parse_iin("880719399901")
        assert (facts.birth_on, facts.sex) == (date(1988, 7, 19), Sex.MALE)

    def test_parse_does_not_repeat_a_wrong_number(self) -> None:
        with pytest.raises(ValueError, match="check_digit") as error:
            parse_iin("920315499902")
        assert "920315499902" not in str(error.value)

    @given(st.sampled_from(["920315499901", "880719399901", "751102399903"]), st.integers(1, 9))
    def test_a_wrong_check_digit_is_always_noticed(self, iin: str, step: int) -> None:
        assert iin_problem(iin[:-1] + str((int(iin[-1]) + step) % 10)) is NumberProblem.CHECK_DIGIT

    @given(st.text(max_size=14))
    def test_any_text_is_answered(self, text: str) -> None:
        iin_problem(text)
        bin_problem(text)
        iban_problem(text)


class TestBin:
    @pytest.mark.parametrize(
        ("number", "problem"),
        [
            ("221140099901", None),
            ("221340099901", NumberProblem.DATE),
            ("221110099901", NumberProblem.KIND),
            ("221149099901", NumberProblem.KIND),
            ("221140099902", NumberProblem.CHECK_DIGIT),
        ],
    )
    def test_each_fault_is_named(self, number: str, problem: NumberProblem | None) -> None:
        assert bin_problem(number) == problem


class TestIban:
    @pytest.mark.clause("8.7")
    @pytest.mark.parametrize(
        ("iban", "problem"),
        [
            ("KZ86125KZT5004100100", None),
            ("KZ86125KZT500410010", NumberProblem.LENGTH),
            ("DE86125KZT5004100100", NumberProblem.COUNTRY),
            ("KZ86125KZT500410010*", NumberProblem.CHARACTERS),
            ("KZ86125kzt5004100100", NumberProblem.CHARACTERS),
            ("KZ86X25KZT5004100100", NumberProblem.CHARACTERS),
            ("KZ02999NSE0000001001", NumberProblem.BANK),
            ("KZ86125KZT5004100101", NumberProblem.CHECK_DIGIT),
        ],
    )
    def test_each_fault_is_named(self, iban: str, problem: NumberProblem | None) -> None:
        assert iban_problem(iban, bank_codes=BANK_CODES) == problem

    def test_the_bank_is_left_unchecked_when_no_codes_are_given(self) -> None:
        assert iban_problem("KZ02999NSE0000001001") is None

    def test_spaces_and_small_letters_are_taken_away(self) -> None:
        assert plain_iban(" kz86 125k zt50 0410 0100 ") == "KZ86125KZT5004100100"
