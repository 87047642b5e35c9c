"""Scenario files: a day of a contact centre as data, in TOML.

Durations stand in seconds (`_s`), times of the day in minutes from its beginning (`_min`), shares
in per cent. Calls come as a Poisson process with a rate for each interval. What is drawn at
chance comes from the seed of the run, never from the file.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trunkline.core.capacity import MOST_AT_ONCE
from trunkline.core.words import Channel, Level

if TYPE_CHECKING:
    from pathlib import Path

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=100)]


class BadScenario(Exception):
    """The file cannot be used; the text says where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Part):
    """One queue and its demand: `calls` for each interval of the day.

    `aht_s` is the mean handling time, talk and wrap-up (`wrap_up_s` of it, fixed) together;
    `spread` is its standard deviation ÷ mean, log-normal; 1 with `exponential` for the textbook.
    """

    name: str
    calls: tuple[Annotated[float, Field(ge=0)], ...] = Field(min_length=1)
    aht_s: Positive
    spread: Annotated[float, Field(ge=0)] = 0.6
    exponential: bool = False
    wrap_up_s: Annotated[float, Field(ge=0)] = 0
    service_level_s: Positive = 20
    max_waiting: Annotated[int, Field(gt=0)] = 100_000

    @model_validator(mode="after")
    def _talk_is_left(self) -> Self:
        if self.wrap_up_s >= self.aht_s:
            raise ValueError("wrap_up_s has to be less than aht_s")
        return self


class Writing(_Part):
    """Written work of one channel in one queue: so many `pieces` come in each interval of the day.

    `aht_s` is how long one is open on average (log-normal by `spread`), and each other piece that
    its agent has open when it is taken up makes it `slower_pct` longer. Where the channel can be
    interrupted it stands still while its agent is in a call. Without `patience_s` nobody leaves.
    """

    channel: Literal[Channel.CHAT, Channel.EMAIL, Channel.TASK]
    queue: str
    pieces: tuple[Annotated[float, Field(ge=0)], ...] = Field(min_length=1)
    aht_s: Positive
    spread: Annotated[float, Field(ge=0)] = 0.6
    slower_pct: Share = 0
    patience_s: Positive | None = None


class Slots(_Part):
    """How many of each channel an agent handles at once."""

    voice: Annotated[int, Field(ge=0, le=1)] = 1
    chat: Annotated[int, Field(ge=0, le=MOST_AT_ONCE)] = 3
    email: Annotated[int, Field(ge=0, le=MOST_AT_ONCE)] = 2
    task: Annotated[int, Field(ge=0, le=MOST_AT_ONCE)] = 2


class Clientele(_Part):
    """Customers of one level: how many they are, and how long they wait before they leave.

    Patience is exponential; without `patience_s` nobody leaves.
    """

    level: Level
    share_pct: Share
    patience_s: Positive | None = None


class Break(_Part):
    """A pause of an agent; calls that run are finished first."""

    at_min: Annotated[float, Field(ge=0)]
    length_min: Positive


class Crew(_Part):
    """Agents with the same skills and roster; the first of the `queues` is their primary one.

    Each agent's own pace lies evenly within ± `pace_pct` of the mean. Without `to_min` they stay
    until the end of the day. `skill_level` (1–5) holds for the primary queue, `second_level` for
    the others.
    """

    name: str
    count: Annotated[int, Field(gt=0)]
    queues: tuple[str, ...] = Field(min_length=1)
    pace_pct: Annotated[float, Field(ge=0, lt=100)] = 0
    skill_level: Annotated[int, Field(ge=1, le=5)] = 4
    second_level: Annotated[int, Field(ge=1, le=5)] = 2
    from_min: Annotated[float, Field(ge=0)] = 0
    to_min: Positive | None = None
    breaks: tuple[Break, ...] = ()
    slots: Slots = Slots()


class Phone(_Part):
    """How phones are answered: `answer_s` after it rings (mean; half of it is fixed).

    A phone that nobody answers rings out; its agent is back after `back_after_s`.
    """

    answer_s: Annotated[float, Field(ge=0)] = 3
    no_answer_pct: Share = 0
    declined_pct: Share = 0
    back_after_s: Positive = 60


