"""When the customer's leg is recorded: one recording a segment of talk."""

from __future__ import annotations

from trunkline.core.call.commands import Record, StopRecording
from trunkline.core.facts import RecordingStarted, RecordingStopped
from trunkline.core.state import Interaction
from trunkline.core.turn import Turn
from trunkline.core.words import AgentId, QueueId, RecordingId


def start(turn: Turn, it: Interaction, agent: AgentId, queue: QueueId) -> None:
    """Record from now, in the agent's and the queue's name."""
    recording = RecordingId(turn.new_id())
    turn.emit(RecordingStarted(recording, it.id, it.leg, agent, queue))
    turn.do(Record(recording, it.leg))


def stop(turn: Turn, it: Interaction) -> None:
    """Stop, if it is recorded."""
    if it.recording:
        turn.do(StopRecording(it.recording, it.leg))
        turn.emit(RecordingStopped(it.recording, it.id))
