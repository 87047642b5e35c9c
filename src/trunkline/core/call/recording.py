"""When the customer's leg is recorded: by the queue's rule, one recording a segment of talk.

Always; on demand, from when the agent asks; or never. A pause ends one recording and the agent's
key begins the next: what was said between is nowhere. Its time-out only reminds, for nobody but the
agent knows whether the card number has been read to its end; a pause goes on with whoever has the
customer then.
"""

from __future__ import annotations

from trunkline.core.call.commands import Record, StopRecording
from trunkline.core.call.facts import RecordingPaused, RecordingReminded, RecordingResumed
from trunkline.core.call.hands import own
from trunkline.core.call.wishes import PauseRecording, ResumeRecording
from trunkline.core.facts import RecordingStarted, RecordingStopped
from trunkline.core.interaction import Interaction, Talk
from trunkline.core.state import State
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import AgentId, QueueId, RecordingId, RecordingRule

REMIND_MS = 120_000


def start(turn: Turn, it: Interaction, agent: AgentId, queue: QueueId) -> None:
    """A talk begins: record it where the queue always does."""
    if rule_of(turn.state, queue) is RecordingRule.ALWAYS:
        _record(turn, it, agent, queue)


def go_on(turn: Turn, it: Interaction, agent: AgentId, queue: QueueId, *, recorded: bool) -> None:
    """A colleague has the customer: what was recorded goes on, what was paused stays paused."""
    if recorded:
        _record(turn, it, agent, queue)


def stop(turn: Turn, it: Interaction) -> None:
    """Stop, if it is recorded."""
    if it.recording:
        turn.do(StopRecording(it.recording, it.leg))
        turn.emit(RecordingStopped(it.recording, it.id))


def pause(turn: Turn, given: PauseRecording) -> None:
    """Nothing is recorded from now; a second pause is done already."""
    it, talk = own(turn, given.agent, given.interaction)
    if talk.remind_at is not None:
        return
    if it.recording is None:
        raise Refused("not_recorded", "This call is not recorded.")
    stop(turn, it)
    turn.emit(RecordingPaused(it.id, talk.agent, turn.now + REMIND_MS))


def resume(turn: Turn, given: ResumeRecording) -> None:
    """Record again, or from now where it is done on demand."""
    it, talk = own(turn, given.agent, given.interaction)
    if it.recording:
        return
    if rule_of(turn.state, talk.queue) is RecordingRule.OFF:
        raise Refused("recording_off", "Calls of this queue are not recorded.")
    turn.emit(RecordingResumed(it.id, talk.agent))
    _record(turn, it, talk.agent, talk.queue)


def on_remind_due(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent is reminded; only they resume."""
    turn.emit(RecordingReminded(it.id, talk.agent, turn.now + REMIND_MS))


def rule_of(state: State, queue: QueueId) -> RecordingRule:
    """The rule of a queue; a queue that is gone records as it always did."""
    rules = state.queues.get(queue)
    return rules.recording if rules else RecordingRule.ALWAYS


def _record(turn: Turn, it: Interaction, agent: AgentId, queue: QueueId) -> None:
    recording = RecordingId(turn.new_id())
    turn.emit(RecordingStarted(recording, it.id, it.leg, agent, queue))
    turn.do(Record(recording, it.leg))
