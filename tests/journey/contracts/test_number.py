"""Contract numbers: a mistyped figure never names another contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.journey.contracts.rules import contract_number, numbers_in

years, serials = st.integers(2024, 2099), st.integers(1, 999_999)


@given(years, serials)
def test_a_number_is_found_in_any_writing(year, serial):
    number = contract_number(year, serial)
    bare = number.replace("-", "")
    for text in (number, bare, f"Погашение по договору №{number} от 23.11.2026", f"{number} / {number}", bare + " kz"):
        assert numbers_in(text) == (number,)


@given(years, serials, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_figure_is_found_out(year, serial, place, by):
    figures = list(contract_number(year, serial).replace("-", ""))
    place += 4  # the serial or the control digit
    figures[place] = str((int(figures[place]) + by) % 10)
    assert numbers_in("".join(figures)) == ()


@pytest.mark.parametrize("text", ["", "23.11.2026", "2026-11-23", "20261123", "loan 2026-1", "KZ02999NSE0000001001"])
def test_other_figures_are_no_contract_number(text):
    assert numbers_in(text) == ()


@pytest.mark.parametrize(("year", "serial"), [(2026, 0), (2026, 1_000_000), (1999, 1)])
def test_out_of_range_is_a_mistake(year, serial):
    with pytest.raises(ValueError, match="no contract number"):
        contract_number(year, serial)
