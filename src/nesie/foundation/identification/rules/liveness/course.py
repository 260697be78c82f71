"""One liveness session as a walk: rest, then five movements one by one, each prompted only after the last was seen.

Pure: what arrived and what the frame shows go in, the next state comes out. Moments are seconds since the session was
opened, by the server's clock. A session that has failed stays failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from statistics import median

from nesie.foundation.identification.rules.liveness.faults import Fault, Hint
from nesie.foundation.identification.rules.liveness.looks import Change, Look, Rest, change, resting, stirred
from nesie.foundation.identification.rules.liveness.movements import Movement, at_rest, shown_movements


class Phase(StrEnum):
    """Where a session stands."""

    REST = "rest"  # the person's resting face is measured
    PAUSE = "pause"  # no prompt is shown; nothing may be done
    MOVE = "move"  # the prompt is shown
    BACK = "back"  # seen; the person comes back to rest
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a session; seconds unless said otherwise. Ours, not of the law: docs/decisions/0024-liveness.md."""

    session: float = 45.0
    rest: float = 12.0
    step: float = 6.0
    first_frame: float = 60.0  # the camera's permission takes its time
    gap: float = 2.0
    drift: float = 1.5  # between the device's clock and ours, since the first frame
    fastest: float = 0.04  # mean distance of frames, over `burst` of them
    burst: int = 12
    rest_frames: int = 6
    hold_frames: int = 2
    blink_seconds: float = 0.3  # from the first to the last frame with closed eyes
    blink_frames: int = 3
    reaction: float = 0.15  # a movement this soon after its prompt was under way before it
    faceless_frames: int = 8
    several_faces_frames: int = 2
    frozen_frames: int = 8
    frozen_share: float = 0.0004  # of the eyes' distance
    jump_share: float = 2.5  # of the eyes' distance, between frames less than `jump_seconds` apart
    jump_seconds: float = 0.35
    same_face: float = 0.36  # cosine of any frame to the first, and to the reference
    span_pixels: float = 50.0
    random_face_of: int = 10  # every how many frames one is compared by chance


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a frame arrived. `taken` is the device's own time in seconds, `at` ours."""

    counter: int
    in_order: bool  # counter and nonce are those expected
    repeated: bool  # the same bytes came before
    at: float
    taken: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the face of one frame is: to the reference (None: there is none), and to this session's first."""

    reference: float | None
    first: float
    frontal: bool
    step: int


