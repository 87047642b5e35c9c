"""Routing as policy data: who may, who first, which agent, and where to when nobody fits.

What stands here is published with a `Policy` and only read by the core. Every default keeps the
plain rule: strict priority, then time of entry, then the agent who is idle longest. Durations are
milliseconds; weights are factors, 1 is neutral.
"""

from __future__ import annotations

from enum import StrEnum

from trunkline.core.records import record
from trunkline.core.words import AgentId, Channel, FlowId, Level, QueueId


class Strategy(StrEnum):
    """Which of the agents who may is asked first, by its usual name."""

    INDEX = "index"
    LONGEST_IDLE = "longest_idle"
    FEWEST_CONTACTS = "fewest_contacts"
    ROUND_ROBIN = "round_robin"
    LINEAR = "linear"
    TOP_DOWN = "top_down"
    RANDOM = "random"
    WEIGHTED = "weighted"
    RING_ALL = "ring_all"
    MOST_SKILLED = "most_skilled"
    LEAST_OCCUPIED = "least_occupied"
    LEAST_FLEXIBLE = "least_flexible"


class Ordering(StrEnum):
    """Which of those who wait is served first.

    `priority`: strictly by priority, then time of entry. `fifo`: by time of entry alone.
    `score`: points of priority plus seconds waited. `index`: weight × (1 + wait) × fit × speed.
    `gc_mu`: weight × wait × speed (van Mieghem's generalised c-mu rule with quadratic costs).
    """

    PRIORITY = "priority"
    FIFO = "fifo"
    SCORE = "score"
    INDEX = "index"
    GC_MU = "gc_mu"


class OverflowWhen(StrEnum):
    """What makes an interaction leave its queue.

    `at` counts milliseconds, those in line, or offers that no agent took.
    """

    WAIT = "wait"
    NO_ANSWER = "no_answer"
    DEPTH = "depth"
    EWT = "ewt"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"


@record(frozen=True, slots=True)
class RelaxStep:
    """From `after_ms` in the queue on, this requirement stands in place of the one before."""

    after_ms: int
    requirement: str = ""


@record(frozen=True, slots=True)
class Membership:
    """How an agent belongs to a queue: penalty 0 is primary, a higher one comes later.

    `position` orders agents for linear, top-down and round-robin; `weight` is the share that the
    weighted strategy draws by.
    """

    agent: AgentId
    penalty: int = 0
    position: int = 0
    weight: int = 1


@record(frozen=True, slots=True)
class OverflowRule:
    """Where to, when the queue cannot serve in time; exactly one of the targets is named.

    `to_voicemail` is the queue's own box. It is for these `channels`; what is written leads to
    queues alone, and counts what is written.
    """

    when: OverflowWhen
    at: int = 0
    to_queue: QueueId | None = None
    to_flow: FlowId | None = None
    to_voicemail: bool = False
    channels: tuple[Channel, ...] = (Channel.VOICE,)


@record(frozen=True, slots=True)
class Patience:
    """How long a caller waits for one certain agent before anybody of the queue; 0 is never.

    Asked in this order: the dedicated account manager, the expert of the product, the last agent.
    """

    manager_ms: int = 0
    expert_ms: int = 0
    last_agent_ms: int = 0


@record(frozen=True, slots=True)
class TagWeight:
    """Interactions that carry this tag weigh so much more (a problem type, a campaign)."""

    name: str
    value: str
    weight: float = 1.0


@record(frozen=True, slots=True)
class CallOrder:
    """Who first, over all queues that an agent serves.

    A weight is the product of those of level, tags, contract and repetition; each `priority_unit`
    points of priority add one more (index and gc_mu). Waiting counts in units of `age_ms`. Nobody
    should wait beyond `starving_ms`: from seven tenths of it on, whoever entered first is served
    first whatever else holds; 0 is never. A call that cannot be answered within its queue's service
    level any more, as a phone rings for `ring_ms`, counts `late_weight` as much (index). Levels
    from `jump_from` up, and interactions due within `due_lead_ms`, go before all others.
    """

    kind: Ordering = Ordering.PRIORITY
    level_weights: tuple[tuple[Level, float], ...] = (
        (Level.PLATINUM, 4.0),
        (Level.DIAMOND, 4.0),
    )
    tag_weights: tuple[TagWeight, ...] = ()
    contract_weight: float = 1.0
    repeat_weight: float = 1.0
    priority_unit: int = 40
    age_ms: int = 300_000
    off_primary: float = 1.0
    vip_from: Level = Level.PLATINUM
    jump_from: Level | None = None
    due_lead_ms: int = 120_000
    starving_ms: int = 0
    late_weight: float = 1.0
    ring_ms: int = 3_000


@record(frozen=True, slots=True)
class Sharing:
    """When agents help out in a queue that is not their own (strategy `index`).

    Lent are agents of a pool that has more than `keep_idle` idle; to who waited `after_ms`, to
    VIPs and to the starving, any. A minute idle counts as one idle colleague, up to `idle_bonus`,
    and each further queue that the agent could help costs `flexibility` of them.

    With `reserve` agents are asked by what they are worth elsewhere instead: for each other queue
    that they serve so many points, times 0.6 for each idle agent who can serve it. Then primary
    agents need not come first: a unit of penalty costs `helping` points.
    """

    keep_idle: int = 1
    after_ms: int = 4_000
    idle_bonus: float = 5.0
    flexibility: float = 0.0
    reserve: float = 0.0
    helping: float = 2.0


@record(frozen=True, slots=True)
class TagExpert:
    """The agent who knows best what interactions with this tag are about."""

    name: str
    value: str
    agent: AgentId


@record(frozen=True, slots=True)
class Affinity:
    """What is known of the customer's history when they arrive; ids only, nothing personal.

    `recent_queues` are those of the last interactions, newest first. `repeats` counts earlier
    interactions about the same matter in the last day. `due_at` is when an answer is promised.
    """

    last_agent: AgentId | None = None
    manager: AgentId | None = None
    expert: AgentId | None = None
    recent_queues: tuple[QueueId, ...] = ()
    repeats: int = 0
    contract: bool = False
    due_at: int | None = None
