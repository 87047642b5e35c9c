"""What the edge tells the core, in the core's words. Nothing personal stands in them."""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import BridgeId, Cause, LegId, RecordingId


@record(frozen=True, slots=True)
class LegRinging:
    """The far end of an agent's leg rings."""

    leg: LegId


@record(frozen=True, slots=True)
class LegAnswered:
    """An agent's leg was answered."""

    leg: LegId


@record(frozen=True, slots=True)
class LegEnded:
    """A leg is gone, or could never be made."""

    leg: LegId
    cause: Cause


@record(frozen=True, slots=True)
class PlayEnded:
    """A play is over; `completed` when the last item was played to its end."""

    leg: LegId
    play: str
    completed: bool


@record(frozen=True, slots=True)
class DigitsCollected:
    """Keys of a leg, without the terminator; empty after silence.

    `digits` is a token when the collection was personal: the door swaps it before the core.
    """

    leg: LegId
    collect: str
    digits: str
    personal: bool = False


@record(frozen=True, slots=True)
class SilenceFell:
    """A leg has said nothing for as long as was asked."""

    leg: LegId
    wait: str


@record(frozen=True, slots=True)
class BridgeJoined:
    """All legs asked for stand in the bridge and hear each other."""

    bridge: BridgeId
    legs: tuple[LegId, ...]


@record(frozen=True, slots=True)
class RecordingEnded:
    """Both files of a recording are closed in the spool."""

    recording: RecordingId


@record(frozen=True, slots=True)
class CommandFailed:
    """A command about a leg could not be carried out though the leg may still be there."""

    leg: LegId
    command: str
    reason: str


EdgeEvent = (
    LegRinging
    | LegAnswered
    | LegEnded
    | PlayEnded
    | DigitsCollected
    | SilenceFell
    | BridgeJoined
    | RecordingEnded
    | CommandFailed
)
