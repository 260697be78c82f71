"""Active liveness: control movements in an order nobody was asked before, judged frame by frame (clause 35). Pure."""

from nesie.foundation.identification.rules.liveness.course import (
    Arrival,
    Course,
    Likeness,
    Limits,
    Phase,
    Progress,
    begin,
    failed,
    frontal,
    judge_likeness,
    middle_likeness,
    see,
    wants_face,
)
from nesie.foundation.identification.rules.liveness.faults import FAULT_MESSAGES, HINT_MESSAGES, Fault, Hint
from nesie.foundation.identification.rules.liveness.keeping import as_data, from_data, record
from nesie.foundation.identification.rules.liveness.looks import (
    RIGID_POINTS,
    Change,
    FrameUnreadable,
    Look,
    Rest,
    change,
    resting,
    stirred,
)
from nesie.foundation.identification.rules.liveness.movements import (
    PROMPTS,
    STEPS,
    Movement,
    SequencesExhausted,
    all_sequences,
    draw,
    read_sequence,
    shown_movements,
    written,
)

__all__ = [
    "FAULT_MESSAGES", "HINT_MESSAGES", "PROMPTS", "RIGID_POINTS", "STEPS", "Arrival", "Change", "Course", "Fault",
    "FrameUnreadable", "Hint", "Likeness", "Limits", "Look", "Movement", "Phase", "Progress", "Rest",
    "SequencesExhausted", "all_sequences", "as_data", "begin", "change", "draw", "failed", "from_data", "frontal",
    "judge_likeness", "middle_likeness", "read_sequence", "record", "resting", "see", "shown_movements", "stirred",
    "wants_face", "written",
]  # fmt: skip
