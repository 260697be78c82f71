"""People and attackers before a simulated camera, out of recorded signals: every number was once measured on pixels."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from nesie.foundation.identification.rules import liveness
from nesie.foundation.identification.rules.liveness import Arrival, Course, Likeness, Limits, Look, Movement, Phase
from tests.faces.record import BENDS, DRAWN, NUMBERS, PITCHES, SHARES, YAWS

PEOPLE = (*DRAWN, "photo")
LIMITS = Limits()


class Recorded:
    """One person's recorded rows: x, y, ..., then the rigid points."""

    def __init__(self, who: str) -> None:
        with np.load(Path(__file__).parent / "recorded.npz") as kept:
            rests, self.sheets = kept[f"{who}_rest"].astype(float), kept[f"{who}_sheets"].astype(float)
            moves = kept[f"{who}_moves"].astype(float)
        self.rest = rests.mean(axis=0)
        self.noise = rests - self.rest
        self.moves = {movement: np.vstack([self.rest, rows]) for movement, rows in zip(Movement, moves, strict=True)}

    def doing(self, movement: Movement, share: float) -> Any:
        """A movement done by this share; between the recorded shares, their mean."""
        at = min(max(share, 0.0), SHARES[-1]) * len(SHARES)
        low = min(int(at), len(SHARES) - 1)
        rows = self.moves[movement]
        return rows[low] + (rows[low + 1] - rows[low]) * (at - low)

    def sheet(self, yaw: float, pitch: float, bend: float) -> Any:
        """The picture on paper, turned and rolled: the nearest recorded position."""
        near = [int(np.abs(np.array(grid) - value).argmin()) for grid, value in
                ((BENDS, bend), (YAWS, yaw), (PITCHES, pitch))]  # fmt: skip
        return self.sheets[tuple(near)]


@cache
def recorded(who: str) -> Recorded:
    """Read once."""
    return Recorded(who)


def look_of(row: Any, dice: random.Random, who: Recorded, *, jitter: float = 1.5) -> Look:
    """A frame of this row: with the noise the models showed, and a hand that is not quite still."""
    if np.isnan(row[0]):
        return Look(faces=0)
    # Two rest frames' noise together, so that no frame is exactly one that was recorded.
    grain = 0.7 * who.noise[dice.randrange(len(who.noise))] + 0.7 * who.noise[dice.randrange(len(who.noise))]
    values = row + grain
    dx, dy = dice.gauss(0, jitter), dice.gauss(0, jitter)
    numbers = dict(zip(NUMBERS, (float(value) for value in values[: len(NUMBERS)]), strict=True))
    plane = values[len(NUMBERS) :].reshape(-1, 2) + np.array([dx, dy])
    numbers["x"] += dx
    numbers["y"] += dy
    return Look(faces=1, plane=tuple(float(value) for value in plane.ravel()), **numbers)


@dataclass
class Actor:
    """Somebody before the camera. `told` hears what the page shows; `look` is the frame at a moment."""

    dice: random.Random
    who: Recorded

    def told(self, at: float, course: Course) -> None:
        """What the page shows now."""

    def look(self, at: float) -> Look:
        """The frame."""
        raise NotImplementedError

    def arrival(self, counter: int, at: float) -> Arrival:
        """How the frame comes in."""
        return Arrival(counter, in_order=True, repeated=False, at=at, taken=at)

    def likeness(self, course: Course, look: Look) -> Likeness:
        """How alike this face is to the reference, and to the session's first."""
        frontal = liveness.frontal(course, look)
        off = 0.0 if frontal else 0.12
        return Likeness(self.dice.gauss(0.72, 0.05) - off, self.dice.gauss(0.9, 0.03) - off, frontal, course.step)


@dataclass
class Obedient(Actor):
    """A person who does what is asked, with a human's delay, speed and measure."""

    doing: tuple[Movement, float, float, float, float, float] | None = None
    asked: int = -1

    def chosen(self, course: Course) -> Movement:
        """What is done on this prompt."""
        return course.sequence[course.step]

    def told(self, at: float, course: Course) -> None:
        if course.phase is Phase.MOVE and course.step != self.asked:
            self.asked = course.step
            start = at + self.dice.uniform(0.3, 1.0)
            self.doing = (self.chosen(course), start, self.dice.uniform(0.2, 0.5), self.dice.uniform(0.7, 1.4),
                          self.dice.uniform(0.2, 0.5), self.dice.uniform(0.9, 1.0))  # fmt: skip

    def share(self, at: float) -> tuple[Movement | None, float]:
        """What is being done, and by which share."""
        if self.doing is None:
            return None, 0.0
        movement, start, rise, hold, fall, measure = self.doing
        since = at - start
        if since < 0:
            return movement, 0.0
        if since < rise:
            return movement, measure * since / rise
        if since < rise + hold:
            return movement, measure
        return movement, measure * max(0.0, 1 - (since - rise - hold) / fall)

    def look(self, at: float) -> Look:
        movement, share = self.share(at)
        row = self.who.rest if movement is None else self.who.doing(movement, share)
        return look_of(row, self.dice, self.who)


