"""Chance that can be repeated: every question has a stream of its own, so that no answer depends on another's order."""

from __future__ import annotations

from functools import cached_property
from random import Random


class Dice:
    """The one source of chance of a run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, *name: object) -> Random:
        """A stream for this name, the same at every call in every run of the seed."""
        return Random(":".join(str(part) for part in (self.seed, *name)))


class Stream:
    """A named stream that goes on where it stood."""

    def __init__(self, dice: Dice, *name: object) -> None:
        self._dice, self._name = dice, name

    @cached_property
    def random(self) -> Random:
        """The generator, made when first asked."""
        return self._dice.of(*self._name)
