"""Flows as the API tells them."""

from __future__ import annotations

from typing import Any, Self

from trunkline.features.flows.store import FlowRow
from trunkline.features.tenancy import ApiModel, Instant, instant


class FlowCard(ApiModel):
    """A flow in a list."""

    id: str
    name: str
    version: int
    published_at: Instant

    @classmethod
    def of(cls, row: FlowRow) -> Self:
        """From the stored row."""
        return cls(
            id=row.id,
            name=row.name,
            version=row.version,
            published_at=instant(row.published_at),
        )


class FlowList(ApiModel):
    """All flows of the tenant, by name."""

    items: list[FlowCard]


class FlowOut(FlowCard):
    """A flow with its published graph; each node names its kind under `t`."""

    graph: dict[str, Any]
