"""Why a liveness session is over without a proof, and what helps a person who is not there yet."""

from __future__ import annotations

from enum import StrEnum

from nesie.kernel.refused import noop


class Fault(StrEnum):
    """Why a session has failed. A value, not a refusal: it leaves its trace."""

    OUT_OF_ORDER = "out_of_order"  # the counter jumped, or a nonce of another step came
    REPEATED_FRAME = "repeated_frame"
    FROZEN = "frozen"
    GAP = "gap"
    TOO_FAST = "too_fast"
    CLOCK = "clock"  # the device's own time does not run with ours: frames from the future, a slowed recording
    TIME_OVER = "time_over"
    STEP_TIME_OVER = "step_time_over"
    NOT_STRAIGHT = "not_straight"
    FACE_LOST = "face_lost"
    SEVERAL_FACES = "several_faces"
    JUMPED = "jumped"
    WRONG_MOVEMENT = "wrong_movement"
    MOVED_EARLY = "moved_early"
    FACE_CHANGED = "face_changed"
    OTHER_FACE = "other_face"
    UNCLEAR_FACE = "unclear_face"
    SUSPECTED_ATTACK = "suspected_attack"  # a plug-in detector's word
    UNREADABLE = "unreadable"
    SUPERSEDED = "superseded"
    LEFT = "left"


_AGAIN = noop("The camera pictures did not arrive as they should. Check the connection and start again.")
_NOT_SEEN = noop("The movement was not seen in time. Start again: light from the front and a near face help.")
_OTHER = noop("A movement came that was not asked for. Start again and wait for each prompt.")
_FACE = noop("The face does not match the one taken at registration.")
FAULT_MESSAGES: dict[Fault, str] = {
    Fault.OUT_OF_ORDER: _AGAIN,
    Fault.REPEATED_FRAME: _AGAIN,
    Fault.FROZEN: noop("The picture stands still. Look into the camera yourself."),
    Fault.GAP: _AGAIN,
    Fault.TOO_FAST: _AGAIN,
    Fault.CLOCK: _AGAIN,
    Fault.TIME_OVER: noop("The time is over. Start again."),
    Fault.STEP_TIME_OVER: _NOT_SEEN,
    Fault.NOT_STRAIGHT: noop("The face was not seen straight ahead. Hold the device before you and start again."),
    Fault.FACE_LOST: noop("The face left the picture. Start again."),
    Fault.SEVERAL_FACES: noop("There must be one face in the picture. Start again alone."),
    Fault.JUMPED: noop("The face jumped in the picture. Hold the device still and start again."),
    Fault.WRONG_MOVEMENT: _OTHER,
    Fault.MOVED_EARLY: _OTHER,
    Fault.FACE_CHANGED: noop("The face changed during the identification. Start again."),
    Fault.OTHER_FACE: _FACE,
    Fault.UNCLEAR_FACE: noop("The face could not be compared surely. Start again in better light."),
    Fault.SUSPECTED_ATTACK: noop("A living person could not be recognised. Look into the camera yourself."),
    Fault.UNREADABLE: _AGAIN,
    Fault.SUPERSEDED: noop("Another identification was started. Go on there."),
    Fault.LEFT: noop("You cancelled the identification. You can start it again."),
}


class Hint(StrEnum):
    """What a person should do before the first prompt."""

    NO_FACE = "no_face"
    ONE_FACE = "one_face"
    NEARER = "nearer"
    STRAIGHT = "straight"
    MOUTH_CLOSED = "mouth_closed"
    CALM = "calm"
    STILL = "still"


HINT_MESSAGES: dict[Hint, str] = {
    Hint.NO_FACE: noop("Move your face into the oval"),
    Hint.ONE_FACE: noop("Only you should be in the picture"),
    Hint.NEARER: noop("Come nearer"),
    Hint.STRAIGHT: noop("Look straight into the camera"),
    Hint.MOUTH_CLOSED: noop("Close your mouth"),
    Hint.CALM: noop("Keep a calm face"),
    Hint.STILL: noop("Hold still"),
}