@dataclass
class Quick(Obedient):
    """An obedient person in a hurry: fewer frames for the tests that are about something else."""

    def told(self, at: float, course: Course) -> None:
        if course.phase is Phase.MOVE and course.step != self.asked:
            self.asked = course.step
            self.doing = (self.chosen(course), at + 0.2, 0.15, 0.75, 0.15, 1.0)


@dataclass
class Result:
    """How a session went."""

    course: Course
    looks: list[tuple[float, Look]] = field(default_factory=list)
    frames: int = 0


def play(
    actor: Actor,
    sequence: tuple[Movement, ...],
    *,
    fps: float = 9.0,
    limits: Limits = LIMITS,
    each: Callable[[Course], None] | None = None,
) -> Result:
    """One session to its end; frames come when a busy phone sends them."""
    dice = actor.dice
    course = liveness.begin(sequence, [dice.uniform(0.3, 1.2) for _ in sequence])
    at, result = dice.uniform(0.2, 2.0), Result(course)
    while not course.over and result.frames < 600:
        look = actor.look(at)
        result.looks.append((at, look))
        likeness = None
        if liveness.wants_face(course, look, dice.randrange, limits):
            likeness = actor.likeness(course, look)
        course = liveness.see(course, actor.arrival(result.frames, at), look, likeness, limits)
        result.frames += 1
        actor.told(at, course)
        if each:
            each(course)
        at += max(0.07, dice.gauss(1 / fps, 0.012))
    result.course = course
    return result


def verdict(result: Result, *, least: float = 0.45, unclear: float = 0.40) -> liveness.Fault | None:
    """None when the session proves the person."""
    if result.course.fault is not None:
        return result.course.fault
    assert result.course.phase is Phase.DONE
    return liveness.judge_likeness(result.course, least=least, unclear=unclear)


def genuine(dice: random.Random) -> Obedient:
    """One of the people, obeying."""
    return Obedient(dice, recorded(dice.choice(PEOPLE)))


def sequence(dice: random.Random) -> tuple[Movement, ...]:
    """As a session draws it, from a seed here."""
    return liveness.read_sequence(liveness.draw((), dice.randrange))


# --- attackers ---------------------------------------------------------------------------------------------------


@dataclass
class Photo(Actor):
    """A still picture before the camera, held by a hand."""

    def look(self, at: float) -> Look:
        return look_of(self.who.rest, self.dice, self.who, jitter=2.5)


@dataclass
class Sheet(Actor):
    """A picture on paper, swung and rolled in the hope to be taken for a turning head."""

    rolls: bool = False
    path: list[tuple[float, float, float]] = field(default_factory=list)

    def look(self, at: float) -> Look:
        if at < 3.0:  # lies still until the resting face has been measured
            return look_of(self.who.rest, self.dice, self.who)
        if not self.path or self.dice.random() < 0.12:
            self.path.append((self.dice.uniform(-50, 50), self.dice.uniform(-45, 45),
                              self.dice.choice((-1.4, 0.0, 1.4)) if self.rolls else 0.0))  # fmt: skip
        if self.dice.random() < 0.3:
            return look_of(self.who.sheet(0, 0, 0), self.dice, self.who)
        return look_of(self.who.sheet(*self.path[-1]), self.dice, self.who)


@dataclass
class Replay(Actor):
    """A recording of another session of the same person, played before the camera at some speed."""

    record: list[tuple[float, Look]] = field(default_factory=list)
    speed: float = 1.0
    slow_clock: bool = False

    def look(self, at: float) -> Look:
        start = self.record[0][0]
        wanted = start + (at % 90) * self.speed
        found = min(self.record, key=lambda one: abs(one[0] - wanted))[1]
        if found.faces != 1:
            return found
        grain = [value + self.dice.gauss(0, 0.15) for value in found.plane]  # the camera before the screen
        return replace(found, plane=tuple(grain))

    def arrival(self, counter: int, at: float) -> Arrival:
        return Arrival(counter, True, False, at=at, taken=at * self.speed if self.slow_clock else at)


