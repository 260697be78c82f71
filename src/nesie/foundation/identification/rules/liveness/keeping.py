"""A session's state as plain data, for the sealed column between two frames, and its record for the evidence."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from nesie.foundation.identification.rules.liveness.course import Course, Likeness, Phase
from nesie.foundation.identification.rules.liveness.faults import Fault, Hint
from nesie.foundation.identification.rules.liveness.looks import Look, Rest
from nesie.foundation.identification.rules.liveness.movements import Movement, read_sequence, written

_PLAIN = [one.name for one in fields(Course) if one.name not in ("sequence", "calibration", "rest", "last", "likeness")]


def as_data(course: Course) -> dict[str, Any]:
    """JSON-able; `from_data` gives the same course back."""
    plain = {name: getattr(course, name) for name in _PLAIN}  # asdict() would copy every point of every frame
    return plain | {
        "sequence": written(course.sequence),
        "calibration": [_told(one) for one in course.calibration],
        "rest": _told(course.rest) if course.rest else None,
        "last": _told(course.last) if course.last else None,
        "likeness": [_told(one) for one in course.likeness],
    }


def from_data(data: dict[str, Any]) -> Course:
    """Back from `as_data`; KeyError, TypeError or ValueError for anything else."""
    plain = dict(data)
    return Course(
        **plain
        | {
            "sequence": read_sequence(plain["sequence"]),
            "phase": Phase(plain["phase"]),
            "calibration": tuple(_look(one) for one in plain["calibration"]),
            "rest": Rest(**plain["rest"] | {"plane": tuple(plain["rest"]["plane"])}) if plain["rest"] else None,
            "last": _look(plain["last"]) if plain["last"] else None,
            "held": tuple((Movement(one), frames, since) for one, frames, since in plain["held"]),
            "likeness": tuple(Likeness(**one) for one in plain["likeness"]),
            "fault": Fault(plain["fault"]) if plain["fault"] else None,
            "hint": Hint(plain["hint"]) if plain["hint"] else None,
        }
        | {name: tuple(plain[name]) for name in ("pauses", "times", "prompted", "seen")}
    )


def record(course: Course) -> dict[str, Any]:
    """What is kept of a finished session beside its frames: what was asked, when it was shown and seen, how alike."""
    return {
        "sequence": written(course.sequence),
        "pauses": course.pauses,
        "prompted": course.prompted,
        "seen": course.seen,
        "first_frame": course.began,
        "last_frame": course.at,
        "frames": course.frames,
        "likeness": [asdict(one) for one in course.likeness],
        "fault": course.fault,
    }


def _told(one: Look | Rest | Likeness) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _look(data: dict[str, Any]) -> Look:
    return Look(**data | {"plane": tuple(data["plane"])})
