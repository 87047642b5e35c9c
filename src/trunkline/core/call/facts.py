"""What was decided about those whom an agent brings into a talk: facts like all others.

`agent` is whose talk it is, `colleague` the agent who was brought in (None: an outside number).
"""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    BridgeId,
    Cause,
    ConsentAnswer,
    ConsentPolicy,
    InteractionId,
    LegId,
    PartyId,
    PartyRole,
    PauseReason,
    QueueId,
    Token,
)


@record(frozen=True, slots=True)
class PartyInvited:
    """Somebody is asked, or rung at once (`leg`); they have to be there by `until`.

    `shown` is whether the agent may know of it: a supervisor may attend unseen.
    """

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    role: PartyRole
    colleague: AgentId | None
    number: Token | None
    leg: LegId | None
    until: int
    shown: bool = True
    consent: ConsentPolicy | None = None
    voicemail: bool = False


@record(frozen=True, slots=True)
class PartyDialled:
    """The colleague said yes: their page is rung, and has to be there by `until`."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    colleague: AgentId
    leg: LegId
    until: int


@record(frozen=True, slots=True)
class PartyJoined:
    """They are there: a segment of theirs begins."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    role: PartyRole
    colleague: AgentId | None
    leg: LegId
    shown: bool = True


@record(frozen=True, slots=True)
class AttendanceChanged:
    """A supervisor attends in another way from now."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    role: PartyRole
    colleague: AgentId
    shown: bool = True


@record(frozen=True, slots=True)
class PartyEnded:
    """They are not there any more, or never were; `cause` says why."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    role: PartyRole
    colleague: AgentId | None
    cause: Cause
    joined: bool
    shown: bool = True


@record(frozen=True, slots=True)
class ConsultSwapped:
    """The agent turned to the customer (`swapped`), or back to the consulted party."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    swapped: bool


@record(frozen=True, slots=True)
class ConsultMerged:
    """Customer, agent and the party that was consulted hear each other."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    colleague: AgentId | None


@record(frozen=True, slots=True)
class ConsultLetGo:
    """The agent put the phone down while it rang: whoever answers has the customer."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId


@record(frozen=True, slots=True)
class TalkPassed:
    """A colleague has the customer now; their segment of talk begins, in the same queue's name."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    by: AgentId
    queue: QueueId
    leg: LegId
    bridge: BridgeId


@record(frozen=True, slots=True)
class WentOutside:
    """The customer was given to an outside number: no agent is there any more."""

    interaction: InteractionId
    party: PartyId
    agent: AgentId
    queue: QueueId
    leg: LegId
    bridge: BridgeId


@record(frozen=True, slots=True)
class RecordingPaused:
    """Nothing is recorded for now; the agent is reminded at `remind_at`."""

    interaction: InteractionId
    agent: AgentId
    remind_at: int
    reason: PauseReason = PauseReason.AGENT


@record(frozen=True, slots=True)
class RecordingReminded:
    """The recording is paused still; the next reminder is at `remind_at`."""

    interaction: InteractionId
    agent: AgentId
    remind_at: int


@record(frozen=True, slots=True)
class RecordingResumed:
    """The pause is over, or the agent wants a recording."""

    interaction: InteractionId
    agent: AgentId
    reason: PauseReason = PauseReason.AGENT


@record(frozen=True, slots=True)
class ConsentAnswered:
    """What the customer, or an outside `party`, wants of being recorded.

    `by` is the user who was told so; None when they answered a flow. `policy` is what was asked of
    them.
    """

    interaction: InteractionId
    answer: ConsentAnswer
    policy: ConsentPolicy
    by: str | None = None
    party: PartyId | None = None
    agent: AgentId | None = None


@record(frozen=True, slots=True)
class EmergencyCalled:
    """An emergency number is being called from the seat of an agent."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId


@record(frozen=True, slots=True)
class ColleagueCalled:
    """An agent calls a colleague by extension: their own device rings, and is there by `until`.

    None where it is the desk phone that dialled: it is there.
    """

    interaction: InteractionId
    agent: AgentId
    colleague: AgentId
    leg: LegId
    bridge: BridgeId
    until: int | None


@record(frozen=True, slots=True)
class LedToBox:
    """The colleague does not come: the caller, on `leg`, may leave them a message."""

    interaction: InteractionId
    agent: AgentId
    leg: LegId


@record(frozen=True, slots=True)
class InternalCallEnded:
    """The caller's side of an internal call is over; no work follows it."""

    interaction: InteractionId
    agent: AgentId
    talk_ms: int


PartyFact = (
    EmergencyCalled
    | ColleagueCalled
    | LedToBox
    | InternalCallEnded
    | PartyInvited
    | PartyDialled
    | PartyJoined
    | AttendanceChanged
    | PartyEnded
    | ConsultSwapped
    | ConsultMerged
    | ConsultLetGo
    | TalkPassed
    | WentOutside
    | RecordingPaused
    | RecordingReminded
    | RecordingResumed
    | ConsentAnswered
)
