"""The world outside, in memory, as it was: for tests of a module that share one (`module_db` keeps the database)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_OURS = ("nesie.", "tests.")
_CONTAINERS = (dict, list, set, deque)


@contextmanager
def unchanged(*roots: object) -> Iterator[None]:
    """What the block changes in our own objects that `roots` lead to is put back: attributes, and what containers hold.

    Objects stay the same ones, so that whoever holds them sees it too.
    """
    before = [(one, one.copy() if isinstance(one, _CONTAINERS) else _attributes(one)) for one in _reachable(roots)]
    try:
        yield
    finally:
        for one, held in before:
            _put_back(one, held)


def _reachable(roots: Iterable[object]) -> list[Any]:
    """Containers and objects of ours, each once."""
    seen: dict[int, Any] = {}
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, (list, set, tuple, frozenset, deque)):
            waiting += one
        elif not type(one).__module__.startswith(_OURS):
            continue
        seen[id(one)] = one
        waiting += _attributes(one).values()
    return [one for one in seen.values() if not isinstance(one, (tuple, frozenset))]


def _attributes(one: object) -> dict[str, Any]:
    slots = [name for kind in type(one).__mro__ for name in vars(kind).get("__slots__", ())]
    return {**getattr(one, "__dict__", {}), **{name: getattr(one, name) for name in slots if hasattr(one, name)}}


def _put_back(one: Any, held: Any) -> None:
    if isinstance(one, (list, deque)):
        one.clear()
        one.extend(held)
    elif isinstance(one, _CONTAINERS):
        one.clear()
        one.update(held)
    else:
        for name in _attributes(one).keys() - held.keys():
            object.__delattr__(one, name)
        for name, value in held.items():
            object.__setattr__(one, name, value)
