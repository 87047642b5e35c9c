"""What was decided. `apply` folds these into the state; projections fold them into tables.

A fact holds ids, codes and times only. Its time is that of the entry it stands in. Fields may be
added with a default; a change of meaning takes a new name or an upcaster.
"""

from __future__ import annotations

from dataclasses import field

from trunkline.core.acd.rules import Affinity, OverflowWhen
from trunkline.core.call.facts import PartyFact
from trunkline.core.callback_facts import CallbackFact
from trunkline.core.config import Policy
from trunkline.core.inputs import Presumption
from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    AgentState,
    Bar,
    BridgeId,
    CallbackId,
    Cause,
    Channel,
    DeviceKind,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    Level,
    OfferFault,
    OfferId,
    OfferOutcome,
    PartyId,
    QueueId,
    RecordingId,
    Token,
    Wish,
    WrapUpMode,
)


@record(frozen=True, slots=True)
class PolicyPublished:
    """The cell routes by this policy from here."""

    policy: Policy


@record(frozen=True, slots=True)
class InteractionStarted:
    """A customer is there. `survey_allowed` was settled now; `survey_reason` says why not.

    `caller` is the same for every call of one number; `bar` says why that is not called back. With
    `callback` nobody is there yet: `leg` is the one that will be dialled.
    """

    interaction: InteractionId
    channel: Channel
    leg: LegId
    number: str
    party: Token
    flow: FlowId
    presumption: Presumption
    customer: str | None
    level: Level
    language: str
    priority: int
    survey_seed: int
    survey_allowed: bool
    survey_reason: str | None = None
    affinity: Affinity = field(default_factory=Affinity)
    tags: tuple[tuple[str, str], ...] = ()
    caller: Token | None = None
    bar: Bar | None = None
    callback: CallbackId | None = None


@record(frozen=True, slots=True)
class InteractionTagged:
    """The interaction carries these tags too: what it is about, what it needs."""

    interaction: InteractionId
    tags: tuple[tuple[str, str], ...]


@record(frozen=True, slots=True)
class FlowChanged:
    """The interaction leaves what it was in for the start of this flow."""

    interaction: InteractionId
    flow: FlowId


@record(frozen=True, slots=True)
class NodeEntered:
    """The flow stands at a node; `step` names the play or collection it waits for."""

    interaction: InteractionId
    node: str
    kind: str
    attempt: int
    step: str | None


@record(frozen=True, slots=True)
class KeyPressed:
    """The customer chose by a key of a menu."""

    interaction: InteractionId
    node: str
    key: str


@record(frozen=True, slots=True)
class CustomerLinked:
    """An agent said who the customer is."""

    interaction: InteractionId
    customer: str | None
    level: Level
    agent: AgentId


@record(frozen=True, slots=True)
class CustomerVerified:
    """One factor held (`order_last4`, `pin`), or an agent verified (`agent`, with `agent`)."""

    interaction: InteractionId
    by: str
    how: str | None = None
    agent: AgentId | None = None


@record(frozen=True, slots=True)
class VerificationFailed:
    """A factor did not hold."""

    interaction: InteractionId
    node: str


