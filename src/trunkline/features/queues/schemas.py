"""Queues, outcomes and reasons as the API tells them; the rules of a queue are stored like this."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from trunkline.core.acd.expressions import MAX_LENGTH, ExpressionError, parse
from trunkline.core.acd.rules import OverflowWhen, Strategy
from trunkline.core.config import AcceptMode
from trunkline.core.flow.speech import OWN
from trunkline.core.words import Channel, RecordingRule, WrapUpMode
from trunkline.features.queues.store import DispositionRow, ReasonRow
from trunkline.features.tenancy import ApiModel, Word

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_\-]{0,59}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,59}$")]
Skill = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SkillLevel = Annotated[int, Field(ge=1, le=5)]
Text = Annotated[str, StringConstraints(max_length=120)]
Mailbox = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")
]
LONGEST_WAIT_S = 86_400
CLOSEST_S = 10
CLOSEST_BEEP_S = 5


def _requirement(text: str) -> str:
    try:
        parse(text)
    except ExpressionError as error:
        raise ValueError(str(error)) from error
    return text.strip()


def _spaced(seconds: int) -> int:
    if 0 < seconds < CLOSEST_S:
        raise ValueError(f"announcements are {CLOSEST_S} s apart, or 0 for none")
    return seconds


def _not_at_once(seconds: int) -> int:
    if 0 < seconds < CLOSEST_BEEP_S:
        raise ValueError(f"beeps are {CLOSEST_BEEP_S} s apart, or 0 for none")
    return seconds


Requirement = Annotated[str, StringConstraints(max_length=MAX_LENGTH), AfterValidator(_requirement)]
"""What an agent must have, such as `claims>=3 and (vip or lang=en)`."""
WaitS = Annotated[int, Field(ge=0, le=LONGEST_WAIT_S)]


class Label(ApiModel):
    """What people read, in both languages; an empty one falls back to the other."""

    zh: Text = ""
    en: Text = ""


class Accept(ApiModel):
    """Who accepts: the agent, or the desk by itself after 0 to 3 s with a tone."""

    mode: Word[AcceptMode] = AcceptMode.MANUAL
    after_ms: Annotated[int, Field(ge=0, le=3_000)] = 0


class WrapUp(ApiModel):
    """The work after the talk; `seconds` counts for mode `fixed`."""

    mode: Word[WrapUpMode] = WrapUpMode.FIXED
    seconds: Annotated[int, Field(ge=1, le=3_600)] = 30


class Relaxing(ApiModel):
    """From `after_s` in the queue on, this requirement stands in place of the one before."""

    after_s: Annotated[int, Field(ge=1, le=LONGEST_WAIT_S)]
    requirement: Requirement = ""


class Member(ApiModel):
    """How an agent belongs to a queue, where that is not plain.

    An agent of penalty p is asked only after p × `tier_s` of waiting. `position` orders agents for
    linear, top-down and round-robin; `weight` is the share that the weighted strategy draws by.
    """

    agent: Id
    penalty: Annotated[int, Field(ge=0, le=20)] = 0
    position: Annotated[int, Field(ge=0, le=100_000)] = 0
    weight: Annotated[int, Field(ge=1, le=1_000)] = 1


class PatienceFor(ApiModel):
    """How long a caller waits for one certain agent before anybody of the queue; 0 is never."""

    manager_s: WaitS = 0
    expert_s: WaitS = 0
    last_agent_s: WaitS = 0


class Overflow(ApiModel):
    """Where to, when the queue cannot serve in time; exactly one of the targets is named.

    `to_voicemail`: the customer leaves a message in the queue's own box. `at` counts seconds (wait,
    ewt), those in line (depth), or offers that rang out or were declined (no_answer: 1 at least);
    without meaning for the others. It is for these `channels`; what is written leads to queues
    alone, and counts what is written.
    """

    when: Word[OverflowWhen]
    at: WaitS = 0
    to_queue_id: Id | None = None
    to_flow_id: Id | None = None
    to_voicemail: bool = False
    channels: Annotated[list[Word[Channel]], Field(min_length=1, max_length=4)] = Field(
        default_factory=lambda: [Channel.VOICE]
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        targets = (self.to_queue_id is not None, self.to_flow_id is not None, self.to_voicemail)
        if sum(targets) != 1:
            raise ValueError("an overflow leads to a queue, to a flow, or to voicemail")
        if self.to_queue_id is None and set(self.channels) != {Channel.VOICE}:
            raise ValueError("what is written overflows to queues alone")
        return self


class Callbacks(ApiModel):
    """How a queue calls back: offered from an expected wait on, tried so often, at such a pace.

    `most_share_pct` bounds the agents who call back while others wait on the line. The place of a
    caller whom we lost is kept with `after_loss`, `enabled` or not; that of one who hung up with
    `after_abandon`. With `tell_machine` an answering machine is told from a person before the agent
    is joined.
    """

    enabled: bool = False
    min_ewt_s: Annotated[int, Field(ge=0, le=7_200)] = 180
    preview_s: Annotated[int, Field(ge=5, le=20)] = 20
    ring_s: Annotated[int, Field(ge=10, le=120)] = 30
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    retry_after_s: Annotated[int, Field(ge=1, le=86_400)] = 900
    most_share_pct: Annotated[int, Field(ge=0, le=100)] = 50
    after_loss: bool = True
    after_abandon: bool = False
    tell_machine: bool = False


Announcement = Annotated[str, StringConstraints(pattern=rf"^{OWN}[0-9A-Z]{{26}}$")]


class Rules(ApiModel):
    """How a queue offers and what follows the talk.

    Who waits is spoken to each `announce_every_s` (0: never), and told their place in line and the
    wait that is expected as far as both are switched on. `music` is what is heard in between,
    `none` for silence, or an announcement. `comfort_announcement` is said in place of "please hold
    on", `voicemail_announcement` before the tone of its box. Those in a talk that is
    recorded hear a beep each `recording_beep_s` (0: none).
    """

    display: Label = Label()
    skills_required: dict[Skill, SkillLevel] = Field(default_factory=dict, max_length=20)
    priority: Annotated[int, Field(ge=0, le=1_000)] = 0
    offer_timeout_s: Annotated[int, Field(ge=5, le=120)] = 15
    accept: Accept = Accept()
    decline_allowed: bool = False
    declines_before_not_ready: Annotated[int, Field(ge=1, le=20)] = 3
    decline_rest_s: Annotated[int, Field(ge=0, le=300)] = 10
    wrap_up: WrapUp = WrapUp()
    disposition_required: bool = True
    survey_rate_pct: Annotated[int, Field(ge=0, le=100)] = 100
    music: Annotated[
        str, StringConstraints(pattern=rf"^([a-z0-9\-]{{1,40}}|{OWN}[0-9A-Z]{{26}})$")
    ] = "default"
    comfort_announcement: Announcement | None = None
    voicemail_announcement: Announcement | None = None
    max_waiting: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    service_level_s: Annotated[int, Field(ge=1, le=3_600)] = 20
    announce_every_s: Annotated[int, Field(ge=0, le=3_600), AfterValidator(_spaced)] = 45
    announce_place: bool = True
    announce_wait: bool = True
    requirement: Requirement = ""
    relaxing: list[Relaxing] = Field(default_factory=list, max_length=20)
    strategy: Word[Strategy] = Strategy.INDEX
    ring_at_once: Annotated[int, Field(ge=1, le=20)] = 1
    tier_s: WaitS = 0
    handling_s: WaitS = 0
    members: list[Member] = Field(default_factory=list, max_length=5_000)
    patience: PatienceFor = PatienceFor()
    by_history: bool = False
    overflow: list[Overflow] = Field(default_factory=list, max_length=20)
    short_abandon_s: Annotated[int, Field(ge=0, le=60)] = 5
    callback: Callbacks = Callbacks()
    recording: Word[RecordingRule] = RecordingRule.ALWAYS
    recording_beep_s: Annotated[int, Field(ge=0, le=120), AfterValidator(_not_at_once)] = 0
    voicemail_mailbox: Mailbox | None = None
    """Who is written to when a message was left: a mail address."""


class QueueNew(Rules):
    """What a queue is made of."""

    name: QueueName
    team_id: Id | None = None
    calendar_id: Id | None = None
    agents: list[Id] = Field(default_factory=list, max_length=5_000)


class QueueChange(Rules):
    """What is to change; fields that are not given stay."""

    name: QueueName = "unnamed"
    team_id: Id | None = None
    calendar_id: Id | None = None
    agents: list[Id] = Field(default_factory=list, max_length=5_000)


class QueueOut(Rules):
    """A queue; without a calendar it is always open.

    `dispositions` are the ids of the outcomes that can be chosen in it.
    """

    id: str
    name: str
    team_id: str | None
    calendar_id: str | None
    agents: list[str]
    dispositions: list[str]
    version: int


class RequirementAsked(ApiModel):
    """A requirement and its steps as they are being written; `agents` are who would serve.

    With `queue` (an id or name) it is asked who of those that serve it now would match: `agents`,
    where some are named, narrow that. `skills_required` are levels that everybody must have; those
    of the queue count too. `tags` stand for those of the interaction where `$name` is written.
    """

    requirement: Annotated[str, StringConstraints(max_length=2 * MAX_LENGTH)] = ""
    relaxing: Annotated[list[RelaxingAsked], Field(max_length=20)] = Field(default_factory=list)
    agents: list[Id] = Field(default_factory=list, max_length=5_000)
    queue: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    skills_required: dict[Skill, SkillLevel] = Field(default_factory=dict, max_length=20)
    tags: dict[Skill, Text] = Field(default_factory=dict, max_length=20)


class RelaxingAsked(ApiModel):
    """One step as it is being written."""

    after_s: WaitS
    requirement: Annotated[str, StringConstraints(max_length=2 * MAX_LENGTH)] = ""


class RequirementFault(ApiModel):
    """Why a text is no requirement: a code, and where in the text (from 0)."""

    code: str
    position: int
    detail: str


class AgentMatch(ApiModel):
    """An agent who would match; `ready` says whether that agent could be offered something now."""

    agent_id: str
    ready: bool


class RequirementStep(ApiModel):
    """Who matches from `after_s` on; a text that cannot be read matches nobody."""

    after_s: int
    requirement: str
    fault: RequirementFault | None
    agents: list[AgentMatch]


class RequirementChecked(ApiModel):
    """The first requirement at 0 s, then each step."""

    steps: list[RequirementStep]


class QueueList(ApiModel):
    """All queues that one may see, by name."""

    items: list[QueueOut]


class DispositionNew(ApiModel):
    """What an outcome is made of; without `queues` it is for all of them."""

    code: Code
    label: Label
    parent_id: Id | None = None
    queues: list[Id] = Field(default_factory=list, max_length=500)
    active: bool = True


class DispositionChange(ApiModel):
    """What is to change; the code stays, because records name it."""

    label: Label = Label()
    queues: list[Id] = Field(default_factory=list, max_length=500)
    active: bool = True


class DispositionOut(ApiModel):
    """An outcome that an agent may choose."""

    id: str
    code: str
    label: Label
    parent_id: str | None
    queues: list[str]
    active: bool

    @classmethod
    def of(cls, row: DispositionRow) -> Self:
        """From the stored row."""
        return cls(
            id=row.id,
            code=row.code,
            label=Label(**row.label),
            parent_id=row.parent_id,
            queues=row.queues,
            active=row.active,
        )


class DispositionList(ApiModel):
    """All outcomes of the tenant."""

    items: list[DispositionOut]


class DispositionBranch(DispositionOut):
    """An outcome with those below it; where there are some, one of them is chosen."""

    children: list[DispositionOut]


class DispositionChoice(ApiModel):
    """What can be chosen in a queue, and the codes most used there, for the keys 1 to 5."""

    items: list[DispositionBranch]
    top: list[str]


class ReasonNew(ApiModel):
    """What a reason for being not ready is made of."""

    code: Code
    label: Label
    active: bool = True


class ReasonChange(ApiModel):
    """What is to change; the code stays."""

    label: Label = Label()
    active: bool = True

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing is to change")
        return self


class ReasonOut(ApiModel):
    """Why an agent may be not ready."""

    id: str
    code: str
    label: Label
    active: bool

    @classmethod
    def of(cls, row: ReasonRow) -> Self:
        """From the stored row."""
        return cls(id=row.id, code=row.code, label=Label(**row.label), active=row.active)


class ReasonList(ApiModel):
    """All reasons of the tenant."""

    items: list[ReasonOut]
