"""Voicemail: a customer leaves a message for a queue or an agent.

    words, beep ──▶ recorded ──#, silence, or 3 minutes──▶ thanks, and the end
                        │ hangs up: what was said until then counts

A message shorter than `LEAST_MS` is none. While it is recorded one step is awaited, whatever ends
it: the key, the silence, or the step's own time.
"""

from __future__ import annotations

from trunkline.core.call import endings
from trunkline.core.call.commands import (
    AwaitSilence,
    Collect,
    Play,
    Record,
    StopAwaiting,
    StopCollect,
    StopMusic,
    StopRecording,
)
from trunkline.core.call.voicemail_facts import VoicemailBegan, VoicemailEntered, VoicemailLeft
from trunkline.core.config import VOICEMAIL_GREETING
from trunkline.core.facts import RecordingStarted, RecordingStopped
from trunkline.core.flow.speech import Prompt, Tone
from trunkline.core.interaction import Interaction, Voicemail
from trunkline.core.turn import Turn
from trunkline.core.words import AgentId, Cause, EndedBy, QueueId, RecordingId

MOST_MS = 180_000
LEAST_MS = 2_000
SILENCE_MS = 5_000
MOST_KEYS = 32
"""Keys other than # end nothing; so many do."""
NOBODY = AgentId("")

KEPT = (Prompt("voicemail-kept"), Prompt("goodbye"))
NOT_KEPT = (Prompt("goodbye"),)


def begin(turn: Turn, it: Interaction, queue: QueueId, agent: AgentId | None = None) -> None:
    """Lead the customer to the box of a queue, or of an agent."""
    step = turn.new_id()
    turn.emit(VoicemailEntered(it.id, queue, agent, step))
    turn.do(StopMusic(it.leg))
    rules = turn.state.queues.get(queue)
    greeting = rules.voicemail_greeting if rules else VOICEMAIL_GREETING
    turn.do(Play(it.leg, step, (Prompt(greeting), Tone()), it.language))


def on_said(turn: Turn, it: Interaction, box: Voicemail) -> None:
    """The beep was heard: record."""
    if box.since is not None:
        return
    recording, step = RecordingId(turn.new_id()), turn.new_id()
    turn.emit(RecordingStarted(recording, it.id, it.leg, box.agent or NOBODY, box.queue))
    turn.emit(VoicemailBegan(it.id, step, turn.now + MOST_MS))
    turn.do(Record(recording, it.leg))
    _listen(turn, it, step)


def take(turn: Turn, it: Interaction, box: Voicemail, silence_ms: int = 0) -> None:
    """The message is over, by a key, by silence or by time; with none begun the call ends."""
    if it.step and box.since is not None:
        turn.do(StopAwaiting(it.leg, it.step))
        turn.do(StopCollect(it.leg, it.step))
    kept = _keep(turn, it, box, silence_ms)
    _stop(turn, it)
    endings.farewell(turn, it, KEPT if kept else NOT_KEPT, EndedBy.VOICEMAIL)


def withdraw(turn: Turn, it: Interaction, box: Voicemail) -> None:
    """The customer does not agree to be recorded: nothing is, and what was said is no message."""
    if it.farewell or box.since is None or it.recording is None:
        return
    if it.step:
        turn.do(StopAwaiting(it.leg, it.step))
        turn.do(StopCollect(it.leg, it.step))
    _stop(turn, it)
    endings.farewell(turn, it, NOT_KEPT, EndedBy.CUSTOMER)


def on_silence(turn: Turn, it: Interaction, box: Voicemail) -> None:
    """The customer says nothing more."""
    take(turn, it, box, SILENCE_MS)


def on_left(turn: Turn, it: Interaction, box: Voicemail) -> bool:
    """The customer hung up; whether they had left a message."""
    return _keep(turn, it, box, 0)


def on_failed(turn: Turn, it: Interaction, box: Voicemail, command: str) -> None:
    """Words that cannot be said are passed over; where nothing can be recorded the call ends."""
    if command == "Play" and box.since is None:
        on_said(turn, it, box)
    elif command == "Record":
        endings.finish(turn, it, EndedBy.FAILURE, Cause.FAILED)


def resume(turn: Turn, it: Interaction, box: Voicemail, closed: tuple[RecordingId, ...]) -> None:
    """After a restart: ask anew, record and listen on, or take what had been said."""
    if box.since is None:
        begin(turn, it, box.queue, box.agent)
    elif it.recording and it.step and it.recording not in closed:
        turn.do(Record(it.recording, it.leg))  # it may never have begun; asked twice is asked once
        _listen(turn, it, it.step)
    else:
        take(turn, it, box)


def _stop(turn: Turn, it: Interaction) -> None:
    if it.recording:
        turn.do(StopRecording(it.recording, it.leg))
        turn.emit(RecordingStopped(it.recording, it.id))


def _listen(turn: Turn, it: Interaction, step: str) -> None:
    turn.do(Collect(it.leg, step, MOST_KEYS, first_ms=MOST_MS, between_ms=MOST_MS))
    turn.do(AwaitSilence(it.leg, step, SILENCE_MS))


def _keep(turn: Turn, it: Interaction, box: Voicemail, silence_ms: int) -> bool:
    if box.since is None or it.recording is None:
        return False
    length = turn.now - box.since - silence_ms
    if length < LEAST_MS:
        return False
    turn.emit(VoicemailLeft(it.id, it.recording, box.queue, box.agent, length))
    return True
