"""The port for domain events: written to the outbox with their cause, streamed in order after.

Types are `trunkline.<resource>.<past verb>.v1` (CloudEvents 1.0). Payloads hold ids and opaque
codes only; what is personal is joined at delivery for those who may see it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets an event on the stream: holders of a permission, or one user besides them."""

    permission: str = "interactions.read"
    user_id: str | None = None
    queue_id: str | None = None


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """One event; `seq` is given per tenant by the relay after commit (0 before)."""

    tenant_id: str
    type: str
    subject: str
    at: int
    payload: dict[str, Any]
    audience: Audience
    seq: int = 0


class Outbox(Protocol):
    """Takes events inside the transaction that causes them."""

    def emit(self, tx: Tx, event: DomainEvent) -> None:
        """Write an event; it is published after commit."""


class Stream(Protocol):
    """Hands published events to subscribers in order."""

    def follow(self, tenant_id: str, after: int | None) -> AsyncIterator[DomainEvent]:
        """Events after `after` (or from now): the kept ones first, then live, without a gap.

        Raises `StreamGone` when `after` is older than what is kept (24 h or 1 M events).
        A follower that falls more than a bound behind is ended with `StreamGone` too.
        """


class StreamGone(Exception):
    """The follower must read the current state anew and follow from now."""
