"""A camera before the real use cases: an actor of tests/faces, frame by frame, by a clock of its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from django.conf import settings

from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.adapters.fake import FakeFaces, frame
from nesie.foundation.identification.gateways import Wiring
from nesie.foundation.identification.models import LivenessCourse, LivenessSession
from nesie.foundation.identification.rules import BiometricOutcome, FrameAnswer, liveness
from nesie.kernel.actor import Actor, Channel, Role
from nesie.kernel.ids import new_id
from tests.faces import actors

ADMINISTRATOR = Actor(new_id(), frozenset({Role.ADMINISTRATOR}), Channel.WEB)
_SEEDS = count(1)  # no two cameras of a run take the same frame
FACES = {"aigerim": (1.0, 0.0, 0.0, 0.0), "daniyar": (0.1, 0.995, 0.0, 0.0)}


@contextmanager
def own_devices() -> Iterator[None]:
    """The lender's own devices are the provider, and believe what frames say of themselves."""
    before, faces = settings.NESIE_BIOMETRICS, getattr(Wiring, "faces", None)
    settings.NESIE_BIOMETRICS, Wiring.faces = "own", FakeFaces()
    try:
        yield
    finally:
        settings.NESIE_BIOMETRICS = before
        if faces is not None:
            Wiring.faces = faces


def portrait(who: str = "aigerim") -> bytes:
    """A picture of somebody, for `FakeFaces`."""
    return frame(liveness.Look(faces=1), FACES[who])


@dataclass
class Camera:
    """Takes frames of an actor and sends them in. The changes let a test spoil one thing."""

    actor: Actor
    session_id: UUID
    now: datetime
    who: str = "aigerim"
    dice: random.Random = field(default_factory=lambda: random.Random(next(_SEEDS)))
    player: actors.Actor | None = None
    fps: float = 5.0  # the slowest that serves: few frames, quick tests
    face_at: Callable[[int], str] | None = None
    counter: int = 0
    answers: list[FrameAnswer] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.started = self.now
        self.player = self.player or actors.Quick(self.dice, actors.recorded("aigerim"))
        self.nonce = queries.liveness_session(self.actor, self.session_id).answer.nonce

    def shot(self) -> bytes:
        """What the camera sees now."""
        assert self.player is not None
        at = (self.now - self.started).total_seconds()
        if self.answers:
            self.player.told(at, self.course())
        near = FACES[self.face_at(self.counter) if self.face_at else self.who]
        face = [value + self.dice.gauss(0, 0.01) for value in near]
        length = sum(value * value for value in face) ** 0.5
        return frame(self.player.look(at), [value / length for value in face])

    def course(self) -> liveness.Course:
        """What the page shows, as a course an actor can read: the prompt, and how many were before it."""
        progress = self.answers[-1].progress
        row = LivenessSession.objects.get(session_id=self.session_id)
        course = liveness.begin(liveness.read_sequence(row.sequence), ())
        return replace(course, phase=progress.phase, step=progress.step)

    def send(self, jpeg: bytes | None = None, **changed: object) -> FrameAnswer:
        """One frame, and a step of the clock."""
        jpeg = self.shot() if jpeg is None else jpeg
        taken = round((self.now - self.started).total_seconds() * 1000)
        told: dict[str, object] = {"nonce": self.nonce, "counter": self.counter, "taken_ms": taken}
        answer = actions.take_frame(
            self.actor,
            self.now,
            session_id=self.session_id,
            jpeg=jpeg,
            **(told | changed),  # type: ignore[arg-type]
        )
        self.sent.append(jpeg)
        self.answers.append(answer)
        self.counter, self.nonce = self.counter + 1, answer.nonce
        self.now += timedelta(seconds=max(0.07, self.dice.gauss(1 / self.fps, 0.01)))
        return answer

    def run(self, frames: int = 600) -> BiometricOutcome:
        """To the session's end, and its result."""
        for _ in range(frames):
            if self.send().progress.phase in (liveness.Phase.DONE, liveness.Phase.FAILED):
                break
        return self.conclude()

    def until(self, phase: liveness.Phase, step: int = 0) -> FrameAnswer:
        """Frames until the session stands there."""
        for _ in range(300):
            answer = self.send()
            if (answer.progress.phase, answer.progress.step) == (phase, step):
                return answer
            assert answer.progress.fault is None, answer.progress
        raise AssertionError("never came there")

    def conclude(self) -> BiometricOutcome:
        """The result."""
        return actions.conclude_liveness(self.actor, self.now, session_id=self.session_id)


def state_of(session_id: UUID) -> LivenessCourse:
    """The row between two frames."""
    return LivenessCourse.objects.get(session__session_id=session_id)
