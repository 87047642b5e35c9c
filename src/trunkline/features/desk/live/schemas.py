"""Live figures as the API tells them."""

from __future__ import annotations

from trunkline.core.metrics import service_level
from trunkline.core.metrics.service_level import Stays
from trunkline.core.words import AgentState, Channel, Level
from trunkline.features.tenancy import ApiModel, Instant, Word


class VariantOut(ApiModel):
    """A service level by one way of counting abandons; the value is null while there was none."""

    value: float | None
    formula: str


class LevelOut(ApiModel):
    """What a service level is made of, and the level by each of the three ways.

    Counted by when they entered the queue. `abandoned` is without the short ones; overflows and
    accepted callbacks stand apart and are not among those offered, as `offered_formula` says.
    """

    offered: int
    offered_formula: str
    entered: int
    answered: int
    answered_in_time: int
    abandoned: int
    abandoned_in_time: int
    short_abandons: int
    withdrawn: int
    overflowed_out: int
    callbacks: int
    mean_wait_ms: int | None
    ignored: VariantOut
    negative: VariantOut
    positive: VariantOut

    @classmethod
    def of(cls, stays: Stays, within_s: int) -> LevelOut:
        """The figures of these stays."""
        ways = {
            "ignored": service_level.ignored(stays),
            "negative": service_level.negative(stays),
            "positive": service_level.positive(stays),
        }
        told = {
            way: VariantOut(value=value, formula=service_level.FORMULAS[way].format(t=within_s))
            for way, value in ways.items()
        }
        return cls(
            offered=stays.offered,
            offered_formula=service_level.OFFERED,
            entered=stays.entered,
            answered=stays.answered,
            answered_in_time=stays.answered_in_time,
            abandoned=stays.abandoned,
            abandoned_in_time=stays.abandoned_in_time,
            short_abandons=stays.short_abandons,
            withdrawn=stays.withdrawn,
            overflowed_out=stays.overflowed_out,
            callbacks=stays.callbacks,
            mean_wait_ms=stays.mean_wait_ms,
            ignored=told["ignored"],
            negative=told["negative"],
            positive=told["positive"],
        )


class ServiceLevelOut(ApiModel):
    """Of today's interactions; the value is null while there was none. The formula is named.

    Today is the tenant's: `since` is the last midnight of its time zone.
    """

    value: float | None
    formula: str
    since: Instant
    figures: LevelOut


class IntervalOut(ApiModel):
    """The figures of those who entered in one interval."""

    begins: Instant
    figures: LevelOut


class ServiceLevels(ApiModel):
    """A queue's figures of one channel by interval of arrival; empty intervals are left out."""

    queue_id: str
    channel: Word[Channel]
    within_s: int
    short_abandon_s: int
    items: list[IntervalOut]


class CallInLineOut(ApiModel):
    """One waiting interaction; `ringing` while agents are asked for it."""

    interaction_id: str
    channel: Word[Channel]
    position: int
    waited_ms: int
    level: Word[Level]
    priority: int
    boosted: bool
    ringing: bool


class WrittenLineOut(ApiModel):
    """How many of a written channel wait, and how long the first does."""

    channel: Word[Channel]
    waiting: int
    longest_wait_ms: int


class QueueLiveOut(ApiModel):
    """One queue now; `ewt_ms` is null while nobody is on duty.

    All figures are of calls, but for `written` and `papers`: what is written and waits.

    `promises_due` are past their time and not begun, `promises_missed` are those among them that
    nobody began for as long as the tenant's settings allow.
    """

    queue_id: str
    waiting: int
    promises_due: int
    promises_missed: int
    longest_wait_ms: int
    ewt_ms: int | None
    agents: dict[AgentState, int]
    service_level: ServiceLevelOut
    calls: list[CallInLineOut]
    written: list[WrittenLineOut]
    papers: list[CallInLineOut]


class TelephonyOut(ApiModel):
    """Whether calls can be taken; if not, why, and the command that mends it.

    `browsers_only`: the engine has no trunks and no telephones.
    """

    engine: str
    browsers_only: bool
    ready: bool
    reason: str | None
    remedy: str | None


class SystemOut(ApiModel):
    """What an installation is, for pages before anybody signed in."""

    version: str
    telephony: TelephonyOut
    demo: bool
    setup_complete: bool
