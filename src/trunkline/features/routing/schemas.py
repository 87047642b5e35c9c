"""A tenant's routing rules as the API tells them; they are stored like this.

What is not set is the index rule as it was tuned and compared (docs/algorithms/routing.md).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints

from trunkline.core import capacity
from trunkline.core.acd import rules as core
from trunkline.core.acd.rules import CallOrder, Ordering, TagExpert, TagWeight
from trunkline.core.capacity import MOST_AT_ONCE
from trunkline.core.words import AgentId, Channel, Level
from trunkline.features.agents import TagName, TagValue
from trunkline.features.tenancy import ApiModel, Word

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Weight = Annotated[float, Field(ge=0.01, le=100, allow_inf_nan=False)]
"""A factor; 1 is neutral."""
Seconds = Annotated[int, Field(ge=0, le=86_400)]
VIP_WEIGHT = 4.0


class TagRule(ApiModel):
    """Interactions that carry this tag weigh so much more: a problem type, a campaign."""

    tag: TagName
    value: TagValue
    weight: Weight = 1.0


class Order(ApiModel):
    """Whom an agent serves first, of all who wait in the agent's queues.

    `kind` is the rule. By `index` the score is weight x (1 + wait / `age_s`) x mean handling time
    of all queues / that of the queue, times `off_primary` where the agent only helps out. The
    weight is the product of those of level, tags, contract and repetition; each `priority_unit`
    points of priority add one more. Levels from `jump_from` up, and interactions due within
    `due_lead_s`, go before all others. Nobody should wait beyond `starving_s`: from seven tenths
    of it on nobody newer is served first; 0 is never. By `index` a call that cannot be answered
    within its queue's service level any more, as a phone rings for `ring_s`, counts `late_weight`
    as much; 1 makes no difference.
    """

    kind: Word[Ordering] = Ordering.INDEX
    level_weights: dict[Word[Level], Weight] = Field(
        default_factory=lambda: dict.fromkeys(
            (Level.GOLD, Level.PLATINUM, Level.DIAMOND), VIP_WEIGHT
        )
    )
    tag_weights: Annotated[list[TagRule], Field(max_length=50)] = Field(default_factory=list)
    contract_weight: Weight = 1.0
    repeat_weight: Weight = 1.0
    priority_unit: Annotated[int, Field(ge=1, le=1_000)] = 40
    age_s: Annotated[int, Field(ge=1, le=86_400)] = 300
    off_primary: Weight = 1.0
    vip_from: Word[Level] = Level.GOLD
    jump_from: Word[Level] | None = None
    due_lead_s: Seconds = 120
    starving_s: Seconds = 300
    late_weight: Weight = 1.0
    ring_s: Annotated[int, Field(ge=0, le=60)] = 3

    def told(self) -> CallOrder:
        """The same as the core takes it, in a fixed order."""
        return CallOrder(
            kind=self.kind,
            level_weights=tuple(
                (level, self.level_weights[level]) for level in Level if level in self.level_weights
            ),
            tag_weights=tuple(
                TagWeight(one.tag, one.value, one.weight) for one in self.tag_weights
            ),
            contract_weight=self.contract_weight,
            repeat_weight=self.repeat_weight,
            priority_unit=self.priority_unit,
            age_ms=self.age_s * 1000,
            off_primary=self.off_primary,
            vip_from=self.vip_from,
            jump_from=self.jump_from,
            due_lead_ms=self.due_lead_s * 1000,
            starving_ms=self.starving_s * 1000,
            late_weight=self.late_weight,
            ring_ms=self.ring_s * 1000,
        )


class Sharing(ApiModel):
    """When agents help out in a queue that is not their own (strategy `index`).

    Lent are agents of whose colleagues more than `keep_idle` are idle; to who waited `after_s`, to
    VIPs and to the starving, any. Of several who may, one whose home has the most idle colleagues:
    a minute idle counts as one colleague, up to `idle_bonus`, and each further queue that the agent
    could help costs `flexibility` of them.

    With `reserve` above 0 the worth of an agent elsewhere counts instead of the idle colleagues:
    for each other queue that they serve so many points, times 0.6 for each idle agent who can
    serve it; a unit of penalty costs `helping` points.
    """

    keep_idle: Annotated[int, Field(ge=0, le=1_000)] = 0
    after_s: Annotated[int, Field(ge=0, le=3_600)] = 4
    idle_bonus: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 5.0
    flexibility: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 0.0
    reserve: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 25.0
    helping: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 2.0

    def told(self) -> core.Sharing:
        """The same as the core takes it."""
        return core.Sharing(
            self.keep_idle,
            self.after_s * 1000,
            self.idle_bonus,
            self.flexibility,
            self.reserve,
            self.helping,
        )


class Expert(ApiModel):
    """The agent who knows best what this tag says, such as `product=router`."""

    tag: TagName
    value: TagValue
    agent: Id

    def told(self) -> TagExpert:
        """The same as the core takes it."""
        return TagExpert(self.tag, self.value, AgentId(self.agent))


Most = Annotated[int, Field(ge=0, le=MOST_AT_ONCE)]
Writing = Literal["chat", "email", "task"]
YIELDING: Final[tuple[Writing, ...]] = ("email", "task")
Pair = Annotated[list[Word[Channel]], Field(min_length=2, max_length=2)]


class Slots(ApiModel):
    """How many of each channel an agent handles at once; 0 is none."""

    voice: Annotated[int, Field(ge=0, le=1)] = 1
    chat: Most = 3
    email: Most = 2
    task: Most = 2


class OwnSlots(Slots):
    """The slots of one agent, instead of everybody's."""

    agent: Id


