"""The control movements, the sequences of them, and which of them a frame shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from functools import cache
from itertools import pairwise, product

from nesie.foundation.identification.rules.liveness.looks import Change
from nesie.kernel.refused import Refused, noop

STEPS = 5


class Movement(StrEnum):
    """What a person may be asked to do; the letter is how a sequence is written down."""

    LEFT = "L"
    RIGHT = "R"
    UP = "U"
    DOWN = "D"
    BLINK = "B"
    MOUTH = "M"
    SMILE = "S"


PROMPTS: dict[Movement, str] = {
    Movement.LEFT: noop("Turn your head to the left"),
    Movement.RIGHT: noop("Turn your head to the right"),
    Movement.UP: noop("Raise your head"),
    Movement.DOWN: noop("Lower your head"),
    Movement.BLINK: noop("Close your eyes for a second"),
    Movement.MOUTH: noop("Open your mouth"),
    Movement.SMILE: noop("Smile with your mouth closed"),
}
HEAD = frozenset({Movement.LEFT, Movement.RIGHT, Movement.UP, Movement.DOWN})


class SequencesExhausted(Refused):
    """Every sequence there is was put to this client already."""

    message = noop("Identification on this device is no longer possible. Use the identification centre.")


@cache
def all_sequences() -> tuple[str, ...]:
    """Every allowed sequence, written: no movement twice running, the head and the face both among them."""
    found = []
    for one in product(Movement, repeat=STEPS):
        repeats = any(first is second for first, second in pairwise(one))
        if not repeats and 0 < sum(movement in HEAD for movement in one) < STEPS:
            found.append(written(one))
    return tuple(found)


def draw(issued: Collection[str], dice: Callable[[int], int]) -> str:
    """A sequence this client was never asked; `dice(n)` gives 0 to n - 1 unforeseeably. SequencesExhausted."""
    asked = frozenset(issued)
    left = [one for one in all_sequences() if one not in asked]
    if not left:
        raise SequencesExhausted
    return left[dice(len(left))]


def written(sequence: Collection[Movement]) -> str:
    """A sequence as one word."""
    return "".join(movement.value for movement in sequence)


def read_sequence(word: str) -> tuple[Movement, ...]:
    """Back from `written`; ValueError for anything else."""
    return tuple(Movement(letter) for letter in word)


# The limits were measured on warped photographs: docs/decisions/0024-liveness.md. Degrees and shares of the face.
TURN, TURN_BEND = 18.0, 0.06
UP, UP_BEND, DOWN, DOWN_BEND, NOD_TURN = -10.0, 0.035, 14.0, 0.05, 15.0
EYES, MOUTH, WIDTH, LIFT = 0.65, 0.28, 1.12, 0.025
FACE_TURN, FACE_NOD = 10.0, 8.0


def shown_movements(seen: Change) -> frozenset[Movement]:
    """Which movements this one frame shows. Eyes and mouth are believed only on a face that looks straight ahead."""
    nod, straight = abs(seen.yaw) < NOD_TURN, abs(seen.yaw) < FACE_TURN and abs(seen.pitch) < FACE_NOD
    shown = {
        Movement.LEFT: seen.yaw > TURN and seen.bend > TURN_BEND,
        Movement.RIGHT: seen.yaw < -TURN and seen.bend > TURN_BEND,
        Movement.UP: nod and seen.pitch < UP and seen.bend > UP_BEND,
        Movement.DOWN: nod and seen.pitch > DOWN and seen.bend > DOWN_BEND,
        Movement.BLINK: straight and seen.eyes < EYES,
        Movement.MOUTH: straight and seen.mouth > MOUTH,
        Movement.SMILE: straight and seen.width > WIDTH and seen.lift > LIFT and seen.mouth <= MOUTH,
    }
    return frozenset(movement for movement, yes in shown.items() if yes)


def at_rest(seen: Change) -> bool:
    """The resting face between two movements."""
    return abs(seen.yaw) < 8 and abs(seen.pitch) < 6 and seen.eyes > 0.75 and seen.mouth < 0.12 and seen.width < 1.08
