"""What-if over HTTP: shapes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from trunkline.features.simulations.store import SimulationRow
from trunkline.features.tenancy import ApiModel, Instant, instant, instant_or_none

State = Literal["waiting", "running", "done", "failed"]


class SimulationNew(ApiModel):
    """Play the stretch `from`–`to` again with a draft of the configuration, or with `changes`."""

    begin: Annotated[Instant, Field(alias="from")]
    end: Annotated[Instant, Field(alias="to")]
    draft_id: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    changes: dict[str, Any] = Field(
        default_factory=dict,
        description="By `queues` (their ids), `order` and `sharing`: fields of the policy.",
    )

    @model_validator(mode="after")
    def _is_one_draft(self) -> Self:
        if self.draft_id is not None and self.changes:
            raise ValueError("either a draft of the configuration or changes")
        return self


class EstimateOut(ApiModel):
    """A mean over the seeds, and the half width of its 95 % interval (null for one seed)."""

    mean: float
    half: float | None


class FigureOut(ApiModel):
    """One figure: as it was, played as published, played as drafted, and draft less published."""

    was: float
    published: EstimateOut
    draft: EstimateOut
    difference: EstimateOut


class ComparisonOut(ApiModel):
    """Figures by name: offered, sl, sl_ignored, sl_positive, asa_s, p95_s, longest_s, abandon.

    `sl` and `abandon` are per cent of the offered. `queues` are by id, `levels` by name; all these
    are of calls. `channels` are of what is written, where anything was; in time is by the target of
    the channel.
    """

    stays: int
    overall: dict[str, FigureOut]
    queues: dict[str, dict[str, FigureOut]]
    levels: dict[str, dict[str, FigureOut]]
    channels: dict[str, dict[str, FigureOut]] = Field(default_factory=dict)


class SimulationOut(ApiModel):
    """One simulation; `result` comes when it is done, `error` when it failed."""

    id: str
    state: State
    progress_pct: int
    begin: Annotated[Instant, Field(serialization_alias="from")]
    end: Annotated[Instant, Field(serialization_alias="to")]
    draft_id: str | None
    changes: dict[str, Any]
    created_at: Instant
    ended_at: Instant | None
    error: str | None
    result: ComparisonOut | None

    @classmethod
    def of(cls, row: SimulationRow) -> Self:
        """The row as the interface tells it."""
        return cls.model_validate(
            {
                "id": row.id,
                "state": row.state,
                "progress_pct": row.progress_pct,
                "begin": instant(row.begin_at),
                "end": instant(row.end_at),
                "draft_id": row.draft_id,
                "changes": row.changes,
                "created_at": instant(row.created_at),
                "ended_at": instant_or_none(row.ended_at),
                "error": row.error,
                "result": row.result,
            }
        )


class SimulationList(ApiModel):
    """The newest simulations."""

    items: list[SimulationOut]