@record(frozen=True, slots=True)
class InteractionQueued:
    """The interaction waits. `returned` puts it at the head; `entered_at` keeps its old clock.

    `again`: an offer came to nothing and the same stay in the queue goes on. `arrived_at` is when
    it came to this very queue (None: as it entered), `stage` that of the requirement; until
    `personal_until` it waits for the agent `personal`. At `next_at` the wait changes something.
    With `callback` nobody is on the line: an agent is to call.
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


@record(frozen=True, slots=True)
class InteractionOverflowed:
    """The queue could not serve it in time: it left for another queue or for a flow."""

    interaction: InteractionId
    queue: QueueId
    when: OverflowWhen
    waited_ms: int
    to_queue: QueueId | None = None
    to_flow: FlowId | None = None


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

    `order` is the rule by which the interaction came first, before the `rivals`; `requirement` is
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
    """An offer is over without a talk; `fault` says why, unless it was withdrawn."""

    offer: OfferId
    interaction: InteractionId
    agent: AgentId
    outcome: OfferOutcome
    fault: OfferFault | None = None
    reason: str | None = None


@record(frozen=True, slots=True)
class InteractionUnanswered:
    """So many agents in a row did not answer its offers: somebody should look after it."""

    interaction: InteractionId
    queue: QueueId
    unanswered: int


@record(frozen=True, slots=True)
class Foretold:
    """A wait that came about, beside what had been foretold of it, ms."""

    mean_ms: int
    upper_ms: int
    came_ms: int


@record(frozen=True, slots=True)
class InteractionAnswered:
    """Customer and agent are being joined; a segment of talk begins."""

    interaction: InteractionId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    leg: LegId
    bridge: BridgeId
    wait_ms: int
    foretold: Foretold | None = None


@record(frozen=True, slots=True)
class PartiesJoined:
    """The edge confirmed that both sides hear each other."""

    interaction: InteractionId


@record(frozen=True, slots=True)
class RecordingStarted:
    """The customer's leg is being recorded, both directions."""

    recording: RecordingId
    interaction: InteractionId
    leg: LegId
    agent: AgentId
    queue: QueueId


@record(frozen=True, slots=True)
class RecordingStopped:
    """The recording's files are closed (or its leg is gone); it can be stored."""

    recording: RecordingId
    interaction: InteractionId


@record(frozen=True, slots=True)
class InteractionHeld:
    """The customer hears music."""

    interaction: InteractionId
    agent: AgentId


@record(frozen=True, slots=True)
class InteractionResumed:
    """The customer is back from hold."""

    interaction: InteractionId
    agent: AgentId


@record(frozen=True, slots=True)
class AgentMuted:
    """The agent's microphone is cut (`muted`) or open again."""

    interaction: InteractionId
    agent: AgentId
    muted: bool


@record(frozen=True, slots=True)
class AgentLegLost:
    """The agent's leg is gone in the talk; the customer is kept until `until`."""

    interaction: InteractionId
    agent: AgentId
    until: int


@record(frozen=True, slots=True)
class AgentLegRedialled:
    """A new leg is being made for the agent's reloaded page."""

    interaction: InteractionId
    agent: AgentId
    leg: LegId
    until: int


@record(frozen=True, slots=True)
class AgentLegBack:
    """The agent's new leg is up and joined."""

    interaction: InteractionId
    agent: AgentId
    leg: LegId


@record(frozen=True, slots=True)
class TalkEnded:
    """The agent's segment is over; `to_queue` when it was a transfer or a return.

    With `to_party` somebody who was brought in has the customer from now: the next fact says how.
    """

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    talk_ms: int
    by: str
    to_queue: QueueId | None = None
    to_party: PartyId | None = None


@record(frozen=True, slots=True)
class DispositionSet:
    """The outcome was chosen; it can change until wrap-up is complete."""

    interaction: InteractionId
    agent: AgentId
    disposition: str


@record(frozen=True, slots=True)
class WrapUpStarted:
    """Work after the talk begins; None for `ends_at` means until done."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    mode: WrapUpMode
    ends_at: int | None


@record(frozen=True, slots=True)
class WrapUpExtended:
    """30 s more by the agent (`extended` times so far), or the grace of an overrun."""

    interaction: InteractionId
    agent: AgentId
    ends_at: int
    extended: int
    overrun: bool


@record(frozen=True, slots=True)
class WrapUpCompleted:
    """Work after the talk is over. Without a code where one is required it is unfinished."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    disposition: str | None
    unfinished: bool


@record(frozen=True, slots=True)
class UnfinishedDone:
    """The agent named the outcome of an unfinished wrap-up later."""

    interaction: InteractionId
    agent: AgentId
    disposition: str


