"""Policies as data: what queues, agents, numbers and flows are, as published to a cell.

A `Policy` is whole and versioned; publishing one replaces the last. Nothing in it is personal.
Times are epoch milliseconds UTC, durations milliseconds; opening hours come expanded to
intervals, so that the core needs no calendar.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from trunkline.core.acd.rules import (
    CallOrder,
    Membership,
    OverflowRule,
    Patience,
    RelaxStep,
    Sharing,
    Strategy,
    TagExpert,
)
from trunkline.core.capacity import WRITTEN_CHANNELS, Capacity, WrittenChannel
from trunkline.core.flow.graph import Flow
from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    ConsentPolicy,
    DeviceKind,
    FlowId,
    QueueId,
    RecordingRule,
    WrapUpMode,
)


class AcceptMode(StrEnum):
    """Who accepts an offer: the agent, or the desk by itself after a short time with a tone."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"


@record(frozen=True, slots=True)
class CallbackRules:
    """How a queue calls customers back; offered to who waits only where `enabled`.

    `min_ewt_ms`: below this expected wait no callback is offered. `preview_ms`: how long an agent
    may look before the customer is dialled. `most_share_pct`: while callers wait on the line, at
    most this share of the agents on duty is busy with callbacks, but always one may be.
    `after_loss` keeps the place of who was lost by us, `enabled` or not, and `after_abandon` of who
    hung up waiting. With `tell_machine` an answering machine is told from a person before the agent
    is joined.
    """

    enabled: bool = False
    min_ewt_ms: int = 180_000
    preview_ms: int = 20_000
    ring_ms: int = 30_000
    tries: int = 3
    retry_after_ms: int = 900_000
    most_share_pct: int = 50
    after_loss: bool = True
    after_abandon: bool = False
    tell_machine: bool = False


HOLD_ON = "hold-on"
VOICEMAIL_GREETING = "voicemail-greeting"
"""Prompts of a queue that has none of its own."""


@record(frozen=True, slots=True)
class QueuePolicy:
    """One queue: who may serve it, how it offers, what follows the talk.

    `agents` serve it; `memberships` say more about some of them. `requirement` is an expression
    over an agent's skills and tags (core/acd/expressions.py), which `relaxing` replaces step by
    step. An agent of penalty p is asked only after p × `tier_ms` of waiting. `ring_at_once` bounds
    how many agents ring at the same time (strategy ring_all). `handling_ms` is the mean handling
    time, 0 unknown. `by_history`: whose last three interactions were all in one other queue goes
    there. `open_hours` None means always open; closed, and `overflow`, say where to then.
    An agent who declined is not asked for the same again for `decline_rest_ms`.
    `callback` says how it calls back, `recording` whether talks are recorded; those in a talk that
    is hear a beep each `beep_ms` (0: none). Who waits is spoken
    to each `announce_every_ms` (0: never), and told their place and the expected wait as far as
    these are to be told; the prompt `comfort` ends it. `voicemail_greeting` is said before the tone
    of its box.
    """

    id: QueueId
    agents: tuple[AgentId, ...] = ()
    skills_required: tuple[tuple[str, int], ...] = ()
    priority: int = 0
    offer_timeout_ms: int = 15_000
    accept: AcceptMode = AcceptMode.MANUAL
    accept_after_ms: int = 0
    decline_allowed: bool = False
    declines_before_not_ready: int = 3
    decline_rest_ms: int = 10_000
    wrap_up: WrapUpMode = WrapUpMode.FIXED
    wrap_up_ms: int = 30_000
    disposition_required: bool = True
    dispositions: tuple[str, ...] = ()
    survey_rate_pct: int = 100
    music: str = "default"
    comfort: str = HOLD_ON
    voicemail_greeting: str = VOICEMAIL_GREETING
    max_waiting: int = 1_000
    service_level_ms: int = 20_000
    announce_every_ms: int = 45_000
    tell_place: bool = True
    tell_wait: bool = True
    memberships: tuple[Membership, ...] = ()
    requirement: str = ""
    relaxing: tuple[RelaxStep, ...] = ()
    strategy: Strategy = Strategy.LONGEST_IDLE
    ring_at_once: int = 1
    tier_ms: int = 0
    handling_ms: int = 0
    patience: Patience = field(default_factory=Patience)
    by_history: bool = False
    overflow: tuple[OverflowRule, ...] = ()
    open_hours: tuple[tuple[int, int], ...] | None = None
    callback: CallbackRules = field(default_factory=CallbackRules)
    recording: RecordingRule = RecordingRule.ALWAYS
    beep_ms: int = 0


