"""How many examples a property test tries: few in every build, ten times as many under `make soak`."""

from __future__ import annotations

import os
from fractions import Fraction

_FACTOR = Fraction(os.environ.get("NESIE_TEST_EXAMPLES", "1"))


def examples(usual: int) -> int:
    """`usual` times the factor of the environment (NESIE_TEST_EXAMPLES), at least three."""
    return max(3, int(usual * _FACTOR))
