"""Quality as the API tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from trunkline.features.quality import store
from trunkline.features.quality.store import LegRow, WayRow
from trunkline.features.tenancy import ApiModel, Instant, instant, instant_or_none

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

Role = Literal["customer", "agent", "party", "outside"]


class PointOut(ApiModel):
    """A leg over the while that ended at `at`; `far_` is what the far end says it got of us."""

    at: Instant
    mos: float
    loss_pct: float
    far_loss_pct: float | None
    jitter_ms: float
    round_trip_ms: float | None


class LegQuality(ApiModel):
    """The quality of one leg over the whole of it: MOS and R by the E-model (ITU-T G.107)."""

    leg_id: str
    role: Role
    trunk_id: str | None
    codec: str
    began_at: Instant
    ended_at: Instant
    mos: float
    r: float
    lowest_mos: float
    packets: int
    loss_pct: float
    far_loss_pct: float | None
    jitter_ms: float
    round_trip_ms: float | None

    @classmethod
    def of(cls, row: LegRow) -> Self:
        """From the stored row."""
        return cls(**_leg(row))


class LegCourse(LegQuality):
    """The same with its course, every five seconds or coarser."""

    points: list[PointOut]

    @classmethod
    def of(cls, row: LegRow) -> Self:
        """From the stored row."""
        return cls(**_leg(row), points=[_point(row.began_at, point) for point in row.points])


class InteractionQuality(ApiModel):
    """The legs of an interaction, in the order of their beginning."""

    items: list[LegCourse]


class WayOut(ApiModel):
    """A trunk or node whose loss is watched."""

    kind: Literal["trunk", "node", "region"]
    id: str
    left_at: Instant | None = Field(
        description="Since when new calls go another way; null while it is good."
    )
    loss_pct: float = Field(description="Over the window, when it was left or came back.")
    changed_at: Instant

    @classmethod
    def of(cls, row: WayRow) -> Self:
        """From the stored row."""
        return cls(
            kind=row.kind,  # type: ignore[arg-type]
            id=row.way_id,
            left_at=instant_or_none(row.left_at),
            loss_pct=row.loss_pct,
            changed_at=instant(row.changed_at),
        )


class WayList(ApiModel):
    """The ways that were left at some time."""

    items: list[WayOut]


def of_interaction(tx: Tx, tenant_id: str, interaction_id: str) -> list[LegCourse]:
    """The legs of an interaction with their course."""
    return [LegCourse.of(row) for row in store.legs_of(tx, tenant_id, interaction_id)]


def figures_of(tx: Tx, tenant_id: str, interaction_id: str) -> list[LegQuality]:
    """The legs of an interaction without their course."""
    return [LegQuality.of(row) for row in store.legs_of(tx, tenant_id, interaction_id)]


def _leg(row: LegRow) -> dict[str, Any]:
    return {
        "leg_id": row.leg_id,
        "role": row.role,
        "trunk_id": row.trunk_id,
        "codec": row.codec,
        "began_at": instant(row.began_at),
        "ended_at": instant(row.ended_at),
        **row.figures,
    }


def _point(began_at: int, point: list[float | None]) -> PointOut:
    after_ms, mos, loss, far_loss, jitter, trip = point
    return PointOut(
        at=instant(began_at + int(after_ms or 0)),
        mos=mos or 1.0,
        loss_pct=loss or 0.0,
        far_loss_pct=far_loss,
        jitter_ms=jitter or 0.0,
        round_trip_ms=trip,
    )
