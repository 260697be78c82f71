"""Ids: fresh, unguessable, and in the order in which they were made."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from nesie.kernel.ids import new_id


def test_each_is_greater_than_the_one_before() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_they_bear_the_machines_time() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000 + 100  # made in bursts they may run a little ahead


def test_threads_never_share_one() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [one for some in pool.map(lambda _: [new_id() for _ in range(2_000)], range(8)) for one in some]
    assert len(set(made)) == 16_000


def test_half_of_an_id_is_chance() -> None:
    tails = {new_id().int & (1 << 62) - 1 for _ in range(1_000)}
    assert len(tails) == 1_000
