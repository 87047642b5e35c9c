"""Whose a recording is: the agent's who is heard, and a team's.

The team is that of the queue it was made in; where the queue is everybody's, the agent's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features import identity, queues

if TYPE_CHECKING:
    from trunkline.features.recordings.store import RecordingRow
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom scopes are held against; without a team it is the whole tenant's."""

    team_id: str | None
    user_id: str


def owner_of(tx: Tx, row: RecordingRow) -> Owner:
    """The owner of a recording; an agent is a user."""
    team_id = _team_of_queue(tx, row) or _team_of_agent(tx, row)
    return Owner(team_id, row.agent_id)


def _team_of_queue(tx: Tx, row: RecordingRow) -> str | None:
    known = (queue for queue in queues.list_queues(tx, row.tenant_id) if queue.id == row.queue_id)
    queue = next(known, None)
    return queue.team_id if queue else None


def _team_of_agent(tx: Tx, row: RecordingRow) -> str | None:
    user = identity.user(tx, row.tenant_id, row.agent_id) if row.agent_id else None
    return user.team_id if user else None
