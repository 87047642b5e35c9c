"""An interaction while anything of it is open: its wait, its offers, its talk, and a callback."""

from __future__ import annotations

from dataclasses import dataclass, field

from trunkline.core.acd.pace import Estimate
from trunkline.core.acd.rules import Affinity
from trunkline.core.acd.standing import Standing
from trunkline.core.call.dialling import Dialling
from trunkline.core.inputs import Presumption
from trunkline.core.words import (
    AgentId,
    Bar,
    BridgeId,
    CallbackId,
    CallbackOrigin,
    Channel,
    ConsentAnswer,
    ConsentPolicy,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    Level,
    OfferId,
    PartyId,
    PartyRole,
    PauseReason,
    Place,
    QueueId,
    RecordingId,
    Token,
)

Rank = tuple[int, int, int, str]
"""Order in a queue: returned first, then boosted, priority, time of entry, id."""


@dataclass(slots=True)
class Waiting:
    """The interaction's stay in a queue; fields as in `InteractionQueued`."""

    queue: QueueId
    priority: int
    entered_at: int
    returned: bool
    announce_at: int | None
    play: str | None = None
    offers: list[OfferId] = field(default_factory=list)
    passed_by: list[AgentId] = field(default_factory=list)
    arrived_at: int = 0
    stage: int = 0
    personal: AgentId | None = None
    personal_until: int | None = None
    boosted: bool = False
    next_at: int | None = None
    told: Estimate | None = None
    told_at: int = 0
    rests: dict[AgentId, int] = field(default_factory=dict)
    """Until when those who declined are let alone."""
    untaken: int = 0
    """Offers in this queue that rang out or were declined."""
    direct: bool = False
    """Whether it is for the agent `personal` alone, and then for their box."""


@dataclass(slots=True)
class Party:
    """Somebody whom the agent brings in: a colleague (`agent`), or an outside `number`.

    `leg` is None while a colleague's page is asked only. They have to be there by `until`, which is
    None once they are. `swapped`: it is they who hear music, and the customer is talked to.
    """

    id: PartyId
    role: PartyRole
    since: int
    until: int | None
    agent: AgentId | None = None
    number: Token | None = None
    leg: LegId | None = None
    swapped: bool = False
    consent_policy: ConsentPolicy | None = None
    consent: ConsentAnswer | None = None
    voicemail: bool = False
    """Whether a customer who was to be transferred may leave them a message instead."""


@dataclass(slots=True)
class Outside:
    """Where a customer was given to: the leg of an outside number, and who gave them."""

    leg: LegId
    bridge: BridgeId
    queue: QueueId


@dataclass(slots=True)
class Parked:
    """The interaction's stay in a slot: who parked it, out of which queue, and until when."""

    slot: int
    by: AgentId
    queue: QueueId
    since: int
    until: int


@dataclass(slots=True)
class Voicemail:
    """The interaction's stay at the box of an agent, or of a queue; recorded `since`, if it is."""

    queue: QueueId
    agent: AgentId | None
    since: int | None = None


@dataclass(slots=True)
class Talk:
    """The interaction's stay with an agent. `leg` is None while the agent's leg is gone.

    One party at most is dealt with apart from the customer (`consult`); `members` stand with all;
    supervisors attend it (`attending`).
    """

    agent: AgentId
    queue: QueueId
    bridge: BridgeId
    leg: LegId | None
    began_at: int
    held: bool = False
    muted: bool = False
    dialling: LegId | None = None
    lost_until: int | None = None
    remind_at: int | None = None
    """Set while the recording is paused: when the agent is reminded of it."""

    asked_for: bool = False
    """Whether the agent wanted a recording, where that is theirs to say."""

    consult: Party | None = None
    members: tuple[Party, ...] = ()
    attending: tuple[Party, ...] = ()

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody whom the agent brought in, and who attends."""
        consulted = () if self.consult is None else (self.consult,)
        return (*consulted, *self.members, *self.attending)


@dataclass(slots=True)
class Handling:
    """A written interaction's stay with an agent."""

    agent: AgentId
    queue: QueueId
    began_at: int


@dataclass(slots=True)
class Interaction:
    """One interaction while anything of it is open."""

    id: InteractionId
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
    survey_reason: str | None
    started_at: int
    place: Place = Place.FLOW
    node: str | None = None
    attempt: int = 0
    step: str | None = None
    step_at: int = 0
    checking: bool = False
    waiting: Waiting | None = None
    talk: Talk | None = None
    recording: RecordingId | None = None
    last_agent: AgentId | None = None
    last_queue: QueueId | None = None
    queues: list[QueueId] = field(default_factory=list)
    talk_ms: int = 0
    verified_by: str | None = None
    farewell: EndedBy | None = None
    open_work: int = 0
    affinity: Affinity = field(default_factory=Affinity)
    tags: dict[str, str] = field(default_factory=dict)
    caller: Token | None = None
    bar: Bar | None = None
    queued_by: str | None = None
    stage: str = ""
    asked: bool = False
    proposed: tuple[Token, Token] | None = None
    callback: CallbackId | None = None
    here: bool = True
    """Whether the customer's leg is there; one to be called back has none until it is dialled."""

    reach_by: int | None = None
    unanswered: int = 0
    """Offers of it that rang out (RONA), since somebody talked with the customer last."""

    outside: Outside | None = None
    parked: Parked | None = None
    """While it is being retrieved there is a `talk` too, whose agent's device rings."""
    emergency: bool = False
    """An agent calls an emergency number: theirs alone, and never again by itself."""
    internal: AgentId | None = None
    """The colleague whom an agent calls: no customer is in it, and no queue (call/internal.py)."""

    consent_policy: ConsentPolicy | None = None
    """What the customer's country asks for before a recording; None is not known."""

    consent: ConsentAnswer | None = None
    pause: PauseReason | None = None
    """Why nothing is recorded for now; a pause goes on with whoever has the customer next."""

    paused_at: int = 0

    voicemail: Voicemail | None = None
    written: bool = False
    """Whether its channel has no leg: nobody is on the line, whatever happens to it."""

    handling: Handling | None = None
    level_counts: bool = False
    """Whether the level counts in line whoever is there: a known customer, at another number."""


@dataclass(slots=True)
class Offer:
    """An open offer. `answer_by` is set once the agent accepted and the leg is being made."""

    id: OfferId
    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    made_at: int
    expires_at: int
    accept_at: int | None
    leg: LegId | None
    answer_by: int | None = None


@dataclass(slots=True)
class Callback:
    """Somebody to be called: later (`due_at`), or now in line (`interaction`), or suspended.

    While it stands in line `due_at` is the end of the day's hours, if there is one.
    """

    id: CallbackId
    origin: CallbackOrigin
    queue: QueueId
    number: str
    party: Token
    caller: Token
    customer: str | None
    level: Level
    language: str
    priority: int
    entered_at: int
    due_at: int | None
    owner: AgentId | None = None
    dialling: Dialling | None = None
    tries: int = 0
    interaction: InteractionId | None = None
    suspended_by: InteractionId | None = None
    was_due_at: int = 0
    standing: Standing = field(default_factory=Standing)


def rank(interaction: Interaction) -> Rank:
    """The order of an interaction in its queue."""
    waiting = interaction.waiting
    if waiting is None:
        raise LookupError(interaction.id)
    head = 0 if waiting.returned else 1 if waiting.boosted else 2
    return (head, -waiting.priority, waiting.entered_at, interaction.id)


def ends_at(offer: Offer) -> int:
    """When an offer comes to nothing: no answer by the agent, or by the leg once accepted."""
    return offer.expires_at if offer.answer_by is None else offer.answer_by