@dataclass(frozen=True, slots=True)
class Course:
    """A session's state."""

    sequence: tuple[Movement, ...]
    pauses: tuple[float, ...]  # before each prompt, drawn at the start
    phase: Phase = Phase.REST
    step: int = 0
    since: float = 0.0  # when this phase began
    began: float | None = None  # the first frame
    frames: int = 0
    at: float = 0.0
    taken_first: float = 0.0
    times: tuple[float, ...] = ()  # the last arrivals
    calibration: tuple[Look, ...] = field(default=(), repr=False)
    rest: Rest | None = field(default=None, repr=False)
    last: Look | None = field(default=None, repr=False)
    held: tuple[tuple[Movement, int, float], ...] = ()  # movement, frames in a row, moment of the first
    resting_frames: int = 0
    faceless: int = 0
    several: int = 0
    frozen: int = 0
    likeness: tuple[Likeness, ...] = ()
    prompted: tuple[float, ...] = ()  # when each prompt was shown
    seen: tuple[float, ...] = ()  # when each movement was verified
    fault: Fault | None = None
    hint: Hint | None = None

    @property
    def over(self) -> bool:
        """Passed or failed."""
        return self.phase in (Phase.DONE, Phase.FAILED)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the person may see of a session: the prompt of this moment only."""

    phase: Phase
    step: int
    steps: int
    prompt: Movement | None
    hint: Hint | None
    fault: Fault | None

    @classmethod
    def of(cls, course: Course) -> Progress:
        """No word about what is still to come."""
        prompt = course.sequence[course.step] if course.phase is Phase.MOVE else None
        return cls(course.phase, course.step, len(course.sequence), prompt, course.hint, course.fault)


def begin(sequence: Iterable[Movement], pauses: Iterable[float]) -> Course:
    """A session nobody has looked into yet."""
    return Course(tuple(sequence), tuple(pauses))


def see(course: Course, arrival: Arrival, look: Look, likeness: Likeness | None, limits: Limits) -> Course:
    """The state after one more frame (clause 35)."""
    if course.over:
        return course
    fault = _arrival_fault(course, arrival, limits)
    course = _noted(course, arrival)
    if fault is None and likeness is not None:
        course = replace(course, likeness=(*course.likeness, likeness))
        fault = _face_fault(likeness, limits)
    if fault is not None:
        return failed(course, fault)
    if look.faces != 1:
        return _without_one_face(course, look, limits)
    fault, course = _picture_fault(course, look, arrival, limits)
    if fault is not None:
        return failed(course, fault)
    course = replace(course, last=look, faceless=0)
    if course.phase is Phase.REST or course.rest is None:
        return _calibrated(course, look, limits)
    return _PHASES[course.phase](course, change(look, course.rest), limits)


def _arrival_fault(course: Course, arrival: Arrival, limits: Limits) -> Fault | None:
    if not arrival.in_order:
        return Fault.OUT_OF_ORDER
    if arrival.repeated:
        return Fault.REPEATED_FRAME
    if course.began is None:
        return Fault.TIME_OVER if arrival.at > limits.first_frame else None
    if arrival.at - course.began > limits.session:
        return Fault.TIME_OVER
    if arrival.at - course.at > limits.gap:
        return Fault.GAP
    times = (*course.times, arrival.at)
    if len(times) >= limits.burst and times[-1] - times[-limits.burst] < limits.fastest * limits.burst:
        return Fault.TOO_FAST
    if abs((arrival.taken - course.taken_first) - (arrival.at - course.began)) > limits.drift:
        return Fault.CLOCK
    return None


def _noted(course: Course, arrival: Arrival) -> Course:
    first = course.began is None
    return replace(
        course,
        began=arrival.at if first else course.began,
        since=arrival.at if first else course.since,
        taken_first=arrival.taken if first else course.taken_first,
        frames=course.frames + 1,
        at=arrival.at,
        times=(*course.times, arrival.at)[-16:],
        hint=None,
    )


def _face_fault(likeness: Likeness, limits: Limits) -> Fault | None:
    if likeness.first < limits.same_face:
        return Fault.FACE_CHANGED
    if likeness.reference is not None and likeness.reference < limits.same_face:
        return Fault.OTHER_FACE
    return None


def _without_one_face(course: Course, look: Look, limits: Limits) -> Course:
    none = look.faces == 0
    course = replace(
        course,
        held=(),
        faceless=course.faceless + 1 if none else course.faceless,
        several=course.several if none else course.several + 1,
        hint=Hint.NO_FACE if none else Hint.ONE_FACE,
        calibration=(),
    )
    if course.phase is Phase.REST:  # nothing has been asked yet: the person may still be settling
        return failed(course, Fault.NOT_STRAIGHT) if course.at - course.since > limits.rest else course
    if course.faceless > limits.faceless_frames:
        return failed(course, Fault.FACE_LOST)
    if course.several > limits.several_faces_frames:
        return failed(course, Fault.SEVERAL_FACES)
    return _in_time(course, limits)


def _picture_fault(course: Course, look: Look, arrival: Arrival, limits: Limits) -> tuple[Fault | None, Course]:
    last = course.last
    if last is None or course.faceless:
        return None, course
    course = replace(course, frozen=course.frozen + 1 if stirred(last, look) < limits.frozen_share else 0)
    if course.frozen >= limits.frozen_frames:
        return Fault.FROZEN, course
    apart = course.times[-1] - course.times[-2] if len(course.times) > 1 else 0.0
    moved = max(abs(look.x - last.x), abs(look.y - last.y)) / max(last.span, 1e-6)
    if course.phase is not Phase.REST and apart < limits.jump_seconds and moved > limits.jump_share:
        return Fault.JUMPED, course
    return None, course


def _calibrated(course: Course, look: Look, limits: Limits) -> Course:
    hint = _rest_hint(course, look, limits)
    kept = () if hint else (*course.calibration, look)
    course = replace(course, calibration=kept, hint=hint)
    if len(kept) >= limits.rest_frames:
        return replace(course, rest=resting(list(kept)), calibration=(), phase=Phase.PAUSE, since=course.at, held=())
    return failed(course, Fault.NOT_STRAIGHT) if course.at - course.since > limits.rest else course


def _rest_hint(course: Course, look: Look, limits: Limits) -> Hint | None:
    earlier = course.calibration
    checks = (
        (look.span < limits.span_pixels, Hint.NEARER),
        (abs(look.yaw) > 12 or not -15 <= look.pitch <= 22 or abs(look.roll) > 15, Hint.STRAIGHT),
        (look.mouth > 0.12, Hint.MOUTH_CLOSED),
        (look.width > 0.72, Hint.CALM),
        (bool(earlier) and abs(look.yaw - earlier[0].yaw) > 6, Hint.STILL),
        (bool(earlier) and look.eyes < 0.7 * earlier[0].eyes, Hint.STILL),
    )
    return next((hint for wrong, hint in checks if wrong), None)


def _pause(course: Course, seen: Change, limits: Limits) -> Course:
    course, reached = _held(course, seen, limits)
    if reached:
        return failed(course, Fault.MOVED_EARLY)
    if course.at - course.since < course.pauses[course.step]:
        return course
    return replace(course, phase=Phase.MOVE, since=course.at, held=(), prompted=(*course.prompted, course.at))


def _move(course: Course, seen: Change, limits: Limits) -> Course:
    if course.at - course.since < limits.reaction:
        return course
    course, reached = _held(course, seen, limits)
    asked = course.sequence[course.step]
    if reached - {asked}:
        return failed(course, Fault.WRONG_MOVEMENT)
    if asked not in reached:
        return _in_time(course, limits)
    last = course.step + 1 == len(course.sequence)
    course = replace(course, seen=(*course.seen, course.at), since=course.at, resting_frames=0)
    return replace(course, phase=Phase.DONE if last else Phase.BACK, step=course.step + 1)


def _back(course: Course, seen: Change, limits: Limits) -> Course:
    course, reached = _held(course, seen, limits)
    if reached - {course.sequence[course.step - 1]}:
        return failed(course, Fault.WRONG_MOVEMENT)
    course = replace(course, resting_frames=course.resting_frames + 1 if at_rest(seen) else 0)
    if course.resting_frames >= limits.hold_frames:
        return replace(course, phase=Phase.PAUSE, since=course.at, held=(), resting_frames=0)
    return _in_time(course, limits)


_PHASES: dict[Phase, Callable[[Course, Change, Limits], Course]] = {
    Phase.PAUSE: _pause,
    Phase.MOVE: _move,
    Phase.BACK: _back,
}


def _held(course: Course, seen: Change, limits: Limits) -> tuple[Course, frozenset[Movement]]:
    """The runs of movements after this frame, and which of them are long enough to count."""
    before = {movement: (frames, since) for movement, frames, since in course.held}
    runs = []
    for movement in shown_movements(seen):
        frames, since = before.get(movement, (0, course.at))
        runs.append((movement, frames + 1, since))
    reached = frozenset(
        movement for movement, frames, since in runs if _counts(course, movement, frames, since, limits)
    )
    return replace(course, held=tuple(runs)), reached


def _counts(course: Course, movement: Movement, frames: int, since: float, limits: Limits) -> bool:
    if movement is Movement.BLINK:
        return frames >= limits.blink_frames and course.at - since >= limits.blink_seconds
    return frames >= limits.hold_frames


def _in_time(course: Course, limits: Limits) -> Course:
    late = course.phase in (Phase.MOVE, Phase.BACK) and course.at - course.since > limits.step
    return failed(course, Fault.STEP_TIME_OVER) if late else course


def failed(course: Course, fault: Fault) -> Course:
    """The session is over without a proof."""
    return replace(course, phase=Phase.FAILED, fault=fault)


def wants_face(course: Course, look: Look, dice: Callable[[int], int], limits: Limits) -> bool:
    """Whether this frame's face is compared: the first ones, the beginning of each movement, and others by chance.

    Nobody knows beforehand which, so that no other face can be shown in between.
    """
    if course.over or look.faces != 1:
        return False
    if course.rest is None:
        return len(course.calibration) in (1, 3, 5)
    seen = change(look, course.rest)
    moving = bool(shown_movements(seen))
    done = {one.step for one in course.likeness if not one.frontal}
    if moving and course.phase is Phase.MOVE and course.step not in done:
        return True
    return dice(limits.random_face_of) == 0


def judge_likeness(course: Course, *, least: float, unclear: float) -> Fault | None:
    """The verdict on the face once all movements are seen: the median of the frontal frames counts.

    `least` accepts; from `unclear` on the person may try again; below it is another face.
    """
    middle = middle_likeness(course)
    if middle is None:
        return Fault.UNCLEAR_FACE
    if middle >= least:
        return None
    return Fault.UNCLEAR_FACE if middle >= unclear else Fault.OTHER_FACE


def middle_likeness(course: Course) -> float | None:
    """The median likeness of the frontal frames to the reference; None when there are too few to say."""
    straight = [one.reference for one in course.likeness if one.frontal and one.reference is not None]
    return median(straight) if len(straight) >= 3 else None


def frontal(course: Course, look: Look) -> bool:
    """Whether this frame shows the face straight enough to count for the median."""
    if course.rest is None:
        return True
    seen = change(look, course.rest)
    return abs(seen.yaw) < 10 and abs(seen.pitch) < 8
