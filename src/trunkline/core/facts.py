"""What was decided. `apply` folds these into the state; projections fold them into tables.

A fact holds ids, codes and times only. Its time is that of the entry it stands in. Fields may be
added with a default; a change of meaning takes a new name or an upcaster.
"""

from __future__ import annotations

from dataclasses import field

from trunkline.core.acd.rules import Affinity
from trunkline.core.agent_facts import (
    AgentFact,
    AgentShown,
    DeskChanged,
    DeviceAway,
    DeviceBack,
    DeviceSet,
    DispositionSet,
    UnfinishedDone,
    WishPending,
    WishSet,
    WrapUpCompleted,
    WrapUpExtended,
    WrapUpStarted,
)
from trunkline.core.call.facts import PartyFact
from trunkline.core.call.parking_facts import ParkingFact
from trunkline.core.call.voicemail_facts import VoicemailFact
from trunkline.core.callback_facts import CallbackFact
from trunkline.core.config import Policy
from trunkline.core.inputs import Presumption
from trunkline.core.queue_facts import (
    Candidate,
    DeclineRested,
    Explanation,
    InteractionBoosted,
    InteractionMoved,
    InteractionOverflowed,
    InteractionQueued,
    InteractionUnanswered,
    OfferAccepted,
    OfferEnded,
    OfferMade,
    PositionAnnounced,
    QueueFact,
    Rival,
    WaitAdvanced,
    WaitForetold,
)
from trunkline.core.records import record
from trunkline.core.talk_facts import (
    AgentLegBack,
    AgentLegLost,
    AgentLegRedialled,
    AgentMuted,
    Foretold,
    InteractionAnswered,
    InteractionHeld,
    InteractionResumed,
    PartiesJoined,
    RecordingStarted,
    RecordingStopped,
    TalkEnded,
    TalkFact,
)
from trunkline.core.words import (
    AgentId,
    Bar,
    CallbackId,
    Cause,
    Channel,
    ConsentPolicy,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    Level,
    QueueId,
    Token,
)

__all__ = [
    "AgentLegBack",
    "AgentLegLost",
    "AgentLegRedialled",
    "AgentMuted",
    "AgentShown",
    "Candidate",
    "CustomerLinked",
    "CustomerVerified",
    "DeclineRested",
    "DeskChanged",
    "DeviceAway",
    "DeviceBack",
    "DeviceSet",
    "DispositionSet",
    "Explanation",
    "Fact",
    "FarewellStarted",
    "FlowChanged",
    "Foretold",
    "InteractionAnswered",
    "InteractionBoosted",
    "InteractionClosed",
    "InteractionEnded",
    "InteractionHeld",
    "InteractionMoved",
    "InteractionOverflowed",
    "InteractionQueued",
    "InteractionResumed",
    "InteractionStarted",
    "InteractionTagged",
    "InteractionUnanswered",
    "KeyPressed",
    "NodeEntered",
    "OfferAccepted",
    "OfferEnded",
    "OfferMade",
    "PartiesJoined",
    "PolicyPublished",
    "PositionAnnounced",
    "RecordingStarted",
    "RecordingStopped",
    "Rival",
    "SurveyAnswered",
    "SurveyAsked",
    "SurveyDrawn",
    "TalkEnded",
    "UnfinishedDone",
    "VerificationFailed",
    "WaitAdvanced",
    "WaitForetold",
    "WishPending",
    "WishSet",
    "WrapUpCompleted",
    "WrapUpExtended",
    "WrapUpStarted",
]


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
    emergency: bool = False
    """Nobody is there yet either: an agent calls an emergency number."""
    consent: ConsentPolicy | None = None
    internal: AgentId | None = None
    """The colleague whom an agent calls: no customer is in it."""
    level_counts: bool = False
    """Whether the level counts in line though nobody is presumed: who waited had been known."""


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
    | SurveyDrawn
    | SurveyAsked
    | SurveyAnswered
    | FarewellStarted
    | InteractionEnded
    | InteractionClosed
    | QueueFact
    | TalkFact
    | AgentFact
    | CallbackFact
    | PartyFact
    | ParkingFact
    | VoicemailFact
)