class CallingBack(_Part):
    """Callbacks: how a queue offers them, and what customers make of it.

    One is offered once the expected wait is `offered_from_s`; `takes_pct` of those who are asked
    take it. A customer's phone is taken up `answer_s` after it rings (mean; half of it is fixed) in
    `answers_pct` of the tries and busy in `busy_pct`; in the rest it rings out after `ring_s`. The
    next try follows after `retry_after_s`, until there were `tries`. While others wait on the line,
    callbacks keep at most `most_share_pct` of the agents busy.
    """

    offered_from_s: Annotated[float, Field(ge=0)] = 180
    takes_pct: Share = 50
    answers_pct: Share = 80
    busy_pct: Share = 5
    answer_s: Annotated[float, Field(ge=0)] = 8
    ring_s: Positive = 30
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    retry_after_s: Positive = 900
    most_share_pct: Annotated[int, Field(ge=0, le=100)] = 50

    @model_validator(mode="after")
    def _is_one_of_three(self) -> Self:
        if self.answers_pct + self.busy_pct > 100:
            raise ValueError("answers_pct and busy_pct are more than 100 together")
        return self


class Scenario(_Part):
    """A whole day; with `load` the calls are scaled so that the work is that share of the staff.

    What is written comes on top of the load, as it is. Nobody is called back unless `callbacks`
    says how.
    """

    name: str
    about: str = ""
    interval_min: Positive = 30
    load: Positive | None = None
    offer_timeout_s: Positive = 15
    queues: tuple[Line, ...] = Field(min_length=1)
    customers: tuple[Clientele, ...] = Field(min_length=1)
    agents: tuple[Crew, ...] = Field(min_length=1)
    writings: tuple[Writing, ...] = ()
    phone: Phone = Phone()
    callbacks: CallingBack | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [line.name for line in self.queues]
        if len(set(names)) < len(names):
            raise ValueError("two queues have the same name")
        if len({len(line.calls) for line in self.queues}) > 1:
            raise ValueError("every queue needs as many intervals as the others")
        for one in self.writings:
            if one.queue not in names:
                raise ValueError(f"{one.channel}: there is no queue {one.queue}")
            if len(one.pieces) != len(self.queues[0].calls):
                raise ValueError(f"{one.channel} in {one.queue} needs as many intervals as calls")
        if abs(sum(part.share_pct for part in self.customers) - 100) > 1e-6:
            raise ValueError("the shares of the customers have to add up to 100")
        for crew in self.agents:
            for queue in crew.queues:
                if queue not in names:
                    raise ValueError(f"{crew.name}: there is no queue {queue}")
        return self

    @property
    def length_s(self) -> float:
        """How long the day is."""
        return len(self.queues[0].calls) * self.interval_min * 60

    def scale(self) -> float:
        """By what the calls are multiplied, so that the load is the one asked for."""
        if self.load is None:
            return 1.0
        return self.load * self.staffed_s() / self.work_s()

    def work_s(self) -> float:
        """Handling time that the calls bring, at the mean pace, before scaling."""
        return sum(sum(line.calls) * line.aht_s for line in self.queues)

    def staffed_s(self) -> float:
        """Time that the agents are there, without their breaks."""
        return sum(crew.count * self._present_s(crew) for crew in self.agents)

    def _present_s(self, crew: Crew) -> float:
        end = self.length_s if crew.to_min is None else min(self.length_s, crew.to_min * 60)
        return end - crew.from_min * 60 - sum(pause.length_min * 60 for pause in crew.breaks)


def load(path: Path) -> Scenario:
    """Read a scenario file; raises `BadScenario`."""
    try:
        return Scenario.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as failure:
        raise BadScenario(f"{path}: {failure.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise BadScenario(f"{path}: {failure}") from None
    except ValidationError as failure:
        raise BadScenario("\n".join(f"{path}: {line}" for line in _complaints(failure))) from None


def at_load(scenario: Scenario, wanted: float) -> Scenario:
    """The scenario with another load; raises `BadScenario` unless it is above 0."""
    if not wanted > 0:
        raise BadScenario("the load has to be above 0")
    return scenario.model_copy(update={"load": wanted})


def _complaints(failure: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, error['loc'])) or 'scenario'}: {error['msg']}"
        for error in failure.errors()
    ]
