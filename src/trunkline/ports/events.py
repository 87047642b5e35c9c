"""The port for domain events: written to the outbox with their cause, streamed in order after.

Types are `trunkline.<resource>.<past verb>.v1` (CloudEvents 1.0). Payloads hold ids and opaque
codes only; what is personal is joined at delivery for those who may see it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
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


OnCommit = Callable[[Sequence[DomainEvent]], None]
"""Gets the events of one commit, on a thread of the store; those with `seq` 0 want a number."""


class EventLog(Outbox, Protocol):
    """The outbox as the relay sees it: what is durable gets its number and is kept for a while."""

    def on_commit(self, call: OnCommit) -> None:
        """Tell `call` of every commit that holds events, in this process or (empty) elsewhere."""

    def number(self, tx: Tx) -> None:
        """Give durable events without a number theirs; its commit tells them, in order."""

    def after(self, tx: Tx, tenant_id: str, seq: int, limit: int) -> list[DomainEvent]:
        """Kept events with a higher number, in order."""

    def span(self, tx: Tx, tenant_id: str) -> tuple[int, int]:
        """Numbers of the oldest and newest kept event; (0, 0) when there was none ever."""

    def trim(self, tx: Tx, before_ms: int, keep: int, limit: int) -> int:
        """Forget at most `limit` events that are older than a time or beyond `keep` a tenant."""


class Stream(Protocol):
    """Hands published events to subscribers in order."""

    def follow(self, tenant_id: str, after: int | None) -> AsyncIterator[DomainEvent]:
        """Events after `after` (or from now): the kept ones first, then live, without a gap.

        Raises `StreamGone` when `after` is older than what is kept (24 h or 1 M events).
        A follower that falls more than a bound behind is ended with `StreamGone` too.
        """


class StreamGone(Exception):
    """The follower must read the current state anew and follow from now."""