@record(frozen=True, slots=True)
class SurveyDrawn:
    """Whether this interaction is surveyed, settled by the seed of its arrival."""

    interaction: InteractionId
    queue: QueueId
    drawn: bool
    reason: str | None


@record(frozen=True, slots=True)
class SurveyAsked:
    """The customer hears the question; `step` names what is awaited."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    attempt: int
    step: str


@record(frozen=True, slots=True)
class SurveyAnswered:
    """The mark, 1 to 5: of the last handling agent, and of the queues passed."""

    interaction: InteractionId
    rating: int
    agent: AgentId
    queue: QueueId
    transferred_queues: tuple[QueueId, ...]


@record(frozen=True, slots=True)
class FarewellStarted:
    """The last words are being said; the leg is hung up after `step`."""

    interaction: InteractionId
    step: str
    ended_by: EndedBy


@record(frozen=True, slots=True)
class InteractionEnded:
    """The customer's side is over."""

    interaction: InteractionId
    ended_by: EndedBy
    cause: Cause
    queue: QueueId | None
    waited_ms: int | None = None


@record(frozen=True, slots=True)
class InteractionClosed:
    """Nothing of the interaction is open any more; the cell forgets it."""

    interaction: InteractionId


@record(frozen=True, slots=True)
class WishSet:
    """The agent's wish applies; with `until`, they are ready again from then by themselves."""

    agent: AgentId
    wish: Wish
    reason: str | None
    until: int | None = None


@record(frozen=True, slots=True)
class WishPending:
    """The wish applies when the work ends; None takes it back."""

    agent: AgentId
    wish: Wish | None
    reason: str | None = None


@record(frozen=True, slots=True)
class DeviceSet:
    """How the agent is reached from now."""

    agent: AgentId
    device: DeviceKind


@record(frozen=True, slots=True)
class DeviceAway:
    """Nothing is offered to the agent on this device: until then, or until it is seen again."""

    agent: AgentId
    device: DeviceKind
    fault: OfferFault
    until: int | None = None


@record(frozen=True, slots=True)
class DeviceBack:
    """The device can be rung, as far as is known."""

    agent: AgentId
    device: DeviceKind


@record(frozen=True, slots=True)
class DeskChanged:
    """The agent's desk is there, or in its grace time until `until`."""

    agent: AgentId
    connected: bool
    until: int | None = None


@record(frozen=True, slots=True)
class AgentShown:
    """The derived state of an agent changed; for tables, walls and statistics."""

    agent: AgentId
    state: AgentState
    reason: str | None
    pending: Wish | None
    pending_reason: str | None


Fact = (
    PolicyPublished
    | InteractionStarted
    | InteractionTagged
    | FlowChanged
    | NodeEntered
    | KeyPressed
    | CustomerLinked
    | CustomerVerified
    | VerificationFailed
    | InteractionQueued
    | WaitForetold
    | WaitAdvanced
    | InteractionBoosted
    | InteractionMoved
    | InteractionOverflowed
    | PositionAnnounced
    | OfferMade
    | OfferAccepted
    | OfferEnded
    | InteractionUnanswered
    | InteractionAnswered
    | PartiesJoined
    | RecordingStarted
    | RecordingStopped
    | InteractionHeld
    | InteractionResumed
    | AgentMuted
    | AgentLegLost
    | AgentLegRedialled
    | AgentLegBack
    | TalkEnded
    | DispositionSet
    | WrapUpStarted
    | WrapUpExtended
    | WrapUpCompleted
    | UnfinishedDone
    | SurveyDrawn
    | SurveyAsked
    | SurveyAnswered
    | FarewellStarted
    | InteractionEnded
    | InteractionClosed
    | WishSet
    | WishPending
    | DeviceSet
    | DeviceAway
    | DeviceBack
    | DeskChanged
    | AgentShown
    | CallbackFact
    | PartyFact
)
