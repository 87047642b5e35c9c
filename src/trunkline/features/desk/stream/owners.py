"""Whose queues and users are, kept a short while for all streams of a tenant together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.features import identity, queues

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

FRESH_MS: Final = 30_000
MOST_USERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Owned:
    """The team of each queue and user, and which queues want a disposition."""

    queues: dict[str, str | None]
    users: dict[str, str | None]
    wanting: frozenset[str]
    read_at: int


class Owners:
    """What was read last, a tenant."""

    def __init__(self) -> None:
        self._known: dict[str, Owned] = {}

    async def of(self, platform: Platform, tenant_id: str) -> Owned:
        """At most `FRESH_MS` old."""
        now = platform.clock.now_ms()
        known = self._known.get(tenant_id)
        if known is None or now - known.read_at >= FRESH_MS:
            known = await platform.db.read(lambda tx: _read(tx, tenant_id, now))
            self._known[tenant_id] = known
        return known


def _read(tx: Tx, tenant_id: str, now: int) -> Owned:
    rows = queues.list_queues(tx, tenant_id)
    users = identity.list_users(tx, tenant_id, identity.WantedUsers(), MOST_USERS)
    return Owned(
        queues={queue.id: queue.team_id for queue in rows},
        users={user.user_id: user.team_id for user in users},
        wanting=frozenset(queue.id for queue in rows if queue.rules["disposition_required"]),
        read_at=now,
    )
