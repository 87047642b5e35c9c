"""The port for background work: a lease table in the same transaction as its cause."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work as its handler sees it; `attempt` counts from 1."""

    id: str
    tenant_id: str
    kind: str
    payload: dict[str, Any]
    attempt: int


JobHandler = Callable[[Job], Awaitable[None]]
"""Does the work; raising means: try again later (or dead letter after `max_attempts`)."""


class Jobs(Protocol):
    """Enqueues; the workers are the runtime's."""

    def enqueue(
        self,
        tx: Tx,
        tenant_id: str,
        kind: str,
        payload: dict[str, Any],
        *,
        run_at: int | None = None,
        dedupe_key: str | None = None,
        max_attempts: int = 8,
    ) -> str:
        """Add work; a `dedupe_key` already waiting or running keeps its first job (its id)."""