@record(frozen=True, slots=True)
class AgentProfile:
    """One agent as routing sees them; `account` is the SIP account of the desk phone.

    `device` is how they are reached at first. An agent `on_duty` has a fixed phone and no desk:
    ready from the moment they are known, until somebody says otherwise. Tags, languages and
    certifications are what requirements ask for; `tier` is the certified one, 0 is none. Without a
    capacity of their own they have the tenant's.
    """

    id: AgentId
    account: str
    skills: tuple[tuple[str, int], ...] = ()
    device: DeviceKind = DeviceKind.BROWSER
    on_duty: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    certifications: tuple[str, ...] = ()
    tier: int = 0
    region: str = ""
    team: str = ""
    capacity: Capacity | None = None
    box: bool = False
    """Whether a colleague who calls them in vain may leave a message."""


@record(frozen=True, slots=True)
class NumberEntry:
    """A service number and the flow it opens; `open_hours` None means always open.

    `tags` say what its callers need: they become the interaction's. With `recording` a rule of its
    own stands beside the queue's, and the stricter of both counts.
    """

    number: str
    flow: FlowId
    language: str = "zh"
    priority: int = 0
    open_hours: tuple[tuple[int, int], ...] | None = None
    closed_flow: FlowId | None = None
    tags: tuple[tuple[str, str], ...] = ()
    recording: RecordingRule | None = None


@record(frozen=True, slots=True)
class SurveyRules:
    """When a drawn survey is still asked; nobody is asked twice within `quiet_ms`."""

    min_talk_ms: int = 20_000
    respect_quiet_time: bool = True
    quiet_ms: int = 30 * 24 * 3600 * 1000


MOST_SLOTS = 100
"""So many slots a tenant may have at most."""


@record(frozen=True, slots=True)
class Parking:
    """The slots in which agents park calls, `first` to `last`, and how long one may stay there."""

    first: int = 701
    last: int = 720
    timeout_ms: int = 120_000


@record(frozen=True, slots=True)
class Policy:
    """Everything a cell routes by; of several experts the first in order counts."""

    version: int = 0
    queues: tuple[QueuePolicy, ...] = ()
    agents: tuple[AgentProfile, ...] = ()
    numbers: tuple[NumberEntry, ...] = ()
    flows: tuple[Flow, ...] = ()
    survey: SurveyRules = SurveyRules()
    grace_ms: int = 15_000
    answer_timeout_ms: int = 8_000
    listeners_shown: bool = True
    """Whether an agent is shown that a supervisor attends the call."""

    consent_at_home: ConsentPolicy = ConsentPolicy.OPT_IN
    """What the tenant's own country asks for: only there customers are called back."""
    consent_chosen: tuple[tuple[str, ConsentPolicy], ...] = ()
    """What callers of a country are asked for by the tenant's own choice (ISO 3166-1, or `*`)."""

    order: CallOrder = field(default_factory=CallOrder)
    sharing: Sharing = field(default_factory=Sharing)
    parking: Parking = Parking()
    experts: tuple[TagExpert, ...] = ()
    capacity: Capacity = Capacity()
    written: tuple[WrittenChannel, ...] = WRITTEN_CHANNELS
