"""What was decided about waiting and offers: facts like all others."""

from __future__ import annotations

from trunkline.core.acd.rules import OverflowWhen
from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    Channel,
    FlowId,
    InteractionId,
    LegId,
    OfferFault,
    OfferId,
    OfferOutcome,
    QueueId,
)


@record(frozen=True, slots=True)
class InteractionQueued:
    """The interaction waits. `returned` puts it at the head; `entered_at` keeps its old clock.

    `again`: an offer came to nothing and the same stay in the queue goes on. `arrived_at` is when
    it came to this very queue (None: as it entered), `stage` that of the requirement; until
    `personal_until` it waits for the agent `personal`. At `next_at` the wait changes something.
    With `callback` nobody is on the line: an agent is to call. `direct` waits for nobody else: then
    a message is left for that agent.
    """

    interaction: InteractionId
    queue: QueueId
    priority: int
    entered_at: int
    returned: bool
    announce_at: int | None
    passed_by: tuple[AgentId, ...] = ()
    again: bool = False
    arrived_at: int | None = None
    stage: int = 0
    personal: AgentId | None = None
    personal_until: int | None = None
    boosted: bool = False
    next_at: int | None = None
    callback: bool = False
    channel: Channel = Channel.VOICE
    direct: bool = False


@record(frozen=True, slots=True)
class WaitForetold:
    """Nobody is free: how long the wait will be, and what four of five stay below, ms from now.

    `place` counts those whom nobody is asked for yet, this one among them.
    """

    interaction: InteractionId
    queue: QueueId
    place: int
    mean_ms: int
    upper_ms: int


@record(frozen=True, slots=True)
class WaitAdvanced:
    """The wait changed who may serve the interaction, or is looked at again at `next_at`."""

    interaction: InteractionId
    stage: int
    personal: AgentId | None
    personal_until: int | None
    next_at: int | None


@record(frozen=True, slots=True)
class InteractionBoosted:
    """It goes before those who wait; `by` is a user's id, or `due` when a promise comes due."""

    interaction: InteractionId
    by: str


@record(frozen=True, slots=True)
class InteractionMoved:
    """It was led out of its queue to another by hand; `by` is a user's id."""

    interaction: InteractionId
    queue: QueueId
    to_queue: QueueId
    waited_ms: int
    by: str
    channel: Channel = Channel.VOICE


@record(frozen=True, slots=True)
class InteractionOverflowed:
    """The queue could not serve it in time: it left for another queue, a flow, or the box."""

    interaction: InteractionId
    queue: QueueId
    when: OverflowWhen
    waited_ms: int
    to_queue: QueueId | None = None
    to_flow: FlowId | None = None
    to_voicemail: bool = False
    channel: Channel = Channel.VOICE


@record(frozen=True, slots=True)
class PositionAnnounced:
    """The customer is being told the place in line, and that the wait is `wait_ms` at most."""

    interaction: InteractionId
    position: int
    play: str
    announce_at: int | None
    wait_ms: int | None = None


@record(frozen=True, slots=True)
class Candidate:
    """One agent as the decision saw them; `why` names the rule that passed or barred them."""

    agent: AgentId
    idle_ms: int
    score: int
    chosen: bool
    why: str


@record(frozen=True, slots=True)
class Rival:
    """Who waited for the same agent and came after; `score` in thousandths of a point."""

    interaction: InteractionId
    waited_ms: int
    score: int
    head: str


@record(frozen=True, slots=True)
class Explanation:
    """Why this agent: the rule, the version of the policy, and the candidates (bounded).

    `order` is the rule by which the interaction came first, before the `rivals`, and `head` what
    went before all scores (empty when nobody else was looked at); `requirement` is
    what was asked of the agent after `stage` relaxing steps.
    """

    policy_version: int
    rule: str
    waited_ms: int
    position: int
    eligible: int
    candidates: tuple[Candidate, ...]
    order: str = "priority"
    stage: int = 0
    requirement: str = ""
    rivals: tuple[Rival, ...] = ()
    head: str = ""


@record(frozen=True, slots=True)
class OfferMade:
    """One agent is being offered the interaction. `leg` is dialled at once for a desk phone."""

    offer: OfferId
    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    expires_at: int
    accept_at: int | None
    leg: LegId | None
    explanation: Explanation


@record(frozen=True, slots=True)
class OfferAccepted:
    """The agent takes it; the agent's leg has to be up by `answer_by`."""

    offer: OfferId
    interaction: InteractionId
    agent: AgentId
    leg: LegId
    answer_by: int


@record(frozen=True, slots=True)
class OfferEnded:
    """An offer is over without a talk; `fault` says why, unless it was withdrawn.

    Until `rests_until` the agent who declined is not asked for this interaction again.
    """

    offer: OfferId
    interaction: InteractionId
    agent: AgentId
    outcome: OfferOutcome
    fault: OfferFault | None = None
    reason: str | None = None
    rests_until: int | None = None


@record(frozen=True, slots=True)
class DeclineRested:
    """An agent who declined an interaction may be asked for it again."""

    interaction: InteractionId
    agent: AgentId


@record(frozen=True, slots=True)
class InteractionUnanswered:
    """So many agents in a row did not answer its offers: somebody should look after it."""

    interaction: InteractionId
    queue: QueueId
    unanswered: int


QueueFact = (
    InteractionQueued
    | WaitForetold
    | WaitAdvanced
    | InteractionBoosted
    | InteractionMoved
    | InteractionOverflowed
    | PositionAnnounced
    | OfferMade
    | OfferAccepted
    | OfferEnded
    | DeclineRested
    | InteractionUnanswered
)
