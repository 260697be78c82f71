"""By what means identity had to be proven on the day of the act: the edition of 2023 and that of 2025."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations

import pytest

from nesie.foundation.identification.rules.methods import POINT, Act, Method, sufficient
from nesie.foundation.norms import queries as norms

OF_2023, GAP, OF_2025 = date(2024, 3, 1), date(2024, 12, 31), date(2025, 1, 1)
NATIONAL, OTHER, COID, OWN = Method.EDS_NATIONAL, Method.EDS_ACCREDITED, Method.COID, Method.OWN_DEVICES
TWO_FACTORS = frozenset({Method.KNOWLEDGE, Method.POSSESSION})


def enough(act: Act, on: date, *used: Method, entrepreneur: bool = False) -> bool:
    return sufficient(act, frozenset(used), norms.edition(on, POINT[act]), entrepreneur=entrepreneur)


@pytest.mark.clause("E23-6", "E23-35")
@pytest.mark.parametrize("on", [OF_2023, GAP], ids=["2023", "the gap before 2025"])
def test_two_of_three_ways_under_the_edition_of_2023(on: date) -> None:
    assert enough(Act.REGISTRATION, on, COID, NATIONAL)
    assert enough(Act.REGISTRATION, on, COID, *TWO_FACTORS)
    assert not enough(Act.REGISTRATION, on, NATIONAL, *TWO_FACTORS), "one of the two is biometric"
    assert not enough(Act.REGISTRATION, on, OWN, NATIONAL), "own devices were no way then"
    for act in (Act.CONTRACT, Act.MERCHANT):
        assert enough(act, on, NATIONAL, *TWO_FACTORS)
        assert not enough(act, on, COID)
        assert not enough(act, on, COID, Method.POSSESSION), "one factor is no way"
        assert not enough(act, on, COID, OTHER), "only the national authority's signature counted"
    assert enough(Act.DETAILS, on, NATIONAL)
    assert not enough(Act.DETAILS, on, Method.KNOWLEDGE)


@pytest.mark.clause("E23-35")
def test_since_2025_face_and_key() -> None:
    for act in (Act.REGISTRATION, Act.DETAILS, Act.CONTRACT):
        assert enough(act, OF_2025, COID, NATIONAL)
        assert enough(act, OF_2025, OWN, OTHER)
        assert not enough(act, OF_2025, COID, *TWO_FACTORS)
        assert not enough(act, OF_2025, NATIONAL, *TWO_FACTORS)
    assert enough(Act.REGISTRATION, OF_2025, COID, entrepreneur=True)
    assert enough(Act.CONTRACT, OF_2025, OWN, entrepreneur=True)
    assert not enough(Act.DETAILS, OF_2025, COID, entrepreneur=True), "an IE is not exempt here"
    assert enough(Act.MERCHANT, OF_2025, COID)
    assert not enough(Act.MERCHANT, OF_2025, NATIONAL, *TWO_FACTORS)


def test_more_means_are_never_less() -> None:
    every = [frozenset(one) for one in chain.from_iterable(combinations(Method, n) for n in range(len(Method) + 1))]
    for act in Act:
        for on in (OF_2023, OF_2025):
            edition = norms.edition(on, POINT[act])
            good = [used for used in every if sufficient(act, used, edition)]
            assert good
            for used in good:
                assert all(sufficient(act, used | {one}, edition) for one in Method)