def a_recording(dice: random.Random, *, speed: float = 1.0, slow_clock: bool = False) -> Replay:
    """A genuine session filmed, then replayed under another sequence."""
    person = genuine(dice)
    filmed = play(person, sequence(dice)).looks
    return Replay(dice, person.who, filmed, speed, slow_clock)


@dataclass
class Disobedient(Obedient):
    """A living accomplice, or a film cut to pieces, that does another movement than the one asked."""

    def chosen(self, course: Course) -> Movement:
        return self.dice.choice([one for one in Movement if one is not course.sequence[course.step]])


@dataclass
class Spoilt(Obedient):
    """A genuine session in which something goes wrong from a moment on."""

    start: float = 4.0

    def after(self, at: float) -> bool:
        """True once it has begun."""
        return at >= self.start


@dataclass
class Frozen(Spoilt):
    """The picture stands still, encoded anew each time."""

    kept: Look | None = None

    def look(self, at: float) -> Look:
        if not self.after(at):
            self.kept = super().look(at)
        assert self.kept is not None
        return self.kept


@dataclass
class RepeatedFrame(Spoilt):
    """The very bytes of an earlier frame once more."""

    def arrival(self, counter: int, at: float) -> Arrival:
        return Arrival(counter, True, repeated=self.after(at), at=at, taken=at)


@dataclass
class TwoFaces(Spoilt):
    """Somebody else looks in."""

    def look(self, at: float) -> Look:
        return Look(faces=2) if self.after(at) else super().look(at)


@dataclass
class Swapped(Spoilt):
    """The face in the picture becomes another's."""

    def likeness(self, course: Course, look: Look) -> Likeness:
        one = super().likeness(course, look)
        if not self.after(course.at):
            return one
        return replace(one, first=self.dice.gauss(0.087, 0.08), reference=self.dice.gauss(0.72, 0.05))


@dataclass
class Stranger(Obedient):
    """A living person, but not the client."""

    def likeness(self, course: Course, look: Look) -> Likeness:
        return replace(super().likeness(course, look), reference=min(0.377, self.dice.gauss(0.1, 0.09)))


@dataclass
class Future(Spoilt):
    """Frames dated ahead: made beforehand, faster than time runs."""

    def arrival(self, counter: int, at: float) -> Arrival:
        return Arrival(counter, True, False, at=at, taken=at + (3.0 if self.after(at) else 0.0))


@dataclass
class Reordered(Spoilt):
    """A nonce of another step, or a counter that jumps."""

    def arrival(self, counter: int, at: float) -> Arrival:
        return Arrival(counter, in_order=not self.after(at), repeated=False, at=at, taken=at)


def spoilt(kind: type[Spoilt], dice: random.Random) -> Spoilt:
    """One that goes wrong somewhere after the resting face, before the end."""
    return kind(dice, recorded(dice.choice(PEOPLE)), start=dice.uniform(3.2, 7.0))


ATTACKS: dict[str, Callable[[random.Random], Actor]] = {
    "static photo": lambda dice: Photo(dice, recorded(dice.choice(PEOPLE))),
    "photo moved and tilted": lambda dice: Sheet(dice, recorded(dice.choice(PEOPLE))),
    "photo bent and moved": lambda dice: Sheet(dice, recorded(dice.choice(PEOPLE)), rolls=True),
    "replay of another session": a_recording,
    "replay at half speed": lambda dice: a_recording(dice, speed=0.5),
    "replay at half speed, device clock slowed": lambda dice: a_recording(dice, speed=0.5, slow_clock=True),
    "wrong order": lambda dice: Disobedient(dice, recorded(dice.choice(PEOPLE))),
    "frozen picture": lambda dice: spoilt(Frozen, dice),
    "repeated frame": lambda dice: spoilt(RepeatedFrame, dice),
    "two faces": lambda dice: spoilt(TwoFaces, dice),
    "face swapped midway": lambda dice: spoilt(Swapped, dice),
    "another person": lambda dice: Stranger(dice, recorded(dice.choice(PEOPLE))),
    "frames from the future": lambda dice: spoilt(Future, dice),
    "nonce of another step": lambda dice: spoilt(Reordered, dice),
}
