"""What was decided about messages that customers leave: facts like all others.

`agent` is for whom; None where it is for the queue.
"""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import AgentId, InteractionId, QueueId, RecordingId


@record(frozen=True, slots=True)
class VoicemailEntered:
    """The customer is asked to leave a message; `step` is what is said until the beep."""

    interaction: InteractionId
    queue: QueueId
    agent: AgentId | None
    step: str


@record(frozen=True, slots=True)
class VoicemailBegan:
    """What is said is recorded from now, until `until` at the longest."""

    interaction: InteractionId
    step: str
    until: int


@record(frozen=True, slots=True)
class VoicemailLeft:
    """A message was left, long enough to be one; `length_ms` without the silence at its end."""

    interaction: InteractionId
    recording: RecordingId
    queue: QueueId
    agent: AgentId | None
    length_ms: int


VoicemailFact = VoicemailEntered | VoicemailBegan | VoicemailLeft
