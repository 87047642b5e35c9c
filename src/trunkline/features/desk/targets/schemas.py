"""Targets of a transfer or consultation as the API tells them."""

from __future__ import annotations

from trunkline.core.words import AgentState
from trunkline.features.desk.schemas import BothLanguages
from trunkline.features.tenancy import ApiModel, Instant, Word


class ColleagueOut(ApiModel):
    """A colleague now, of the department `team`; `can_come` when they would be rung."""

    id: str
    name: str
    username: str
    extension: str | None
    team: str | None
    state: Word[AgentState]
    reason: str | None
    since: Instant | None
    can_come: bool
    skills: dict[str, int]


class QueueTargetOut(ApiModel):
    """A queue now; `ewt_ms` is null while nobody is on duty, `open` by its calendar."""

    id: str
    name: str
    display: BothLanguages
    open: bool
    waiting: int
    ewt_ms: int | None
    free: int
    skills_required: dict[str, int]


class TargetsOut(ApiModel):
    """What fits what was typed: who can come first, then by name; the shortest waits first.

    `more` when there are others that fit.
    """

    colleagues: list[ColleagueOut]
    queues: list[QueueTargetOut]
    more: bool