class Channels(ApiModel):
    """How long an offer stands and how soon it should be answered, in seconds, by channel.

    A wait counts to the rules of order by the target: as a call's that is as far from its own.
    """

    chat_offer_s: Annotated[int, Field(ge=10, le=600)] = 45
    email_offer_s: Annotated[int, Field(ge=10, le=3_600)] = 180
    task_offer_s: Annotated[int, Field(ge=10, le=3_600)] = 180
    chat_target_s: Annotated[int, Field(ge=5, le=3_600)] = 60
    email_target_s: Annotated[int, Field(ge=60, le=604_800)] = 14_400
    task_target_s: Annotated[int, Field(ge=60, le=2_419_200)] = 28_800


def _alone(given: list[OwnSlots]) -> list[OwnSlots]:
    if len({one.agent for one in given}) != len(given):
        raise ValueError("an agent has slots of their own once")
    return given


class Capacity(Slots):
    """What every agent takes at once, and what beside what.

    What is `interruptible` keeps no call away; channels that are paired in `beside` run beside each
    other. `own` are agents with other numbers.
    """

    interruptible: Annotated[list[Writing], Field(max_length=3)] = Field(
        default_factory=lambda: list(YIELDING)
    )
    beside: Annotated[list[Pair], Field(max_length=6)] = Field(
        default_factory=lambda: [
            [Channel.CHAT, Channel.EMAIL],
            [Channel.CHAT, Channel.TASK],
            [Channel.EMAIL, Channel.TASK],
        ]
    )
    channels: Channels = Channels()
    own: Annotated[list[OwnSlots], Field(max_length=1_000), AfterValidator(_alone)] = Field(
        default_factory=list
    )

    def told(self, own: Slots | None = None) -> capacity.Capacity:
        """The same as the core takes it, with the slots of one agent."""
        slots = own or self
        return capacity.Capacity(
            slots.voice,
            slots.chat,
            slots.email,
            slots.task,
            tuple(Channel(one) for one in self.interruptible),
            tuple((one, other) for one, other in self.beside),
        )

    def target_s(self, channel: Channel) -> int:
        """How soon one of a written channel should be answered."""
        return int(getattr(self.channels, f"{channel.value}_target_s"))

    def written(self) -> tuple[capacity.WrittenChannel, ...]:
        """The times of the written channels as the core takes them."""
        return tuple(
            capacity.WrittenChannel(
                channel,
                int(getattr(self.channels, f"{channel.value}_offer_s")) * 1000,
                self.target_s(channel) * 1000,
            )
            for channel in capacity.WRITTEN
        )


def _once(given: list[Expert]) -> list[Expert]:
    if len({(one.tag, one.value) for one in given}) != len(given):
        raise ValueError("a tag has one expert")
    return given


class RoutingRules(ApiModel):
    """Everything about routing that is the whole tenant's; given whole.

    A queue waits for an expert as long as its patience says.
    """

    order: Order = Order()
    sharing: Sharing = Sharing()
    experts: Annotated[list[Expert], Field(max_length=1_000), AfterValidator(_once)] = Field(
        default_factory=list
    )
    capacity: Capacity = Capacity()


class RoutingRulesOut(RoutingRules):
    """The rules in force, and their version: 0 while nobody has set any."""

    version: int

    @classmethod
    def of(cls, found: RoutingRules, version: int) -> Self:
        """From what is stored."""
        return cls(**dict(found), version=version)
